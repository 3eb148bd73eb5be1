"""One analogy through every number of dimensions.

PCA is nested, so the inner products at d dimensions are those at d - 1 plus one product a word:
following an analogy through all sizes costs three passes over the vectors, not one search a size.
"""

import numpy as np
from numpy.typing import NDArray

from models.reduction import fit_pca
from models.space import EmbeddingSpace


def expected_ranks(
    space: EmbeddingSpace, a: str, b: str, c: str, expected: str
) -> NDArray[np.int64]:
    """Return the rank of `expected` among the answers to a : b :: c : ? at each size.

    int64 (dimension,): entry d - 1 is the rank by 3CosAdd with the first d principal components
    kept, the query words excluded, among all words of the space. Raises UnknownWord.
    """
    rows = space.indices([a, b, c])
    target = space.index(expected)
    rotated = fit_pca(space).rotated
    products = np.zeros((3, len(space)), dtype=np.float32)  # with a, b and c
    squares = np.zeros(len(space), dtype=np.float32)
    ranks = np.empty(space.dimension, dtype=np.int64)
    for axis in range(space.dimension):
        column = rotated[:, axis]
        products += column[rows][:, None] * column
        squares += column * column
        lengths = np.sqrt(squares)
        away, to_b, to_c = 1 / np.maximum(lengths[rows], 1e-12)
        scores = to_b * products[1] - away * products[0] + to_c * products[2]
        scores /= np.maximum(lengths, 1e-12)
        value = scores[target]
        better = scores > value
        better[rows] = False
        ranks[axis] = int(better.sum()) + 1
    return ranks


def first_from(ranks: NDArray[np.int64]) -> int | None:
    """Return the smallest size from which on the rank is 1 at every larger size, or None."""
    missed = np.flatnonzero(ranks != 1)
    smallest = int(missed[-1]) + 2 if len(missed) else 1
    return smallest if smallest <= len(ranks) else None
