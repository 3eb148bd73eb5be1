"""Which map is shown: one that stands, or one that a job draws while the visitor looks on."""

import hashlib
from dataclasses import dataclass
from typing import Any

from components import session
from components.pages.map.layout import Shown
from components.pages.map.request import Sight
from components.pages.map.word_selection import no_words
from components.widgets.jobs import forget_job
from components.widgets.map_job import map_job
from components.widgets.notices import notice
from models.errors import EmbeddingError, InvalidRequest
from models.jobs.job import Job
from models.maps.frames import Frame
from models.maps.pca_layout import principal
from models.maps.projection import FEWEST, MAPPED, layout
from models.maps.tasks import rows_laid_out
from models.maps.umap import UMAP
from models.sources.bundled import NAMES
from models.space import EmbeddingSpace

_PLACE = "map"  # the job of this page


@dataclass(frozen=True, eq=False)
class Drawn:
    """A map, and the job that draws it where it does not stand. `start` is what is shown before
    the job has found anything."""

    start: Shown
    job: Job[Any] | None = None

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.running

    def now(self) -> Shown:
        """Return the map as far as it is drawn; the same object until it has moved."""
        if self.job is None:
            return self.start
        running, found = self.job.running, self.job.partial  # in this order: then it is the last
        frame = found[-1] if found else Frame(0, 1, self.start.positions)
        identity = (self.start.frame, self.start.space.content_id, len(found), running)
        return session.remember("map now", identity, lambda: _moved(self.start, frame, running))


def drawn_map(in_use: session.InUse, sight: Sight) -> Drawn:
    """Return the map that `sight` asks for. One that cannot be drawn is told, and another shown."""
    if stands(in_use.published, sight):
        return Drawn(_standing(in_use, sight))
    try:
        return _live(in_use, sight)
    except EmbeddingError as error:
        notice(error, key="map-made")
        return Drawn(_instead(in_use, sight))


def start_again() -> None:
    """Forget the job, so that it starts anew when the page is next drawn."""
    forget_job(_PLACE)


def stands(space: EmbeddingSpace, sight: Sight) -> bool:
    """Tell whether a map of exactly this is there: of the most frequent words, by PCA or, for a
    bundled space, by UMAP with the options that are the defaults, of the vectors as published."""
    if sight.most != min(MAPPED, len(space)):
        return False
    if sight.options is None:
        return True
    usual = sight.options == UMAP(dimensions=sight.dimensions) and not sight.recomputed
    return usual and space.name in NAMES


def _standing(in_use: session.InUse, sight: Sight, method: str | None = None) -> Shown:
    method, space = method or sight.method, in_use.published

    def make() -> Shown:
        places = layout(space, method=method, dimensions=sight.dimensions)
        rows = rows_laid_out(space, len(places.positions))
        frame, described = places.content_id, places.described
        return Shown(in_use.kept, rows, places.positions, frame, described, method)

    identity = (in_use.kept.content_id, method, sight.dimensions)
    return session.remember("map standing", identity, make)


def _instead(in_use: session.InUse, sight: Sight) -> Shown:
    known = in_use.published.name in NAMES
    return _standing(in_use, sight, "umap" if known and sight.method != "pca" else "pca")


def _live(in_use: session.InUse, sight: Sight) -> Drawn:
    source = in_use.kept if sight.recomputed else in_use.published
    words = sight.laid_out
    _check(min(words, len(source)) if isinstance(words, int) else len(words), sight)
    asked = f"map of {source.content_id}: {words!r}, {sight.dimensions}, {sight.options!r}"
    name = f"live-{hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()}"
    identity = (name, in_use.kept.content_id)
    start = session.remember("map begun", identity, lambda: _begun(in_use, sight, source, name))
    if sight.options is None:
        return Drawn(start)
    return Drawn(start, map_job(_PLACE, source, words, sight.options))


def _moved(start: Shown, frame: Frame, running: bool) -> Shown:
    settled = frame.epoch == frame.epochs and not running
    described = start.described
    if running:
        described += "; still being drawn"
    elif not settled:
        reached = f"epoch {frame.epoch:,} of {frame.epochs:,}" if frame.epoch else "its start, PCA"
        described += f"; unfinished, stopped at {reached}"
    return start.changed(positions=frame.positions, described=described, settled=settled)


def _check(words: int, sight: Sight) -> None:
    """Raise InvalidRequest for words that make no map."""
    if words >= FEWEST:
        return
    if sight.most is not None:
        raise InvalidRequest(f"A map needs at least {FEWEST} words; this space has {words}.")
    raise InvalidRequest(no_words(words, linked=sight.listed is None))


def _begun(in_use: session.InUse, sight: Sight, source: EmbeddingSpace, name: str) -> Shown:
    """Return the principal components of the words: a map by PCA, or where any other begins."""
    rows = rows_laid_out(source, sight.laid_out)
    positions, share = principal(source, rows, sight.dimensions)
    if sight.options is None:
        described = (
            f"the first {sight.dimensions} principal components of these words alone, which hold "
            f"{100 * share:.1f} % of their variance"
        )
    else:
        described = sight.options.describe(len(rows))
    made_of = f"computed from {source.dimension} dimensions ({source.treatment})"
    return Shown(
        in_use.kept,
        rows,
        positions,
        name,
        f"{described}; {made_of}",
        sight.method,
        options=sight.options,
        settled=sight.options is None,
        source=source,
    )
