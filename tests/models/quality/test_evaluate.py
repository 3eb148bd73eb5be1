"""evaluate(): the figure, what it rests on and what it says of itself."""

import math

import numpy as np
import pytest

import models
from models.errors import EmbeddingError, InvalidRequest
from models.quality.metrics.score import Score
from models.quality.suites.builtin import AnalogySuite, read_pairs, read_questions
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary

ORIGIN = {"name": "mine", "title": "Mine", "source": "me"}


def test_counts_right_answers(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    score = models.evaluate(family, kin)
    assert (score.correct, score.total, score.asked) == (5, 6, 7)
    assert score.value == pytest.approx(5 / 6)
    assert score.coverage == pytest.approx(6 / 7)
    assert score.missing == ("prince",)


def test_sections_and_groups(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    score = models.evaluate(family, kin)
    assert {name: (s.correct, s.total, s.asked) for name, s in score.by_section.items()} == {
        "female": (3, 3, 3),
        "gram1-wrong": (2, 3, 3),
        "unknown": (0, 0, 1),
    }
    assert score.by_group["semantic"].total == 3
    assert score.by_group["syntactic"].total == 3
    assert math.isnan(score.by_section["unknown"].value)
    assert math.isnan(score.by_section["unknown"].interval[0])


def test_speaks_in_a_sentence(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    score = models.evaluate(family, kin)
    assert str(score).startswith("83.3 % (")
    assert str(score).endswith("5 of 6 questions (of 7 asked)")
    assert repr(score).startswith("Score(Mine: 83.3 %")
    assert str(score.by_section["unknown"]).startswith("not measured")


def test_similarity_speaks_too(family: EmbeddingSpace) -> None:
    suite = read_pairs("man woman 1\nking queen 2\nboy girl 3\nman prince 4", **ORIGIN)
    score = models.evaluate(family, suite)
    assert str(score).startswith(f"{score.value:.3f}")
    assert str(score).endswith("3 of 4 pairs")
    assert score.correct is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "3CosAdd on unit vectors, the three query words excluded, among all 6 words"),
        ({"method": "3cosmul"}, "3CosMul"),
        ({"exclude_query_words": False}, "query words may answer"),
        ({"normalise": False}, "inner product"),
        ({"most_frequent": 6}, "lower case, vectors as published"),
    ],
)
def test_says_what_was_done(
    family: EmbeddingSpace, kin: AnalogySuite, options: dict[str, object], told: str
) -> None:
    assert told in models.evaluate(family, kin, **options).convention


def test_becomes_a_table(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    table = models.evaluate(family, kin).to_frame()
    assert table["part"].tolist() == [
        "total", "semantic", "syntactic", "female", "gram1-wrong", "unknown",
    ]  # fmt: skip
    assert table["correct"].tolist() == [5, 3, 2, 3, 2, 0]


def test_rare_words_neither_ask_nor_answer(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    score = models.evaluate(family, kin, most_frequent=4)
    assert score.total == 3
    assert {"boy", "girl"} <= set(score.missing)
    assert "the 4 most frequent of 6 words" in score.convention


def test_progress_ends_at_one(family: EmbeddingSpace, kin: AnalogySuite) -> None:
    heard: list[float] = []
    models.evaluate(family, kin, progress=heard.append)
    assert heard[-1] == 1.0


def test_two_evaluations_are_equal(family: EmbeddingSpace) -> None:
    suite = read_questions(": all\nman woman king queen\nman woman boy girl", **ORIGIN)
    assert models.evaluate(family, suite, seed=3) == models.evaluate(family, suite, seed=3)


@pytest.mark.parametrize(
    "options", [{"suite": "sat"}, {"method": "best"}, {"most_frequent": 0}, {"most_frequent": -3}]
)
def test_refuses_nonsense(family: EmbeddingSpace, options: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        models.evaluate(family, **{"suite": questions("man woman king queen"), **options})


def test_says_when_nothing_is_known(family: EmbeddingSpace) -> None:
    with pytest.raises(EmbeddingError, match="none of 1 questions"):
        models.evaluate(family, questions("a b c d"))
    with pytest.raises(EmbeddingError, match="2 of 353 pairs"):
        models.evaluate(family, "wordsim-353")


def test_a_figure_of_two_pairs_has_no_interval(family: EmbeddingSpace) -> None:
    score = models.evaluate(family, questions("man woman king queen"))
    assert isinstance(score, Score)
    assert np.isnan(score.interval).all()
    assert str(score) == "100.0 %, 1 of 1 questions"


@pytest.fixture
def family() -> EmbeddingSpace:
    """A space in which being female is one direction."""
    words = {
        "man": (1, 0, 0.1),
        "woman": (1, 1, 0.1),
        "king": (1, 0, 2),
        "queen": (1, 1, 2),
        "boy": (2, 0, 1),
        "girl": (2, 1, 1),
    }
    return EmbeddingSpace("family", Vocabulary(words), np.array(list(words.values()), np.float32))


@pytest.fixture
def kin() -> AnalogySuite:
    return read_questions(
        ": female\nman woman king queen\nman woman boy girl\nking queen boy girl\n"
        ": gram1-wrong\nman woman king queen\nking queen man woman\nman woman king girl\n"
        ": unknown\nman woman prince queen\n",
        **ORIGIN,
    )


def questions(line: str) -> AnalogySuite:
    return read_questions(f": all\n{line}\n", **ORIGIN)
