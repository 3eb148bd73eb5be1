"""Analogies: three objectives against a plain loop, golden answers, and the honesty panel."""

import numpy as np
import pytest

import models
from models import EmbeddingSpace, UnknownWord
from models.search.analogies import METHODS, examine, offset_cosine, offset_of
from models.search.follow import expected_ranks, first_from


def by_loop(space: EmbeddingSpace, a: str, b: str, c: str, method: str) -> list[float]:
    def unit(word: str) -> np.ndarray:
        vector = space[word].astype(np.float64)
        return vector / np.linalg.norm(vector)

    def cos(x: np.ndarray, y: np.ndarray) -> float:
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    values = []
    for word in space.words:
        x = unit(word)
        if method == "3cosadd":
            values.append(cos(x, unit(b) - unit(a) + unit(c)))
        elif method == "3cosmul":
            shifted = [(cos(x, unit(w)) + 1) / 2 for w in (a, b, c)]
            values.append(shifted[1] * shifted[2] / (shifted[0] + 0.001))
        else:
            values.append(-1 if word == c else cos(x - unit(c), unit(b) - unit(a)))
    return values


@pytest.mark.parametrize("method", METHODS)
def test_scores_agree_with_a_plain_loop(glove_50: EmbeddingSpace, method: str) -> None:
    space = glove_50.head(800)
    scores = offset_of(space, "man", "king", "woman").scores(method)
    assert np.allclose(scores, by_loop(space, "man", "king", "woman", method), atol=2e-5)


@pytest.mark.parametrize("method", METHODS)
def test_queen_is_first(glove_50: EmbeddingSpace, method: str) -> None:
    answers = models.analogy(glove_50, "man", "king", "woman", method=method)
    assert answers["word"][0] == "queen"
    assert METHODS[method] in answers.attrs["convention"]


def test_without_exclusion_king_itself_answers(glove_50: EmbeddingSpace) -> None:
    answers = models.analogy(glove_50, "man", "king", "woman", exclude_query_words=False)
    assert list(answers["word"][:2]) == ["king", "queen"]
    assert "may answer" in answers.attrs["convention"]


def test_the_analogy_and_the_formula_agree(glove_50: EmbeddingSpace) -> None:
    by_words = models.analogy(glove_50, "man", "king", "woman")
    by_text = models.formula(glove_50, "king - man + woman")
    assert list(by_words["word"]) == list(by_text["word"])
    assert np.allclose(by_words["similarity"], by_text["similarity"], atol=1e-5)
    assert by_words["similarity"][0] == pytest.approx(0.852, abs=5e-4)


def test_examine_tells_ranks_and_baselines(glove_50: EmbeddingSpace) -> None:
    honesty = examine(glove_50, "man", "king", "woman", expected="queen")
    ranks = honesty.ranks.set_index(["method", "query words"])["rank of expected"]
    assert ranks["3CosAdd", "excluded"] == 1
    assert ranks["3CosAdd", "allowed"] == 2
    near_king = models.neighbours(glove_50, "king", exclude=["man", "woman"])
    baseline = honesty.baselines.set_index("baseline")["rank of expected"]
    assert baseline["nearest to king alone"] == list(near_king["word"]).index("queen") + 1
    assert honesty.offset_cosine == pytest.approx(
        offset_cosine(glove_50, "man", "king", "woman", "queen")
    )


def test_a_pair_of_one_word_has_no_direction(glove_50: EmbeddingSpace) -> None:
    assert offset_cosine(glove_50, "king", "king", "woman", "queen") is None


def test_an_unknown_word_is_named(glove_50: EmbeddingSpace) -> None:
    with pytest.raises(UnknownWord, match="kingg"):
        models.analogy(glove_50, "man", "kingg", "woman")


def test_ranks_through_the_dimensions_agree_with_separate_searches(
    glove_100: EmbeddingSpace,
) -> None:
    ranks = expected_ranks(glove_100, "man", "king", "woman", "queen")
    assert len(ranks) == 100
    for dimension in (3, 10, 25, 60, 100):
        space = models.reduce(glove_100, dimension=dimension)
        answers = models.analogy(space, "man", "king", "woman", k=1000)
        found = list(answers["word"])
        rank = found.index("queen") + 1 if "queen" in found else None
        assert rank == (ranks[dimension - 1] if ranks[dimension - 1] <= 1000 else None)


def test_first_from_is_the_start_of_the_last_run_of_ones() -> None:
    assert first_from(np.array([1, 4, 1, 2, 1, 1])) == 5
    assert first_from(np.array([1, 1])) == 1
    assert first_from(np.array([1, 2])) is None
