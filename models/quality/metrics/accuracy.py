"""Accuracy on an analogy suite: the share of right answers, in all, by group and by section."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.quality.metrics.analogy_batches import USUAL, Progress, answerable, solve
from models.quality.metrics.intervals import resample_accuracies
from models.quality.metrics.score import Score
from models.quality.suites.builtin import AnalogySuite
from models.search.objectives import Convention
from models.space import EmbeddingSpace


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
    section, count = suite.section[known], len(suite.sections)
    (resamples,) = resample_accuracies(
        suite.questions[known], section, correct[None], sections=count, seed=seed
    )
    parts = (suite.section, section, section[correct])
    asked, total, right = (np.bincount(part, minlength=count) for part in parts)
    described = f"{convention.describe(space)}; words in lower case, {space.treatment}"

    def score(title: str, sections: Sequence[int], **rest: Any) -> Score:
        chosen = list(sections)
        questions, answered = int(total[chosen].sum()), int(right[chosen].sum())
        return Score(
            suite=suite.name,
            title=title,
            value=answered / questions if questions else float("nan"),
            correct=answered,
            total=questions,
            asked=int(asked[chosen].sum()),
            interval=resamples.interval(chosen),
            convention=described,
            **rest,
        )

    return score(
        suite.title,
        range(count),
        missing=tuple(word for word in suite.words if word not in searched),
        by_group={name: score(name, part) for name, part in suite.groups.items()},
        by_section={name: score(name, [place]) for place, name in enumerate(suite.sections)},
    )
