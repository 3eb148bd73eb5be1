"""95 % bootstrap intervals that respect how a suite was made (Efron and Tibshirani 1993, ch. 13).

Analogy questions are made of two word pairs each, so they are not independent: the 19,544 Google
questions come from 573 pairs. Here the *pairs* of each section are drawn anew; a question counts
as often as its two pairs were drawn together. Drawing questions instead gives intervals of about a
quarter of the width, which the next set of pairs would not respect.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.correlation import ResampledCorrelation
from models.runtime.threads import one_thread
from models.space import Rows

Interval = tuple[float, float]
Doubles = NDArray[np.float64]

RESAMPLES = 1_000
UNKNOWN: Interval = (float("nan"), float("nan"))
_HELD = 1 << 21  # counts held at a time: 8 MB of float32
_FEWEST = 3  # pairs below which an interval would only pretend


@dataclass(frozen=True, eq=False)
class AccuracyResamples:
    """What a suite of analogies might have counted, had other pairs been drawn.

    `asked` and `right` are float64 (sections, RESAMPLES): weighted numbers of questions.
    `pairs` (sections,) is the number of distinct pairs behind each section.
    """

    asked: Doubles
    right: Doubles
    pairs: Rows

    def interval(self, sections: Sequence[int]) -> Interval:
        """Return the interval of the share of right answers over `sections` together."""
        chosen = list(sections)
        if self.pairs[chosen].sum() < _FEWEST:
            return UNKNOWN
        low, high = percentiles(self._shares(chosen))
        if low == high:  # all right or all wrong, which few pairs cannot prove of others
            margin = self._margin(chosen)
            return max(0.0, low - margin), min(1.0, high + margin)
        return low, high

    def difference(self, other: "AccuracyResamples", sections: Sequence[int]) -> Interval:
        """Return the interval of this share minus that of `other` in the same draws."""
        chosen = list(sections)
        if self.pairs[chosen].sum() < _FEWEST:
            return UNKNOWN
        low, high = percentiles(self._shares(chosen) - other._shares(chosen))
        if low == high and other is not self:  # the same answers to all that was asked
            margin = self._margin(chosen)
            return low - margin, high + margin
        return low, high

    def _margin(self, sections: list[int]) -> float:
        """The rule of three: what has not been seen in n pairs happens to at most 3 / n of them,
        with 95 % confidence (Hanley and Lippman-Hand 1983). Resampling cannot know that."""
        return float(min(1.0, 3 / self.pairs[sections].sum()))

    def _shares(self, sections: list[int]) -> Doubles:
        asked, right = self.asked[sections].sum(axis=0), self.right[sections].sum(axis=0)
        shares: Doubles = right[asked > 0] / asked[asked > 0]
        return shares


def resample_accuracies(
    questions: NDArray[np.int32],
    section: NDArray[np.int32],
    correct: NDArray[np.bool_],
    *,
    sections: int,
    seed: int,
) -> list[AccuracyResamples]:
    """Resample `questions` (n, 4) of words by number, answered by each of several spaces: of
    `correct` (spaces, n). All see the same draws.

    The draws depend on the questions and the seed alone: two spaces that know the same words are
    resampled alike, so that their difference can be judged pair by pair.
    """
    order = np.argsort(section, kind="stable")
    section, answered = section[order], correct[:, order].astype(np.float32)
    present, starts = np.unique(section, return_index=True)
    ends = [*starts[1:], len(section)]
    first, second, home = _pairs(questions[order], section)
    pairs = np.bincount(home, minlength=sections)

    asked = np.zeros((sections, RESAMPLES))
    right = np.zeros((len(correct), sections, RESAMPLES))
    generator = np.random.default_rng(seed)
    step = max(1, _HELD // len(section))
    for start in range(0, RESAMPLES, step):
        part = slice(start, min(start + step, RESAMPLES))
        width = part.stop - start
        counts = np.concatenate([draws(int(pairs[s]), width, generator) for s in present])
        weights = counts[first] * counts[second]  # (questions, width): how often each is drawn
        asked[present, part] = np.add.reduceat(weights, starts, axis=0)
        for place, begin, end in zip(present, starts, ends, strict=True):
            with one_thread():
                right[:, place, part] = answered[:, begin:end] @ weights[begin:end]
    return [AccuracyResamples(asked, each, pairs) for each in right]


def _pairs(
    questions: NDArray[np.int32], section: NDArray[np.int32]
) -> tuple[Rows, Rows, NDArray[np.int32]]:
    """Return the number of each question's first and second pair, and each pair's section.

    Pairs are numbered section by section; a pair that stands in two sections is two pairs.
    """
    home = np.repeat(section, 2)
    keys = np.column_stack([home, questions.reshape(-1, 2)])
    distinct, number = np.unique(keys, axis=0, return_inverse=True)
    first, second = number.reshape(-1, 2).T
    return first, second, distinct[:, 0].astype(np.int32)


def resampled_correlation(judged: Doubles, *, seed: int) -> ResampledCorrelation:
    """Return the correlations with `judged` (pairs,) that other draws of pairs might have given:
    the same draws for whatever is compared with it. A draw in which one side is constant has none,
    and is left out of percentiles()."""
    return ResampledCorrelation(judged, draws(len(judged), RESAMPLES, np.random.default_rng(seed)))


def draws(count: int, resamples: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return how often each of `count` things is drawn in `count` draws, (count, resamples)."""
    drawn = generator.integers(count, size=(count, resamples)) * resamples + np.arange(resamples)
    times = np.bincount(drawn.reshape(-1), minlength=count * resamples)
    return times.reshape(count, resamples).astype(np.float32)


def percentiles(values: Doubles) -> Interval:
    """Return the 2.5 and the 97.5 percentile of the finite `values`."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return UNKNOWN
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)
