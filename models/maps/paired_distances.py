"""Distances and nearest neighbours of the same words in a space and on a map of it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.maps.neighbour_graph import Progress, knn_graph
from models.runtime.threads import one_thread
from models.search.neighbours import top
from models.space import Doubles, EmbeddingSpace, Floats, Rows

_BLOCK_BYTES = 24 << 20  # distances of one kind; both kinds and masks stay below 200 MB


@dataclass(frozen=True, eq=False)
class PairedDistances:
    """The words `rows` of `space`, and their positions `places` float32 (rows, 2 or 3) on a map. In
    all methods a word's number is its index in `rows`."""

    space: EmbeddingSpace
    rows: Rows
    metric: str
    places: Floats

    def shuffled(self, random: np.random.Generator) -> "PairedDistances":
        """Return the same space with the words of the map shuffled."""
        return replace(self, places=self.places[random.permutation(len(self.places))])

    @cached_property
    def _vectors(self) -> Floats:
        """The vectors of length 1, or around their mean, float32 (words, dimension)."""
        if self.metric == "cosine":
            return self.space.unit(self.rows)
        vectors = self.space.vectors[self.rows]
        centred: Floats = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        return centred

    def in_space(self, some: Rows) -> Floats:
        """Return numbers that order all words by their distance from `some` in the space, float32
        (some, words): minus the cosine, or half the squared distance without the terms that are
        the same in a whole row."""
        with one_thread():
            far: Floats = -self._vectors[some] @ self._vectors.T
        if self.metric != "cosine":
            far += np.einsum("ij,ij->i", self._vectors, self._vectors) / 2
        return far

    def from_one(self, row: int) -> Floats:
        """Return in_space() of one word, float32 (1, words), without a copy of the vectors where
        these are the first ones of the space."""
        first = np.array_equal(self.rows, np.arange(len(self.rows)))
        chosen = slice(0, len(self.rows)) if first else self.rows
        vectors = self.space.vectors[chosen]
        with one_thread():
            if self.metric == "cosine":
                norms = self.space.norms[chosen]
                far: Floats = -(vectors @ vectors[row]) / np.where(norms > 0, norms, 1)
            else:
                far = ((vectors - vectors[row]) ** 2).sum(axis=1)
        return far[None]

    def on_map(self, some: Rows) -> Floats:
        """Return the squared distances of all words from `some`, float32 (some, words)."""
        far: Floats = np.zeros((len(some), len(self.places)), dtype=np.float32)
        for axis in self.places.T:
            far += (axis[some, None] - axis) ** 2
        return far

    def nearest_of(self, far: Floats, some: Rows, k: int) -> Rows:
        """Return the k nearest to each of `some` by their distances `far` (some, words), without
        the words themselves; ties in the order of rows; (some, k)."""
        near = -far
        near[np.arange(len(some)), some] = -np.inf
        return np.stack([top(row, k) for row in near])

    def pair_distances(self, pairs: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return the distance of each of pairs (m, 2) in the space and on the map, (m,) each."""
        far = np.empty(len(pairs), dtype=np.float32)
        for start in range(0, len(pairs), 8_192):
            block = slice(start, start + 8_192)
            one, other = (self.rows[pairs[block, side]] for side in (0, 1))
            if self.metric == "cosine":
                far[block] = 1 - (self.space.unit(one) * self.space.unit(other)).sum(axis=1)
            else:
                apart = self.space.vectors[one] - self.space.vectors[other]
                far[block] = np.sqrt((apart**2).sum(axis=1))
        seen = np.linalg.norm(self.places[pairs[:, 0]] - self.places[pairs[:, 1]], axis=1)
        return far, seen

    def preservation(
        self, k: int, sample: Rows, progress: Progress
    ) -> tuple[Doubles, Doubles, Doubles]:
        """Return the share of its k nearest that each word keeps on the map (words,), and for each
        word of the `sample` its part of trustworthiness and of continuity (sample,)."""
        graph = knn_graph(
            self.space,
            self.rows,
            k=k + 1,
            metric=self.metric,
            progress=lambda fraction: progress(fraction / 2),
        )
        true, shown = graph.indices[:, 1:], self._map_neighbours(k)
        common = (true[:, :, None] == shown[:, None, :]).any(axis=2)  # (words, k)
        count = len(self.rows)
        excess = np.empty((2, len(sample)))
        step = max(1, _BLOCK_BYTES // (4 * count))
        for start in range(0, len(sample), step):
            block = slice(start, start + step)
            some = sample[block]
            excess[0, block] = _excess(self.in_space(some), some, shown[some], true[some])
            excess[1, block] = _excess(self.on_map(some), some, true[some], shown[some])
            progress(0.5 + min(start + step, len(sample)) / (2 * len(sample)))
        trust, continuity = closeness(excess, count, k)
        return common.mean(axis=1), trust, continuity

    def _map_neighbours(self, k: int) -> NDArray[np.int32]:
        """Return the k nearest on the map, (words, k). A tree is exact and quick in 2 or 3-D."""
        from scipy.spatial import KDTree

        tree = KDTree(self.places.astype(np.float64))
        found = np.asarray(tree.query(self.places, k=k + 1)[1])
        other = found != np.arange(len(found))[:, None]
        # A word need not be the first where others lie on the same point, nor even be listed.
        other[other.all(axis=1), -1] = False
        near: NDArray[np.int32] = found[other].reshape(len(found), k).astype(np.int32)
        return near


def closeness(excess: NDArray[Any], count: int, k: int) -> Doubles:
    """Return trustworthiness or continuity word by word, 1 - 2 / (k (2n - 3k - 1)) * excess (Venna
    and Kaski 2001, for one word): `excess` sums, over neighbours on one side only, how far their
    rank on the other exceeds `k`, among `count` words. 1 is the best case, 0 the worst."""
    return 1 - 2 / (k * (2 * count - 3 * k - 1)) * excess


def _excess(far: Floats, some: Rows, wanted: NDArray[np.int32], near: NDArray[np.int32]) -> Doubles:
    """Return, for each of `some`, the sum by which ranks exceed k, of the words `wanted` (some, k)
    that are not `near` (some, k); distances `far` (some, words); ties in the order of rows."""
    k = wanted.shape[1]
    lines = np.arange(len(some))
    far[lines, some] = np.inf  # a word has no rank of its own
    columns = np.arange(far.shape[1])
    total = np.zeros(len(some))
    for slot in wanted.T:
        strange = np.flatnonzero(~(near == slot[:, None]).any(axis=1))
        value = far[strange, slot[strange]][:, None]
        block = far[strange]
        ahead = (block < value).sum(axis=1)
        ahead += ((block == value) & (columns < slot[strange][:, None])).sum(axis=1)
        total[strange] += np.maximum(ahead + 1 - k, 0)
    return total


def random_pairs(count: int, drawn: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Return pairs of different words, (drawn, 2)."""
    one = random.integers(count, size=drawn)
    other = random.integers(count - 1, size=drawn)
    return np.stack([one, other + (other >= one)], axis=1).astype(np.intp)


def random_triplets(count: int, drawn: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Return triplets of different words, (drawn, 3)."""
    pairs = random_pairs(count, drawn, random)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    third = random.integers(count - 2, size=drawn)
    third = third + (third >= low)
    third = third + (third >= high)
    return np.concatenate([pairs, third[:, None]], axis=1).astype(np.intp)
