"""Faithfulness from a smaller sample, for maps that are drawn several at a time or still move."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.errors import InvalidRequest
from models.maps.faithfulness import (
    Faithfulness,
    Figure,
    faithfulness,
    figure_of,
    nearest_compared,
)
from models.maps.neighbour_graph import Progress, map_rows
from models.maps.paired_distances import PairedDistances
from models.space import EmbeddingSpace, Floats, Rows

FEWEST = 4  # words whose neighbours can be compared
_SAMPLE = 500  # words: ranks of so many cost a fraction of drawing a map


def sampled_faithfulness(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> Faithfulness:
    """Return faithfulness() from a sample of 500 words, and without the words, which several maps
    share."""
    k = nearest_compared(len(positions))
    found = faithfulness(
        space, positions, words, k=k, metric=metric, sample=_SAMPLE, progress=progress
    )
    return replace(found, words=())


def sampled_knn_overlap(
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
    Raises InvalidRequest for fewer than 4 words, or another number of positions than of words.
    """
    rows = map_rows(space, len(positions) if words is None else words)
    if len(rows) < FEWEST or len(positions) != len(rows) or not np.isfinite(positions).all():
        raise InvalidRequest(
            f"Neighbours are compared among at least {FEWEST} words with finite coordinates each; "
            f"here are {len(rows):,} words and coordinates of shape {positions.shape}."
        )
    k = nearest_compared(len(rows))
    pair = PairedDistances(space, rows, metric, np.ascontiguousarray(positions, dtype=np.float32))
    chosen = np.random.default_rng(seed).choice(
        len(rows), size=min(sample, len(rows)), replace=False
    )
    true = pair.nearest_of(pair.in_space(chosen), chosen, k)
    shown = pair.nearest_of(pair.on_map(chosen), chosen, k)
    kept = (true[:, :, None] == shown[:, None, :]).any(axis=2).mean(axis=1)  # (sample,)
    random = np.array([k / (len(rows) - 1)])
    return figure_of("knn_overlap", kept, random, k, exact=len(chosen) == len(rows)), k
