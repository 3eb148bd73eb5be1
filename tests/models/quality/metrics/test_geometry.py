"""The shape of spaces whose shape is known."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
import models.quality.metrics.geometry as module
from models.quality.metrics.geometry import (
    intrinsic_dimension,
    isoscore,
    mean_cosine,
    participation_ratio,
    spectrum,
)
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.shape_by_size import estimates_at, shape_at
from models.reduction.reduce import fit_pca
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary


def space_of(vectors: object) -> EmbeddingSpace:
    rows = np.array(vectors, dtype=np.float32)
    return EmbeddingSpace("made", Vocabulary([f"w{i}" for i in range(len(rows))]), rows)


def shape(space: EmbeddingSpace, sample: int = 2_000) -> "pd.Series[Any]":
    """All figures of the space as it is."""
    exact, estimated = shape_at(space, []), estimates_at(space, [], sample=sample)
    return exact.merge(estimated, on=["kind", "dimension"]).iloc[0]


def rotation(dimension: int, seed: int = 0) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(dimension, dimension)))[0]


def isoscore_of_the_paper(points: np.ndarray) -> float:
    """Rudman and others 2022, algorithm 1, step by step."""
    n = points.shape[1]
    variance = np.linalg.eigvalsh(np.cov(points.T))
    normalised = np.sqrt(n) * variance / np.linalg.norm(variance)
    defect = np.linalg.norm(normalised - 1) / np.sqrt(2 * (n - np.sqrt(n)))
    share = (n - defect**2 * (n - np.sqrt(n))) ** 2 / n**2
    return float((n * share - 1) / (n - 1))


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1_000))
def test_isoscore_is_the_papers(dimension: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    scales = generator.exponential(size=dimension) + 0.01
    space = space_of(generator.normal(size=(60, dimension)) * scales)
    found = isoscore(participation_ratio(fit_pca(space).variance), dimension)
    assert found == pytest.approx(isoscore_of_the_paper(space.vectors.astype(float)), abs=1e-5)


def test_a_ball_fills_its_dimensions_and_a_line_one() -> None:
    generator = np.random.default_rng(0)
    ball = shape(space_of(generator.normal(size=(20_000, 12))), sample=500)
    assert ball.participation_ratio == pytest.approx(12, rel=0.01)
    assert ball.isoscore == pytest.approx(1, abs=0.01)
    line = shape(space_of(generator.normal(size=(500, 1)) * np.arange(1, 6)))
    assert line.participation_ratio == pytest.approx(1, abs=1e-6)
    assert line.isoscore == pytest.approx(0, abs=1e-6)
    assert line.intrinsic_dimension == pytest.approx(1, rel=0.15)


@pytest.mark.parametrize("dimension", [2, 5])
def test_twonn_finds_the_dimension_of_an_embedded_cube(dimension: int) -> None:
    cube = np.random.default_rng(0).uniform(size=(3_000, dimension))
    points = (cube @ rotation(20)[:dimension] + 3).astype(np.float32)
    assert intrinsic_dimension(points) == pytest.approx(dimension, rel=0.08)


def test_twonn_follows_its_definition() -> None:
    points = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    ratios = []
    for point in points.astype(float):
        away = np.sort(np.linalg.norm(points - point, axis=1))
        ratios.append(away[2] / away[1])
    x = np.log(np.sort(ratios))[:45]
    y = [-np.log(1 - i / 50) for i in range(1, 46)]
    assert intrinsic_dimension(points) == pytest.approx(np.dot(x, y) / np.dot(x, x), rel=1e-5)


def test_equal_vectors_count_once() -> None:
    points = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    twice = np.r_[points, points[:80]]
    assert intrinsic_dimension(twice) == pytest.approx(intrinsic_dimension(points))


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 10), st.floats(1e-3, 1e3), st.integers(0, 1_000))
def test_rotation_and_scale_change_nothing(dimension: int, scale: float, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(60, dimension)) + 0.3
    before = shape(space_of(vectors))
    after = shape(space_of(scale * vectors @ rotation(dimension, seed)))
    for name in ("participation_ratio", "isoscore", "intrinsic_dimension", "mean_cosine"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-3, abs=1e-5)
    assert after.hubness == pytest.approx(before.hubness, abs=0.1)  # a rounding may swap neighbours


def test_mean_cosine_is_that_of_all_pairs() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 5)) + 0.5
    vectors[7] = 0  # has no direction
    others = np.delete(vectors, 7, axis=0)
    cosines = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for i, a in enumerate(others)
        for b in others[:i]
    ]
    assert mean_cosine(space_of(vectors)) == pytest.approx(np.mean(cosines), abs=1e-6)


def test_the_baseline_is_the_spectrum_of_shuffled_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(300, 2)) @ (3 * rotation(7)[:2])
    space = space_of(vectors + 0.5 * generator.normal(size=(300, 7)) + 2)
    columns = [
        np.random.default_rng((3, j)).permutation(space.vectors[:, j].astype(float))
        for j in range(7)
    ]
    expected = np.linalg.eigvalsh(np.cov(columns))[::-1]
    np.testing.assert_allclose(spectrum(space, seed=3).shuffled, expected, rtol=1e-4)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 4 * 300 * 3)  # three columns at a time
    found = spectrum(space, seed=3)
    np.testing.assert_allclose(found.shuffled, expected, rtol=1e-4)
    assert found.variance.sum() == pytest.approx(found.shuffled.sum(), rel=1e-5)
    assert found.above == 2


def test_the_sample_is_stated_and_repeats() -> None:
    vectors = np.random.default_rng(0).normal(size=(300, 4))
    vectors[:2] = 0
    space = space_of(vectors)
    found = estimates_at(space, [2], sample=100)
    assert found.equals(estimates_at(space, [2], sample=100))
    assert found.attrs["sampled"] == (
        "100 of 300 words drawn at random, 2 vectors of zeros left out; neighbours searched among "
        "these."
    )
    every = estimates_at(space_of(vectors[2:]), [])
    assert every.attrs["sampled"].startswith("All 298 words;")


def test_two_dimensions_suffice() -> None:
    found = shape(space_of(np.random.default_rng(0).normal(size=(300, 2))))
    assert found.intrinsic_dimension == pytest.approx(2, rel=0.2)
    assert 1 < found.participation_ratio <= 2


def test_one_dimension_has_no_isoscore() -> None:
    assert np.isnan(isoscore(1.0, 1))


def test_the_shape_of_glove(glove_100: EmbeddingSpace) -> None:
    found = shape(glove_100, sample=1_000)
    assert 1 < found.intrinsic_dimension < 100
    assert 1 < found.participation_ratio < 100
    assert found.hubness > 0


def test_five_words_are_too_few(tiny: EmbeddingSpace) -> None:
    with pytest.raises(NothingToMeasure, match="at least 12 words"):
        shape(tiny)


@pytest.mark.parametrize("value", [0.0, 0.1, 7.3])
def test_constant_vectors_have_no_shape(value: float) -> None:
    constant = space_of(np.full((1_000, 3), value))
    for measure in (shape, spectrum):
        with pytest.raises(NothingToMeasure, match="All vectors are equal"):
            measure(constant)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (np.ones((9, 2)), "at least 3 different vectors"),
        (np.arange(30)[:, None], "grid"),
    ],
)
def test_no_intrinsic_dimension(points: np.ndarray, sentence: str) -> None:
    with pytest.raises(NothingToMeasure, match=sentence):
        intrinsic_dimension(points.astype(np.float32))


def test_other_nothings() -> None:
    with pytest.raises(NothingToMeasure, match="two vectors"):
        mean_cosine(space_of([[0, 0], [1, 0]]))


@pytest.mark.parametrize("method", ["first", "random", "abtt-pca", "pca"])
def test_the_shape_of_any_reduction(method: str) -> None:
    space = space_of(np.random.default_rng(0).normal(size=(200, 6)) * np.arange(1, 7) + 0.4)
    reduced = models.reduce(space, dimension=3, method=method)
    found, plain = shape(reduced), shape(space_of(reduced.vectors))
    assert found.participation_ratio == pytest.approx(plain.participation_ratio, rel=1e-4)
