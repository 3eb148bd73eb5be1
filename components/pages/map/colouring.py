"""What the colour of a word on the map means."""

from dataclasses import replace

import numpy as np

from components import session
from components.pages.map import stability, trust_panel
from components.pages.map.request import Sight
from components.pages.map.scene import Field
from components.word_map.layer import PALETTE, Categories, Colouring, Plain, Scale
from models.maps.precomputed_maps import clusters
from models.search.neighbours import scores_of
from models.sources.bundled import NAMES
from models.space import Rows


def colouring(in_use: session.InUse, sight: Sight, field: Field) -> Colouring:
    """Return the colours of the words of the map, and of those placed on it."""
    rows = field.rows
    if sight.colour in (trust_panel.COLOUR, stability.COLOUR):
        trusted = sight.colour == trust_panel.COLOUR
        found = field.trusted.colouring if trusted else stability.movement(field.shown)
        return _padded(found, len(rows))
    own = bool(sight.told_apart) and (sight.only or sight.colour == "cluster")
    if sight.colour == "cluster" and not own:
        return _clusters(in_use, rows)
    if sight.colour == "frequency" and not own:
        return _frequency(rows)
    if sight.colour == "similarity to the word" and sight.word in in_use.kept and not own:
        return _similarity(in_use, sight.word, rows)
    return Plain()  # the groups' own colours are the ones to see


def _clusters(in_use: session.InUse, rows: Rows) -> Colouring:
    if in_use.published.name not in NAMES:
        return Plain()
    found = clusters(in_use.published.name)
    known = rows < len(found.codes)
    if known.all():
        return Categories(found.codes[rows], found.names)
    codes = np.full(len(rows), len(PALETTE), dtype=np.uint8)
    codes[known] = found.codes[rows[known]]
    names = (*found.names, *[""] * (len(PALETTE) + 1 - len(found.names)))
    return Categories(codes, names, other="too rare for a cluster")


def _frequency(rows: Rows) -> Colouring:
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


def _similarity(in_use: session.InUse, word: str, rows: Rows) -> Colouring:
    query = in_use.kept[word][None]
    near = scores_of(in_use.kept, query, metric="cosine")[0, rows]
    second = float(np.partition(near, -2)[-2]) if len(near) > 1 else 1.0  # the first is the word
    return Scale(near, 0.0, max(second, 0.01), f"cosine with {word}")


def _padded(colours: Colouring | None, words: int) -> Colouring:
    """Return colours for the words placed on a map too, which hide under their marks."""
    if isinstance(colours, Scale) and len(colours.values) != words:
        values = np.full(words, colours.low, dtype=np.float32)
        values[: len(colours.values)] = colours.values
        return replace(colours, values=values)
    return colours or Plain()
