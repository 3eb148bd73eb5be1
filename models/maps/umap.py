"""UMAP (McInnes, Healy and Melville 2018) that yields the map every few epochs.

It starts from the principal components and optimises on the exact neighbour graph. The epochs are
compiled loops of our own, as umap-learn gives no coordinates while it runs; tests compare the
result with umap-learn's on the same graph. The engine "umap-learn" is that reference
implementation, on the same graph from the same start.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.errors import InvalidRequest
from models.maps.affinities import Edges, umap_edges
from models.maps.frames import Frame, centred, check_limits
from models.maps.neighbour_graph import (
    MOST_NEIGHBOURS,
    NeighbourGraph,
    Progress,
    knn_graph,
    map_rows,
    part_of,
)
from models.maps.pca_layout import pca_layout
from models.space import Doubles, EmbeddingSpace, Floats, Rows

VECTORSCOPE, UMAP_LEARN = "vectorscope", "umap-learn"
ENGINES = (VECTORSCOPE, UMAP_LEARN)
GRAPH_SHARE = 0.4  # of the time that a map takes
_SMALL = 10_000  # words up to which a map gets 500 epochs by default, 200 beyond, as in umap-learn
_FRAMES = 50  # frames of a map by default
_SIDE = 10.0  # length of a map's side at its start, to which the learning rate fits


@dataclass(frozen=True)
class UMAP:
    """The options of a UMAP. `n_neighbors` counts the word itself, as in umap-learn; None as
    `epochs` is 500 for up to 10,000 words and 200 for more. `engine` is one of ENGINES.
    InvalidRequest outside the limits."""

    n_neighbors: int = 15
    min_dist: float = 0.05
    metric: str = "cosine"
    seed: int = 0
    dimensions: int = 2
    epochs: int | None = None
    engine: str = VECTORSCOPE

    def __post_init__(self) -> None:
        neighbours = (2, MOST_NEIGHBOURS)
        check_limits(self, n_neighbors=neighbours, min_dist=(0, 1), epochs=(1, 2_000))
        if self.engine not in ENGINES:
            raise InvalidRequest(
                f"“{self.engine}” is no engine. Choose {' or '.join(ENGINES)}; both draw a UMAP."
            )

    def rounds(self, words: int) -> int:
        """Return the number of epochs of a map of so many words."""
        return self.epochs or (500 if words <= _SMALL else 200)

    def describe(self, words: int) -> str:
        """Say in words how a map of so many words was made."""
        engine = " by umap-learn" if self.engine == UMAP_LEARN else ""
        return (
            f"UMAP{engine} with {min(self.n_neighbors, words)} neighbours by {self.metric}, "
            f"min_dist {self.min_dist:g}, {self.rounds(words)} epochs, seed {self.seed}"
        )


def umap(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    options: UMAP | None = None,
    *,
    progress: Progress | None = None,
) -> Floats:
    """Return the UMAP of `words` (or rows; None: all), float32 (words, 2 or 3), centred.

    The same arguments give the same numbers, bit by bit. `progress` receives fractions and may
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
    """Yield the principal components at once, before anything slow, then the map every few epochs
    (None: about 50 times), and last the finished map. umap-learn has no frames in between.

    Close the iterator to end the work. `every` does not change the result.
    """
    options = options or UMAP()
    rows = map_rows(space, words)
    start, _ = pca_layout(space, rows, options.dimensions)
    epochs = options.rounds(len(rows))
    report = progress or (lambda fraction: None)
    yield Frame(0, epochs, centred(_spread(start)))
    graph = knn_graph(
        space,
        rows,
        k=options.n_neighbors,
        metric=options.metric,
        progress=part_of(report, 0, GRAPH_SHARE),
    )
    if options.engine == UMAP_LEARN:
        report(GRAPH_SHARE)
        yield Frame(epochs, epochs, centred(_by_umap_learn(graph, start, options)))
        return
    for frame in optimise_layout(graph, start, options, every=every):
        report(GRAPH_SHARE + (1 - GRAPH_SHARE) * frame.epoch / epochs)
        yield frame


