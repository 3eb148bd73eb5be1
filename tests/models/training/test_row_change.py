"""How far rows moved, and a turn that moves nothing that matters."""

import numpy as np
import pytest

import models
from models import EmbeddingSpace, InvalidRequest
from models.training.row_change import best_rotation, random_rotation, row_change


def rows(seed: int, count: int = 200, d: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, d)).astype(np.float32)


def test_a_turn_alone_is_taken_away() -> None:
    before = rows(0)
    axes = np.linalg.qr(rows(1, 6))[0]
    found = row_change(before, (before @ axes).astype(np.float32))
    assert found.aligned == pytest.approx(1, abs=1e-5)
    assert found.raw.mean() < 0.9
    assert best_rotation(before, before @ axes) == pytest.approx(axes, abs=1e-5)


def test_the_turn_is_that_of_scipy() -> None:
    from scipy.linalg import orthogonal_procrustes

    before, after = rows(0), rows(1)
    expected, _ = orthogonal_procrustes(before, after)
    assert best_rotation(before, after) == pytest.approx(expected, abs=1e-5)


def test_rows_that_stay_are_not_touched() -> None:
    before = rows(0)
    after = before.copy()
    after[:50] *= 2
    found = row_change(before, after)
    assert found.touched == 0.25
    assert found.raw == pytest.approx(1, abs=1e-6)
    assert found.update[:50] == pytest.approx(np.linalg.norm(before[:50], axis=1), rel=1e-5)
    assert (found.update[50:] == 0).all()


def test_by_frequency_goes_from_the_frequent_down() -> None:
    before, counts = rows(0), np.arange(200)
    after = before + np.where(counts >= 100, 1, 0)[:, None].astype(np.float32)
    frame = row_change(before, after).by_frequency(counts, groups=4)
    assert frame["count"].tolist() == [174.5, 124.5, 74.5, 24.5]
    assert frame["update"].tolist() == pytest.approx([6**0.5, 6**0.5, 0, 0], rel=1e-5)
    assert frame["words"].sum() == 200


def test_quantiles_rise() -> None:
    frame = row_change(rows(0), rows(0) + 0.3 * rows(1)).quantiles()
    assert (frame.diff().dropna() > 0).all().all()
    assert (frame["aligned"] > 0.5).all()


def test_a_row_of_zeros_is_no_error() -> None:
    before = rows(0)
    before[3] = 0
    assert row_change(before, rows(1)).raw[3] == 0


def test_a_random_turn_changes_coordinates_and_no_answer(glove_100: EmbeddingSpace) -> None:
    space = glove_100.head(5_000)
    turned = random_rotation(space, seed=1)
    assert np.abs(turned.vectors - space.vectors).mean() > 0.1
    assert turned.vectors.dtype == np.float32
    for word in ("king", "water", "monday"):
        here, there = (models.neighbours(each, word, k=10) for each in (space, turned))
        assert here["word"].tolist() == there["word"].tolist()
        assert here["similarity"].tolist() == pytest.approx(there["similarity"].tolist(), abs=1e-5)
    answers = [models.analogy(each, "man", "king", "woman")["word"][0] for each in (space, turned)]
    assert answers[0] == answers[1]
    assert "turned at random (seed 1)" in turned.treatment
    assert turned.published is space.published
    assert np.array_equal(turned.vectors, random_rotation(space, seed=1).vectors)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"\(200, 6\) and \(200, 5\)"):
        row_change(rows(0), rows(0, d=5))
