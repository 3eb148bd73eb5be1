"""Rank correlation beside scipy's, and pairs that cannot be asked."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import EmbeddingError
from models.quality.metrics.correlation import ResampledCorrelation, rank_correlation
from models.quality.metrics.similarity import agreement
from models.quality.suites.builtin import SimilaritySuite, simlex999
from models.search.neighbours import Filter
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary

VALUES = st.lists(st.integers(-3, 3), min_size=4, max_size=40)


@settings(max_examples=60, deadline=None)
@given(first=VALUES, seed=st.integers(0, 2**32 - 1))
def test_agrees_with_scipy_with_ties(first: list[int], seed: int) -> None:
    x = np.array(first, dtype=float)
    y = np.random.default_rng(seed).integers(-2, 3, size=len(x)).astype(float)
    found = rank_correlation(x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(scipy.stats.spearmanr(x, y).statistic, abs=1e-12)


def test_counts_are_repetitions() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 30)).round(1)
    counts = generator.integers(0, 4, size=(30, 5)).astype(float)
    resampled = ResampledCorrelation(y, counts).values(x)
    for found, times in zip(resampled, counts.T.astype(int), strict=True):
        drawn = scipy.stats.spearmanr(np.repeat(x, times), np.repeat(y, times)).statistic
        assert found == pytest.approx(drawn, abs=1e-12)


def test_single_precision_is_enough_for_intervals() -> None:
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(2, 999)).round(2)
    counts = generator.poisson(1, size=(999, 50)).astype(np.float64)
    exact = ResampledCorrelation(y, counts).values(x)
    assert ResampledCorrelation(y, counts.astype(np.float32)).values(x) == pytest.approx(
        exact, abs=1e-6
    )


def test_cosines_are_ranked_as_people_rank(glove_100: EmbeddingSpace) -> None:
    simlex = simlex999()
    score = agreement(glove_100, simlex)
    cosines, judged = [], []
    for (first, second), value in zip(simlex.pairs, simlex.scores, strict=True):
        if first in glove_100 and second in glove_100:
            x, y = glove_100[first].astype(float), glove_100[second].astype(float)
            cosines.append(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
            judged.append(value)
    assert score.value == pytest.approx(scipy.stats.spearmanr(cosines, judged).statistic, abs=1e-5)
    assert (score.total, score.asked) == (len(judged), 999)
    assert score.interval[0] < score.value < score.interval[1]


def test_a_pair_that_stands_twice_counts_twice(plane: EmbeddingSpace) -> None:
    score = agreement(plane, pairs(("a", "b", 1), ("a", "c", 5), ("a", "c", 3), ("a", "d", 2)))
    assert (score.total, score.asked) == (4, 4)


def test_unknown_words_are_dropped_and_counted(plane: EmbeddingSpace) -> None:
    suite = pairs(("a", "b", 1), ("a", "c", 2), ("b", "d", 3), ("a", "zebra", 4), ("zebra", "b", 5))
    score = agreement(plane, suite)
    assert (score.total, score.asked, score.coverage) == (3, 5, 0.6)
    assert score.missing == ("zebra",)


def test_only_frequent_words_are_asked(plane: EmbeddingSpace) -> None:
    suite = pairs(("a", "b", 1), ("a", "c", 2), ("b", "c", 3), ("a", "d", 4))
    score = agreement(plane, suite, among=Filter(3))
    assert score.total == 3
    assert score.missing == ("d",)


def test_inner_products_see_lengths(plane: EmbeddingSpace) -> None:
    suite = pairs(("a", "b", 1), ("a", "c", 2), ("a", "d", 3))
    assert agreement(plane, suite).value == pytest.approx(-1)
    assert agreement(plane, suite, normalise=False).value == pytest.approx(1)


@pytest.mark.parametrize(
    ("suite", "told"),
    [
        ([("a", "b", 1), ("a", "c", 2), ("a", "zebra", 3)], "2 of 3 pairs"),
        ([("a", "b", 1), ("a", "c", 1), ("a", "d", 1)], "people's scores"),
        ([("a", "a", 1), ("b", "b", 2), ("c", "c", 3)], "similarities in the space"),
    ],
)
def test_says_why_nothing_can_be_measured(
    plane: EmbeddingSpace, suite: list[tuple[str, str, float]], told: str
) -> None:
    with pytest.raises(EmbeddingError, match=told):
        agreement(plane, pairs(*suite))


@pytest.fixture
def plane() -> EmbeddingSpace:
    """Words ever farther from a in direction, and ever longer."""
    vectors = np.array([(1, 0), (2, 1), (4, 4), (8, 30)], dtype=np.float32)
    return EmbeddingSpace("plane", Vocabulary("abcd"), vectors)


def pairs(*judged: tuple[str, str, float]) -> SimilaritySuite:
    words = tuple((first, second) for first, second, _ in judged)
    return SimilaritySuite("mine", "Mine", "me", words, np.array([s for *_, s in judged], float))
