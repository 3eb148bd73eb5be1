"""Spearman's rank correlation with average ranks, for one sample or for many resamples at once."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def rank_correlation(first: Doubles, second: Doubles, counts: Doubles | None = None) -> Doubles:
    """Return Spearman's correlation of `first` and `second`, (resamples,).

    `counts` (pairs, resamples) tells how often each pair stands in each resample; without it every
    pair stands once, and the result has one entry. Ties share the mean of their ranks. NaN where
    one side is constant.
    """
    if counts is None:
        counts = np.ones((len(first), 1))
    middle = (counts.sum(axis=0) + 1) / 2  # the mean of all ranks
    x, y = _ranks(first, counts) - middle, _ranks(second, counts) - middle
    weighted = counts * x
    together = (weighted * y).sum(axis=0)
    spread = (weighted * x).sum(axis=0) * (counts * y * y).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation: Doubles = together / np.sqrt(spread)
    return correlation


def _ranks(values: Doubles, counts: Doubles) -> Doubles:
    """Return the average rank of each value where value i stands counts[i] times."""
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.add.reduceat(counts[order], starts, axis=0)  # (groups, resamples)
    ranks: Doubles = np.cumsum(sizes, axis=0) - (sizes - 1) / 2
    return ranks[group]
