"""UMAP that shows its work: the map from its first moment on, every few epochs.

UMAP (McInnes, Healy and Melville 2018) on the exact neighbour graph, begun at the principal
components. The epochs are compiled loops of our own, as umap-learn gives no coordinates while it
runs; tests hold the result beside umap-learn's on the same graph.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.maps.affinities import Edges, fuzzy_edges
from models.maps.frames import Frame, centred, check_limits
from models.maps.neighbour_graph import (
    METRICS,
    MOST_NEIGHBOURS,
    Graph,
    Progress,
    knn_graph,
    rows_of,
)
from models.maps.pca_layout import principal
from models.space import EmbeddingSpace, Floats, Rows

_SMALL = 10_000  # words up to which a map gets 500 epochs by default, 200 beyond, as in umap-learn
_FRAMES = 50  # moments of a map's settling
_SIDE = 10.0  # length of a map's side at its start; the steps of the epochs are meant for it
_GRAPH_SHARE = 0.4  # of the time that a map takes

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class UMAP:
    """How a map is made. `n_neighbors` counts the word itself, as in umap-learn; `epochs` None is
    500 for up to 10,000 words and 200 for more. Raises InvalidRequest for what is not allowed."""

    n_neighbors: int = 15
    min_dist: float = 0.05
    metric: str = "cosine"
    seed: int = 0
    dimensions: int = 2
    epochs: int | None = None

    def __post_init__(self) -> None:
        limits = {
            "n_neighbors": (2, MOST_NEIGHBOURS),
            "min_dist": (0, 1),
            "seed": (0, 2**32 - 1),
            "dimensions": (2, 3),
            "epochs": (1, 2_000),
        }
        check_limits(self, limits, METRICS)

    def rounds(self, words: int) -> int:
        """Return the number of epochs of a map of so many words."""
        return self.epochs or (500 if words <= _SMALL else 200)

    def describe(self, words: int) -> str:
        """Say in words how a map of so many words was made."""
        return (
            f"UMAP with {min(self.n_neighbors, words)} neighbours by {self.metric}, min_dist "
            f"{self.min_dist:g}, {self.rounds(words)} epochs, seed {self.seed}"
        )


def umap(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    options: UMAP | None = None,
    *,
    progress: Progress | None = None,
) -> Floats:
    """Return the UMAP of `words` (or rows; None: all), float32 (words, 2 or 3), centred.

    The same arguments give the same numbers, bit by bit. `progress` is told fractions and may
    raise to end the work.
    """
    for frame in umap_frames(space, words, options, progress=progress):
        positions = frame.positions
    return positions


def umap_frames(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    options: UMAP | None = None,
    *,
    every: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Frame]:
    """Yield the map as it settles: the principal components at once, before anything slow, then
    every few epochs (None: about 50 times), and as the last one the map itself.

    Close the iterator to end the work. How often a frame is asked for changes none of them.
    """
    options = options or UMAP()
    rows = rows_of(space, words)
    start, _ = principal(space, rows, options.dimensions)
    epochs = options.rounds(len(rows))
    tell = progress or (lambda fraction: None)
    yield Frame(0, epochs, centred(_spread(start)))
    graph = knn_graph(
        space,
        rows,
        k=options.n_neighbors,
        metric=options.metric,
        progress=lambda fraction: tell(_GRAPH_SHARE * fraction),
    )
    for frame in settle(graph, start, options, every=every):
        tell(_GRAPH_SHARE + (1 - _GRAPH_SHARE) * frame.epoch / epochs)
        yield frame


def settle(
    graph: Graph, start: Floats, options: UMAP, *, every: int | None = None
) -> Iterator[Frame]:
    """Yield the map of `graph` every few epochs, begun at `start`, float32 (words, 2 or 3), which
    is scaled to the size that the epochs are meant for."""
    from models.maps.umap_kernel import run

    count, epochs = len(start), options.rounds(len(start))
    random = np.random.default_rng(options.seed)
    noisy = _SIDE * start / max(float(np.abs(start).max()), 1e-12)
    noisy = noisy + random.normal(scale=1e-4, size=start.shape)  # equal words would stay together
    places = np.zeros((count, 3), dtype=np.float32)  # on a flat map the third stays 0
    places[:, : start.shape[1]] = _spread(noisy)
    starts, ends, period = schedule(fuzzy_edges(graph), epochs)
    due, due_away = period.copy(), period / np.float32(5)
    state = random.integers(1, 2**63, size=1, dtype=np.uint64)
    pull, push = _forces(options.min_dist)
    step = every or max(1, round(epochs / _FRAMES))
    for first in range(0, epochs, step):
        last = min(first + step, epochs)
        run(places, starts, ends, period, due, due_away, pull, push, first, last, epochs, state)
        yield Frame(last, epochs, centred(places[:, : start.shape[1]]))


def schedule(edges: Edges, epochs: int) -> Edges:
    """Return the edges with, for their weights, every how many epochs each pulls: the surest in
    every one. Edges that would pull less than once are left out."""
    most = edges.weights.max()
    kept = edges.weights >= most / epochs
    ahead = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
    period = (most / edges.weights[kept]).astype(np.float32)
    return Edges(ahead[edges.starts], edges.ends[kept], period)


@lru_cache(maxsize=64)
def curve(min_dist: float) -> tuple[float, float]:
    """Return a and b of 1 / (1 + a d^2b), the likeness of two words at distance d on the map that
    comes nearest to 1 up to `min_dist` and exp(min_dist - d) beyond."""
    from scipy.optimize import curve_fit

    apart = np.linspace(0, 3, 300)
    wanted = np.where(apart < min_dist, 1.0, np.exp(min_dist - apart))

    def likeness(d: Doubles, a: float, b: float) -> Doubles:
        found: Doubles = 1 / (1 + a * d ** (2 * b))
        return found

    (a, b), _ = curve_fit(likeness, apart, wanted)
    return float(a), float(b)


@lru_cache(maxsize=8)
def _forces(min_dist: float) -> tuple[Floats, Floats]:
    """Return the two forces of the map, each along the difference of two places, as tables over
    their squared distance: that of an edge, and that of two words drawn at random (McInnes, Healy
    and Melville 2018, section 3.2). A power costs more than all else in an epoch."""
    from models.maps.umap_kernel import OCTAVES, STEPS

    a, b = curve(min_dist)
    bits = (np.arange(STEPS * OCTAVES + 1, dtype=np.int32) + (95 << 6)) << 17
    squared = bits.view(np.float32).astype(np.float64)
    power = squared**b
    pull = -2 * a * b * power / (squared * (1 + a * power))
    push = 2 * b / ((0.001 + squared) * (1 + a * power))
    return pull.astype(np.float32), push.astype(np.float32)


def _spread(places: Floats | Doubles) -> Floats:
    """Scale every axis to the map's side."""
    low = places.min(axis=0)
    extent = np.maximum(places.max(axis=0) - low, 1e-12)
    spread: Floats = (_SIDE * (places - low) / extent).astype(np.float32)
    return spread
