"""Score: the result of a space on a suite, with everything needed to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from models.errors import EmbeddingError

if TYPE_CHECKING:
    import pandas as pd


class NothingToMeasure(EmbeddingError):
    """A suite of which the space knows too little, or whose figures are constant."""


@dataclass(frozen=True, repr=False)
class Score:
    """One figure, what it rests on and how sure it is.

    `value` is the share of right answers (0 to 1) for analogies, Spearman's correlation (-1 to 1)
    for similarity; NaN for a section without an answerable question. `interval` is its 95 %
    bootstrap interval, NaN where fewer than three pairs stand behind it. `correct` of `total`
    answerable questions were answered rightly (`correct` is None for similarity), of `asked` in
    all. `missing` are the words that the space lacks. `convention` says how it was measured.
    """

    suite: str
    title: str
    value: float
    total: int
    asked: int
    interval: tuple[float, float]
    convention: str
    correct: int | None = None
    missing: tuple[str, ...] = ()
    by_group: "Mapping[str, Score]" = field(default_factory=dict)
    by_section: "Mapping[str, Score]" = field(default_factory=dict)

    @property
    def coverage(self) -> float:
        """The share of the suite that the space has the words for."""
        return self.total / self.asked if self.asked else 0.0

    def __str__(self) -> str:
        if not self.total:
            return f"not measured: none of {self.asked:,} questions has all its words in the space"
        if self.correct is None:
            figure = f"{self.value:.3f}{self._between(1, 3)}"
            return f"{figure}, {self.total:,} of {self.asked:,} pairs"
        figure = f"{100 * self.value:.1f} %{self._between(100, 1, ' %')}"
        covered = "" if self.total == self.asked else f" (of {self.asked:,} asked)"
        return f"{figure}, {self.correct:,} of {self.total:,} questions{covered}"

    def __repr__(self) -> str:
        return f"Score({self.title}: {self})"

    def to_frame(self) -> "pd.DataFrame":
        """Return the total, the groups and the sections as rows: part, value, low, high, correct,
        total, asked, coverage."""
        import pandas as pd

        parts = [("total", self), *self.by_group.items(), *self.by_section.items()]
        return pd.DataFrame([_row(part, score) for part, score in parts])

    def _between(self, factor: int, decimals: int, unit: str = "") -> str:
        low, high = (factor * bound for bound in self.interval)
        known = isfinite(low) and isfinite(high)
        return f" ({low:.{decimals}f} to {high:.{decimals}f}{unit})" if known else ""


def _row(part: str, score: Score) -> dict[str, object]:
    low, high = score.interval
    return {
        "part": part,
        "value": score.value,
        "low": low,
        "high": high,
        "correct": score.correct,
        "total": score.total,
        "asked": score.asked,
        "coverage": score.coverage,
    }
