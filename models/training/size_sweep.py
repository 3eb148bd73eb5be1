"""The results of a sweep over embedding_dim: figures of every size, way and seed.

Three ways to a size d: a run that was trained at d; the largest run of the same seed cut to d by
PCA; the first d columns of a nested (Matryoshka) run, one of which gives all sizes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

from models.training.run import SuiteScore

if TYPE_CHECKING:
    import pandas as pd

TRAINED, CUT, NESTED = "trained", "cut", "nested"
KINDS = (TRAINED, CUT, NESTED)
SUITES = ("wordsim-353", "simlex-999", "google-analogies")
MEASURES = ("auc", *SUITES, "loss")
LESS_IS_BETTER = ("loss",)
# Student's t, 97.5 %, for 1, 2, ... degrees of freedom: a few seeds know little of their spread.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True)
class SizeRun:
    """The figures of one size by one seed; `kind` is one of KINDS. `loss` and `auc` as in Snapshot,
    None where there are none; `seconds` of training, None for a size taken from another run."""

    kind: str
    dimension: int
    seed: int
    loss: float | None
    auc: float | None
    seconds: float | None
    parameters: int
    scores: tuple[SuiteScore, ...] = ()

    def value(self, measure: str) -> float | None:
        """Return the figure of one of MEASURES, None where there is none."""
        if measure in ("auc", "loss", "seconds"):
            value = getattr(self, measure)
        else:
            value = next((s.value for s in self.scores if s.suite == measure), None)
        return value if value is not None and isfinite(value) else None

    @property
    def bytes(self) -> int:
        """The table of word vectors in float32."""
        return 4 * self.parameters


@dataclass(frozen=True)
class Summary:
    """A figure over `seeds` runs: the mean, its 95 % interval by Student's t (the mean itself where
    one seed stands alone), and the smallest and largest of the runs."""

    mean: float
    low: float
    high: float
    least: float
    most: float
    seeds: int

    @property
    def has_interval(self) -> bool:
        """Whether several seeds give an interval at all."""
        return self.seeds > 1

    def magnitude(self) -> "Summary":
        """Return it without its sign; its interval does not contain zero."""
        if self.mean >= 0:
            return self
        return Summary(-self.mean, -self.high, -self.low, -self.most, -self.least, self.seeds)


def summary(values: Iterable[float]) -> Summary | None:
    """Return the mean of `values` with its interval; None where there are none."""
    found = list(values)
    if not found:
        return None
    mean, number = sum(found) / len(found), len(found)
    reach = 0.0
    if number > 1:
        variance = sum((value - mean) ** 2 for value in found) / (number - 1)
        reach = _T[min(number - 1, len(_T)) - 1] * sqrt(variance / number)
    return Summary(mean, mean - reach, mean + reach, min(found), max(found), number)


def by_size(runs: Iterable[SizeRun], measure: str, kind: str = TRAINED) -> dict[int, Summary]:
    """Return the figures of one way, by dimension, the smallest first."""
    values: dict[int, list[float]] = {}
    for run in runs:
        value = run.value(measure)
        if run.kind == kind and value is not None:
            values.setdefault(run.dimension, []).append(value)
    return {size: found for size in sorted(values) if (found := summary(values[size]))}


def gain(
    runs: Iterable[SizeRun], measure: str, at: int, over: int, *, kind: str = TRAINED
) -> Summary | None:
    """Return by how much the size `at`, of this `kind`, is better than the size `over` as trained:
    the mean of the differences within each seed, which share what is held out. None without a
    common seed."""
    values = {(run.kind, run.dimension, run.seed): run.value(measure) for run in runs}
    sign = -1 if measure in LESS_IS_BETTER else 1
    found = []
    for seed in sorted({seed for _, _, seed in values}):
        here, there = values.get((kind, at, seed)), values.get((TRAINED, over, seed))
        if here is not None and there is not None:
            found.append(sign * (here - there))
    return summary(found)


def coverage(runs: Iterable[SizeRun], suite: str) -> tuple[int, int]:
    """Return how many questions of a suite have known words only, and how many there are."""
    scores = (score for run in runs for score in run.scores if score.suite == suite)
    return next(((score.total, score.asked) for score in scores), (0, 0))


def runs_table(runs: Iterable[SizeRun]) -> "pd.DataFrame":
    """Return a row a run: way, dimension, seed, loss, auc, seconds, parameters, bytes, and for
    each suite its value, 95 % interval over the questions, and coverage."""
    import pandas as pd

    return pd.DataFrame([_row(run) for run in runs])


def runs_to_json(runs: Iterable[SizeRun]) -> list[dict[str, Any]]:
    """Return the runs as plain values, for JSON."""
    return [asdict(run) for run in runs]


def runs_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[SizeRun, ...]:
    """Return the runs of runs_to_json()."""
    return tuple(
        SizeRun(**{**row, "scores": tuple(SuiteScore(**score) for score in row["scores"])})
        for row in rows
    )


def _row(run: SizeRun) -> dict[str, Any]:
    row: dict[str, Any] = {"way": run.kind}
    for name in ("dimension", "seed", "loss", "auc", "seconds", "parameters", "bytes"):
        row[name] = getattr(run, name)
    for score in run.scores:
        name = score.suite
        row |= {name: score.value, f"{name} low": score.low, f"{name} high": score.high}
        row |= {f"{name} asked": score.total, f"{name} in all": score.asked}
    return row
