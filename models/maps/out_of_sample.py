"""Positions for new words on a finished map, from their nearest words on it."""

from collections.abc import Sequence

import numpy as np

from models.errors import InvalidRequest
from models.search.neighbours import nearest
from models.space import EmbeddingSpace, Floats

_NEAREST = 3


def out_of_sample_positions(
    space: EmbeddingSpace,
    words: Sequence[str] | None,
    positions: Floats,
    new: Sequence[str] | Floats,
) -> Floats:
    """Return where `new` lies on the map of `words`, float32 (new, 2 or 3).

    `positions` float32 (words, 2 or 3) are those of `words` (None: of the most frequent words);
    `new` are words of the space or vectors float32 (new, dimension). Each lies at the mean of its
    three nearest words on the map, weighted by their cosines, none below 0. A word that is on the
    map keeps its position. Raises UnknownWord, InvalidRequest.
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
    cosines, rows = nearest(known, np.ascontiguousarray(vectors), k=_NEAREST, metric="cosine")
    for number, (row, there) in enumerate(zip(rows, own, strict=True)):
        weights = np.maximum(cosines[number], 0)
        if not weights.any():
            weights = np.ones_like(weights)  # none is similar: the mean of the least dissimilar
        mean = np.average(positions[row], axis=0, weights=weights)
        placed[number] = mean if there is None else positions[there]
    return placed
