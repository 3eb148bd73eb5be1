"""Nearest neighbours at many sizes at once, exactly, in one pass over the words.

What nested_analogies.py does for questions: the cosines at d dimensions are made of those at fewer,
so that the neighbourhoods of all sizes cost hardly more than those of the largest.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.analogy_batches import Progress
from models.quality.sweep.nested_analogies import growth
from models.space import EmbeddingSpace, Floats, Rows

_BLOCK = 256  # words in a block
_LOWEST = np.float32(-3e38)


def nearest_nested(
    cuts: Sequence[EmbeddingSpace], rows: Rows, *, k: int = 10, progress: Progress | None = None
) -> NDArray[np.int32]:
    """Return the k nearest words by cosine of the words `rows` in each cut, int32 (cuts, rows, k).

    `cuts` are spaces of the same words whose vectors are prefixes of those of the last and
    largest, in rising order of dimension. Rows of words, the nearest first, equally near ones in
    the order of their rows; a word is no neighbour of its own. -1 where there are fewer than k.
    """
    from models.quality.sweep.nested_kernel import collect

    scores = np.full((len(cuts), len(rows), k), _LOWEST, dtype=np.float32)
    found = np.full((len(cuts), len(rows), k), -1, dtype=np.int32)
    for place, products, scale, start, width in _products(cuts, rows, progress):
        collect(products, scale, rows, start, width, scores[place], found[place])
    return found


def ranks_nested(
    cuts: Sequence[EmbeddingSpace],
    rows: Rows,
    wanted: NDArray[np.int32],
    *,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """Return the rank of words among the neighbours of the words `rows`, int64 (cuts, rows, w).

    `wanted` int32 (cuts, rows, w) holds rows of words, -1 for none, whose rank is then 1.
    """
    from models.quality.sweep.nested_kernel import count_nearer

    scores = np.stack(
        [_cosines(cuts[-1], cut, rows, some) for cut, some in zip(cuts, wanted, strict=True)]
    )
    nearer = np.zeros(wanted.shape, dtype=np.int64)
    for place, products, scale, start, width in _products(cuts, rows, progress):
        count_nearer(
            products.copy(), scale, rows, start, width, wanted[place], scores[place], nearer[place]
        )
    return nearer + 1


def _products(
    cuts: Sequence[EmbeddingSpace], rows: Rows, progress: Progress | None
) -> Iterator[tuple[int, Floats, Floats, int, int]]:
    """Yield for each block of words and each cut: the place of the cut, the inner products (rows,
    block), 1 / length of the words of the block, the block's first row and its width."""
    from models.quality.sweep.nested_kernel import advance

    largest = cuts[-1]
    queries = np.ascontiguousarray(largest.unit(rows))
    products = np.empty((len(rows), _BLOCK), dtype=np.float32)
    for start in range(0, len(largest), _BLOCK):
        width = min(_BLOCK, len(largest) - start)
        block = np.zeros((largest.dimension, _BLOCK), dtype=np.float32)
        block[:, :width] = largest.unit(slice(start, start + width)).T
        products[:] = 0
        done = 0
        for place, cut in enumerate(cuts):
            advance(products, queries, block, done, cut.dimension)
            done = cut.dimension
            scale = np.zeros(_BLOCK, dtype=np.float32)
            scale[:width] = growth(largest, cut, slice(start, start + width))
            yield place, products, scale, start, width
        if progress:
            progress(min(1.0, (start + width) / len(largest)))


def _cosines(
    largest: EmbeddingSpace, cut: EmbeddingSpace, rows: Rows, wanted: NDArray[np.int32]
) -> Floats:
    """Return the inner product of `rows` with the direction of each wanted word, (rows, w), in the
    same units as those of _products()."""
    scores = np.empty(wanted.shape, dtype=np.float32)
    queries = largest.unit(rows)[:, : cut.dimension]
    for column, words in enumerate(wanted.T):
        scores[:, column] = np.einsum("ij,ij->i", queries, cut.unit(words))
    return scores
