"""How often words stand near each other, counted for a whole corpus at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.space import Floats
from models.training.corpora import Codes, Corpus

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK = 1_000_000  # tokens counted at a time


@dataclass(frozen=True, eq=False)
class Cooccurrences:
    """The places of a symmetric matrix (words, words) that are not zero: `rows` and `columns`
    int32 (m,), `values` float32 (m,)."""

    rows: Codes
    columns: Codes
    values: Floats


def cooccurrences(
    corpus: Corpus, *, window: int, weight: Callable[[int], float] = lambda apart: 1 / apart
) -> "csr_array":
    """Return how often words stand within `window` of each other in a sentence, float64 (words,
    words), symmetric. A pair k words apart counts `weight(k)`, by default 1 / k (Pennington, Socher
    and Manning 2014, section 4.2)."""
    from scipy.sparse import coo_array, csr_array

    n = corpus.words
    total = csr_array((n, n), dtype=np.float64)
    sentence = np.repeat(np.arange(len(corpus.starts) - 1), np.diff(corpus.starts))
    for begin in range(0, corpus.tokens, _BLOCK):
        stop = begin + _BLOCK
        first, second, weights = [], [], []
        for apart in range(1, window + 1):
            here = corpus.codes[begin:stop][: max(0, corpus.tokens - begin - apart)]
            there = corpus.codes[begin + apart : stop + apart]
            same = sentence[begin:stop][: len(there)] == sentence[begin + apart : stop + apart]
            first.append(here[: len(there)][same])
            second.append(there[same])
            weights.append(np.full(int(same.sum()), weight(apart)))
        pairs = (np.concatenate(first), np.concatenate(second))
        total = total + coo_array((np.concatenate(weights), pairs), shape=(n, n)).tocsr()
    return csr_array(total + total.T)


def places(matrix: "csr_array") -> Cooccurrences:
    """Return the places of `matrix` that are not zero."""
    found = matrix.tocoo()
    rows, columns = (axis.astype(np.int32) for axis in found.coords)
    return Cooccurrences(rows, columns, found.data.astype(np.float32))
