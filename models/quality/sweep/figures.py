"""Figures of a sweep as points: those that were measured, and those that could not be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.quality.metrics.score import NothingToMeasure
from models.quality.sweep.measurements import Figure, Task
from models.quality.sweep.point import NOWHERE, TOTAL, SweepPoint
from models.space import EmbeddingSpace

DRAWN = "such draws"  # how the treatment of a mean of several random projections ends


def point_of(method: str, figure: Figure, task: Task, cut: EmbeddingSpace) -> SweepPoint:
    """Return what was measured of `cut`."""
    return SweepPoint(
        method=method,
        dimension=cut.dimension,
        suite=figure.suite,
        title=figure.title,
        level=figure.level,
        part=figure.part,
        value=figure.value,
        low=figure.interval[0],
        high=figure.interval[1],
        difference=figure.difference,
        difference_low=figure.difference_interval[0],
        difference_high=figure.difference_interval[1],
        total=figure.total,
        asked=figure.asked,
        exact=task.exact,
        sampled=task.sampled,
        treatment=cut.treatment,
        known=figure.known,
        unit=figure.unit,
    )


def gap(method: str, name: str, cut: EmbeddingSpace, reason: NothingToMeasure) -> SweepPoint:
    """A point that says why there is no figure."""
    blank = (NOWHERE,) * 6
    return SweepPoint(
        method, cut.dimension, name, name, TOTAL, TOTAL, *blank, 0, 0, True, str(reason),
        cut.treatment,
    )  # fmt: skip


def mean_points(runs: Sequence[Sequence[SweepPoint]]) -> Iterator[SweepPoint]:
    """Yield the mean of each figure over several draws, and an interval that holds theirs."""
    drawn: dict[tuple[str, str, str, int], list[SweepPoint]] = {}
    for point in (point for run in runs for point in run):
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
