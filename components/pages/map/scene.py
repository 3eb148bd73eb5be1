"""What is drawn on the map: its words, those placed among them, and which of them are marked."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from components.pages.map.deferred import is_seen
from components.pages.map.layout import Shown
from components.pages.map.layout_job import Drawn
from components.pages.map.out_of_sample_words import Placed, placed
from components.pages.map.request import Sight
from components.pages.map.trust_panel import Trusted, trust
from components.word_map.layer import PALETTE, Colouring, Group, Highlights, MapLayer
from models.space import Floats, Rows

_SIDE = 20.0  # of a live map, whatever the units it is computed in: it stays in sight as it settles
_INNER = (1.5, 98.5)  # per cent of the words that this is the side of, as in the first view


@dataclass(frozen=True, eq=False)
class Field:
    """The map `shown`, the words `placed` on it, and what is known of its faithfulness. `whole`
    are the positions of all its words where some of them only are shown."""

    shown: Shown
    placed: Placed
    trusted: Trusted
    whole: Floats | None = None

    @property
    def rows(self) -> Rows:
        return np.concatenate([self.shown.rows, self.placed.rows])

    @property
    def words(self) -> list[str]:
        return [*self.shown.words, *self.placed.words]

    @property
    def positions(self) -> Floats:
        return np.concatenate([self.shown.positions, self.placed.positions])

    @cached_property
    def mapped(self) -> frozenset[str]:
        """All words that can be seen."""
        return self.shown.mapped.union(self.placed.words)

    def layer(self, colours: Colouring) -> MapLayer:
        """Return what the browser is told of it."""
        positions, shown = self.positions, self.shown
        if shown.source is not None:
            middle, scale = _frame(shown.positions if self.whole is None else self.whole)
            positions = (positions - middle) * scale
        return MapLayer(
            shown.frame,
            self.words,
            positions,
            colours,
            ranks=None if shown.frequent and not self.placed.words else self.rows + 1,
        )


def field_of(drawn: Drawn, sight: Sight) -> Field:
    """Return what is to be drawn of the map now: all of it, or the visitor's own words alone."""
    whole, own = drawn.now(), sight.groups.words
    beside = placed(whole, own if sight.only else (sight.word, *own))
    shown = whole.only(own) if sight.only else whole
    trusted = trust(shown, sight.word) if is_seen() else Trusted(sight.word)
    return Field(shown, beside, trusted, whole.positions)


def marked(sight: Sight, field: Field, answers: pd.DataFrame | None) -> Highlights:
    """Return the words to mark: the one asked about, its neighbours and the visitor's own."""
    near = tuple(str(found) for found in answers["word"]) if answers is not None else ()
    own = tuple(
        Group(name, chosen, PALETTE[place % len(PALETTE)])
        for place, (name, chosen) in enumerate(sight.told_apart)
    )
    return Highlights(
        query=(sight.word,) if answers is not None else (),
        neighbours=near,
        groups=own,
        torn=field.trusted.torn,
        false=field.trusted.false,
    )


def _frame(positions: Floats) -> tuple[Floats, np.float32]:
    """Return the middle of a map, float32 (2 or 3), and what then takes it to its side."""
    low, high = np.percentile(positions, _INNER, axis=0)
    scale = _SIDE / max(float((high - low).max()), 1e-12)
    return ((low + high) / 2).astype(np.float32), np.float32(scale)
