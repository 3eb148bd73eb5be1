"""How far maps can be trusted that are drawn several at a time, or for a look in passing."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np

from models.errors import InvalidRequest
from models.maps.faithfulness import Faithfulness, Figure, faithfulness, nearest_compared
from models.maps.faithfulness_wording import READINGS
from models.maps.neighbour_graph import Progress, rows_of
from models.maps.paired_distances import Pair
from models.space import EmbeddingSpace, Floats, Rows

FEWEST = 4  # words whose neighbours can be compared
_SAMPLE = 500  # words: ranks of so many cost a fraction of drawing a map


def judged(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> Faithfulness:
    """Return faithfulness() of one of several maps, of a smaller sample and without the words,
    which all of them share."""
    k = nearest_compared(len(positions))
    found = faithfulness(
        space, positions, words, k=k, metric=metric, sample=_SAMPLE, progress=progress
    )
    return replace(found, words=())


def neighbours_kept(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    metric: str = "cosine",
    sample: int = _SAMPLE,
    seed: int = 0,
) -> tuple[Figure, int]:
    """Return the share of a word's nearest that a map `positions`, float32 (words, 2 or 3), keeps,
    and how many were compared: the first figure of faithfulness() alone, for a `sample` of words.

    It costs one product of the sample with all words and compiles nothing, so a page may ask while
    a map still moves. `random` is what a shuffled map keeps on average, k / (n - 1).
    Raises InvalidRequest for fewer than 4 words, or as many places as there are not words.
    """
    rows = rows_of(space, np.arange(min(len(positions), len(space))) if words is None else words)
    if len(rows) < FEWEST or len(positions) != len(rows) or not np.isfinite(positions).all():
        raise InvalidRequest(
            f"Neighbours are compared among at least {FEWEST} words with finite coordinates each; "
            f"here are {len(rows):,} words and coordinates of shape {positions.shape}."
        )
    k = nearest_compared(len(rows))
    pair = Pair(space, rows, metric, np.ascontiguousarray(positions, dtype=np.float32))
    chosen = np.random.default_rng(seed).choice(
        len(rows), size=min(sample, len(rows)), replace=False
    )
    true = pair.nearest_of(pair.in_space(chosen), chosen, k)
    shown = pair.nearest_of(pair.on_map(chosen), chosen, k)
    kept = (true[:, :, None] == shown[:, None, :]).any(axis=2).mean(axis=1)  # (sample,)
    value, random = float(kept.mean()), k / (len(rows) - 1)
    interval = None
    if len(chosen) < len(rows):
        error = 1.96 * float(kept.std()) / sqrt(len(kept))
        interval = max(0.0, value - error), min(1.0, value + error)
    reading = READINGS["knn_overlap"]
    return Figure(
        "knn_overlap", reading.title, value, random, interval, reading(value, random, k)
    ), k
