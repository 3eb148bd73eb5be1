"""The weighted edges of UMAP and t-SNE, computed from the distances of a neighbour graph."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.maps.neighbour_graph import NeighbourGraph
from models.space import Doubles, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array


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
    own = _matrix(graph, np.exp(-beyond / sigma[:, None]))
    return _edges(own + own.T - own.multiply(own.T))


def tsne_edges(graph: NeighbourGraph, *, perplexity: float, metric: str) -> Edges:
    """Return the joint probabilities of t-SNE (van der Maaten and Hinton 2008, section 2), which
    sum to 1: Gaussians around each word, over its neighbours alone (van der Maaten 2014).

    By cosine the distance is the Euclidean one of unit vectors, whose square is 2 (1 - cosine).
    """
    from models.maps.tsne_kernel import conditional

    squared = graph.distances[:, 1:].astype(np.float64)
    squared = 2 * squared if metric == "cosine" else squared**2
    weights = np.empty_like(squared)
    conditional(squared, np.log(perplexity), weights)
    own = _matrix(graph, weights)
    return _edges((own + own.T) / (2 * len(weights)))


def _matrix(graph: NeighbourGraph, weights: Doubles) -> "csr_array":
    """Return `weights` (n, k - 1) of each word's neighbours as a sparse matrix (n, n)."""
    from scipy.sparse import csr_array

    count, k = graph.indices.shape
    starts, ends = (k - 1) * np.arange(count + 1), graph.indices[:, 1:].ravel()
    return csr_array((weights.ravel(), ends, starts), shape=(count, count))


def _edges(matrix: "csr_array") -> Edges:
    matrix = matrix.tocsr()
    matrix.sort_indices()
    starts, ends = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    return Edges(starts, ends, matrix.data.astype(np.float32))
