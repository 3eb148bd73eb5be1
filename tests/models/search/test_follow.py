"""A thing followed through the dimensions is what separate searches find at each."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from models import EmbeddingSpace, InvalidRequest, UnknownWord, Vocabulary
from models.search.analogies import expected_rank
from models.search.follow import expected_ranks, neighbour_ranks, stays_from
from models.search.neighbours import Filter
from models.search.objectives import Convention


def gaussian(words: int, dimension: int, seed: int = 0) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(words, dimension)).astype(np.float32)
    return EmbeddingSpace("made", Vocabulary([f"w{i}" for i in range(words)]), vectors)


def searched(
    space: EmbeddingSpace, word: str, size: int, *, method: str = "pca", most: int | None = None
) -> dict[str, int]:
    """The rank of every word in one search at one size."""
    cut = models.reduce(space, dimension=size, method=method)
    found = models.neighbours(cut, word, k=1_000, among=Filter(most))
    return dict(zip(found["word"], found["rank"], strict=True))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(3, 80), st.integers(1, 8), st.integers(0, 1_000))
def test_ranks_are_those_of_separate_searches(words: int, dimension: int, seed: int) -> None:
    space = gaussian(words, dimension, seed)
    sizes = range(1, dimension + 1)
    found = neighbour_ranks(space, "w1", k=4, dimensions=sizes)
    expected = list(models.neighbours(space, "w1", k=4)["word"])
    assert list(dict.fromkeys(found["word"])) == expected
    for word, size, rank, kind in found.itertuples(index=False):
        if kind == "raw":
            assert (size, rank) == (dimension, expected.index(word) + 1)
        else:
            assert rank == searched(space, "w1", size)[word]


@pytest.mark.parametrize("method", ["abtt-pca", "first", "random"])
def test_other_reductions_can_be_followed(method: str) -> None:
    space = gaussian(60, 6)
    found = neighbour_ranks(space, "w3", k=3, dimensions=[2, 5], method=method, among=Filter(40))
    assert set(found["kind"]) == {"raw", method}
    for word, size, rank, _ in found[found["kind"] == method].itertuples(index=False):
        assert rank == searched(space, "w3", size, method=method, most=40)[word]


def test_equal_cosines_rank_by_frequency() -> None:
    """In one dimension every cosine is 1 or -1, and twins are equal in all."""
    vectors = gaussian(30, 5).vectors
    space = EmbeddingSpace(
        "twins", Vocabulary([f"w{i}" for i in range(60)]), np.repeat(vectors, 2, axis=0)
    )
    found = neighbour_ranks(space, "w9", k=6, dimensions=[1, 3])
    for word, size, rank, kind in found.itertuples(index=False):
        assert kind == "raw" or rank == searched(space, "w9", size)[word]


def test_neighbours_of_a_real_word(glove_100: EmbeddingSpace) -> None:
    sizes = (2, 10, 50, 100)
    found = neighbour_ranks(glove_100, "paris", dimensions=sizes)
    assert len(found) == 10 * (1 + len(sizes))
    for size in sizes[1:]:
        ranks = searched(glove_100, "paris", size)
        at = found[(found["dimension"] == size) & (found["kind"] == "pca")]
        for word, rank in zip(at["word"], at["rank"], strict=True):
            assert ranks.get(word, rank) == pytest.approx(rank, abs=1)  # rounding may swap two
    until = stays_from(found)
    assert until["france"] in sizes


def test_a_neighbour_stays_from_the_last_time_it_comes_back() -> None:
    ranks = {"stays": [1, 9, 2, 3], "comes": [2, 30, 30, 10], "goes": [3, 1, 1, 11]}
    rows = [
        (word, size, rank, "pca" if place else "raw")
        for word, each in ranks.items()
        for place, (size, rank) in enumerate(zip((40, 5, 10, 40), each, strict=True))
    ]
    frame = pd.DataFrame(rows, columns=["word", "dimension", "rank", "kind"])
    assert stays_from(frame) == {"stays": 5, "comes": 40, "goes": None}
    assert stays_from(frame, k=5) == {"stays": 10, "comes": None, "goes": None}
    assert stays_from(frame[frame["kind"] == "raw"]) == dict.fromkeys(ranks)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(6, 60), st.integers(1, 7), st.integers(0, 1_000))
def test_an_analogy_ranks_as_in_separate_searches(words: int, dimension: int, seed: int) -> None:
    space, among = gaussian(words, dimension, seed), Filter(max(5, words // 2))
    for who in (Filter(), among):
        ranks = expected_ranks(space, "w0", "w1", "w2", "w4", among=who)
        for size in range(1, dimension + 1):
            cut = models.reduce(space, dimension=size)
            assert ranks[size - 1] == expected_rank(
                cut, ("w0", "w1", "w2"), "w4", Convention(among=who)
            )


def test_few_words_and_zero_vectors_do(tiny: EmbeddingSpace) -> None:
    found = neighbour_ranks(tiny, "king", dimensions=[1, 2, 3])
    assert sorted(found["rank"][found["kind"] == "raw"]) == [1, 2, 3, 4]
    nought = EmbeddingSpace("nought", tiny.vocabulary, np.zeros((5, 3), dtype=np.float32))
    ranks = neighbour_ranks(nought, "king", dimensions=[2])
    assert ranks["rank"][ranks["kind"] == "pca"].tolist() == [1, 2, 3, 4]


def test_bad_questions_are_one_sentence(tiny: EmbeddingSpace) -> None:
    for size in (0, 4):
        with pytest.raises(InvalidRequest, match=f"between 1 and 3, not {size}"):
            neighbour_ranks(tiny, "king", dimensions=[2, size])
    with pytest.raises(UnknownWord):
        neighbour_ranks(tiny, "kong", dimensions=[2])
    with pytest.raises(InvalidRequest, match="no reduction"):
        neighbour_ranks(tiny, "king", dimensions=[2], method="umap")
    assert set(neighbour_ranks(tiny, "king", dimensions=[])["kind"]) == {"raw"}


def test_words_too_rare_to_answer_can_be_asked_about() -> None:
    space, among = gaussian(60, 5), Filter(20)
    found = neighbour_ranks(space, "w50", k=3, dimensions=[2, 5], among=among)
    for word, size, rank, kind in found.itertuples(index=False):
        if kind == "pca":
            assert rank == searched(space, "w50", size, most=20)[word]
    ranks = expected_ranks(space, "w50", "w3", "w40", "w7", among=among)
    for size in (1, 3, 5):
        cut = models.reduce(space, dimension=size)
        assert ranks[size - 1] == expected_rank(
            cut, ("w50", "w3", "w40"), "w7", Convention(among=among)
        )
