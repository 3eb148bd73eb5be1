"""PCA: against numpy's SVD, nested, and honest about what it does."""

import numpy as np
import pytest

import models
from models import EmbeddingSpace, InvalidRequest
from models.reduction import fit_pca


def test_it_agrees_with_a_singular_value_decomposition(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(3_000)
    centred = space.vectors.astype(np.float64) - space.vectors.mean(axis=0, dtype=np.float64)
    _, singular, axes = np.linalg.svd(centred, full_matrices=False)
    pca = fit_pca(space)
    assert np.allclose(pca.variance, singular**2 / (len(space) - 1), rtol=1e-6)
    assert np.allclose(np.abs(np.sum(pca.components * axes, axis=1)), 1, atol=1e-6)
    assert pca.explained.sum() == pytest.approx(1)


def test_smaller_spaces_are_prefixes_and_not_copies(glove_50: EmbeddingSpace) -> None:
    large, small = (models.reduce(glove_50, dimension=d) for d in (25, 10))
    assert np.array_equal(large.vectors[:, :10], small.vectors)
    assert np.shares_memory(large.vectors, small.vectors)


def test_all_components_keep_distances_but_not_angles(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(500)
    full = models.reduce(space, dimension=50)
    apart = [np.linalg.norm(s.vectors[0] - s.vectors[1:], axis=1) for s in (space, full)]
    assert np.allclose(*apart, rtol=1e-4)
    assert not np.allclose(space.unit([0]) @ space.unit([1]).T, full.unit([0]) @ full.unit([1]).T)


def test_the_provenance_says_what_was_done(glove_50: EmbeddingSpace) -> None:
    space = models.reduce(glove_50, dimension=25)
    assert space.treatment.startswith("centred and cut to 25 of 50 dimensions by PCA (")
    assert space.published is glove_50
    assert models.reduce(glove_50, dimension=25) is space


@pytest.mark.parametrize("dimension", [0, 51, -3, True])
def test_impossible_dimensions_are_refused(glove_50: EmbeddingSpace, dimension: int) -> None:
    with pytest.raises(InvalidRequest, match="keep between 1 and 50"):
        models.reduce(glove_50, dimension=dimension)


def test_an_unknown_method_is_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="no reduction"):
        models.reduce(tiny, dimension=2, method="magic")
