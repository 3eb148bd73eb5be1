"""The cost of a number of dimensions: bytes, and the time of one exact search."""

from collections.abc import Iterable, Sequence
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InvalidRequest
from models.reduction.reduce import PRECISIONS, bytes_per_word, reduce
from models.search.neighbours import scores_of, top
from models.space import EmbeddingSpace, Rows

if TYPE_CHECKING:
    import pandas as pd

K = 10  # neighbours of each search
_SECONDS = 0.3  # of searching, in all
_FEWEST = 3  # searches a size, however long they take


def costs(
    space: EmbeddingSpace,
    dimensions: Iterable[int],
    *,
    precisions: Sequence[str] = PRECISIONS,
    queries: int = 20,
    seed: int = 0,
) -> "pd.DataFrame":
    """Return what each of `dimensions` costs, a row for each size and precision: dimension,
    precision, bytes_per_word, bytes (of all words), query_ms, queries.

    `query_ms` is the median time in milliseconds of one search for the 10 nearest words, exact,
    over all words of `space` cut by PCA, on one thread, of up to `queries` words drawn at random
    (`queries` says how many, fewer where time runs out): of *this machine, now*. Searches read
    float32, whatever the vectors are stored in, so it is the same for all precisions.
    Raises InvalidRequest for a size that the space cannot have and for an unknown precision.
    """
    import pandas as pd

    if queries < 1:
        raise InvalidRequest(f"Time at least one search, not {queries}.")
    sizes = sorted(set(dimensions))
    drawn = np.random.default_rng(seed).integers(len(space), size=queries)
    rows = []
    for size in sizes:
        reduced = reduce(space, dimension=size)
        times = _times(reduced, drawn, seconds=_SECONDS / len(sizes))
        for precision in precisions:
            each = bytes_per_word(size, precision)
            timed = (1_000 * median(times), len(times))
            rows.append((size, precision, each, each * len(space), *timed))
    columns = ["dimension", "precision", "bytes_per_word", "bytes", "query_ms", "queries"]
    return pd.DataFrame(rows, columns=columns)


def _times(space: EmbeddingSpace, rows: Rows, *, seconds: float) -> list[float]:
    """Return the seconds of each search, until `seconds` are over."""
    _search(space, int(rows[0]))  # norms, and the memory that the library keeps
    times: list[float] = []
    for row in rows:
        start = perf_counter()
        _search(space, int(row))
        times.append(perf_counter() - start)
        if len(times) >= _FEWEST and sum(times) > seconds:
            break
    return times


def _search(space: EmbeddingSpace, row: int) -> Rows:
    (scores,) = scores_of(space, space.vectors[[row]], metric="cosine")
    scores[row] = -np.inf
    return top(scores, K)
