"""What is drawn on the map: the words laid out, out-of-sample words among them, and the marks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from components import session
from components.pages.map.colouring import colouring
from components.pages.map.deferred import is_map_drawn
from components.pages.map.layout import MapLayout
from components.pages.map.request import MapRequest
from components.pages.map.trust_panel import neighbourhood_on
from components.word_map.scene import PALETTE, Group, MapScene
from models.maps.out_of_sample import out_of_sample_positions
from models.reduction.reduce import fit_pca

MOST_ADDED = 200  # out-of-sample words


def visible(layout: MapLayout, request: MapRequest) -> tuple[MapLayout, MapLayout]:
    """Return the map as it is now, all of it or the visitor's own words alone, and the
    out-of-sample words that are added to it."""
    whole, own = layout.now(), request.groups.words
    if request.only_groups:
        return whole.only(own), out_of_sample(whole, own)
    return whole, out_of_sample(whole, (request.word, *own))


def out_of_sample(layout: MapLayout, wanted: Sequence[str]) -> MapLayout:
    """Return a layout, in the same frame, of those `wanted` words of the space that a settled map
    lacks, at most MOST_ADDED: each amid its nearest words on the map, or at its own components."""
    missing = (
        word
        for word in dict.fromkeys(wanted if layout.settled else ())
        if word and word not in layout and word in layout.space
    )
    words = tuple(missing)[:MOST_ADDED]
    if not words:
        return replace(layout, rows=layout.rows[:0], positions=layout.positions[:0])

    def make() -> MapLayout:
        rows = layout.space.indices(words)
        if layout.covers_space:
            positions = fit_pca(layout.space.published).rotated[rows, : layout.dimensions]
        else:
            among = None if layout.frequent else layout.words
            source = layout.source or layout.space.published
            positions = out_of_sample_positions(source, among, layout.positions, words)
        return replace(layout, rows=rows, positions=positions)

    return session.remember("map out of sample", (layout.frame, words), make)


def map_scene(
    in_use: session.InUse,
    request: MapRequest,
    shown: MapLayout,
    added: MapLayout,
    answers: pd.DataFrame | None,
) -> MapScene:
    """Return the scene of the map `shown` with the words `added` to it. Marked are the query
    word, its neighbours, and the visitor's own words."""
    rows = np.concatenate([shown.rows, added.rows])
    positions = np.concatenate([shown.positions, added.positions])
    near = neighbourhood_on(shown, request.word) if is_map_drawn() else None
    return MapScene(
        shown.frame,
        [*shown.words, *added.words],
        shown.on_screen(positions),
        colouring(in_use, request, shown, rows),
        ranks=None if shown.frequent and not added.words else rows + 1,
        query=(request.word,) if answers is not None else (),
        neighbours=tuple(map(str, answers["word"])) if answers is not None else (),
        groups=tuple(
            Group(name, words, PALETTE[number % len(PALETTE)])
            for number, (name, words) in enumerate(request.marked_groups)
        ),
        torn=near.torn if near else (),
        false=near.false if near else (),
    )
