"""Hubs, counted beside plain searches."""

import numpy as np
import pytest
import scipy.stats

import models
import models.quality.metrics.hubs as module
from models.quality.metrics.hubs import occurrences
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.shape_by_size import estimates_at
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary


def space_of(vectors: object) -> EmbeddingSpace:
    rows = np.array(vectors, dtype=np.float32)
    return EmbeddingSpace("made", Vocabulary([f"w{i}" for i in range(len(rows))]), rows)


def test_hubness_is_the_skewness_of_plain_counts() -> None:
    points = np.random.default_rng(0).normal(size=(80, 6)) + 0.4
    unit = (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)
    counts = np.zeros(80)
    for i in range(80):
        others = [j for j in range(80) if j != i]
        counts[sorted(others, key=lambda j: -float(unit[i] @ unit[j]))[:10]] += 1
    expected = scipy.stats.skew(counts)
    assert occurrences(space_of(unit)).hubness == pytest.approx(expected, abs=1e-9)
    estimated = estimates_at(space_of(unit), [])["hubness"]
    assert estimated.iloc[0] == pytest.approx(expected, abs=1e-9)


def test_a_star_has_a_hub_and_a_ring_none() -> None:
    star = np.r_[np.eye(20), np.ones((1, 20)) / np.sqrt(20)].astype(np.float32)
    assert occurrences(space_of(star), k=1).hubness > 4
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    ring = space_of(np.c_[np.cos(angles), np.sin(angles)])
    assert occurrences(ring, k=28).hubness == pytest.approx(0, abs=1e-9)


def test_occurrences_are_those_of_plain_searches() -> None:
    space = space_of(np.random.default_rng(0).normal(size=(90, 5)) + 0.3)
    found = occurrences(space, k=4)
    near = [word for each in space.words for word in models.neighbours(space, each, k=4)["word"]]
    assert found.words == tuple(space.words)
    assert found.counts.tolist() == [near.count(word) for word in space.words]
    assert found.hubness == pytest.approx(scipy.stats.skew(found.counts))
    assert found.never == pytest.approx(np.mean([word not in near for word in space.words]))
    hubs = found.hubs(5)
    assert hubs["count"].tolist() == sorted(found.counts, reverse=True)[:5]
    for _, equal in hubs.groupby("count"):
        assert equal["word"].map(space.index).is_monotonic_increasing


@pytest.mark.parametrize("zeros", [0, 5])
def test_a_large_space_asks_a_sample_and_searches_all(
    zeros: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = np.random.default_rng(0).normal(size=(200, 5)) + 0.3
    vectors[3 : 3 + zeros] = 0
    space = space_of(vectors)
    exact = occurrences(space, k=4)
    assert (exact.asked, exact.exact, int(exact.counts.sum())) == (
        200 - zeros,
        True,
        4 * exact.asked,
    )
    monkeypatch.setattr(module, "EXACT", 100)
    monkeypatch.setattr(module, "ASKED", 60)
    found = occurrences(space_of(vectors), k=4, seed=1)
    assert (found.asked, found.exact, int(found.counts.sum())) == (60, False, 240)
    assert found.words == exact.words
    assert len(found.words) == 200 - zeros
    assert (found.counts <= exact.counts).all()
    assert found.sampled.startswith("60 of 200 words drawn at random")
    assert found.sampled.endswith(f"neighbours searched among all {200 - zeros}.")


def test_slices_add_up_and_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(90, 5))
    whole = occurrences(space_of(vectors))
    monkeypatch.setattr(module, "_SLICE", 40)
    heard: list[float] = []
    sliced = occurrences(space_of(vectors), progress=heard.append)
    assert sliced.counts.tolist() == whole.counts.tolist()
    assert heard == sorted(heard)
    assert (len(heard), heard[-1]) == (3, 1.0)


def test_too_few_words_for_so_many_neighbours(tiny: EmbeddingSpace) -> None:
    with pytest.raises(NothingToMeasure, match="at least 6 words"):
        occurrences(tiny, k=4)
