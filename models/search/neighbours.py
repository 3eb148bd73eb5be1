"""Nearest neighbours of a word or a vector, by exact search over the whole vocabulary."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.runtime.threads import one_thread
from models.search.query_vectors import known_rows, vectors_of
from models.space import EmbeddingSpace, Floats, Rows, unit_rows

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("cosine", "euclidean", "dot")
MOST = 1_000  # answers to one question
_BLOCK_BYTES = 64 << 20  # scores held at a time
_FEW = 8  # queries
_GROUPS, _SMALLEST_GROUP = 256, 8  # of scores, to find the best ones


@dataclass(frozen=True)
class Filter:
    """Which words may answer: the `most_frequent` (None: all), `only_words` of letters."""

    most_frequent: int | None = None
    only_words: bool = False

    def __post_init__(self) -> None:
        if self.most_frequent is not None and self.most_frequent < 1:
            raise InvalidRequest("Let at least one word answer.")

    def describe(self, space: EmbeddingSpace) -> str:
        """Say in words which of the words of `space` may answer."""
        count = min(self.most_frequent or len(space), len(space))
        which = "all" if count == len(space) else f"the {count:,} most frequent of"
        hidden = " (numerals and punctuation hidden)" if self.only_words else ""
        return f"{which} {len(space):,} words{hidden}"

    def mask(self, space: EmbeddingSpace) -> NDArray[np.bool_] | None:
        """Return who may answer, bool (words,), or None where everyone may."""
        if self.most_frequent is None and not self.only_words:
            return None
        allowed = space.vocabulary.wordlike.copy() if self.only_words else np.ones(len(space), bool)
        if self.most_frequent is not None:
            allowed[self.most_frequent :] = False
        return allowed


EVERYONE = Filter()


def neighbours(
    space: EmbeddingSpace,
    query: "str | Floats | Sequence[str] | NDArray[np.float32]",
    *,
    k: int = 10,
    metric: str = "cosine",
    exclude: Iterable[str] = (),
    among: Filter = EVERYONE,
) -> "pd.DataFrame":
    """Return the `k` words nearest to `query`, the nearest first: rank, word, similarity.

    `query` is a word, several words (their mean direction: each scaled to length 1 for cosine, as
    they are otherwise) or a vector float32 (dimension,). Words of the query never answer, nor do
    those of `exclude`. The search is exact, over all words that `among` admits; equal similarities
    go to the more frequent word. `metric`: "cosine", "dot" (the inner product) or "euclidean"
    (the column is then `distance`, the smallest first).
    A space of fastText makes the vector of a word that it lacks of the word's pieces. Raises
    UnknownWord for a word without a vector, InvalidRequest for other nonsense.
    """
    rows, vector = _query(space, query, metric)
    hidden = [*rows, *(row for row in map(space.find, exclude) if row is not None)]
    values, found = nearest(
        space, vector[None, :], k=k, metric=metric, hidden=[hidden], among=among
    )
    return table(space, found[0], values[0], metric)


def nearest(
    space: EmbeddingSpace,
    queries: Floats,
    *,
    k: int,
    metric: str = "cosine",
    hidden: Sequence[Sequence[int]] = (),
    among: Filter = EVERYONE,
) -> tuple[list[Floats], list[Rows]]:
    """Return for each of `queries`, float32 (q, dimension), its k best values and their rows.

    All queries go through one matrix product a block. `hidden` names the rows that must not answer
    a query. A list is shorter than k where fewer words may answer.
    """
    _check(k, metric, queries)
    allowed = among.mask(space)
    values: list[Floats] = []
    rows: list[Rows] = []
    step = max(1, _BLOCK_BYTES // (4 * len(space)))
    for start in range(0, len(queries), step):
        scores = scores_of(space, queries[start : start + step], metric=metric)
        for offset, row_scores in enumerate(scores):
            if allowed is not None:
                row_scores[~allowed] = -np.inf
            if hidden:
                row_scores[list(hidden[start + offset])] = -np.inf
            best = top(row_scores, k)
            rows.append(best)
            values.append(row_scores[best])
    return values, rows


def scores_of(space: EmbeddingSpace, queries: Floats, *, metric: str) -> Floats:
    """Return how near every word is to every query, float32 (q, words): the larger the nearer.

    Cosine for "cosine", the inner product for "dot", the negative distance for "euclidean".
    """
    if metric == "cosine":
        queries = unit_rows(queries)
    with one_thread():
        scores = _products(space, queries)
    if metric == "cosine":
        scores /= space.divisors
    elif metric == "euclidean":
        squared = space.norms**2 - 2 * scores + (queries**2).sum(axis=1)[:, None]
        scores = -np.sqrt(np.maximum(squared, 0))
    return scores


def top(scores: Floats, k: int) -> Rows:
    """Return the rows of the `k` largest scores above minus infinity, in order; ties by row."""
    candidates = np.flatnonzero(scores >= _at_most_kth(scores, min(k, len(scores))))
    candidates = candidates[np.isfinite(scores[candidates])]
    order = np.lexsort((candidates, -scores[candidates]))
    return candidates[order][:k]


def _at_most_kth(scores: Floats, k: int) -> np.float32:
    """Return a bound that at least `k` of the scores reach and few others do.

    Of groups of scores at least `k` have a largest one that reaches the k-th of these largest ones:
    a twentieth of the time that putting all scores in order takes.
    """
    groups = max(_GROUPS, 4 * k)
    size = len(scores) // groups
    if size > _SMALLEST_GROUP:
        scores = scores[: groups * size].reshape(groups, size).max(axis=1)
    bound: np.float32 = np.partition(scores, len(scores) - k)[len(scores) - k]
    return bound


def table(space: EmbeddingSpace, rows: Rows, values: Floats, metric: str) -> "pd.DataFrame":
    """Return answers as a frame: rank, word, similarity (or distance)."""
    import pandas as pd

    return pd.DataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            "word": [space.vocabulary[int(row)] for row in rows],
            "distance" if metric == "euclidean" else "similarity": (
                -values if metric == "euclidean" else values
            ),
        }
    )


def _query(space: EmbeddingSpace, query: object, metric: str) -> tuple[list[int], Floats]:
    """Return the rows of the words that the query names, and its vector."""
    if isinstance(query, str):
        return known_rows(space, [query]), space[query]
    if isinstance(query, np.ndarray) and query.dtype.kind == "f":
        return [], query.astype(np.float32).reshape(-1)
    words = [str(word) for word in query] if isinstance(query, Iterable) else []
    if not words:
        raise InvalidRequest("Name at least one word.")
    vectors = vectors_of(space, words, unit=metric == "cosine")
    return known_rows(space, words), vectors.mean(axis=0, dtype=np.float32)


def _check(k: int, metric: str, queries: Floats) -> None:
    if metric not in METRICS:
        raise InvalidRequest(f"“{metric}” is no metric. Choose {', '.join(METRICS)}.")
    if not 1 <= k <= MOST:
        raise InvalidRequest(f"Ask for 1 to {MOST:,} neighbours, not {k}.")
    if not np.isfinite(queries).all():
        raise InvalidRequest("The query's vector has values that are no numbers.")


def _products(space: EmbeddingSpace, queries: Floats) -> Floats:
    """Return the inner products, float32 (q, words). For few queries numpy multiplies the matrix
    with one vector after the other: each reads it just once in either memory order, and needs none
    of the room (some ten megabytes a thread, kept for good) that a product of matrices works in."""
    if len(queries) > _FEW:
        return np.asarray(queries @ space.vectors.T)
    products = np.empty((len(queries), len(space)), dtype=np.float32)
    for query, scores in zip(queries, products, strict=True):
        np.dot(space.vectors, query, out=scores)
    return products
