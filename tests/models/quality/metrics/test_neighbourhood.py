"""Preserved neighbourhoods beside scikit-learn and a plain loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness

from models.errors import InvalidRequest
from models.quality.metrics.score import NothingToMeasure
from models.quality.sweep.losses import neighbour_losses
from models.quality.sweep.measurements import Cut, NeighbourTask
from models.quality.sweep.plan import Plan
from models.quality.sweep.point import NEIGHBOURHOOD, SweepPoint
from models.reduction.reduce import reduce
from models.space import EmbeddingSpace, Floats
from models.vocabulary import Vocabulary


def space_of(vectors: object, name: str = "made") -> EmbeddingSpace:
    rows = np.array(vectors, dtype=np.float32)
    return EmbeddingSpace(name, Vocabulary([f"w{i}" for i in range(len(rows))]), rows)


def gaussian(words: int, dimension: int, seed: int = 0) -> EmbeddingSpace:
    return space_of(np.random.default_rng(seed).normal(size=(words, dimension)))


def unit(space: EmbeddingSpace) -> Floats:
    return space.unit(slice(None))


def plainly(near: np.ndarray, far: np.ndarray, k: int) -> tuple[float, float, float]:
    """Overlap, trustworthiness and continuity of two matrices of distances, by loops."""
    n = len(near)
    overlap, trust, continuity = np.zeros(n), 0, 0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        first = sorted(others, key=lambda j: (near[i, j], j))
        second = sorted(others, key=lambda j: (far[i, j], j))
        overlap[i] = len(set(first[:k]) & set(second[:k])) / k
        trust += sum(first.index(j) + 1 - k for j in second[:k] if j not in first[:k])
        continuity += sum(second.index(j) + 1 - k for j in first[:k] if j not in second[:k])
    scale = 2 / (n * k * (2 * n - 3 * k - 1))
    return float(overlap.mean()), 1 - scale * trust, 1 - scale * continuity


def measured(
    space: EmbeddingSpace, reduced: EmbeddingSpace, *, k: int = 10, sample: int = 2_000
) -> dict[str, SweepPoint]:
    """The points of one reduction: overlap, trustworthiness and continuity."""
    plan = Plan(neighbours=k, words_sampled=sample)
    task = NeighbourTask(tuple(NEIGHBOURHOOD), space, plan, len(space))
    (points,) = task.measure([Cut("pca", reduced, "")], None)
    return {point.suite: point for point in points}


def distances(points: np.ndarray) -> np.ndarray:
    wide = points.astype(np.float64)
    return ((wide[:, None] - wide[None]) ** 2).sum(axis=2)


@settings(max_examples=25, deadline=None)
@given(st.integers(12, 60), st.integers(2, 12), st.integers(1, 5), st.integers(0, 1_000))
def test_agrees_with_scikit_learn(words: int, dimension: int, k: int, seed: int) -> None:
    space = gaussian(words, dimension, seed)
    small = reduce(space, dimension=2)
    found = measured(space, small, k=k)
    # Unit vectors: the order by Euclidean distance, which scikit-learn takes there, is by cosine.
    high, low = unit(space).astype(np.float64), unit(small).astype(np.float64)
    expected = trustworthiness(high, low, n_neighbors=k, metric="cosine")
    assert found["trustworthiness"].value == pytest.approx(expected, abs=1e-6)
    expected = trustworthiness(low, high, n_neighbors=k)
    assert found["continuity"].value == pytest.approx(expected, abs=1e-6)


def test_agrees_with_plain_loops() -> None:
    space = gaussian(70, 8)
    small = reduce(space, dimension=3)
    found = [point.value for point in measured(space, small, k=6).values()]
    assert found == pytest.approx(plainly(distances(unit(space)), distances(unit(small)), 6))


def test_ties_rank_by_frequency() -> None:
    angles = np.deg2rad([0, 90, 180, 270, 0, 90, 180, 270])
    square = space_of(np.c_[np.cos(angles), np.sin(angles)].round())
    assert [point.value for point in measured(square, square, k=3).values()] == [1, 1, 1]


def test_a_sample_estimates_the_whole() -> None:
    space = gaussian(900, 10)
    small = reduce(space, dimension=4)
    whole, parts = measured(space, small), measured(space, small, sample=300)
    for name, part in parts.items():
        value = whole[name].value
        assert part.low < value < part.high
        assert (whole[name].low, whole[name].high) == pytest.approx((value, value))
        assert (part.total, part.exact, whole[name].exact) == (300, False, True)


def test_the_sample_is_stated_and_repeats() -> None:
    space = gaussian(400, 6)
    small = reduce(space, dimension=3)
    options = {"n": 50, "k": 10, "most_frequent": 200}
    first, again = (neighbour_losses(space, small, sample=50, **options) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(neighbour_losses(space, small, sample=50, seed=1, **options))
    assert len(set(first["word"])) == 50
    assert max(int(word[1:]) for word in first["word"]) < 200
    assert first.attrs["sampled"] == (
        "50 words drawn at random from the 200 most frequent words (of 400); neighbours searched "
        "among the 200 most frequent words by cosine."
    )
    every = neighbour_losses(space, small, most_frequent=None)
    assert every.attrs["sampled"].startswith("All 400 words;")


def test_nothing_is_lost_by_rotation_and_scale() -> None:
    space = gaussian(80, 5)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    turned = space_of(3 * space.vectors @ turn.astype(np.float32))
    found = [point.value for point in measured(space, turned).values()]
    assert found == pytest.approx([1, 1, 1], abs=1e-3)


def test_glove_keeps_less_than_trustworthiness_tells(glove_100: EmbeddingSpace) -> None:
    """Above .98 where fewer than half of the neighbours are left."""
    frequent = glove_100.head(40_000)
    found = measured(frequent, reduce(frequent, dimension=25), sample=400)
    assert found["trustworthiness"].value > 0.98
    assert found["knn-overlap"].value < 0.5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"k": 10}, "Among 5 words compare 1 to 2 neighbours"),
        ({"k": 0}, "compare 1 to 2 neighbours"),
        ({"k": 2, "sample": 0}, "at least one word"),
    ],
)
def test_bad_options_are_refused(
    tiny: EmbeddingSpace, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        neighbour_losses(tiny, tiny, **options)


def test_different_words_are_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="different words"):
        neighbour_losses(tiny, gaussian(5, 3), k=2)


@pytest.mark.parametrize(
    ("vectors", "sentence"),
    [
        (np.ones((9, 3)), "point the same way"),
        (np.zeros((9, 3)), "point the same way"),
        (np.outer(np.arange(1, 10), [0.1, 0.7, 0.3]), "point the same way"),
        (np.arange(9)[:, None], "one dimension"),
    ],
)
def test_nothing_to_measure(vectors: np.ndarray, sentence: str) -> None:
    with pytest.raises(NothingToMeasure, match=sentence):
        neighbour_losses(gaussian(9, 4), space_of(vectors), k=2)
