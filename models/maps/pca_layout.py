"""The first principal components of a selection of words: the PCA map, and the initialisation of
UMAP and t-SNE."""

import numpy as np

from models.errors import InvalidRequest
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, Rows

_ROWS = 4_096  # rows taken to float64 at a time


def pca_layout(space: EmbeddingSpace, rows: Rows, dimensions: int) -> tuple[Floats, float]:
    """Return the words' coordinates on their first principal components, float32 (rows,
    dimensions), and the share of the variance that these explain.

    Fitted on `rows` alone, centred. The sign of an axis makes its largest entry positive.
    """
    if space.dimension < dimensions:
        raise InvalidRequest(f"{space.title} has fewer than {dimensions} dimensions.")
    blocks = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    with one_thread():  # another number of threads would sum in another order
        mean = sum(space.vectors[block].sum(axis=0, dtype=np.float64) for block in blocks)
        mean = mean / len(rows)
        scatter = np.zeros((space.dimension, space.dimension))
        for block in blocks:
            centred = space.vectors[block] - mean
            scatter += centred.T @ centred
        variance, axes = np.linalg.eigh(scatter)
        first = axes[:, : -dimensions - 1 : -1]
        largest = first[np.abs(first).argmax(axis=0), np.arange(dimensions)]
        first = first * np.where(largest < 0, -1, 1)
        places = np.concatenate([(space.vectors[block] - mean) @ first for block in blocks])
    total = variance.sum()
    share = float(variance[-dimensions:].sum() / total) if total > 0 else 0.0
    return places.astype(np.float32), share
