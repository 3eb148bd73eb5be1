"""The map that is on the page: what every section of it speaks about."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.space import EmbeddingSpace, Floats, Rows


@dataclass(frozen=True, eq=False)
class Shown:
    """A map of the words `rows` of `space`: `positions` float32 (rows, 2 or 3), row by row.

    `space` is the one that neighbours are asked of: the vectors at the dimensions kept. `frame`
    names the coordinate system: as long as it is the same, zoom is kept. `described` says how the
    map was made; `options` are those of a live map, None for PCA and for one computed beforehand.
    A map that is not `settled` will still move, unless it was stopped. `source` is the space that
    the positions were computed of, None for the space as published.
    """

    space: EmbeddingSpace
    rows: Rows
    positions: Floats
    frame: str
    described: str
    method: str
    options: UMAP | TSNE | None = None
    settled: bool = True
    source: EmbeddingSpace | None = None

    @property
    def dimensions(self) -> int:
        """2 or 3."""
        return int(self.positions.shape[1])

    @property
    def frequent(self) -> bool:
        """Whether its words are the most frequent ones, in their order."""
        return np.array_equal(self.rows, np.arange(len(self.rows)))

    @cached_property
    def words(self) -> list[str]:
        """The words, in the order of `rows`."""
        if self.frequent:
            return self._frequent[0]
        return [self.space.vocabulary[int(row)] for row in self.rows]

    @cached_property
    def mapped(self) -> frozenset[str]:
        return self._frequent[1] if self.frequent else frozenset(self.words)

    @property
    def _frequent(self) -> tuple[list[str], frozenset[str]]:
        """The most frequent words, kept with the space: all visitors see the same ones."""
        vocabulary, most = self.space.vocabulary, len(self.rows)

        def read() -> tuple[list[str], frozenset[str]]:
            words = vocabulary.chunk(0, most)
            return words, frozenset(words)

        return self.space.published.remember(("words of a map", most), read)

    def changed(self, **changes: Any) -> "Shown":
        """Return the same words on a map that is otherwise changed; they are not read again."""
        other = replace(self, **changes)
        vars(other).update(words=self.words, mapped=self.mapped)
        return other

    def only(self, chosen: tuple[str, ...]) -> "Shown":
        """Return the map of those words alone that are `chosen`; they stay where they are."""
        known = [row for row in map(self.space.find, chosen) if row is not None]
        kept = np.flatnonzero(np.isin(self.rows, known))
        return replace(self, rows=self.rows[kept], positions=self.positions[kept])
