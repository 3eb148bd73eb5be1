"""What is asked about a map that is drawn, as functions that run as jobs: how far it can be
trusted, what another seed would have drawn, what it becomes in another state.

Each takes a Reporter first, and then only what travels well to another process.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.maps.align import Stability, stability
from models.maps.faithfulness import Faithfulness, faithfulness
from models.maps.map_states import States, states_of
from models.maps.umap import UMAP
from models.reduction.reduce import reduce
from models.runtime.progress import Reporter
from models.runtime.shared_array import SharedArray
from models.sources.space_handles import SpaceHandle, handle_of, is_shared
from models.space import EmbeddingSpace, Floats, Rows
from models.vocabulary import Vocabulary


def laid_down(space: EmbeddingSpace, rows: Rows) -> SpaceHandle:
    """Return what travels to a worker instead of the words `rows` of `space`, so that they are the
    first ones of what it opens: the name of a bundled space, or these words alone. A map is
    measured among its own words, and nothing else needs to be written down. Kept with the space, so
    that visitors who look at the same words hold them once."""
    first = np.array_equal(rows, np.arange(len(rows)))
    if first and space.origin is None and is_shared(space):
        return handle_of(space)
    key = hashlib.blake2b(rows.tobytes(), digest_size=12).hexdigest()
    return space.remember(("laid down", key), lambda: handle_of(_part(space, rows, first=first)))


def judge_map(
    job: Reporter,
    handle: SpaceHandle,
    positions: SharedArray | Floats,
    k: int,
    metric: str = "cosine",
) -> Faithfulness:
    """Return how far the map `positions` (words, 2 or 3) of a space's first words can be trusted;
    without the words, which the page has and every visitor would hold once more."""
    job.report(0.0, "opening the vectors")
    space = handle.open()
    places = positions.open() if isinstance(positions, SharedArray) else positions
    told = _telling(job, "comparing neighbours in the space and on the map")
    return replace(faithfulness(space, places, k=k, metric=metric, progress=told), words=())


def measure_stability(
    job: Reporter, handle: SpaceHandle, words: int, options: UMAP, seeds: tuple[int, ...]
) -> Stability:
    """Return the map of the first `words` of a space by each of `seeds`."""
    job.report(0.0, "opening the vectors")

    def told(fraction: float) -> None:
        number = min(int(fraction * len(seeds)), len(seeds) - 1)
        job.report(fraction, f"drawing map {number + 1} of {len(seeds)}")

    return stability(handle.open(), np.arange(words), seeds=seeds, options=options, progress=told)


def map_sizes(
    job: Reporter,
    handle: SpaceHandle,
    words: Sequence[str],
    sizes: tuple[int, ...],
    options: UMAP,
) -> States:
    """Return the maps of `words` at each of `sizes`, dimensions kept by PCA; at all of them the
    vectors are as published."""
    job.report(0.0, "opening the vectors")
    space = handle.open()
    spaces = [space if size >= space.dimension else reduce(space, dimension=size) for size in sizes]
    names = [f"{each.dimension} dimensions" for each in spaces]
    return states_of(spaces, words, names, options, progress=_telling(job, "drawing the maps"))


def map_spaces(
    job: Reporter,
    handle: SpaceHandle,
    other: SpaceHandle,
    words: Sequence[str],
    options: UMAP,
) -> States:
    """Return the maps of those of `words` that two spaces have in common."""
    job.report(0.0, "opening the vectors")
    spaces = [handle.open(), other.open()]
    names = [space.published.title for space in spaces]
    return states_of(spaces, words, names, options, progress=_telling(job, "drawing the maps"))


def _telling(job: Reporter, message: str) -> Callable[[float], None]:
    return lambda fraction: job.report(fraction, message)


def _part(space: EmbeddingSpace, rows: Rows, *, first: bool) -> EmbeddingSpace:
    if first:
        words = space.vocabulary.head(len(rows))
    else:
        words = Vocabulary([space.vocabulary[int(row)] for row in rows])
    vectors = np.ascontiguousarray(space.vectors[: len(rows)] if first else space.vectors[rows])
    return EmbeddingSpace(space.name, words, vectors, space.provenance, space.card)
