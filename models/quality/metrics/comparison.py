"""The difference between two spaces: the neighbours of each word, and the shape of the whole.

Neighbours are compared in the spaces themselves, never on maps of them. The three figures of the
whole forgive what does not matter: a turn or mirroring (all three), a scale (Procrustes and CKA).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.neighbour_graph import Progress, knn_graph
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

MOST = 20_000  # common words that are compared by default
_BLOCK = 8_192  # rows taken to float64 at a time


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two spaces on the words that both have, by the frequency of the first.

    `jaccard` float32 (words,) is, word by word, the share that the `k` neighbours in one space and
    the k in the other have in common of all that either has; `chance` is its mean for neighbours
    drawn at random. `residual` is the share of the second space that no turn, mirroring or scale of
    the first explains, 0 to 1; `cka` the linear centred kernel alignment, 0 to 1; `pip` the
    distance of the matrices of inner products of unit vectors, as a share of the largest possible.
    """

    first: str
    second: str
    words: tuple[str, ...] = field(repr=False)
    jaccard: Floats = field(repr=False)
    k: int
    chance: float
    residual: float
    cka: float
    pip: float
    sampled: str

    @property
    def chance_shared(self) -> float:
        """How many of k neighbours drawn at random would be shared."""
        return self.k**2 / (len(self.words) - 1)

    @property
    def mean(self) -> float:
        """The mean of the Jaccard coefficients."""
        return float(self.jaccard.mean())

    @cached_property
    def shared(self) -> NDArray[np.intp]:
        """How many of its `k` neighbours each word shares, (words,)."""
        counts = 2 * self.k * self.jaccard / (1 + self.jaccard)
        shared: NDArray[np.intp] = np.rint(counts).astype(np.intp)
        return shared

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean over words: what other words like these might give."""
        error = 1.96 * float(self.jaccard.std(ddof=1)) / np.sqrt(len(self.jaccard))
        return max(0.0, self.mean - error), min(1.0, self.mean + error)

    def to_frame(self) -> "pd.DataFrame":
        """Return word and jaccard, the words that agree most first."""
        import pandas as pd

        frame = pd.DataFrame({"word": self.words, "jaccard": self.jaccard})
        return frame.sort_values("jaccard", ascending=False, kind="stable", ignore_index=True)


def compare(
    space: EmbeddingSpace,
    other: EmbeddingSpace,
    *,
    words: Sequence[str] | None = None,
    most: int = MOST,
    k: int = 10,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> Comparison:
    """Return how `space` and `other` differ on the `most` frequent `words` that both have.

    Neighbours are sought among these words alone, so that a word which only one space knows does
    not count as a difference. Raises InvalidRequest where fewer than k + 2 words are common.
    """
    rows, others, named = common_rows(space, other, words=words, most=most)
    if len(rows) < k + 2:
        raise InvalidRequest(
            f"{space.title} and {other.title} have {len(rows):,} words in common; comparing {k} "
            f"neighbours needs at least {k + 2}."
        )
    tell = progress or (lambda fraction: None)

    def nearest(each: EmbeddingSpace, some: Rows, done: float) -> NDArray[np.int32]:
        found = knn_graph(
            each, some, k=k + 1, metric=metric, progress=lambda part: tell(done + 0.45 * part)
        )
        return found.indices[:, 1:]

    here, there = nearest(space, rows, 0.0), nearest(other, others, 0.45)
    shared = (here[:, :, None] == there[:, None, :]).any(axis=2).sum(axis=1)  # (words,)
    figures = _whole(space, rows, other, others)
    tell(1.0)
    return Comparison(
        space.title,
        other.title,
        named,
        (shared / (2 * k - shared)).astype(np.float32),
        k,
        chance(k, len(rows)),
        *figures,
        f"{len(rows):,} words that both have, the most frequent of {space.title}; neighbours by "
        f"{metric}, sought among these; {space.title}: {space.treatment}; {other.title}: "
        f"{other.treatment}.",
    )


def common_rows(
    space: EmbeddingSpace,
    other: EmbeddingSpace,
    *,
    words: Sequence[str] | None = None,
    most: int = MOST,
) -> tuple[Rows, Rows, tuple[str, ...]]:
    """Return the rows in either space of the words that both have, and these, by the frequency of
    the first space; at most `most`."""
    wanted = space.vocabulary if words is None else dict.fromkeys(words)
    here, there, named = [], [], []
    for word in wanted:
        row, place = space.find(word), other.find(word)
        if row is not None and place is not None:
            here.append(row)
            there.append(place)
            named.append(word)
            if len(named) == most:
                break
    return np.array(here, dtype=np.intp), np.array(there, dtype=np.intp), tuple(named)


def chance(k: int, words: int) -> float:
    """Return the mean Jaccard coefficient of k of `words` - 1 neighbours drawn at random twice: the
    expectation over the hypergeometric count of those in common."""
    from scipy.stats import hypergeom

    shared = np.arange(k + 1)
    likely = hypergeom(words - 1, k, k).pmf(shared)
    return float((likely * shared / (2 * k - shared)).sum())


def _whole(
    space: EmbeddingSpace, rows: Rows, other: EmbeddingSpace, others: Rows
) -> tuple[float, float, float]:
    """Return the Procrustes residual, linear CKA and the relative PIP distance.

    All three follow from the products x'x, y'y and x'y of the matrices (words, d): for the first
    two of centred vectors, for PIP of unit vectors.

    - residual: 1 - |x'y|_*^2 / (|x|^2 |y|^2), with the nuclear norm (Schönemann and Carroll 1970);
    - CKA: |x'y|^2 / (|x'x| |y'y|) (Kornblith and others 2019, equation 4);
    - PIP: |xx' - yy'| (Yin and Shen 2018), its square being |x'x|^2 + |y'y|^2 - 2 |x'y|^2; over the
      root of |x'x|^2 + |y'y|^2, which it reaches where the two have nothing in common.
    """
    own, its, both = _products(space, rows, other, others, unit=False)
    norms = max(float(np.trace(own)) * float(np.trace(its)), 1e-300)
    nuclear = float(np.linalg.svd(both, compute_uv=False).sum())
    apart = max(float(np.linalg.norm(own) * np.linalg.norm(its)), 1e-300)
    cka = float(np.linalg.norm(both) ** 2) / apart
    own, its, both = _products(space, rows, other, others, unit=True)
    total = float(np.linalg.norm(own) ** 2 + np.linalg.norm(its) ** 2)
    squared = max(0.0, total - 2 * float(np.linalg.norm(both) ** 2))
    pip = float(np.sqrt(squared / max(total, 1e-300)))
    return max(0.0, 1 - nuclear**2 / norms), min(1.0, cka), pip


def _products(
    space: EmbeddingSpace, rows: Rows, other: EmbeddingSpace, others: Rows, *, unit: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x'x, y'y and x'y in float64, of unit vectors or of vectors around their mean."""
    sides = ((space, rows), (other, others))
    means = [
        0.0 if unit else each.vectors[some].mean(axis=0, dtype=np.float64) for each, some in sides
    ]
    shape = (space.dimension, other.dimension)
    own, its, both = np.zeros((shape[0],) * 2), np.zeros((shape[1],) * 2), np.zeros(shape)
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        one, two = (
            (each.unit(some[part]) if unit else each.vectors[some[part]]).astype(np.float64) - mean
            for (each, some), mean in zip(sides, means, strict=True)
        )
        own += one.T @ one
        its += two.T @ two
        both += one.T @ two
    return own, its, both
