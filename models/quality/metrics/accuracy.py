"""Analogy suites: the share of questions answered rightly, in all, by group and by section."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.analogy_batches import Progress, answerable, solve
from models.quality.metrics.intervals import AccuracyResamples, resample_accuracy
from models.quality.metrics.score import Score
from models.quality.suites.builtin import AnalogySuite, coverage_of
from models.search.analogies import METHODS
from models.search.neighbours import EVERYONE, Filter
from models.space import EmbeddingSpace, Rows


def accuracy(
    space: EmbeddingSpace,
    suite: AnalogySuite,
    *,
    method: str = "3cosadd",
    exclude_query_words: bool = True,
    normalise: bool = True,
    among: Filter = EVERYONE,
    seed: int = 0,
    progress: Progress | None = None,
) -> Score:
    """Return the share of the questions of `suite` that `space` answers rightly.

    Micro average over the questions whose four words are known. Options as in evaluate().
    Raises NothingToMeasure, an EmbeddingError, where no question is covered.
    """
    searched = space.head(among.most_frequent or len(space))
    rows, known = answerable(searched, suite)
    correct = solve(
        searched,
        rows,
        method=method,
        exclude_query_words=exclude_query_words,
        normalise=normalise,
        progress=progress,
    )
    resamples = resample_accuracy(
        suite.questions[known],
        suite.section[known],
        correct,
        sections=len(suite.sections),
        seed=seed,
    )
    missing = coverage_of(searched, suite).missing
    convention = _convention(space, method, exclude_query_words, normalise, among)
    return _Tally(suite, known, correct, resamples, convention).whole(missing)


class _Tally:
    """Counts by section, from which every part of the suite gets its score."""

    def __init__(
        self,
        suite: AnalogySuite,
        known: Rows,
        correct: NDArray[np.bool_],
        resamples: AccuracyResamples,
        convention: str,
    ) -> None:
        count = len(suite.sections)
        self.suite = suite
        self.asked = np.bincount(suite.section, minlength=count)
        self.total = np.bincount(suite.section[known], minlength=count)
        self.correct = np.bincount(suite.section[known][correct], minlength=count)
        self.resamples = resamples
        self.convention = convention

    def whole(self, missing: tuple[str, ...]) -> Score:
        everything = self.part(self.suite.title, range(len(self.suite.sections)))
        return replace(
            everything,
            missing=missing,
            by_group={name: self.part(name, part) for name, part in self.suite.groups.items()},
            by_section={name: self.part(name, [i]) for i, name in enumerate(self.suite.sections)},
        )

    def part(self, title: str, sections: Sequence[int]) -> Score:
        chosen = list(sections)
        correct, total = int(self.correct[chosen].sum()), int(self.total[chosen].sum())
        return Score(
            suite=self.suite.name,
            title=title,
            value=correct / total if total else float("nan"),
            correct=correct,
            total=total,
            asked=int(self.asked[chosen].sum()),
            interval=self.resamples.interval(chosen),
            convention=self.convention,
        )


def _convention(
    space: EmbeddingSpace, method: str, exclude: bool, normalise: bool, among: Filter
) -> str:
    lengths = "unit vectors" if normalise else "vectors of their own length (inner product)"
    query = "the three query words excluded" if exclude else "query words may answer"
    return (
        f"{METHODS[method]} on {lengths}, {query}, among {among.describe(space)}; "
        f"words in lower case, {space.treatment}"
    )
