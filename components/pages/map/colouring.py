"""The colours of the words on the map."""

from dataclasses import replace

import numpy as np

from components import session
from components.pages.map import stability, trust_panel
from components.pages.map.deferred import is_map_drawn
from components.pages.map.layout import MapLayout
from components.pages.map.request import MapRequest
from components.word_map.scene import PALETTE, Categories, Scale
from models.maps.precomputed_maps import clusters
from models.search.neighbours import scores_of
from models.sources.bundled import NAMES
from models.space import Rows


def colouring(
    in_use: session.InUse, request: MapRequest, shown: MapLayout, rows: Rows
) -> Categories | Scale | None:
    """Return the colours of the words `rows`: those of the map `shown`, then those added to it;
    None is one grey."""
    if request.colour in (trust_panel.COLOUR, stability.COLOUR):
        return _measured(request.colour, shown, len(rows))
    if request.marked_groups and (request.only_groups or request.colour == "cluster"):
        return None  # the groups' own colours are the ones to see
    if request.colour == "cluster":
        return _clusters(in_use, rows)
    if request.colour == "frequency":
        return _frequency(rows)
    if request.colour == "similarity to the word" and request.word in in_use.kept:
        return _similarity(in_use, request.word, rows)
    return None


def _measured(colour: str, shown: MapLayout, words: int) -> Scale | None:
    """Return what is measured of the map as colours; the words added to it, which hide under their
    marks, have the lowest one."""
    if colour == stability.COLOUR:
        found = stability.movement_colours(shown)
    else:
        found = trust_panel.faithfulness_colours(shown) if is_map_drawn() else None
    if found is None or len(found.values) == words:
        return found
    values = np.full(words, found.low, dtype=np.float32)
    values[: len(found.values)] = found.values
    return replace(found, values=values)


def _clusters(in_use: session.InUse, rows: Rows) -> Categories | None:
    if in_use.published.name not in NAMES:
        return None
    found = clusters(in_use.published.name)
    known = rows < len(found.codes)
    if known.all():
        return Categories(found.codes[rows], found.names)
    codes = np.full(len(rows), len(PALETTE), dtype=np.uint8)
    codes[known] = found.codes[rows[known]]
    names = (*found.names, *[""] * (len(PALETTE) + 1 - len(found.names)))
    return Categories(codes, names, other="too rare for a cluster")


def _frequency(rows: Rows) -> Scale:
    ranks = (rows + 1).astype(np.float32)
    return Scale(
        ranks,
        1,
        float(ranks.max(initial=2)),
        "rank by frequency",
        colours="Cividis",
        low_text="frequent",
        high_text="rare",
    )


def _similarity(in_use: session.InUse, word: str, rows: Rows) -> Scale:
    query = in_use.kept[word][None]
    near = scores_of(in_use.kept, query, metric="cosine")[0, rows]
    second = float(np.partition(near, -2)[-2]) if len(near) > 1 else 1.0  # the first is the word
    return Scale(near, 0.0, max(second, 0.01), f"cosine with {word}")
