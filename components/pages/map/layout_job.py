"""The layout that the page shows: a precomputed one, a PCA, or one that a job draws."""

import hashlib

from components import session
from components.pages.map.layout import MapLayout
from components.pages.map.request import MapRequest
from components.pages.map.word_selection import no_words
from components.widgets.jobs import forget_job
from components.widgets.map_job import map_job
from components.widgets.notices import notice
from models.errors import EmbeddingError, InvalidRequest
from models.maps.neighbour_graph import map_rows
from models.maps.pca_layout import pca_layout
from models.maps.precomputed_maps import MAPPED, precomputed_layout
from models.maps.projection import FEWEST, has_precomputed_map
from models.sources.bundled import NAMES
from models.space import EmbeddingSpace

_PLACE = "map"  # the job of this page


def map_layout(in_use: session.InUse, request: MapRequest) -> MapLayout:
    """Return the layout of the map. Where it cannot be drawn, say why, and return another one."""
    if is_precomputed(in_use.published, request):
        return _precomputed(in_use, request, request.method)
    try:
        return _computed(in_use, request)
    except EmbeddingError as error:
        notice(error, key="map-made")
        bundled = in_use.published.name in NAMES
        return _precomputed(in_use, request, "umap" if bundled and request.options else "pca")


def start_again() -> None:
    """Forget the job, so that it starts anew in the next run of the page."""
    forget_job(_PLACE)


def is_precomputed(space: EmbeddingSpace, request: MapRequest) -> bool:
    """Tell whether the request is for a map that need not be drawn. PCA of the most frequent words
    is the same at every reduced size."""
    as_published = request.options is None or not request.recomputed
    all_words = request.most_frequent == min(MAPPED, len(space))
    return as_published and all_words and has_precomputed_map(space, request.options)


def _precomputed(in_use: session.InUse, request: MapRequest, method: str) -> MapLayout:
    space = in_use.published

    def make() -> MapLayout:
        found = precomputed_layout(space, method=method, dimensions=request.dimensions)
        rows = map_rows(space, len(found.positions))
        return MapLayout(
            in_use.kept, rows, found.positions, found.content_id, found.described, method
        )

    identity = (in_use.kept.content_id, method, request.dimensions)
    return session.remember("map precomputed", identity, make)


def _computed(in_use: session.InUse, request: MapRequest) -> MapLayout:
    source = in_use.kept if request.recomputed else in_use.published
    words = request.words
    found = min(words, len(source)) if isinstance(words, int) else len(words)
    if found < FEWEST and request.most_frequent is not None:
        raise InvalidRequest(f"A map needs at least {FEWEST} words; this space has {found}.")
    if found < FEWEST:
        raise InvalidRequest(no_words(found, linked=request.word_list is None))
    drawn = f"map of {source.content_id}: {words!r}, {request.dimensions}, {request.options!r}"
    frame = f"live-{hashlib.blake2b(drawn.encode(), digest_size=8).hexdigest()}"
    identity = (frame, in_use.kept.content_id)
    start = session.remember("map start", identity, lambda: _start(in_use, request, source, frame))
    if request.options is None:
        return start
    return start.changed(job=map_job(_PLACE, source, words, request.options))


def _start(
    in_use: session.InUse, request: MapRequest, source: EmbeddingSpace, frame: str
) -> MapLayout:
    """Return the principal components of the words: the PCA map, or the start of any other."""
    rows = map_rows(source, request.words)
    positions, share = pca_layout(source, rows, request.dimensions)
    if request.options is None:
        described = (
            f"the first {request.dimensions} principal components of these words alone, which hold "
            f"{100 * share:.1f} % of their variance"
        )
    else:
        described = request.options.describe(len(rows))
    return MapLayout(
        in_use.kept,
        rows,
        positions,
        frame,
        f"{described}; computed from {source.dimension} dimensions ({source.treatment})",
        request.method,
        options=request.options,
        settled=request.options is None,
        source=source,
    )
