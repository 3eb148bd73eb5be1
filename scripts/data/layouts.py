"""Maps of a space: exact neighbours, UMAP on them, and how far the result can be trusted."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.space import Floats

NEIGHBOURS = 15  # of UMAP, the word itself among them
EPOCHS = 500
MIN_DIST = 0.05  # 0 keeps 2 to 3 % more of the neighbours, but piles words on top of each other
SEED = 0
JUDGED = 2_000  # words whose neighbourhoods are compared; each against all words of the map
JUDGED_NEIGHBOURS = 10
_BLOCK = 2_000  # rows of similarities at a time: 160 MB for 20,000 words


@dataclass(frozen=True, eq=False)
class Graph:
    """The nearest words of each word by cosine, itself first: indices, and 1 - cosine."""

    indices: NDArray[np.int32]
    distances: Floats


def nearest(unit: Floats) -> Graph:
    """Return the exact graph of `NEIGHBOURS` columns for `unit`, (words, d) of length 1."""
    import torch

    vectors = torch.from_numpy(unit)
    indices = np.empty((len(unit), NEIGHBOURS), dtype=np.int32)
    distances = np.zeros((len(unit), NEIGHBOURS), dtype=np.float32)
    for start in range(0, len(unit), _BLOCK):
        rows = torch.arange(start, min(start + _BLOCK, len(unit)))
        similar = vectors[rows] @ vectors.T  # (rows, words)
        similar[torch.arange(len(rows)), rows] = -torch.inf
        found = torch.topk(similar, NEIGHBOURS - 1, dim=1)
        indices[rows, 0] = rows
        indices[rows, 1:] = found.indices
        distances[rows, 1:] = (1 - found.values).clamp(min=0)  # rounding can leave -1e-7
    return Graph(indices, distances)


def umap_layout(unit: Floats, graph: Graph, *, dimensions: int) -> Floats:
    """Return positions float32 (words, dimensions), centred; bit-identical on one machine."""
    from umap import UMAP

    umap = UMAP(
        n_neighbors=NEIGHBOURS,
        n_components=dimensions,
        metric="cosine",
        min_dist=MIN_DIST,
        n_epochs=EPOCHS,
        init="pca",
        random_state=SEED,
        n_jobs=1,
        precomputed_knn=(graph.indices, graph.distances),
    )
    with warnings.catch_warnings():  # transform is unavailable then; nobody asks for it here
        warnings.filterwarnings("ignore", message="precomputed_knn", category=UserWarning)
        positions: Floats = umap.fit_transform(unit)
    centred: Floats = (positions - positions.mean(axis=0, dtype=np.float64)).astype(np.float32)
    return centred


def quality(unit: Floats, positions: Floats) -> dict[str, float]:
    """Return kNN overlap and trustworthiness of a map, for a random sample of its words.

    Trustworthiness as in Venna and Kaski (2001), its sum over all words estimated from the sample.
    """
    sample = np.random.default_rng(SEED).choice(len(unit), min(JUDGED, len(unit)), replace=False)
    n, k = len(unit), JUDGED_NEIGHBOURS
    kept, intrusion = 0, 0
    for rows in np.array_split(np.sort(sample), max(1, len(sample) // 250)):
        ranks = _ranks(-(unit[rows] @ unit.T), rows)
        near = np.argpartition(_squared_distances(positions, rows), k, axis=1)[:, :k]
        found = np.take_along_axis(ranks, near, axis=1)  # 1 is the nearest by cosine
        kept += int((found <= k).sum())
        intrusion += int(np.maximum(found - k, 0).sum())
    worst = len(sample) * k * (2 * n - 3 * k - 1) / 2
    return {
        "knn_overlap": round(kept / (len(sample) * k), 4),
        "trustworthiness": round(1 - intrusion / worst, 4),
    }


def _squared_distances(positions: Floats, rows: NDArray[np.intp]) -> Floats:
    """Return (rows, words); a word is infinitely far from itself, so as not to be its neighbour."""
    squared: Floats = np.zeros((len(rows), len(positions)), dtype=np.float32)
    for axis in positions.T:
        squared += (axis[rows, None] - axis) ** 2
    squared[np.arange(len(rows)), rows] = np.inf
    return squared


def _ranks(distances: Floats, rows: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return the rank of every word from each of `rows`: 0 for the word itself, then 1, 2, ..."""
    distances[np.arange(len(rows)), rows] = -np.inf
    order = np.argsort(distances, axis=1, kind="stable")
    ranks = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(order.shape[1], dtype=np.int32)[None], axis=1)
    return ranks
