"""The words on the map with their positions: all that the layout has, or one's own alone."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from components.widgets.map_layer import Colouring, MapLayer
from models.maps.projection import Layout


@dataclass(frozen=True, eq=False)
class Field:
    """The words on the map, the most frequent of the space, with their positions."""

    words: list[str]
    places: Layout

    rows: NDArray[np.intp] | None = None  # where these are some of the words only

    @cached_property
    def mapped(self) -> frozenset[str]:
        return frozenset(self.words)

    def only(self, chosen: tuple[str, ...]) -> "Field":
        """The field of the `chosen` words alone; they stay where they are."""
        places = {word: row for row, word in enumerate(self.words)}
        rows = np.array(sorted(places[word] for word in chosen if word in places), dtype=np.intp)
        return Field([self.words[row] for row in rows], self.places, rows)

    def layer(self, colours: Colouring) -> MapLayer:
        if self.rows is None:
            return MapLayer(self.places.content_id, self.words, self.places.positions, colours)
        return MapLayer(
            f"{self.places.content_id}-{hash(tuple(self.words))}",
            self.words,
            self.places.positions[self.rows],
            colours,
            frame=self.places.content_id,
            ranks=self.rows + 1,
        )

    @property
    def positions(self) -> NDArray[np.float32]:
        return self.places.positions if self.rows is None else self.places.positions[self.rows]
