"""The nearest words of every word: exact, computed once a space, and what every layout stands on.

Products of whole blocks in float32 say which words may be among the nearest; only those are then
measured in float64, so that the result does not depend on how a processor sums.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.neighbour_graph_store import stored
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, Rows, divisors_of

METRICS = ("cosine", "euclidean")
MOST = 50_000  # words of one map
MOST_NEIGHBOURS = 200

Progress = Callable[[float], None]

_BLOCK_BYTES = 8 << 20  # products held at a time: the processor's cache keeps most of them
_ROWS = 4_096  # rows taken to float64 at a time
_EPS = 2.0**-24  # of float32


class Graph(NamedTuple):
    """`indices` int32 (n, k) and `distances` float32 (n, k): the nearest first, the word itself at
    distance 0 before them. Distances are 1 - cosine, or Euclidean. Indices count in the order of
    the words that the graph was asked for."""

    indices: NDArray[np.int32]
    distances: Floats


def knn_graph(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    *,
    k: int = 15,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> Graph:
    """Return the `k` nearest of `words` (or rows; None: all) to each, the word itself among them.

    Neighbours are sought among `words` alone; equally near ones stay in their order. A word whose
    vector is zero is at distance 1 from all others by cosine. Kept with the space: any other call
    for the same words and as many neighbours or fewer costs nothing; large graphs of bundled spaces
    are kept on disk as well (graph_store.py). `progress` is told fractions and may raise to end
    the work.
    Raises UnknownWord, InvalidRequest.
    """
    rows = rows_of(space, words)
    k = min(k, len(rows))
    _check(len(rows), k, metric)
    name = hashlib.blake2b(rows.tobytes(), digest_size=12).hexdigest()

    def make() -> Graph:
        return _search(space, rows, k, metric, progress)

    graph = space.remember(
        ("neighbour graph", name, metric),
        lambda: Graph(*stored(space, rows, k, metric, make)),
        enough=lambda found: found.indices.shape[1] >= k,
    )
    return Graph(graph.indices[:, :k], graph.distances[:, :k])


def rows_of(space: EmbeddingSpace, words: Sequence[str] | Rows | None) -> Rows:
    """Return the rows of `words`, which may be rows already; None: all."""
    if words is None:
        return np.arange(len(space), dtype=np.intp)
    rows = space.indices(words) if not isinstance(words, np.ndarray) else words
    if len(rows) and (rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= len(space)):
        last = len(space) - 1
        raise InvalidRequest(f"Rows of {space.title} are whole numbers from 0 to {last:,}.")
    rows = rows.astype(np.intp)
    rising = bool((rows[1:] > rows[:-1]).all())  # as the most frequent words are
    if not rising and len(np.unique(rows)) < len(rows):
        raise InvalidRequest("A word can be on a map only once.")
    return rows


def _check(count: int, k: int, metric: str) -> None:
    if metric not in METRICS:
        raise InvalidRequest(f"“{metric}” is no metric here. Choose {' or '.join(METRICS)}.")
    if not 2 <= count <= MOST:
        raise InvalidRequest(f"A map holds 2 to {MOST:,} words, not {count:,}.")
    if not 2 <= k <= MOST_NEIGHBOURS:
        raise InvalidRequest(
            f"Ask for 2 to {MOST_NEIGHBOURS} neighbours, the word itself among them, not {k}."
        )


def _search(
    space: EmbeddingSpace, rows: Rows, k: int, metric: str, progress: Progress | None
) -> Graph:
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
    room = np.empty((min(step, len(rows)), len(rows)), dtype=np.float32)
    for start in range(0, len(rows), step):
        block = slice(start, min(start + step, len(rows)))
        scores = room[: block.stop - start]  # (b, n)
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
    return Graph(indices, distances)


def _prepared(
    vectors: Floats, norms: NDArray[np.float64], cosine: bool
) -> tuple[Floats, Floats, Floats]:
    """Return what is multiplied float32 (n, d), what is taken off each product (n,), and how far
    a score of each row may be off (n,): the error of a sum of d rounded products, by its bound,
    twice over."""
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
