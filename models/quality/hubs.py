"""Hubs: words that are among the nearest of surprisingly many others."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.quality.neighbourhood import draw
from models.quality.score import NothingToMeasure
from models.search.neighbours import top
from models.space import EmbeddingSpace, Floats, Rows
from models.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.int64]
HUB_K = 10
_BLOCK_BYTES = 48 << 20


@dataclass(frozen=True, eq=False)
class Occurrences:
    """How often each of `words`, the most frequent first, is among the `k` nearest of another:
    `counts` int64 (words,), k on average. `sampled` says which words these are."""

    words: tuple[str, ...] = field(repr=False)
    counts: Counts = field(repr=False)
    k: int
    sampled: str

    @property
    def hubness(self) -> float:
        """The skewness of the counts, see hubness()."""
        return _skewness(self.counts)

    @property
    def never(self) -> float:
        """The share of words that are nobody's neighbour."""
        return float((self.counts == 0).mean())

    def hubs(self, n: int = 10) -> "pd.DataFrame":
        """Return word and count of the `n` that occur most, of equals the more frequent first."""
        import pandas as pd

        first = np.argsort(-self.counts, kind="stable")[:n]
        words = pd.Series([self.words[place] for place in first], dtype="str")
        return pd.DataFrame({"word": words, "count": self.counts[first]})


def occurrences(
    space: EmbeddingSpace, *, sample: int = 5_000, k: int = HUB_K, seed: int = 0
) -> Occurrences:
    """Return how often each word of a random sample is among the `k` nearest, by cosine, of
    another word of the sample; kept with the space, so that geometry() shares it.

    Raises NothingToMeasure for fewer than k + 2 words that have a direction.
    """

    def count() -> Occurrences:
        rows, directed = drawn_words(space, sample, seed, k)
        counts = _occurrences(space.unit(rows), k)
        counts.setflags(write=False)
        words = tuple(space.vocabulary[int(row)] for row in rows)
        return Occurrences(words, counts, k, drawn_sentence(space, rows, directed))

    return space.remember(("occurrences", sample, k, seed), count)


def hubness(unit: Floats, *, k: int = HUB_K) -> float:
    """Return the skewness of how often each of the vectors `unit`, float32 (words, d) of length 1,
    is among the `k` nearest of another by cosine (Radovanović and others 2010).

    Around 0 where no word is a hub, 0 also where all occur equally often. Falls with the number of
    words, so compare samples of one size.
    """
    if not 1 <= k < len(unit):
        raise NothingToMeasure(f"Among {len(unit):,} words none has {k:,} neighbours.")
    return _skewness(_occurrences(unit, k))


def drawn_words(space: EmbeddingSpace, sample: int, seed: int, k: int = HUB_K) -> tuple[Rows, int]:
    """Return the rows of words drawn at random from those with a direction, and how many these
    are; raise where fewer than k + 2 are drawn."""
    directed = np.flatnonzero(space.norms)
    rows = directed[draw(len(directed), sample, seed)]
    if len(rows) < k + 2:
        raise NothingToMeasure(
            f"The shape of a space needs at least {k + 2} words with a vector other than zero; "
            f"there are {len(rows)}."
        )
    return rows, len(directed)


def drawn_sentence(space: EmbeddingSpace, rows: Rows, directed: int) -> str:
    """Say which words were drawn, of `directed` that have a direction."""
    total = f"{len(space):,} words"
    drawn = f"All {total}" if len(rows) == len(space) else f"{len(rows):,} of {total}"
    if len(rows) < directed:
        drawn += " drawn at random"
    zeros = len(space) - directed
    without = f", {zeros:,} vectors of zeros left out" if zeros else ""
    return f"{drawn}{without}; neighbours searched among these."


def _occurrences(unit: Floats, k: int) -> Counts:
    """Return how often each of the vectors `unit` is among the k nearest of another."""
    counts = np.zeros(len(unit), dtype=np.int64)
    step = max(1, _BLOCK_BYTES // (4 * len(unit)))
    for start in range(0, len(unit), step):
        with one_thread():
            scores: Floats = unit[start : start + step] @ unit.T  # (block, words)
        for offset, row in enumerate(scores):
            row[start + offset] = -np.inf
            counts[top(row, k)] += 1
    return counts


def _skewness(counts: Counts) -> float:
    away = counts - counts.mean()
    spread = (away**2).mean()
    return float((away**3).mean() / spread**1.5) if spread > 0 else 0.0
