"""SweepPoint: one measurement of a sweep, with everything needed to judge it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RAW, NATIVE = "raw", "native"
SHARE, CORRELATION = "share", "correlation"
TOTAL, GROUP, SECTION = "total", "group", "section"
NOWHERE = float("nan")
NEIGHBOURHOOD = {  # measures of neighbourhoods, and their titles
    "knn-overlap": "Neighbours kept (kNN overlap)",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
}
SATURATING = ("trustworthiness", "continuity")  # near 1 even where half of the neighbours are lost
DRAWN = "such draws"  # how the treatment of a mean of several random projections ends


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
    NaN where nothing could be measured; `sampled` then gives the reason.
    """

    method: str
    dimension: int
    suite: str
    title: str
    level: str = TOTAL
    part: str = TOTAL
    value: float = NOWHERE
    low: float = NOWHERE
    high: float = NOWHERE
    difference: float = NOWHERE
    difference_low: float = NOWHERE
    difference_high: float = NOWHERE
    total: int = 0
    asked: int = 0
    exact: bool = True
    sampled: str = ""
    treatment: str = ""
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


def mean_points(draws: Sequence[Sequence[SweepPoint]]) -> Iterator[SweepPoint]:
    """Yield the mean of each figure over several draws, and an interval that holds theirs."""
    drawn: dict[tuple[str, str, str, int], list[SweepPoint]] = {}
    for point in (point for draw in draws for point in draw):
        key = (point.suite, point.level, point.part, point.dimension)
        drawn.setdefault(key, []).append(point)
    yield from map(_mean, drawn.values())


def _mean(points: Sequence[SweepPoint]) -> SweepPoint:
    first, count = points[0], len(points)
    if count == 1:
        return first
    return replace(
        first,
        value=sum(point.value for point in points) / count,
        low=min(point.low for point in points),
        high=max(point.high for point in points),
        difference=sum(point.difference for point in points) / count,
        difference_low=min(point.difference_low for point in points),
        difference_high=max(point.difference_high for point in points),
        treatment=f"{first.treatment}; the mean of {count} {DRAWN}",
    )


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
