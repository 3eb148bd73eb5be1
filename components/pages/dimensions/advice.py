"""The sentences that answer how many dimensions are enough."""

from math import isfinite

from components.charts.method_curves import METHOD_NAMES
from components.pages.dimensions.request import SweepRequest
from components.pages.dimensions.wording import figure, title
from components.wording import listed, percent, plain, size
from models.quality.suites.builtin import NAMES
from models.quality.sweep.point import SHARE, TOTAL, SweepPoint
from models.quality.sweep.verdict import Recommendation
from models.reduction.reduce import bytes_per_word

_TASKS = (*NAMES, "knn-overlap")  # in a sentence


def advised(request: SweepRequest, advice: Recommendation, found: list[SweepPoint]) -> str:
    """Return the recommended size and its reason, or why there is none."""
    full, method = request.full, METHOD_NAMES[request.method]
    unsure = _undecided(request, advice, found)
    if advice.dimension is None or advice.binding is None or advice.binding.raw is None:
        if advice.state == "cannot tell":
            return f"none of the suites is large enough to tell.{unsure}"
        stays = title(advice.binding.raw) if advice.binding and advice.binding.raw else "a task"
        return (
            f"keep the vectors as published, all **{full}** dimensions: with {method}, {stays} "
            f"may lose more than 5 % at every size.{unsure}"
        )
    kept, decides = advice.dimension, title(advice.binding.raw)
    if kept == full:
        return (
            f"keep all **{full}** dimensions: at the next smaller size {decides} may lose more "
            f"than 5 % of the score that all have.{unsure}"
        )
    precision = "" if request.precision == "float32" else f", each number in {request.precision},"
    words = len(request.in_use.published)
    now, before = (
        size(words * bytes_per_word(d, p))
        for d, p in ((kept, request.precision), (full, "float32"))
    )
    return (
        f"**{kept} of {full}** dimensions{precision} are enough: with {method}, no task that can "
        f"tell loses more than 5 % of the score that all {full} have, in **{now}** instead of "
        f"{before}. "
        f"{decides} decides.{_neighbours(request, kept, found)}{unsure}"
    )


def _undecided(request: SweepRequest, advice: Recommendation, found: list[SweepPoint]) -> str:
    """Name the suites that are too small to tell, with their figures at the recommended size."""
    there = _by_suite(found, request.method, advice.dimension)
    silent, rough = [], []
    for verdict in advice.undecided:
        point = there.get(verdict.suite)
        if verdict.raw and point and verdict.within(advice.tolerance).reason == "interval":
            before = figure(point, point.value - point.difference)
            rough.append(f"{title(verdict.raw)} has {figure(point)} instead of {before}")
        elif verdict.raw:
            silent.append(title(verdict.raw))
    sentence = ""
    if rough:
        loss = "too few pairs to tell whether more than 5 % is lost"
        sentence = f" At {advice.dimension}, {listed(rough)}: {loss}."
    return f"{sentence} {listed(silent)} cannot tell." if silent else sentence


def _by_suite(found: list[SweepPoint], method: str, dimension: int | None) -> dict[str, SweepPoint]:
    """Return the figures of whole suites by one method at one size."""
    wanted = (method, dimension, TOTAL)
    return {p.suite: p for p in found if (p.method, p.dimension, p.level) == wanted}


def _neighbours(request: SweepRequest, kept: int, found: list[SweepPoint]) -> str:
    """Say how many neighbours stay at `kept`, or at the next smaller size measured."""
    wanted = ("knn-overlap", request.method)
    at = [p for p in found if (p.suite, p.method) == wanted and p.dimension <= kept]
    if not at:
        return ""
    last = max(at, key=lambda point: point.dimension)
    where = "there" if last.dimension == kept else f"at {last.dimension}"
    return f" Of a word's ten neighbours **{figure(last)}** stay {where}."


def centring(request: SweepRequest, found: list[SweepPoint]) -> str:
    """Say how PCA at all dimensions moves the scores, as it centres the vectors."""
    whole = _by_suite(found, "pca", request.full)
    moves = [
        f"{title(point)} {_signed(point)}"
        for suite in NAMES
        if (point := whole.get(suite)) is not None and isfinite(point.difference)
    ]
    return f"Centring alone, by PCA at all {request.full}: {listed(moves)}." if moves else ""


def _signed(point: SweepPoint) -> str:
    percent = f"{100 * point.difference:+.1f} points"
    return (percent if point.unit == SHARE else f"{point.difference:+.3f}").replace("-", "−")


def at_kept(request: SweepRequest, found: list[SweepPoint]) -> str:
    """Say what each task scores at the size kept in the sidebar."""
    at = _by_suite(found, "pca", request.kept)
    shown = [at[suite] for suite in _TASKS if suite in at and at[suite].total]
    parts = [
        f"{title(p)} **{figure(p)}** instead of {figure(p, p.value - p.difference)}" for p in shown
    ]
    if not parts:
        treatment = plain(request.in_use.kept.treatment, limit=200)
        return f"The **{request.kept}** kept ({treatment}) are being measured."
    precision = request.precision
    share = percent(bytes_per_word(request.kept, precision) / bytes_per_word(request.full))
    return f"At the **{request.kept}** kept: {listed(parts)}, in **{share}** of the memory."
