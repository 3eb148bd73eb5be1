"""The weighted edges of UMAP and t-SNE, computed from the distances of a neighbour graph."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.maps.neighbour_graph import NeighbourGraph
from models.space import Doubles, Floats


class Edges(NamedTuple):
    """Both directions of every pair, ordered by word: the edges of word i lie from starts[i] to
    starts[i + 1] of `ends` int32 (m,), the other word, and `weights` float32 (m,)."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    weights: Floats


def umap_edges(graph: NeighbourGraph) -> Edges:
    """Return the fuzzy graph of UMAP (McInnes, Healy and Melville 2018, section 3.1).

    The weight of a word's neighbour is exp(-(d - nearest) / sigma), with a sigma for which these
    sum to log2 k; the two weights a and b of a pair are combined to a + b - a b.
    """
    from models.maps.umap_kernel import neighbourhood_widths

    count, k = graph.indices.shape
    near, sigma = np.empty(count), np.empty(count)
    neighbourhood_widths(graph.distances, np.log2(k), near, sigma)
    beyond = np.maximum(graph.distances[:, 1:] - near[:, None], 0)
    starts, ends, there, back = _both_ways(graph, np.exp(-beyond / sigma[:, None]))
    return Edges(starts, ends, (there + back - there * back).astype(np.float32))


def tsne_edges(graph: NeighbourGraph, *, perplexity: float, metric: str) -> Edges:
    """Return the joint probabilities of t-SNE (van der Maaten and Hinton 2008, section 2), which
    sum to 1: Gaussians around each word, over its neighbours alone (van der Maaten 2014).

    By cosine the distance is the Euclidean one of unit vectors, whose square is 2 (1 - cosine).
    """
    from models.maps.tsne_kernel import conditional

    squared = graph.distances[:, 1:].astype(np.float64)
    squared = 2 * squared if metric == "cosine" else squared**2
    own = np.empty_like(squared)
    conditional(squared, np.log(perplexity), own)
    starts, ends, there, back = _both_ways(graph, own)
    return Edges(starts, ends, ((there + back) / (2 * len(own))).astype(np.float32))


def _both_ways(
    graph: NeighbourGraph, own: Doubles
) -> tuple[NDArray[np.int64], NDArray[np.int32], Doubles, Doubles]:
    """Return starts, ends, and the weight of each pair from either side, 0 where one word is not
    among the other's neighbours; `own` (n, k - 1) are the weights of each word's neighbours."""
    count, k = graph.indices.shape
    one = np.repeat(np.arange(count, dtype=np.int64), k - 1)
    other = graph.indices[:, 1:].astype(np.int64).ravel()
    keys = np.concatenate([one * count + other, other * count + one])
    pairs, place = np.unique(keys, return_inverse=True)
    there, back = np.zeros(len(pairs)), np.zeros(len(pairs))
    there[place[: len(one)]] = own.ravel()
    back[place[len(one) :]] = own.ravel()
    starts = np.searchsorted(pairs, np.arange(count + 1, dtype=np.int64) * count)
    return starts.astype(np.int64), (pairs % count).astype(np.int32), there, back
