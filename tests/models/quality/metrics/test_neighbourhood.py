"""Preserved neighbourhoods beside scikit-learn and a plain loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness

from models.errors import InvalidRequest
from models.quality.metrics import neighbourhood
from models.quality.metrics.neighbourhood import preservation
from models.quality.metrics.score import NothingToMeasure
from models.reduction.reduce import reduce
from models.space import EmbeddingSpace, Floats
from models.vocabulary import Vocabulary

FIGURES = ("knn_overlap", "trustworthiness", "continuity")


def space_of(vectors: object, name: str = "made") -> EmbeddingSpace:
    rows = np.array(vectors, dtype=np.float32)
    return EmbeddingSpace(name, Vocabulary([f"w{i}" for i in range(len(rows))]), rows)


def gaussian(words: int, dimension: int, seed: int = 0) -> EmbeddingSpace:
    return space_of(np.random.default_rng(seed).normal(size=(words, dimension)))


def unit(space: EmbeddingSpace) -> Floats:
    return space.unit(slice(None))


def plainly(near: np.ndarray, far: np.ndarray, k: int) -> tuple[np.ndarray, float, float]:
    """Overlap a word, trustworthiness and continuity of two matrices of distances, by loops."""
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
    return overlap, 1 - scale * trust, 1 - scale * continuity


def distances(points: np.ndarray) -> np.ndarray:
    wide = points.astype(np.float64)
    return ((wide[:, None] - wide[None]) ** 2).sum(axis=2)


@settings(max_examples=25, deadline=None)
@given(st.integers(12, 60), st.integers(2, 12), st.integers(1, 5), st.integers(0, 1_000))
def test_agrees_with_scikit_learn(words: int, dimension: int, k: int, seed: int) -> None:
    space = gaussian(words, dimension, seed)
    small = reduce(space, dimension=2)
    found = preservation(space, small, k=k)
    # Unit vectors: the order by Euclidean distance, which scikit-learn takes there, is by cosine.
    high, low = unit(space).astype(np.float64), unit(small).astype(np.float64)
    expected = trustworthiness(high, low, n_neighbors=k, metric="cosine")
    assert found.trustworthiness == pytest.approx(expected, abs=1e-6)
    assert found.continuity == pytest.approx(trustworthiness(low, high, n_neighbors=k), abs=1e-6)


def test_agrees_with_plain_loops() -> None:
    space = gaussian(70, 8)
    small = reduce(space, dimension=3)
    found = preservation(space, small, k=6)
    expected = plainly(distances(unit(space)), distances(unit(small)), 6)
    np.testing.assert_allclose(found.overlap, expected[0], atol=1e-6)
    assert found.knn_overlap == pytest.approx(expected[0].mean(), abs=1e-7)
    assert (found.trustworthiness, found.continuity) == pytest.approx(expected[1:], abs=1e-9)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_map_is_compared_by_distance(dimensions: int) -> None:
    space = gaussian(60, 8)
    # Far from the origin, as float32 differences of squares would fail there.
    points = (space.vectors[:, :dimensions] + 500).astype(np.float32)
    found = preservation(space, points, k=5)
    expected = plainly(distances(unit(space)), distances(points), 5)
    assert found.knn_overlap == pytest.approx(expected[0].mean(), abs=1e-7)
    assert (found.trustworthiness, found.continuity) == pytest.approx(expected[1:], abs=1e-9)
    assert "distance on the map" in found.sampled
    assert points.flags.writeable


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    space, points = gaussian(60, 8), gaussian(60, 2).vectors
    whole = preservation(space, points, k=5)
    monkeypatch.setattr(neighbourhood, "_BLOCK_BYTES", 4 * 60 * 7)
    parts = preservation(space, points, k=5)
    assert [getattr(parts, f) for f in FIGURES] == [getattr(whole, f) for f in FIGURES]


def test_ties_rank_by_frequency() -> None:
    angles = np.deg2rad([0, 90, 180, 270, 0, 90, 180, 270])
    square = space_of(np.c_[np.cos(angles), np.sin(angles)].round())
    found = preservation(square, square.vectors, k=3)
    assert found.knn_overlap == found.trustworthiness == found.continuity == 1


def test_a_sample_estimates_the_whole() -> None:
    space = gaussian(900, 10)
    small = reduce(space, dimension=4)
    whole, part = preservation(space, small), preservation(space, small, sample=300)
    for name in FIGURES:
        value = getattr(whole, name)
        low, high = part.intervals[name]
        assert low < value < high
        assert whole.intervals[name] == pytest.approx((value, value))
    by_word = dict(zip(whole.words, whole.overlap, strict=True))
    assert [by_word[word] for word in part.words] == part.overlap.tolist()
    assert (part.sample, len(set(part.words)), part.overlap.dtype) == (300, 300, np.float32)


def test_the_sample_is_stated_and_repeats() -> None:
    space = gaussian(400, 6)
    small = reduce(space, dimension=3)
    first, again = (preservation(space, small, sample=50, most_frequent=200) for _ in range(2))
    assert first.words == again.words
    assert first.words != preservation(space, small, sample=50, most_frequent=200, seed=1).words
    assert max(int(word[1:]) for word in first.words) < 200
    assert first.sampled == (
        "50 words drawn at random from the 200 most frequent words (of 400); neighbours searched "
        "among the 200 most frequent words by cosine."
    )
    assert preservation(space, small, most_frequent=None).sampled.startswith("All 400 words;")


def test_nothing_is_lost_by_rotation_and_scale() -> None:
    space = gaussian(80, 5)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    turned = space_of(3 * space.vectors @ turn.astype(np.float32))
    found = preservation(space, turned)
    assert [getattr(found, name) for name in FIGURES] == pytest.approx([1, 1, 1], abs=1e-3)


def test_the_frame_lists_the_losers_first() -> None:
    space = gaussian(60, 8)
    frame = preservation(space, reduce(space, dimension=2)).to_frame()
    assert list(frame.columns) == ["word", "overlap"]
    assert frame["overlap"].is_monotonic_increasing


def test_glove_keeps_less_than_trustworthiness_tells(glove_100: EmbeddingSpace) -> None:
    """Above .98 where fewer than half of the neighbours are left."""
    frequent = glove_100.head(40_000)
    found = preservation(frequent, reduce(frequent, dimension=25), sample=400)
    assert found.trustworthiness > 0.98
    assert found.knn_overlap < 0.5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"k": 10}, "Among 5 words compare 1 to 2 neighbours"),
        ({"k": 0}, "compare 1 to 2 neighbours"),
        ({"k": 2, "sample": 0}, "at least one word"),
        ({"k": 2, "most_frequent": 0}, "at least one word"),
        ({"k": 2, "metric": "dot"}, "cosine or euclidean"),
    ],
)
def test_bad_options_are_refused(
    tiny: EmbeddingSpace, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        preservation(tiny, tiny, **options)


def test_different_words_are_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="different words"):
        preservation(tiny, gaussian(5, 3), k=2)


def test_a_map_with_holes_is_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="finite"):
        preservation(tiny, np.full((5, 2), np.nan, dtype=np.float32), k=2)


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
        preservation(gaussian(9, 4), space_of(vectors), k=2)


def test_a_map_of_one_point_and_two_words() -> None:
    with pytest.raises(NothingToMeasure, match="are equal"):
        preservation(gaussian(9, 4), np.ones((9, 2), dtype=np.float32), k=2)
    with pytest.raises(NothingToMeasure, match="at least 3 words"):
        preservation(gaussian(2, 4), gaussian(2, 2), k=1)
