"""Preservation of neighbourhoods by a reduction or a map: overlap, trustworthiness, continuity.

Trustworthiness and continuity saturate: both pass .98 where half of the nearest neighbours are
gone. So they are never given without the share of neighbours kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.paired_distances import closeness
from models.quality.metrics.score import NothingToMeasure
from models.runtime.threads import one_thread
from models.search.neighbours import scores_of, top
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("cosine", "euclidean")
_BLOCK_BYTES = 24 << 20  # scores of one space; both spaces, copies and masks stay below 200 MB
_SAME = 1e-6  # directions nearer than this in every coordinate are one direction in float32


@dataclass(frozen=True, eq=False)
class Preservation:
    """What is left of the neighbourhoods, and the sample that says so.

    `knn_overlap`, `trustworthiness` and `continuity` lie between 0 and 1, each the mean over
    `sample` words; `intervals` holds the 95 % interval of each by its name. `overlap` float32
    (sample,) is the share of its k neighbours that each of `words` keeps, the most frequent first.
    """

    knn_overlap: float
    trustworthiness: float
    continuity: float
    k: int
    sample: int
    sampled: str
    intervals: Mapping[str, tuple[float, float]] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    overlap: Floats = field(repr=False)

    def to_frame(self) -> "pd.DataFrame":
        """Return word and overlap, the words that lose most neighbours first."""
        import pandas as pd

        frame = pd.DataFrame({"word": self.words, "overlap": self.overlap})
        return frame.sort_values("overlap", kind="stable", ignore_index=True)


def preservation(
    original: EmbeddingSpace,
    reduced: EmbeddingSpace | Floats,
    *,
    k: int = 10,
    metric: str | None = None,
    sample: int = 2_000,
    most_frequent: int | None = 20_000,
    seed: int = 0,
) -> Preservation:
    """Return how much of the neighbourhoods of `original` is left in `reduced`.

    `reduced` is a space of the same words, or a map, float32 (rows, 2 or 3), whose row i is the
    i-th most frequent word. Neighbours are exact, by cosine in `original` and by `metric` in
    `reduced` ("cosine", or "euclidean" as for a map), among the n `most_frequent` words (None:
    all) that both have. Equally near words rank by frequency. With r(i, j) the rank of j among the
    neighbours of i in `original` and U_k(i) those of the k nearest to i in `reduced` that are not
    among the k nearest in `original`:

    - overlap: the share of the k nearest that both have;
    - trustworthiness: 1 - 2 / (k (2n - 3k - 1)) * sum over j in U_k(i) of r(i, j) - k, for word i;
    - continuity: the same with the two spaces swapped (Venna and Kaski 2001).

    Each is the mean over the words sampled: ranks and n are of all words searched, only the mean
    over i is estimated, so that the sample of all words gives the definition.
    Raises InvalidRequest unless 2 k < n, NothingToMeasure where no word is nearer than another.
    """
    metric = metric or ("cosine" if isinstance(reduced, EmbeddingSpace) else "euclidean")
    first, second = _paired(original, reduced, most_frequent)
    check_comparable(first, second, k, metric)
    rows = draw(len(first), sample, seed)
    found = _measure(first, second, rows, k, metric)  # (3, sample)
    names = ("knn_overlap", "trustworthiness", "continuity")
    values = dict(zip(names, found, strict=True))
    return Preservation(
        **{name: float(value.mean()) for name, value in values.items()},
        k=k,
        sample=len(rows),
        sampled=sampled_sentence(len(rows), len(first), len(original), metric),
        intervals={name: mean_interval(value, len(first)) for name, value in values.items()},
        words=tuple(first.vocabulary[int(row)] for row in rows),
        overlap=found[0].astype(np.float32),
    )


def draw(count: int, sample: int, seed: int) -> Rows:
    """Return `sample` of `count` rows drawn at random without repetition, in order; all of them
    where there are no more."""
    if isinstance(sample, bool) or sample < 1:
        raise InvalidRequest(f"Sample at least one word, not {sample}.")
    if sample >= count:
        return np.arange(count, dtype=np.intp)
    drawn = np.random.default_rng(seed).choice(count, size=sample, replace=False)
    return np.sort(drawn).astype(np.intp)


def _paired(
    original: EmbeddingSpace, reduced: EmbeddingSpace | Floats, most_frequent: int | None
) -> tuple[EmbeddingSpace, EmbeddingSpace]:
    """Return the heads of both that hold the same words."""
    if most_frequent is not None and most_frequent < 1:
        raise InvalidRequest("Search neighbours among at least one word.")
    count = min(most_frequent or len(original), len(original), len(reduced))
    if count < 3:
        raise NothingToMeasure(f"Neighbourhoods need at least 3 words; there are {count}.")
    if isinstance(reduced, EmbeddingSpace):
        return same_heads(original, reduced, count)
    first = original.head(count)
    return first, _layout(first, reduced[:count])


def same_heads(
    first: EmbeddingSpace, second: EmbeddingSpace, count: int
) -> tuple[EmbeddingSpace, EmbeddingSpace]:
    """Return the `count` most frequent words of both; raise InvalidRequest where these differ."""
    one, other = first.head(count), second.head(count)
    same = len(one) == len(other) and (
        first.vocabulary is second.vocabulary
        or one.vocabulary.chunk(0, len(one)) == other.vocabulary.chunk(0, len(other))
    )
    if not same:
        raise InvalidRequest(
            f"{first.title} and {second.title} list different words: compare spaces of the same "
            "words in the same order."
        )
    return one, other


def _layout(space: EmbeddingSpace, points: Floats) -> EmbeddingSpace:
    if points.ndim != 2 or not np.isfinite(points).all():
        raise InvalidRequest("A map needs one row of finite coordinates a word.")
    # A copy: a space makes its vectors read-only, and these belong to the caller.
    return EmbeddingSpace("map", space.vocabulary, np.array(points, dtype=np.float32))


def check_comparable(first: EmbeddingSpace, second: EmbeddingSpace, k: int, metric: str) -> None:
    """Raise where the neighbourhoods of `first` (by cosine) and `second` cannot be compared."""
    if metric not in METRICS:
        raise InvalidRequest(f"“{metric}” is no metric here. Choose {' or '.join(METRICS)}.")
    most = (len(first) - 1) // 2  # beyond, the worst case that normalises is another
    if isinstance(k, bool) or not 1 <= k <= most:
        raise InvalidRequest(
            f"Among {len(first):,} words compare 1 to {most:,} neighbours (fewer than half the "
            f"words), not {k:,}."
        )
    for space, measure in ((first, "cosine"), (second, metric)):
        if measure == "cosine" and space.dimension == 1:
            raise NothingToMeasure(
                f"{space.title} has one dimension, where a cosine is 1 or −1: no word is nearest."
            )
        if not _differ(space, measure):
            what = "point the same way" if measure == "cosine" else "are equal"
            raise NothingToMeasure(
                f"All {len(space):,} vectors of {space.title} {what}: no word is nearer than "
                "another."
            )


def _differ(space: EmbeddingSpace, metric: str) -> bool:
    if metric == "euclidean":
        return any((space.vectors[a:b] != space.vectors[0]).any() for a, b in space.blocks())
    one = space.unit(slice(0, 1))
    return any(
        (np.abs(space.unit(slice(a, b)) - one) > _SAME).any() for a, b in space.blocks()
    )  # the first block decides, but for constant vectors


def _measure(
    first: EmbeddingSpace, second: EmbeddingSpace, rows: Rows, k: int, metric: str
) -> NDArray[np.float64]:
    """Return overlap, trustworthiness and continuity of every row, float64 (3, rows)."""
    count = len(first)
    found = np.empty((3, len(rows)))
    step = max(1, _BLOCK_BYTES // (4 * count))
    for start in range(0, len(rows), step):
        block = rows[start : start + step]
        high, low = _scores(first, block, "cosine"), _scores(second, block, metric)  # (b, n) each
        for offset, (there, here) in enumerate(zip(high, low, strict=True)):
            near, kept = top(there, k), top(here, k)
            common = np.isin(kept, near)
            found[:, start + offset] = (
                common.mean(),
                _excess(there, kept[~common], k),
                _excess(here, near[~np.isin(near, kept)], k),
            )
    found[1:] = closeness(found[1:], count, k)
    return found


def _scores(space: EmbeddingSpace, rows: Rows, metric: str) -> Floats:
    """Return how near every word is to `rows`, float32 (rows, words), minus infinity to itself."""
    if metric == "cosine":
        scores = scores_of(space, np.ascontiguousarray(space.vectors[rows]), metric=metric)
    else:
        scores = _closeness(space, rows)
    scores[np.arange(len(rows)), rows] = -np.inf
    return scores


def _closeness(space: EmbeddingSpace, rows: Rows) -> Floats:
    """Return minus the squared distances, float32 (rows, words). Computed in float64 around the
    mean: neighbours on a map are near beside its size, and float32 would lose the difference."""
    mean = space.vectors.mean(axis=0, dtype=np.float64)
    queries = space.vectors[rows] - mean
    lengths = (queries**2).sum(axis=1)[:, None]
    scores = np.empty((len(rows), len(space)), dtype=np.float32)
    step = max(1, _BLOCK_BYTES // (8 * max(space.dimension, len(rows))))
    with one_thread():
        for start in range(0, len(space), step):
            block = space.vectors[start : start + step] - mean
            scores[:, start : start + step] = 2 * queries @ block.T - lengths - (block**2).sum(1)
    return scores


def _excess(scores: Floats, rows: Rows, k: int) -> int:
    """Return by how much the ranks of `rows` exceed k, summed; ties rank by row."""
    total = 0
    for row in rows:
        value = scores[row]
        ahead = np.count_nonzero(scores > value) + np.count_nonzero(scores[:row] == value)
        total += int(ahead) + 1 - k
    return total


def mean_interval(values: NDArray[np.float64], count: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean of a sample out of `count` words (normal, with the
    correction for a finite population: nothing is uncertain where all words were taken)."""
    size, mean = len(values), float(values.mean())
    if size == 1:
        return (mean, mean) if count == 1 else (0.0, 1.0)
    error = float(values.std(ddof=1)) * sqrt((1 - size / count) / size)
    return max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error)


def sampled_sentence(size: int, count: int, total: int, metric: str) -> str:
    """Return in words which `size` of the `count` most frequent of `total` words were looked at."""
    among = f"all {count:,} words" if count == total else f"the {count:,} most frequent words"
    of = "" if count == total else f" (of {total:,})"
    drawn = f"{among}{of}" if size == count else f"{size:,} words drawn at random from {among}{of}"
    how = "cosine" if metric == "cosine" else "cosine in the space and by distance on the map"
    return f"{drawn[0].upper()}{drawn[1:]}; neighbours searched among {among} by {how}."
