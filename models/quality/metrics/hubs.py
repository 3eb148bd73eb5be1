"""Hubs: words that are among the nearest neighbours of unusually many others."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.analogy_batches import Progress
from models.quality.metrics.neighbourhood import draw
from models.quality.metrics.score import NothingToMeasure
from models.quality.sweep.nested_neighbours import nearest_nested
from models.space import EmbeddingSpace, Rows

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.int64]
HUB_K = 10
EXACT = 50_000  # words: of more, the neighbours of a sample are searched
ASKED = 5_000  # words of that sample
_SLICE = 2_000  # words whose neighbours are searched at once


@dataclass(frozen=True, eq=False)
class Occurrences:
    """How often each of `words`, the most frequent first, is among the `k` nearest of others:
    `counts` int64 (words,). `asked` is the number of words whose neighbours were searched; `exact`
    tells whether these are all that have a direction, `sampled` says which they are."""

    words: tuple[str, ...] = field(repr=False)
    counts: Counts = field(repr=False)
    k: int
    asked: int
    exact: bool
    sampled: str

    @cached_property
    def hubness(self) -> float:
        """The skewness of the counts."""
        return skewness(self.counts)

    @property
    def never(self) -> float:
        """The share of words that are among the nearest of no other."""
        return float((self.counts == 0).mean())

    def hubs(self, n: int = 10) -> "pd.DataFrame":
        """Return word and count of the `n` that occur most, of equals the more frequent first."""
        import pandas as pd

        first = np.argsort(-self.counts, kind="stable")[:n]
        words = pd.Series([self.words[place] for place in first], dtype="str")
        return pd.DataFrame({"word": words, "count": self.counts[first]})


def occurrences(
    space: EmbeddingSpace,
    *,
    k: int = HUB_K,
    seed: int = 0,
    progress: Progress | None = None,
) -> Occurrences:
    """Return how often each word is among the `k` nearest, by cosine, of another; remembered with
    the space.

    The neighbours of every word are searched: of 40,000 in some five seconds. In a space of more
    than 50,000 words only those of 5,000 drawn at random are, among all words.
    Raises NothingToMeasure for fewer than k + 2 words that have a direction.
    """
    return space.remember(("occurrences", k, seed), lambda: _counted(space, k, seed, progress))


def skewness(counts: Counts) -> float:
    """Return the hubness that these counts of occurrences show, their skewness (Radovanović and
    others 2010): around 0 where no word is a hub, 0 also where all occur equally often. It depends
    on the number of words, so compare samples of one size."""
    away = counts - counts.mean()
    spread = (away**2).mean()
    return float((away**3).mean() / spread**1.5) if spread > 0 else 0.0


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


def drawn_sentence(
    space: EmbeddingSpace, rows: Rows, directed: int, *, among: str = "these"
) -> str:
    """Say which words were drawn, of `directed` that have a direction, and `among` which their
    neighbours were searched."""
    total = f"{len(space):,} words"
    drawn = f"All {total}" if len(rows) == len(space) else f"{len(rows):,} of {total}"
    if len(rows) < directed:
        drawn += " drawn at random"
    zeros = len(space) - directed
    without = f", {zeros:,} vectors of zeros left out" if zeros else ""
    return f"{drawn}{without}; neighbours searched among {among}."


def _counted(space: EmbeddingSpace, k: int, seed: int, progress: Progress | None) -> Occurrences:
    rows, directed = drawn_words(space, len(space), seed, k)
    words = space
    if directed < len(space):
        words = space.select([space.vocabulary[int(row)] for row in rows])
    asked = draw(len(words), ASKED if len(words) > EXACT else len(words), seed)
    counts = np.zeros(len(words), dtype=np.int64)
    for start in range(0, len(asked), _SLICE):
        near = nearest_nested([words], asked[start : start + _SLICE], k=k)[0]
        counts += np.bincount(near[near >= 0], minlength=len(words))
        if progress:
            progress(min(1.0, (start + _SLICE) / len(asked)))
    counts.setflags(write=False)
    among = "these" if len(asked) == len(words) else f"all {len(words):,}"
    sentence = drawn_sentence(space, rows[asked], directed, among=among)
    return Occurrences(tuple(words.words), counts, k, len(asked), len(asked) == directed, sentence)
