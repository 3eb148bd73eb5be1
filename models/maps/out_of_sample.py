"""Positions for new words on a finished map, from their nearest words on it."""

from collections.abc import Sequence

import numpy as np

from models.errors import InvalidRequest
from models.search.neighbours import nearest
from models.space import EmbeddingSpace, Floats


def out_of_sample_positions(
    space: EmbeddingSpace,
    words: Sequence[str] | None,
    positions: Floats,
    new: Sequence[str] | Floats,
    *,
    k: int = 3,
    metric: str = "cosine",
) -> Floats:
    """Return where `new` lies on the map of `words`, float32 (new, 2 or 3).

    `positions` float32 (words, 2 or 3) are those of `words` (None: of the most frequent words);
    `new` are words of the space or vectors float32 (new, dimension). Each lies at the mean of its
    `k` nearest words on the map, weighted by similarity: the cosine, none below 0, or 1 / distance.
    A word that is on the map keeps its position. Raises UnknownWord, InvalidRequest.
    """
    known = space.head(len(positions)) if words is None else space.select(words)
    if len(known) != len(positions):
        raise InvalidRequest(
            f"{len(known):,} words but {len(positions):,} places on the map: each word has one."
        )
    own: list[int | None] = [None] * len(new)
    if isinstance(new, np.ndarray):
        vectors = new.astype(np.float32)
    else:
        vectors = space.vectors[space.indices(new)]
        own = [known.find(word) for word in new]
    placed = np.empty((len(own), positions.shape[1]), dtype=np.float32)
    values, rows = nearest(known, np.ascontiguousarray(vectors), k=k, metric=metric)
    for number, (value, row, there) in enumerate(zip(values, rows, own, strict=True)):
        placed[number] = (
            positions[there] if there is not None else _mean(positions[row], value, metric)
        )
    return placed


def _mean(places: Floats, values: Floats, metric: str) -> Floats:
    weights = np.maximum(values, 0) if metric == "cosine" else 1 / np.maximum(-values, 1e-6)
    if not weights.any():
        weights = np.ones_like(values)  # nothing is like it: amid what is least unlike
    return np.average(places, axis=0, weights=weights)
