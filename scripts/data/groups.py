"""Groups of the words of a map: k-means on their full vectors, each named by its centre."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.space import Floats

GROUPS = 8  # as many as there are colours that a colour-blind eye tells apart
NAMED_BY = 3
NAMERS = 1_000  # names are taken from this many most frequent words: everyone knows them
SEED = 0
_STEM = 4  # words that begin alike ("name", "names") don't name a group together


@dataclass(frozen=True, eq=False)
class Groups:
    """`codes` uint8 (words,), 0 for the largest group; `names[code]` and `sizes[code]`."""

    codes: NDArray[np.uint8]
    names: list[str]
    sizes: list[int]


def group(unit: Floats, words: Sequence[str]) -> Groups:
    """Return the k-means groups of `unit`, (words, d) of length 1, on which Euclidean distance
    orders as cosine does."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):  # sums from several threads differ in the last bit between runs
        fitted = KMeans(GROUPS, n_init=10, random_state=SEED).fit(unit)
    by_size = np.argsort(-np.bincount(fitted.labels_, minlength=GROUPS), kind="stable")
    codes = np.argsort(by_size)[fitted.labels_].astype(np.uint8)
    names = [
        _name(unit, words, np.flatnonzero(codes == code), centre)
        for code, centre in enumerate(fitted.cluster_centers_[by_size])
    ]
    return Groups(codes, names, np.bincount(codes, minlength=GROUPS).tolist())


def _name(unit: Floats, words: Sequence[str], members: NDArray[np.intp], centre: Floats) -> str:
    """Return the frequent words that lie nearest to `centre`, the nearest first."""
    known = [row for row in members[members < NAMERS] if words[row].isalpha()]
    chosen: list[str] = []
    for row in sorted(known, key=lambda row: -float(unit[row] @ centre)):
        word = words[row]
        if len(word) > 2 and all(word[:_STEM] != other[:_STEM] for other in chosen):
            chosen.append(word)
    return ", ".join(chosen[:NAMED_BY])
