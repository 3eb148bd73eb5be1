"""Accuracy on an analogy suite: the share of right answers, in all, by group and by section."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.analogy_batches import USUAL, Progress, answerable, solve
from models.quality.metrics.intervals import AccuracyResamples, resample_accuracy
from models.quality.metrics.score import Score
from models.quality.suites.builtin import AnalogySuite, coverage_of
from models.search.objectives import Convention
from models.space import EmbeddingSpace, Rows


def accuracy(
    space: EmbeddingSpace,
    suite: AnalogySuite,
    *,
    convention: Convention = USUAL,
    seed: int = 0,
    progress: Progress | None = None,
) -> Score:
    """Return the share of the questions of `suite` that `space` answers rightly.

    Micro average over the questions whose four words are known.
    Raises NothingToMeasure, an EmbeddingError, where no question is covered.
    """
    searched = space.head(convention.among.most_frequent or len(space))
    rows, known = answerable(searched, suite)
    correct = solve(searched, rows, convention, progress=progress)
    resamples = resample_accuracy(
        suite.questions[known],
        suite.section[known],
        correct,
        sections=len(suite.sections),
        seed=seed,
    )
    missing = coverage_of(searched, suite).missing
    said = f"{convention.describe(space)}; words in lower case, {space.treatment}"
    return _Tally(suite, known, correct, resamples, said).whole(missing)


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
