"""The layout of a map: its words, their positions, and how these were computed."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from components import session
from models.jobs.job import Job
from models.maps.frames import Frame
from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.space import EmbeddingSpace, Floats, Rows

_SIDE = 20.0  # of a live map on the screen, whatever its units, so that it stays in sight
_INNER = (1.5, 98.5)  # per cent of the words that this is the side of, as in the first view


@dataclass(frozen=True, eq=False)
class MapLayout:
    """The words `rows` of `space` and their `positions` float32 (rows, 2 or 3), row by row.

    `space` is the one in which neighbours are searched: the vectors at the reduced size. `source`
    is the space whose vectors were laid out, None for a precomputed map, and `options` are those of
    the layout, None for PCA and for a precomputed map. `frame` names the coordinate system: as long
    as it is the same, the zoom stays. `described` says how the map was made. `job` draws it, where
    that takes time: see now(). A map is not `settled` while it is drawn, or if it was stopped.
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
    job: Job[Any] | None = None

    def now(self) -> "MapLayout":
        """Return the map as far as its job has drawn it; the same object until it has moved."""
        if self.job is None:
            return self
        running, found = self.job.running, self.job.partial  # in this order: then it is the last
        frame = found[-1] if found else Frame(0, 1, self.positions)
        identity = (self.frame, self.space.content_id, len(found), running)
        return session.remember("map now", identity, lambda: self._moved(frame, running))

    @property
    def dimensions(self) -> int:
        """2 or 3."""
        return int(self.positions.shape[1])

    @cached_property
    def frequent(self) -> bool:
        """Whether its words are the most frequent ones, in their order."""
        return np.array_equal(self.rows, np.arange(len(self.rows)))

    @property
    def covers_space(self) -> bool:
        """Whether all words of the space have positions in its frame: a PCA of the whole space."""
        return self.method == "pca" and self.source is None

    @cached_property
    def words(self) -> list[str]:
        """The words, in the order of `rows`. The most frequent ones are cached with the space, as
        they are the same for all visitors."""
        vocabulary, most = self.space.vocabulary, len(self.rows)
        if self.frequent:
            return self.space.published.remember(
                ("words of a map", most), lambda: vocabulary.chunk(0, most)
            )
        return [vocabulary[int(row)] for row in self.rows]

    def __contains__(self, word: str) -> bool:
        row = self.space.find(word)
        if row is None or self.frequent:
            return row is not None and row < len(self.rows)
        return bool((self.rows == row).any())

    def changed(self, **changes: Any) -> "MapLayout":
        """Return a layout of the same words with `changes`; the words are not read again."""
        other = replace(self, **changes)
        vars(other).update(words=self.words)
        return other

    def only(self, words: tuple[str, ...]) -> "MapLayout":
        """Return the layout of those of its words that are among `words`, where they are."""
        known = [row for row in map(self.space.find, words) if row is not None]
        shown = np.flatnonzero(np.isin(self.rows, known))
        other = replace(self, rows=self.rows[shown], positions=self.positions[shown])
        vars(other).update(_window=self._window)
        return other

    def on_screen(self, positions: Floats) -> Floats:
        """Return positions in the frame of this map as the browser draws them: those of a live map
        are centred and scaled, so that it does not leave the screen while it is drawn."""
        if self.source is None:
            return positions
        middle, scale = self._window
        return (positions - middle) * scale

    @cached_property
    def _window(self) -> tuple[Floats, np.float32]:
        if self.source is None:
            return np.zeros(self.dimensions, np.float32), np.float32(1)
        low, high = np.percentile(self.positions, _INNER, axis=0)
        scale = _SIDE / max(float((high - low).max()), 1e-12)
        return ((low + high) / 2).astype(np.float32), np.float32(scale)

    def _moved(self, frame: Frame, running: bool) -> "MapLayout":
        settled = frame.epoch == frame.epochs and not running
        described = self.described
        if running:
            described += "; still being drawn"
        elif not settled:
            start = "its start, PCA"
            reached = f"epoch {frame.epoch:,} of {frame.epochs:,}" if frame.epoch else start
            described += f"; unfinished, stopped at {reached}"
        return self.changed(
            positions=frame.positions, described=described, settled=settled, job=None
        )
