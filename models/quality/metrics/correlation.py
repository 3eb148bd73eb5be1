"""Spearman's rank correlation with average ranks, for one sample or for many resamples at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.space import Rows

Doubles = NDArray[np.float64]
Array = NDArray[np.floating[Any]]


def rank_correlation(first: Doubles, second: Doubles) -> float:
    """Return Spearman's correlation of `first` and `second`, both (pairs,).

    Ties share the mean of their ranks. NaN where one side is constant.
    """
    once = np.ones((len(first), 1))
    return float(ResampledCorrelation(second, once).values(first)[0])


class ResampledCorrelation:
    """Spearman's correlation with `judged` (pairs,) in many resamples of the pairs.

    `counts` (pairs, resamples) holds how often each pair occurs in each resample; float32 takes
    half the memory of float64 and changes a ten-millionth. What depends on the judgements
    alone is computed once: a sweep compares them with many spaces.
    """

    def __init__(self, judged: Doubles, counts: Array) -> None:
        self._counts = counts
        self._middle = (counts.sum(axis=0) + 1) / 2  # the mean of all ranks
        away = self._ranks(judged)
        away -= self._middle
        self._weighted = counts * away  # (pairs, resamples)
        self._spread = (self._weighted * away).sum(axis=0, dtype=np.float64)

    def values(self, measured: Doubles) -> Doubles:
        """Return the correlation of `measured` (pairs,) in every resample, (resamples,); NaN where
        one side is constant in it."""
        away = self._ranks(measured)
        away -= self._middle
        together = np.einsum("ij,ij->j", self._weighted, away).astype(np.float64)
        away *= away
        away *= self._counts
        spread = away.sum(axis=0, dtype=np.float64) * self._spread
        with np.errstate(invalid="ignore", divide="ignore"):
            correlation: Doubles = together / np.sqrt(spread)
        return correlation

    def _ranks(self, values: Doubles) -> Array:
        """Return the average rank of each value in each resample, (pairs, resamples). Whole and
        half numbers: float32 holds them exactly up to four million pairs."""
        order, before, through = _groups(values)
        drawn = np.zeros((len(values) + 1, self._counts.shape[1]), dtype=self._counts.dtype)
        np.cumsum(self._counts[order], axis=0, out=drawn[1:])
        ranks: Array = drawn[before]
        ranks += drawn[through]
        ranks += 1
        ranks /= 2
        return ranks


def _groups(values: Doubles) -> tuple[Rows, Rows, Rows]:
    """Return the order of `values` and, for each, how many are smaller and how many are no
    larger."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    return (
        order,
        np.searchsorted(ordered, values, side="left"),
        np.searchsorted(ordered, values, side="right"),
    )