def optimise_layout(
    graph: NeighbourGraph, start: Floats, options: UMAP, *, every: int | None = None
) -> Iterator[Frame]:
    """Yield the map of `graph` every few epochs, starting from `start`, float32 (words, 2 or 3),
    scaled to the size to which the learning rate fits."""
    from models.maps.umap_kernel import run_epochs

    count, epochs = len(start), options.rounds(len(start))
    random = np.random.default_rng(options.seed)
    noisy = _SIDE * start / max(float(np.abs(start).max()), 1e-12)
    noisy = noisy + random.normal(scale=1e-4, size=start.shape)  # equal words would stay together
    places = np.zeros((count, 3), dtype=np.float32)  # on a flat map the third stays 0
    places[:, : start.shape[1]] = _spread(noisy)
    starts, ends, period = edge_schedule(umap_edges(graph), epochs)
    due, due_away = period.copy(), period / np.float32(5)
    state = random.integers(1, 2**63, size=1, dtype=np.uint64)
    pull, push = _forces(options.min_dist)
    step = every or max(1, round(epochs / _FRAMES))
    for first in range(0, epochs, step):
        last = min(first + step, epochs)
        edges = starts, ends, period, due, due_away
        run_epochs(places, *edges, pull, push, first, last, epochs, state)
        yield Frame(last, epochs, centred(places[:, : start.shape[1]]))


def _by_umap_learn(graph: NeighbourGraph, start: Floats, options: UMAP) -> Floats:
    """Return umap-learn's map of `graph`, float32 (words, 2 or 3), with the same start, settings
    and seed. It sees no vectors: whatever it needs of them is in the graph."""
    from umap import UMAP as UmapLearn

    count = len(start)
    columns = min(graph.indices.shape[1], count - 1)  # it takes fewer neighbours than words
    nearest = graph.indices[:, :columns].copy(), graph.distances[:, :columns].copy()
    reference = UmapLearn(
        n_neighbors=columns,
        min_dist=options.min_dist,
        metric=options.metric,
        n_components=options.dimensions,
        n_epochs=options.rounds(count),
        init=start,
        random_state=options.seed,
        n_jobs=1,
        precomputed_knn=nearest,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it cannot transform() new words
        positions: Floats = reference.fit_transform(np.zeros((count, 1), dtype=np.float32))
    return positions


def edge_schedule(edges: Edges, epochs: int) -> Edges:
    """Return the edges with, as their weights, the number of epochs from one pull to the next: 1
    for the heaviest edge. Edges that would pull less than once are left out."""
    most = edges.weights.max()
    kept = edges.weights >= most / epochs
    ahead = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
    period = (most / edges.weights[kept]).astype(np.float32)
    return Edges(ahead[edges.starts], edges.ends[kept], period)


@lru_cache(maxsize=64)
def fit_ab(min_dist: float) -> tuple[float, float]:
    """Return a and b for which 1 / (1 + a d^2b), the similarity of two words at distance d on the
    map, comes nearest to 1 up to `min_dist` and exp(min_dist - d) beyond."""
    from scipy.optimize import curve_fit

    apart = np.linspace(0, 3, 300)
    wanted = np.where(apart < min_dist, 1.0, np.exp(min_dist - apart))

    def similarity(d: Doubles, a: float, b: float) -> Doubles:
        return 1 / (1 + a * d ** (2 * b))

    (a, b), _ = curve_fit(similarity, apart, wanted)
    return float(a), float(b)


@lru_cache(maxsize=8)
def _forces(min_dist: float) -> tuple[Floats, Floats]:
    """Return the attraction of an edge and the repulsion of two words drawn at random, as factors
    of the difference of two positions, in tables over their squared distance (McInnes, Healy and
    Melville 2018, section 3.2): to compute a power would cost more than the rest of an epoch."""
    from models.maps.umap_kernel import OCTAVES, STEPS

    a, b = fit_ab(min_dist)
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
