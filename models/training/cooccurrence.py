"""Co-occurrences: how often words stand near each other in a corpus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.space import Floats, Rows
from models.training.corpora import Corpus

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK = 1_000_000  # tokens counted at a time


@dataclass(frozen=True, eq=False)
class Cooccurrences:
    """The non-zero entries of a symmetric matrix (words, words): `keys` int64 (m,), rising, are
    row * words + column, `values` float32 (m,). `sums` float64 (words,) are those of its rows."""

    keys: NDArray[np.int64]
    values: Floats
    sums: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.keys)

    def at(self, chosen: NDArray[np.int64]) -> tuple[Rows, Rows, Floats]:
        """Return row, column and value of some of the entries."""
        rows, columns = np.divmod(self.keys[chosen], len(self.sums))
        return rows, columns, self.values[chosen]

    def holds(self, rows: Rows, columns: Rows) -> NDArray[np.bool_]:
        """Tell which of these entries are not zero."""
        wanted = rows * len(self.sums) + columns
        found = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        known: NDArray[np.bool_] = self.keys[found] == wanted
        return known

    def by_chance(self, rows: Rows, columns: Rows) -> Floats:
        """Return the entries that would be expected of the words' frequencies alone."""
        sums = self.sums
        return np.asarray(sums[rows] * (sums[columns] / sums.sum()), dtype=np.float32)


def cooccurrences(
    corpus: Corpus,
    *,
    window: int,
    weight: Callable[[int], float] = lambda apart: 1 / apart,
    words: int | None = None,
) -> "csr_array":
    """Return how often words stand within `window` of each other in a sentence, float64 (words,
    words), symmetric; of the most frequent `words`, or of all. A pair k words apart counts
    `weight(k)`, by default 1 / k (Pennington, Socher and Manning 2014, section 4.2)."""
    from scipy.sparse import coo_array, csr_array

    n = min(words or corpus.words, corpus.words)
    total = csr_array((n, n), dtype=np.float64)
    sentence = np.repeat(np.arange(len(corpus.starts) - 1), np.diff(corpus.starts))
    for begin in range(0, corpus.tokens, _BLOCK):
        stop = begin + _BLOCK
        first, second, weights = [], [], []
        for apart in range(1, window + 1):
            there = corpus.codes[begin + apart : stop + apart]
            here = corpus.codes[begin : begin + len(there)]
            same = sentence[begin : begin + len(there)] == sentence[begin + apart : stop + apart]
            if n < corpus.words:
                same &= (here < n) & (there < n)
            first.append(here[same])
            second.append(there[same])
            weights.append(np.full(int(same.sum()), weight(apart)))
        pairs = (np.concatenate(first), np.concatenate(second))
        total = total + coo_array((np.concatenate(weights), pairs), shape=(n, n)).tocsr()
    return csr_array(total + total.T)


def nonzero_entries(matrix: "csr_array") -> Cooccurrences:
    """Return the non-zero entries of `matrix`."""
    matrix.sort_indices()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    keys = rows * matrix.shape[1] + matrix.indices
    return Cooccurrences(keys, matrix.data.astype(np.float32), np.asarray(matrix.sum(axis=1)))
