"""The jobs of maps: drawing one, measuring its faithfulness and its stability from seed to seed,
and drawing it in several states.

Each function takes a Reporter first, and then only what can be sent to another process.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.errors import InvalidRequest
from models.maps.align import Stability, stability
from models.maps.faithfulness import Faithfulness, faithfulness
from models.maps.frames import Frame
from models.maps.map_states import MapStates, map_states
from models.maps.neighbour_graph import map_rows
from models.maps.projection import frames
from models.maps.tsne import TSNE
from models.maps.umap import GRAPH_SHARE, UMAP, UMAP_LEARN
from models.reduction.reduce import reduce
from models.runtime.progress import Reporter
from models.runtime.shared_array import SharedArray
from models.sources.space_handles import SpaceHandle, handle_of, is_shared
from models.space import EmbeddingSpace, Floats, Rows
from models.vocabulary import Vocabulary

MOST_TSNE = 10_000  # words: that many take half a minute, and the time grows faster than they do
MOST_BETWEEN = 12  # frames between the first and the last, as the server holds all of them
PAUSE = 0.4  # seconds between two of these: a browser has to draw one before the next comes
_UMAP_LEARN = "umap-learn draws the map, which is seen when it is finished"
_STEPS = 50  # moments at which a frame may be sent, and at which the work can be cancelled


def draw_map(
    job: Reporter,
    handle: SpaceHandle,
    words: int | tuple[str, ...],
    options: UMAP | TSNE,
    every: int | None = None,
) -> None:
    """Report the map of `words`, or of a number of most frequent ones, as Frames.

    The first is the principal components, before anything slow; the last is the map itself, the one
    that models.project() gives; between them come at most MOST_BETWEEN, never two within PAUSE, or
    one each `every` epochs. Raises InvalidRequest for a t-SNE of more than MOST_TSNE words.
    """
    space = _opened(job, handle)
    rows = map_rows(space, words)
    if isinstance(options, TSNE) and len(rows) > MOST_TSNE:
        raise InvalidRequest(
            f"A t-SNE of {len(rows):,} words takes more than a minute: choose at most "
            f"{MOST_TSNE:,} words, or UMAP, which lays out 50,000 in a quarter of one."
        )
    message = "finding the nearest words of each"
    reference = isinstance(options, UMAP) and options.engine == UMAP_LEARN

    def report(fraction: float) -> None:
        waits = reference and fraction >= GRAPH_SHARE
        job.report(fraction, _UMAP_LEARN if waits else message)

    epochs = options.rounds(len(rows)) if isinstance(options, UMAP) else options.epochs
    step, is_due = every or max(1, epochs // _STEPS), _paced()
    for frame in frames(space, rows, options, every=step, progress=report):
        if frame.epoch:
            message = f"epoch {frame.epoch:,} of {frame.epochs:,}"
        if every or is_due(frame):
            job.add(frame)


def measure_faithfulness(
    job: Reporter,
    handle: SpaceHandle,
    positions: SharedArray | Floats,
    k: int,
    metric: str = "cosine",
) -> Faithfulness:
    """Return the faithfulness of the map `positions` (words, 2 or 3) of a space's first words;
    without the words, which the page has and every visitor would hold once more."""
    space = _opened(job, handle)
    places = positions.open() if isinstance(positions, SharedArray) else positions
    progress = _saying(job, "comparing neighbours in the space and on the map")
    return replace(faithfulness(space, places, k=k, metric=metric, progress=progress), words=())


def measure_stability(
    job: Reporter, handle: SpaceHandle, words: int, options: UMAP, seeds: tuple[int, ...]
) -> Stability:
    """Return the map of the first `words` of a space by each of `seeds`."""
    space = _opened(job, handle)

    def report(fraction: float) -> None:
        number = min(int(fraction * len(seeds)), len(seeds) - 1)
        job.report(fraction, f"drawing map {number + 1} of {len(seeds)}")

    return stability(space, words, seeds=seeds, options=options, progress=report)


def map_states_of_sizes(
    job: Reporter,
    handle: SpaceHandle,
    words: Sequence[str],
    sizes: tuple[int, ...],
    options: UMAP,
) -> MapStates:
    """Return the maps of `words` at each of `sizes`, dimensions kept by PCA; at all of them the
    vectors are as published."""
    space = _opened(job, handle)
    spaces = [space if size >= space.dimension else reduce(space, dimension=size) for size in sizes]
    names = [f"{each.dimension} dimensions" for each in spaces]
    return map_states(spaces, words, names, options, progress=_saying(job, "drawing the maps"))


def map_states_of_spaces(
    job: Reporter,
    handle: SpaceHandle,
    other: SpaceHandle,
    words: Sequence[str],
    options: UMAP,
) -> MapStates:
    """Return the maps of those of `words` that two spaces have in common."""
    spaces = [_opened(job, each) for each in (handle, other)]
    names = [space.published.title for space in spaces]
    return map_states(spaces, words, names, options, progress=_saying(job, "drawing the maps"))


def handle_of_words(space: EmbeddingSpace, rows: Rows) -> SpaceHandle:
    """Return a handle of a space whose first words are the words `rows` of `space`: a bundled
    space itself, or these words alone, as a map is measured among its own words. Cached with the
    space, so that visitors who look at the same words hold them once."""
    first = np.array_equal(rows, np.arange(len(rows)))
    if first and space.origin is None and is_shared(space):
        return handle_of(space)

    def make() -> SpaceHandle:
        if first:
            words, chosen = space.vocabulary.head(len(rows)), space.vectors[: len(rows)]
        else:
            words = Vocabulary([space.vocabulary[int(row)] for row in rows])
            chosen = space.vectors[rows]
        vectors = np.ascontiguousarray(chosen)
        return handle_of(EmbeddingSpace(space.name, words, vectors, space.provenance, space.card))

    key = hashlib.blake2b(rows.tobytes(), digest_size=12).hexdigest()
    return space.remember(("words of a map", key), make)


def _opened(job: Reporter, handle: SpaceHandle) -> EmbeddingSpace:
    job.report(0.0, "opening the vectors")
    return handle.open()


def _paced() -> Callable[[Frame], bool]:
    """Return a function that decides for each frame of a map, in turn, whether it is sent."""
    due, last = 0.0, -PAUSE

    def is_due(frame: Frame) -> bool:
        nonlocal due, last
        now = time.monotonic()
        if frame.epoch == frame.epochs or (frame.epoch >= due and now - last >= PAUSE):
            due, last = frame.epoch + frame.epochs / (MOST_BETWEEN + 1), now
            return True
        return False

    return is_due


def _saying(job: Reporter, message: str) -> Callable[[float], None]:
    return lambda fraction: job.report(fraction, message)
