"""The principal components of a space (PCA), fitted once and remembered with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.runtime.mapped_array import mapped_empty
from models.space import EmbeddingSpace, Floats


@dataclass(frozen=True, eq=False)
class PCA:
    """Principal components of a space, the axis of largest variance first.

    `mean` float64 (d,); `components` float64 (d, d), one axis a row; `variance` float64 (d,) along
    each; `rotated` float32 (words, d): the centred vectors in these axes, column-major so that a
    prefix of the columns is contiguous.
    """

    mean: NDArray[np.float64]
    components: NDArray[np.float64]
    variance: NDArray[np.float64]
    rotated: Floats

    @property
    def explained(self) -> NDArray[np.float64]:
        """The share of the variance along each axis; sums to 1."""
        total = self.variance.sum()
        return self.variance / total if total > 0 else np.zeros_like(self.variance)


def fit_pca(space: EmbeddingSpace) -> PCA:
    """Return the PCA of all vectors of `space`, fitted once and remembered with it."""
    return space.remember("pca", lambda: _fit(space))


def _fit(space: EmbeddingSpace) -> PCA:
    count = len(space)
    mean = np.asarray(space.vectors.mean(axis=0, dtype=np.float64))
    scatter = np.zeros((space.dimension, space.dimension))
    for start, stop in space.blocks():
        centred = space.vectors[start:stop] - mean  # float64: the sum runs over all words
        scatter += centred.T @ centred
    variance, axes = np.linalg.eigh(scatter / max(1, count - 1))
    variance, components = np.maximum(variance[::-1], 0), axes.T[::-1]
    components = components * _signs(components)[:, None]

    rotated = mapped_empty((count, space.dimension), order="F")
    for start, stop in space.blocks():
        rotated.T[:, start:stop] = components @ (space.vectors[start:stop] - mean).T
    rotated.setflags(write=False)
    return PCA(mean, components, variance, rotated)


def _signs(components: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each axis the sign that makes its largest entry positive, as the direction of a
    principal axis is otherwise left to chance."""
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return np.where(signs == 0, 1.0, signs)
