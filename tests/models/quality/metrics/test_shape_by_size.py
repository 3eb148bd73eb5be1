"""The shape at several sizes is that of each reduction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
import models.quality.metrics.geometry as module
from models.errors import InvalidRequest
from models.quality.metrics.geometry import spectrum
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.shape_by_size import estimates_at, shape_at
from models.reduction.pca import PCA
from models.reduction.reduce import fit_pca
from models.space import EmbeddingSpace
from tests.models.quality.metrics.test_geometry import shape, space_of


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 8), st.integers(0, 1_000))
def test_the_shape_at_each_size_is_that_of_each_reduction(dimension: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(70, dimension)) * generator.exponential(size=dimension) + 0.2
    space, sizes = space_of(vectors), range(1, dimension + 1)
    exact, estimated = shape_at(space, sizes), estimates_at(space, sizes, sample=50)
    assert exact["kind"].tolist() == ["raw", *["pca"] * dimension] == estimated["kind"].tolist()
    assert estimated.attrs["sampled"].startswith("50 of 70 words drawn at random")
    spaces = [space, *(models.reduce(space, dimension=size) for size in sizes)]
    for each, one, other in zip(spaces, exact.itertuples(), estimated.itertuples(), strict=True):
        expected = shape(space_of(each.vectors), sample=50)
        assert one.dimension == other.dimension == each.dimension
        for name in ("participation_ratio", "isoscore", "mean_cosine"):
            value = getattr(expected, name)
            assert getattr(one, name) == pytest.approx(value, rel=1e-4, abs=1e-5, nan_ok=True)
        assert other.intrinsic_dimension == pytest.approx(expected.intrinsic_dimension, rel=1e-3)
        if each.dimension > 1:
            assert other.hubness == pytest.approx(expected.hubness, abs=0.1)
        else:
            assert np.isnan(other.hubness)


def test_centring_takes_the_common_direction_out_of_glove(glove_100: EmbeddingSpace) -> None:
    found = shape_at(glove_100, [2, 25, 100]).set_index(["kind", "dimension"])
    assert found["mean_cosine"]["raw", 100] > 0.02 > abs(found["mean_cosine"]["pca", 100])
    assert found["participation_ratio"]["raw", 100] == found["participation_ratio"]["pca", 100]
    assert found["participation_ratio"].iloc[1:].is_monotonic_increasing
    estimated = estimates_at(glove_100, [2, 25], sample=500)
    assert estimated["intrinsic_dimension"].iloc[1:].is_monotonic_increasing
    assert estimated["hubness"].iloc[0] > estimated["hubness"].iloc[1]


def test_sizes_and_spaces_without_a_shape(tiny: EmbeddingSpace) -> None:
    constant = models.reduce(space_of(np.full((50, 3), 0.1)), dimension=2)
    for measure in (shape, spectrum, lambda s: shape_at(s, [1]), lambda s: estimates_at(s, [1])):
        with pytest.raises(NothingToMeasure, match="All vectors are equal"):
            measure(constant)
    with pytest.raises(NothingToMeasure, match="at least 12 words"):
        estimates_at(tiny, [2])
    with pytest.raises(InvalidRequest, match="between 1 and 3, not 4"):
        shape_at(tiny, [4])
    flat = shape_at(space_of(np.random.default_rng(0).normal(size=(5, 2))), [1, 2])
    assert flat["mean_cosine"].between(-1, 1).all()


def test_a_cut_of_a_pca_is_not_fitted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    space = space_of(generator.normal(size=(300, 6)) * np.arange(1, 7) + 0.2)
    reduced = models.reduce(space, dimension=4)
    copy = space_of(reduced.vectors)
    fitted: list[EmbeddingSpace] = []

    def watched(each: EmbeddingSpace) -> PCA:
        fitted.append(each)
        return fit_pca(each)

    monkeypatch.setattr(module, "fit_pca", watched)
    found, plain = shape(reduced), shape(copy)
    for name in ("participation_ratio", "isoscore", "mean_cosine", "hubness"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-4, abs=1e-6)
    np.testing.assert_allclose(spectrum(reduced).variance, spectrum(copy).variance, rtol=1e-4)
    np.testing.assert_allclose(
        shape_at(reduced, [2, 4]).iloc[:, 2:],
        shape_at(copy, [2, 4]).iloc[:, 2:],
        rtol=1e-3,
        atol=1e-6,
    )
    assert reduced not in fitted
    fitted.clear()
    for other in (reduced.head(200), models.reduce(space, dimension=4, precision="int8")):
        shape(other)
        assert other in fitted
