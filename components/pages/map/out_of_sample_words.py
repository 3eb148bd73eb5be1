"""Words that the map does not have, put amid their nearest ones on it: a rare word can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import session
from components.pages.map.layout import Shown
from models.maps.out_of_sample import out_of_sample_positions
from models.reduction.reduce import fit_pca
from models.space import EmbeddingSpace, Floats, Rows

MOST_PLACED = 200  # words


@dataclass(frozen=True, eq=False)
class Placed:
    """Words beside those of a map: `rows` of the space and `positions` float32 (words, 2 or 3).
    `exact` ones lie where the map itself has them, as on a PCA of all words."""

    words: tuple[str, ...]
    rows: Rows
    positions: Floats
    exact: bool = False


def placed(shown: Shown, wanted: Sequence[str]) -> Placed:
    """Return places for those of the `wanted` words that the map, once it has settled, lacks."""
    wanted = tuple(dict.fromkeys(wanted)) if shown.settled else ()
    missing = (word for word in wanted if word and word not in shown.mapped and word in shown.space)
    words = tuple(missing)[:MOST_PLACED]
    if not words:
        return Placed((), np.zeros(0, dtype=np.intp), np.zeros((0, shown.dimensions), np.float32))
    identity = (shown.frame, words)
    return session.remember("map placed", identity, lambda: _places(shown, words))


def _places(shown: Shown, words: Sequence[str]) -> Placed:
    rows = shown.space.indices(words)
    if shown.method == "pca" and shown.source is None:
        exact = fit_pca(shown.space.published).rotated[rows, : shown.dimensions]
        return Placed(tuple(words), rows, exact, exact=True)
    among = None if shown.frequent else shown.words
    source: EmbeddingSpace = shown.source or shown.space.published
    return Placed(
        tuple(words), rows, out_of_sample_positions(source, among, shown.positions, words)
    )
