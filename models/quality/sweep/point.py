"""SweepPoint: one figure of a sweep over dimensions, with all that is needed to judge it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RAW, NATIVE = "raw", "native"
SHARE, CORRELATION = "share", "correlation"
TOTAL, GROUP, SECTION = "total", "group", "section"
NOWHERE = float("nan")


@dataclass(frozen=True)
class SweepPoint:
    """The quality of one reduction of a space on one suite, or on a part of the suite.

    `method` is one of models.reduction.METHODS, "raw" (the space as it is: what the others are
    compared with) or "native" (another space, trained at its own dimension). `level` says what
    `part` is: the "total", a "group" of sections ("semantic") or a "section".

    `value` is the share of right answers for analogies, Spearman's correlation for similarity and
    the share itself for neighbourhoods, from `low` to `high` by its 95 % interval. `difference` is
    value minus that of the raw space, and its interval is *paired*: both were measured in the same
    resamples. The figure rests on `total` questions, pairs or words; of the `asked` in the suite
    the space has the words for `known` (None: as many as `total`). `exact` is False for a random
    sample, which `sampled` describes. `treatment` says what was done to the vectors; `unit` is
    "share" or "correlation".
    NaN where nothing could be measured.
    """

    method: str
    dimension: int
    suite: str
    title: str
    level: str
    part: str
    value: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    total: int
    asked: int
    exact: bool
    sampled: str
    treatment: str
    known: int | None = None
    unit: str = SHARE

    @property
    def coverage(self) -> float:
        """The share of the suite that the space has the words for."""
        known = self.total if self.known is None else self.known
        return known / self.asked if self.asked else 0.0


def settled(points: Iterable[SweepPoint]) -> list[SweepPoint]:
    """Return one point for each method, size, suite and part, in order of size: the exact figure
    rather than that of a sample, that of a larger sample rather than that of a smaller one."""
    best: dict[tuple[str, int, str, str, str], SweepPoint] = {}
    for point in points:
        key = (point.method, point.dimension, point.suite, point.level, point.part)
        known = best.get(key)
        if known is None or (point.exact, point.total) >= (known.exact, known.total):
            best[key] = point
    return sorted(best.values(), key=lambda point: point.dimension)


def frame(points: Iterable[SweepPoint]) -> "pd.DataFrame":
    """Return points as a frame, one row each: the columns of SweepPoint, and coverage."""
    import pandas as pd

    rows = [asdict(point) | {"coverage": point.coverage} for point in points]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "coverage"]).drop(columns="known")


def points_of(table: "pd.DataFrame") -> list[SweepPoint]:
    """Return the points of a frame made by frame(), with or without further columns."""
    known = [name for name in _COLUMNS if name in table]
    return [
        SweepPoint(**{str(name): value for name, value in row.items()})
        for row in table[known].to_dict("records")
    ]


_COLUMNS = tuple(column.name for column in fields(SweepPoint))
