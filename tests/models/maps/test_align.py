"""Maps beside each other: Procrustes, and how far words wander from seed to seed."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.maps.align import common_rows, procrustes, stability
from models.maps.umap import UMAP

RANDOM = np.random.default_rng(0)


def turned(places: np.ndarray, *, mirror: bool = False) -> np.ndarray:
    rotation, _ = np.linalg.qr(RANDOM.normal(size=(places.shape[1],) * 2))
    if mirror != (np.linalg.det(rotation) < 0):
        rotation[:, 0] *= -1
    moved: np.ndarray = (3.5 * places @ rotation + 7).astype(np.float32)
    return moved


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_turned_mirrored_scaled_map_comes_back(axes: int, mirror: bool) -> None:
    places = RANDOM.normal(size=(50, axes)).astype(np.float32)
    found = procrustes(turned(places, mirror=mirror), places)
    assert found.scale == pytest.approx(1 / 3.5, rel=1e-5)
    assert found.disparity == pytest.approx(0, abs=1e-9)
    assert np.allclose(found.rotation @ found.rotation.T, np.eye(axes))


def test_it_leaves_what_scipy_leaves() -> None:
    from scipy.spatial import procrustes as theirs

    one, other = RANDOM.normal(size=(2, 40, 2)).astype(np.float32)
    assert procrustes(one, other).disparity == pytest.approx(theirs(other, one)[2])
    aligned = procrustes(one, other)(one)
    for nudge in (0.98, 1.02):  # no other scale is nearer
        middle = other.mean(axis=0)
        assert ((aligned - other) ** 2).sum() < (
            (nudge * (aligned - middle) + middle - other) ** 2
        ).sum()


def test_maps_are_aligned_by_words_and_not_by_rows() -> None:
    places = RANDOM.normal(size=(6, 2)).astype(np.float32)
    words = list("abcdef")
    order = [3, 1, 5, 0, 4]  # "c" is missing
    here, there = common_rows(["x", *(words[row] for row in order)], words)
    assert here.tolist() == [1, 2, 3, 4, 5]
    assert there.tolist() == order
    moved = turned(places[order])
    found = procrustes(moved, places[there])
    assert np.allclose(found(moved), places[order], atol=1e-5)


def test_stability_tells_who_moves(glove_100: EmbeddingSpace) -> None:
    told: list[float] = []
    found = stability(
        glove_100.head(600), seeds=(0, 1, 2), options=UMAP(epochs=100), progress=told.append
    )
    assert found.positions.shape == (3, 600, 2)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    assert 0 < np.median(found.movement) < 0.6  # words at random places would move by about 1
    assert found.to_frame()["movement"].is_monotonic_decreasing
    assert "one in twenty" in found.reading()
    with pytest.raises(InvalidRequest):
        stability(glove_100.head(600), seeds=(1, 1))
