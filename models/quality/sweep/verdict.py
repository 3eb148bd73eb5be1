"""How many dimensions are enough: a verdict for each suite of a sweep, and one for all.

A size is enough within a tolerance t when the lower end of the paired 95 % interval of its
difference to the space as it is lies no deeper than t times the raw figure: not "we saw no loss",
but "a loss beyond t is ruled out". Where a suite is too small for that, the verdict says so; sizes
at which it reliably loses more, as even the upper end lies deeper, are ruled out all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Literal

from models.errors import InvalidRequest
from models.quality.sweep.point import NEIGHBOURHOOD, RAW, TOTAL, SweepPoint
from models.reduction.reduce import bytes_per_word

if TYPE_CHECKING:
    import pandas as pd

TOLERANCES = (0.01, 0.05)
_ROUNDING = 1e-12

State = Literal["enough", "cannot tell", "all"]
Reason = Literal["", "no figures", "no raw figure", "uncovered", "raw", "interval"]


@dataclass(frozen=True)
class Within:
    """The verdict of one suite for one tolerance.

    `state` is "enough" (from `dimension` on, whose figure is `point`), "cannot tell", or "all":
    every size measured loses more. `stable`: every larger
    size measured is enough too. `enough_sizes`, `lost_sizes` and `sizes` are those that are enough,
    those that surely lose more, and those that were measured, smallest first. `reason` tells why a
    suite cannot tell:

    - "no figures": none of a reduced space yet, or none that is a number;
    - "no raw figure": the space as it is was not measured yet;
    - "uncovered": the space lacks the words;
    - "raw": the space itself is not surely better than nothing, so there is nothing to keep;
    - "interval": a loss beyond the tolerance is neither shown at every size nor ruled out at any.
    """

    tolerance: float
    state: State
    dimension: int | None = None
    stable: bool = False
    point: SweepPoint | None = field(default=None, repr=False)
    enough_sizes: tuple[int, ...] = ()
    lost_sizes: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    reason: Reason = ""

    def allows(self, dimension: int) -> bool:
        """Tell whether `dimension` is enough or, where this suite cannot tell, not surely too
        small; judged by the largest size measured up to it."""
        up_to = [size for size in self.sizes if size <= dimension]
        if self.state == "cannot tell":
            return not up_to or up_to[-1] not in self.lost_sizes
        return bool(up_to) and up_to[-1] in self.enough_sizes


@dataclass(frozen=True)
class Verdict:
    """The verdict of one suite on one method: an entry a tolerance, and the raw figure, None before
    it was measured. `exact` is False where a figure behind it is of a sample."""

    suite: str
    title: str
    method: str
    raw: SweepPoint | None
    entries: tuple[Within, ...]
    exact: bool

    @property
    def neighbourhood(self) -> bool:
        """Whether it measures the share of neighbours kept rather than a task."""
        return self.suite in NEIGHBOURHOOD

    def within(self, tolerance: float) -> Within:
        """Return the entry for `tolerance`; raise InvalidRequest for another."""
        for entry in self.entries:
            if entry.tolerance == tolerance:
                return entry
        known = ", ".join(f"{entry.tolerance:g}" for entry in self.entries)
        raise InvalidRequest(f"No verdict for a tolerance of {tolerance:g}. Choose {known}.")


@dataclass(frozen=True)
class Recommendation:
    """The smallest size that is enough for every suite that can tell and that no other rules out.

    `binding` is the suite that forbids a smaller one (for the state "all": that has no size that
    is enough), None where none can tell. `undecided` are the suites that cannot tell.
    """

    tolerance: float
    state: State
    dimension: int | None
    binding: Verdict | None
    decided: tuple[Verdict, ...]
    undecided: tuple[Verdict, ...]


def verdicts(
    points: Iterable[SweepPoint],
    *,
    method: str = "pca",
    tolerances: Sequence[float] = TOLERANCES,
) -> list[Verdict]:
    """Return for each suite in `points`, in their order, the smallest size of `method` that is
    enough within each of `tolerances`.

    A tolerance is relative: 0.01 allows to lose 1 % of the raw figure, of a share as of a
    correlation. The difference must be finite to count. Where a size was measured exactly and on
    a sample, the exact figure counts; each is judged against the raw figure it was paired with
    (its value less its difference), never an exact one against a sampled one.
    """
    for tolerance in tolerances:
        if not 0 < tolerance < 1:
            raise InvalidRequest(f"A tolerance lies between 0 and 1, not {tolerance:g}.")
    found: dict[str, _Figures] = {}
    for point in points:
        if point.level == TOTAL and point.method in (RAW, method):
            found.setdefault(point.suite, _Figures()).add(point)
    return [figures.verdict(method, tolerances) for figures in found.values()]


def recommended(
    found: Iterable[Verdict], tolerance: float, *, neighbourhood: bool = False
) -> Recommendation:
    """Return the smallest size measured that is enough for every suite of verdicts() that can tell,
    and at which none of the others surely loses more.

    Suites on neighbours count only where `neighbourhood`: they ask for more dimensions than any
    task does.
    """
    asked = [each for each in found if neighbourhood or not each.neighbourhood]
    entries = {each.suite: each.within(tolerance) for each in asked}
    decided = [each for each in asked if entries[each.suite].state != "cannot tell"]
    undecided = [each for each in asked if entries[each.suite].state == "cannot tell"]
    dimension, binding = _smallest([*decided, *undecided], entries) if decided else (None, None)
    state: State = "enough" if dimension else "all" if decided else "cannot tell"
    return Recommendation(tolerance, state, dimension, binding, tuple(decided), tuple(undecided))


def memory_saved(dimension: int, full: int, precision: str = "float32") -> float:
    """Return the share of the memory of `full` dimensions in float32 that `dimension` in
    `precision` save, 0 to 1."""
    if not 1 <= dimension <= full:
        raise InvalidRequest(f"Of {full} dimensions keep between 1 and {full}, not {dimension}.")
    return 1 - bytes_per_word(dimension, precision) / bytes_per_word(full)


def frame(found: Iterable[Verdict]) -> "pd.DataFrame":
    """Return verdicts as a frame, a row for each suite and tolerance: what was found for each, the
    raw figure and that at the smallest size that is enough; missing where there is none."""
    import pandas as pd

    rows = [_row(each, entry) for each in found for entry in each.entries]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"dimension": "Int64"} | _NUMBERS)


class _Figures:
    """The figures of one suite: of the raw space and by size, exact ones before sampled ones."""

    def __init__(self) -> None:
        self.raw: SweepPoint | None = None
        self.by_size: dict[int, SweepPoint] = {}

    def add(self, point: SweepPoint) -> None:
        if point.method == RAW:
            self.raw = _better(self.raw, point)
        else:
            self.by_size[point.dimension] = _better(self.by_size.get(point.dimension), point)

    def verdict(self, method: str, tolerances: Sequence[float]) -> Verdict:
        points = [self.by_size[size] for size in sorted(self.by_size)]
        measured = [point for point in points if _is_measured(point)]
        any_point = self.raw or points[0]
        reason = self._reason(measured)
        return Verdict(
            suite=any_point.suite,
            title=any_point.title,
            method=method,
            raw=self.raw,
            entries=tuple(_within(measured, tolerance, reason) for tolerance in tolerances),
            exact=all(point.exact for point in (*points, *filter(None, [self.raw]))),
        )

    def _reason(self, measured: list[SweepPoint]) -> Reason:
        """Return why no size can be judged, "" where it can."""
        raw = self.raw
        if raw is None:
            return "no raw figure"
        if not raw.total:
            return "uncovered"
        if not (raw.value > 0 and raw.low > 0):  # false for NaN too
            return "raw"
        return "" if measured else "no figures"


def _better(known: SweepPoint | None, point: SweepPoint) -> SweepPoint:
    """Return the exact one of two points, or the later one."""
    return known if known and known.exact and not point.exact else point


def _is_measured(point: SweepPoint) -> bool:
    figures = (point.value, point.difference, point.difference_low, point.difference_high)
    return all(map(isfinite, figures))


def _within(points: list[SweepPoint], tolerance: float, reason: Reason) -> Within:
    """Judge the measured sizes of one suite, smallest first."""
    sizes = tuple(point.dimension for point in points)
    if reason:
        return Within(tolerance, "cannot tell", sizes=sizes, reason=reason)
    lost = tuple(p.dimension for p in points if p.difference_high < _limit(p, tolerance))
    enough = [point for point in points if point.difference_low >= _limit(point, tolerance)]
    if enough:
        first = enough[0]
        stable = len(enough) == len(points) - sizes.index(first.dimension)
        met = tuple(point.dimension for point in enough)
        return Within(tolerance, "enough", first.dimension, stable, first, met, lost, sizes)
    if len(lost) < len(points):
        return Within(tolerance, "cannot tell", lost_sizes=lost, sizes=sizes, reason="interval")
    return Within(tolerance, "all", lost_sizes=lost, sizes=sizes)


def _limit(point: SweepPoint, tolerance: float) -> float:
    raw = point.value - point.difference
    return -tolerance * raw - _ROUNDING


def _smallest(asked: list[Verdict], entries: Mapping[str, Within]) -> tuple[int | None, Verdict]:
    """Return the smallest size that all of `asked` allow, and the suite that forbids a smaller one:
    the first that does not allow the next smaller size."""
    binding = asked[0]
    for size in sorted({size for entry in entries.values() for size in entry.sizes}):
        forbid = [each for each in asked if not entries[each.suite].allows(size)]
        if not forbid:
            return size, binding
        binding = forbid[0]
    without = [each for each in asked if entries[each.suite].state == "all"]
    return None, without[0] if without else binding


_RAW = ("value", "low", "high")
_POINT = ("value", "difference", "difference_low", "difference_high")
_ENTRY = ("tolerance", "state", "reason", "dimension", "stable")
_VERDICT = ("suite", "title", "method", "exact")
_COLUMNS = [*_VERDICT, *_ENTRY, *_POINT, *(f"raw_{name}" for name in _RAW)]
_NUMBERS = dict.fromkeys((*_POINT, *(f"raw_{name}" for name in _RAW)), "float64")


def _row(verdict: Verdict, entry: Within) -> dict[str, object]:
    raw, point = verdict.raw, entry.point
    return (
        {name: getattr(verdict, name) for name in _VERDICT}
        | {name: getattr(entry, name) for name in _ENTRY}
        | {name: getattr(point, name) if point else None for name in _POINT}
        | {f"raw_{name}": getattr(raw, name) if raw else None for name in _RAW}
    )
