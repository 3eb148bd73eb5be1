"""The exact k-nearest-neighbour graph of the words of a map, from which UMAP and t-SNE are drawn.

Products of whole blocks in float32 select the words that may be among the nearest; only the
distances of those are computed in float64, so that the result does not depend on the order of sums.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.neighbour_graph_store import stored_graph
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, Rows, divisors_of

METRICS = ("cosine", "euclidean")
MOST = 50_000  # words of one map
MOST_NEIGHBOURS = 200

Progress = Callable[[float], None]

_BLOCK_BYTES = 8 << 20  # products held at a time: the processor's cache keeps most of them
_ROWS = 4_096  # rows taken to float64 at a time
_EPS = 2.0**-24  # of float32


class NeighbourGraph(NamedTuple):
    """`indices` int32 (n, k) and `distances` float32 (n, k): the nearest first, the word itself at
    distance 0 before them. Distances are 1 - cosine, or Euclidean. Indices count in the order of
    the given words."""

    indices: NDArray[np.int32]
    distances: Floats


def knn_graph(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    *,
    k: int = 15,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> NeighbourGraph:
    """Return the `k` nearest of `words` (or rows; None: all) to each, the word itself among them.

    Neighbours are sought among `words` alone; equally near ones stay in their order. A word whose
    vector is zero is at distance 1 from all others by cosine. Cached with the space, so that a
    further call for the same words and no more neighbours costs nothing; large graphs of bundled
    spaces are cached on disk as well (neighbour_graph_store.py). `progress` receives fractions and
    may raise to end the work.
    Raises UnknownWord, InvalidRequest.
    """
    rows = map_rows(space, words)
    k = min(k, len(rows))
    check_metric(metric)
    _check(len(rows), k)
    name = hashlib.blake2b(rows.tobytes(), digest_size=12).hexdigest()
    make = partial(_search, space, rows, k, metric, progress)
    graph = space.remember(
        ("neighbour graph", name, metric),
        lambda: NeighbourGraph(*stored_graph(space, rows, k, metric, make)),
        enough=lambda found: found.indices.shape[1] >= k,
    )
    return NeighbourGraph(graph.indices[:, :k], graph.distances[:, :k])


def map_rows(space: EmbeddingSpace, words: int | Sequence[str] | Rows | None) -> Rows:
    """Return the rows of the `words` of a map: a number of most frequent ones, words, or rows
    already; None: all. Raises UnknownWord; InvalidRequest for a word twice."""
    if words is None or isinstance(words, int):
        most = len(space) if words is None else min(words, len(space))
        return np.arange(most, dtype=np.intp)
    rows = space.indices(words) if not isinstance(words, np.ndarray) else words
    if len(rows) and (rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= len(space)):
        last = len(space) - 1
        raise InvalidRequest(f"Rows of {space.title} are whole numbers from 0 to {last:,}.")
    rows = rows.astype(np.intp)
    rising = bool((rows[1:] > rows[:-1]).all())  # as the most frequent words are
    if not rising and len(np.unique(rows)) < len(rows):
        raise InvalidRequest("A word can be on a map only once.")
    return rows


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return a function for a part of the work, from the fraction `start` to `end` of the whole."""
    return lambda fraction: progress(start + (end - start) * fraction)


def check_metric(metric: str) -> None:
    """Raise InvalidRequest for what is not one of METRICS."""
    if metric not in METRICS:
        raise InvalidRequest(f"“{metric}” is no metric here. Choose {' or '.join(METRICS)}.")


def _check(count: int, k: int) -> None:
    if not 2 <= count <= MOST:
        raise InvalidRequest(f"A map holds 2 to {MOST:,} words, not {count:,}.")
    if not 2 <= k <= MOST_NEIGHBOURS:
        raise InvalidRequest(
            f"Ask for 2 to {MOST_NEIGHBOURS} neighbours, the word itself among them, not {k}."
        )


def _search(
    space: EmbeddingSpace, rows: Rows, k: int, metric: str, progress: Progress | None
) -> NeighbourGraph:
    from models.maps.neighbour_graph_kernel import lengths, nearest

    cosine = metric == "cosine"
    vectors = np.ascontiguousarray(space.vectors[rows])
    norms = np.empty(len(rows))
    lengths(vectors, norms)
    operand, penalty, doubts = _prepared(vectors, norms, cosine)
    indices = np.empty((len(rows), k), dtype=np.int32)
    distances = np.empty((len(rows), k), dtype=np.float32)
    step = max(64, _BLOCK_BYTES // (4 * len(rows)))
    # The same memory for every block: fresh pages would cost as much as the product.
    buffer = np.empty((min(step, len(rows)), len(rows)), dtype=np.float32)
    for start in range(0, len(rows), step):
        block = slice(start, min(start + step, len(rows)))
        scores = buffer[: block.stop - start]  # (b, n)
        with one_thread():
            np.matmul(operand[block], operand.T, out=scores)
        if not cosine:
            scores -= penalty
        out = indices[block], distances[block]
        nearest(scores, doubts[block], start, vectors, norms, cosine, *out)
        if progress:
            progress(block.stop / len(rows))
    for array in (indices, distances):
        array.setflags(write=False)
    return NeighbourGraph(indices, distances)


def _prepared(
    vectors: Floats, norms: NDArray[np.float64], cosine: bool
) -> tuple[Floats, Floats, Floats]:
    """Return the operand of the products float32 (n, d), what is subtracted from each product (n,),
    and the error of a score in each row (n,): twice the bound for a sum of d rounded products."""
    steps = 2 * (vectors.shape[1] + 16) * _EPS
    if cosine:
        divisors = divisors_of(norms.astype(np.float32))
        doubts = np.full(len(vectors), steps, dtype=np.float32)
        return vectors / divisors[:, None], np.zeros(0, dtype=np.float32), doubts
    # Half the squared distance is |x|^2 / 2 - (x . y - |y|^2 / 2); around the mean, where the
    # lengths that cancel are small.
    mean = vectors.mean(axis=0, dtype=np.float64)
    centred = np.empty_like(vectors)
    squared = np.empty(len(vectors))
    for start in range(0, len(vectors), _ROWS):
        block = slice(start, start + _ROWS)
        centred[block] = vectors[block] - mean
        squared[block] = np.einsum("ij,ij->i", centred[block], centred[block], dtype=np.float64)
    longest = np.sqrt(squared.max())
    doubts = (steps * (np.sqrt(squared) * longest + squared.max() / 2)).astype(np.float32)
    return centred, (squared / 2).astype(np.float32), doubts
