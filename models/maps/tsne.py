"""t-SNE (van der Maaten and Hinton 2008) that yields the map every few epochs.

Barnes-Hut (van der Maaten 2014) on the exact neighbour graph, with two defaults of scikit-learn: it
starts from the principal components, and the learning rate grows with the number of words (Belkina
and others 2019). The loops are our own, as scikit-learn's give no coordinates while they run and
cannot be stopped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.maps.affinities import Edges, tsne_edges
from models.maps.frames import Frame, centred, check_limits
from models.maps.neighbour_graph import (
    MOST_NEIGHBOURS,
    Progress,
    knn_graph,
    map_rows,
    part_of,
)
from models.maps.pca_layout import pca_layout
from models.space import Doubles, EmbeddingSpace, Floats, Rows

_GRAPH_SHARE = 0.2  # of the time that a map takes
_EXAGGERATED = 250  # rounds in which the edges pull harder, so that clusters find each other
_EXAGGERATION = 12
_FRAMES = 50


@dataclass(frozen=True)
class TSNE:
    """The options of a t-SNE. `perplexity` is roughly the number of neighbours of a word; `theta`
    the angle below which a group of words counts as one (0: never). `epochs` at least 250."""

    perplexity: float = 30
    metric: str = "cosine"
    seed: int = 0
    dimensions: int = 2
    epochs: int = 750
    theta: float = 0.5

    def __post_init__(self) -> None:
        perplexity = (2, (MOST_NEIGHBOURS - 1) // 3)
        check_limits(self, perplexity=perplexity, epochs=(_EXAGGERATED, 5_000), theta=(0, 1))

    def describe(self, words: int) -> str:
        """Say in words how a map of so many words was made."""
        return (
            f"t-SNE with perplexity {self.fitting(words):g} by {self.metric}, {self.epochs} "
            f"epochs, seed {self.seed}"
        )

    def fitting(self, words: int) -> float:
        """Return the perplexity, less where so few words have not enough neighbours."""
        return max(1.0, min(float(self.perplexity), (words - 1) / 3))


def tsne_frames(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None = None,
    options: TSNE | None = None,
    *,
    every: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Frame]:
    """Yield the principal components at once, then the map every few epochs, and last the finished
    map. Close the iterator to end the work."""
    options = options or TSNE()
    rows = map_rows(space, words)
    start, _ = pca_layout(space, rows, options.dimensions)
    report = progress or (lambda fraction: None)
    yield Frame(0, options.epochs, centred(start))
    perplexity = options.fitting(len(rows))
    graph = knn_graph(
        space,
        rows,
        k=min(len(rows), round(3 * perplexity) + 1),
        metric=options.metric,
        progress=part_of(report, 0, _GRAPH_SHARE),
    )
    edges = tsne_edges(graph, perplexity=perplexity, metric=options.metric)
    every = every or max(1, round(options.epochs / _FRAMES))
    for epoch, places in enumerate(_epochs(edges, start, options), start=1):
        report(_GRAPH_SHARE + (1 - _GRAPH_SHARE) * epoch / options.epochs)
        if epoch % every == 0 or epoch == options.epochs:
            yield Frame(epoch, options.epochs, centred(places[:, : options.dimensions]))


def _epochs(edges: Edges, start: Floats, options: TSNE) -> Iterator[Floats]:
    """Yield places float32 (n, 3) after every epoch, always the same array."""
    random = np.random.default_rng(options.seed)
    places = np.zeros((len(start), 3), dtype=np.float32)  # on a flat map the third stays 0
    spread = max(float(start[:, 0].std()), 1e-12)
    noise = random.normal(scale=1e-6, size=start.shape)  # equal words would stay together
    places[:, : start.shape[1]] = 1e-4 * start / spread + noise
    rate = max(len(start) / _EXAGGERATION / 4, 50.0)
    change, gains = np.zeros(places.shape), np.ones(places.shape)
    tree = _Tree(len(start))
    for epoch in range(options.epochs):
        early = epoch < _EXAGGERATED
        pull = _EXAGGERATION if early else 1
        slope = gradient(places, edges, theta=options.theta, exaggeration=pull, tree=tree)
        against = change * slope < 0
        gains = np.maximum(np.where(against, gains + 0.2, gains * 0.8), 0.01)
        change = (0.5 if early else 0.8) * change - rate * gains * slope
        places += change.astype(np.float32)
        yield places


def gradient(
    places: Floats,
    edges: Edges,
    *,
    theta: float = 0.5,
    exaggeration: float = 1,
    tree: "_Tree | None" = None,
) -> Doubles:
    """Return how the Kullback-Leibler divergence changes with every coordinate, float64 (n, 3)
    (van der Maaten 2014, equation 5)."""
    from models.maps.tsne_kernel import attract

    pull = np.empty(places.shape)
    attract(places, *edges, pull)
    push, total = (tree or _Tree(len(places))).repel(places, theta)
    return 4 * (exaggeration * pull - push / total)


class _Tree:
    """The arrays of the Barnes-Hut tree, allocated once for all epochs."""

    def __init__(self, words: int) -> None:
        self._push = np.empty((words, 3))
        self._reserve(2 * words + 64)

    def _reserve(self, cells: int) -> None:
        """Allocate children, leaf, middles, centres, masses, levels and sizes, as in build_tree."""
        columns: tuple[tuple[int, ...], ...] = ((8,), (), (3,), (3,), (), (), ())
        types = (np.int32, np.bool_, np.float32, np.float64, np.int32, np.int32, np.float64)
        self._cells: list[NDArray[Any]] = [
            np.empty((cells, *shape), dtype=kind)
            for shape, kind in zip(columns, types, strict=True)
        ]

    def repel(self, places: Floats, theta: float) -> tuple[Doubles, float]:
        """Return the unscaled force on every word and the sum that scales it."""
        from models.maps.tsne_kernel import build_tree, repel

        while build_tree(places, *self._cells) < 0:
            self._reserve(2 * len(self._cells[0]))
        children, _, _, centres, masses, _, sizes = self._cells
        force = children, centres, masses, sizes, float(theta), self._push
        return self._push, float(repel(places, *force))
