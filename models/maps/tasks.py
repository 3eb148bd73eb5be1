"""The map that is computed off the page, as a function that runs as a job.

It takes a Reporter first, which hears how far it is and the map as it settles, and then only what
travels well to another process: a handle, words, options. It imports nothing that draws.
"""

import time
from collections.abc import Callable

import numpy as np

from models.errors import InvalidRequest
from models.maps.frames import Frame
from models.maps.projection import frames
from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.runtime.progress import Reporter
from models.sources.space_handles import SpaceHandle
from models.space import EmbeddingSpace, Rows

MOST_TSNE = 10_000  # words: that many take half a minute, and the time grows faster than they do
MOST_BETWEEN = 12  # frames between the first and the last, as the server holds all of them
PAUSE = 0.4  # seconds between two of these: a browser is to be done with one before the next
_STEPS = 50  # moments at which a frame may be handed out, and at which the work can be ended


def draw_map(
    job: Reporter,
    handle: SpaceHandle,
    words: int | tuple[str, ...],
    options: UMAP | TSNE,
    every: int | None = None,
) -> None:
    """Hand out the map of `words`, or of so many most frequent ones, as it settles: Frames.

    The first is the principal components, before anything slow; the last is the map itself; between
    them come at most MOST_BETWEEN, never two within PAUSE, or one each `every` epochs. Looking on
    changes nothing: it is the map that models.project() gives.
    Raises InvalidRequest for a t-SNE of more than MOST_TSNE words.
    """
    job.report(0.0, "opening the vectors")
    space = handle.open()
    rows = rows_laid_out(space, words)
    check_size(len(rows), options)
    message = "finding the nearest words of each"

    def tell(fraction: float) -> None:
        job.report(fraction, message)

    epochs = options.rounds(len(rows)) if isinstance(options, UMAP) else options.epochs
    step = every or max(1, epochs // _STEPS)
    shown = _always if every else _paced()
    for frame in frames(space, rows, options, every=step, progress=tell):
        if frame.epoch:
            message = f"epoch {frame.epoch:,} of {frame.epochs:,}"
        if shown(frame):
            job.add(frame)


def rows_laid_out(space: EmbeddingSpace, words: int | tuple[str, ...]) -> Rows:
    """Return the rows of a map's words: so many most frequent ones, or these."""
    if isinstance(words, int):
        return np.arange(min(words, len(space)), dtype=np.intp)
    return space.indices(words)


def check_size(words: int, options: UMAP | TSNE) -> None:
    """Raise InvalidRequest where so many words would take more than a minute."""
    if isinstance(options, TSNE) and words > MOST_TSNE:
        raise InvalidRequest(
            f"A t-SNE of {words:,} words takes more than a minute: choose at most {MOST_TSNE:,} "
            "words, or UMAP, which lays out 50,000 in a quarter of one."
        )


def _always(frame: Frame) -> bool:
    return True


def _paced() -> Callable[[Frame], bool]:
    """Return what tells of each frame of a map, in turn, whether it is handed out."""
    due, last = 0.0, -PAUSE

    def is_due(frame: Frame) -> bool:
        nonlocal due, last
        now = time.monotonic()
        if frame.epoch == frame.epochs or (frame.epoch >= due and now - last >= PAUSE):
            due, last = frame.epoch + frame.epochs / (MOST_BETWEEN + 1), now
            return True
        return False

    return is_due
