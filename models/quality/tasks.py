"""The functions behind the Dimensions page that run as jobs.

Each takes a Reporter first, for its progress and its partial results, and then only values that
can be sent to another process: a handle of the space, numbers, suites.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.errors import InvalidRequest
from models.quality.metrics.cost import costs
from models.quality.metrics.geometry import Spectrum, spectrum
from models.quality.metrics.hubs import Occurrences, occurrences
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.shape_by_size import estimates_at, shape_at
from models.quality.suites.builtin import google_analogies
from models.quality.sweep.losses import analogy_losses, neighbour_losses
from models.quality.sweep.plan import Plan
from models.quality.sweep.point import SATURATING, SweepPoint
from models.quality.sweep.sweep_run import SweepRun
from models.quality.sweep.verdict import Verdict, verdicts
from models.reduction.reduce import fit_pca, reduce
from models.runtime.progress import Reporter
from models.sources.bundled import load
from models.sources.space_handles import SpaceHandle
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd

QUICK = 300  # analogy questions of the quick pass
QUICK_WORDS = 200  # whose neighbours are compared in it
CONTROLS = ("first", "random")  # what nobody would keep: no smallest size is looked for
_HALVINGS = 8  # of an interval between two sizes: enough for 256
_LOOKED, _MEASURED = 0.15, 0.8  # how far a sweep is after the quick pass, after the exact one
NEIGHBOURS_AMONG = 20_000  # words, at most: they are compared two by two


@dataclass(frozen=True, eq=False)
class Losses:
    """What a smaller size loses. `sections` counts by section (see AnalogyLosses.counts),
    `questions` are those lost; both None where the space knows no question, for the `reason` given.
    `words` are those that lose most neighbours (see neighbour_losses), `sampled` says of which;
    None in a space too small for it, where `sampled` gives the reason."""

    sections: "pd.DataFrame | None" = field(repr=False)
    questions: "pd.DataFrame | None" = field(repr=False)
    words: "pd.DataFrame | None" = field(repr=False)
    sampled: str
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Shape:
    """The shape of a space. `figures` has a row for the space as published (kind "raw") and one for
    each size of its PCA (kind "pca"); `sampled` says what its estimates rest on."""

    spectrum: Spectrum
    figures: "pd.DataFrame" = field(repr=False)
    sampled: str
    occurrences: Occurrences


def measure_sweep(
    job: Reporter, handle: SpaceHandle, plan: Plan, peers: tuple[str, ...] = ()
) -> None:
    """Hand out the points of a sweep of a space: a quick pass over a sample of questions, then the
    exact one, then sizes between; with `peers`, bundled spaces by name, in the exact pass."""
    space = handle.open()
    job.report(0.0, "finding the principal axes")
    fit_pca(space)
    suites = tuple(suite for suite in plan.suites if suite not in SATURATING)
    quick = replace(plan, suites=suites, sample=QUICK, words_sampled=QUICK_WORDS, draws=1)
    progress = _part(job, f"a first look at {QUICK:,} random questions", end=_LOOKED)
    for point in SweepRun(space, quick).points(progress, curve_first=True):
        job.add(point)
    others: list[EmbeddingSpace] = [load(peer) for peer in peers]
    progress = _part(job, "measuring exactly, all questions", start=_LOOKED, end=_MEASURED)
    run, points = SweepRun(space, plan, peers=others), list[SweepPoint]()
    for point in run.points(progress):
        points.append(point)
        job.add(point)
    refined = [method for method in plan.methods if method not in CONTROLS]
    progress = _part(job, "finding the smallest size that is enough", start=_MEASURED)
    for place, method in enumerate(refined):
        for step in range(_HALVINGS):
            progress((place + step / _HALVINGS) / len(refined))
            sizes = _between(verdicts(points, method=method))
            if not sizes:
                break
            for point in run.finer(method, sizes):
                points.append(point)
                job.add(point)
    progress(1.0)


def _between(found: list[Verdict]) -> tuple[int, ...]:
    """Return a size in the middle of each largest one that is not enough and the next: halved
    until the two are neighbours, the interval holds the smallest size that is enough. Where a suite
    cannot tell, it holds the smallest that the suite does not rule out."""
    sizes = set()
    for entry in (
        entry for verdict in found if not verdict.neighbourhood for entry in verdict.entries
    ):
        allowed = entry.dimension
        if allowed is None and entry.lost_sizes:
            allowed = next((size for size in entry.sizes if size > entry.lost_sizes[-1]), None)
        smaller = [size for size in entry.sizes if size < (allowed or 0)]
        if allowed is not None and smaller:
            sizes.add((smaller[-1] + allowed) // 2)
    measured = {size for verdict in found for entry in verdict.entries for size in entry.sizes}
    return tuple(sorted(sizes - measured))


def measure_exactly(job: Reporter, handle: SpaceHandle, plan: Plan, message: str) -> None:
    """Hand out the points of a sweep of a space, without a quick pass before it."""
    for point in SweepRun(handle.open(), plan).points(_part(job, message)):
        job.add(point)


def measure_losses(
    job: Reporter, handle: SpaceHandle, dimension: int, most_frequent: int | None, objective: str
) -> Losses:
    """Return what a PCA to `dimension` loses of a space."""
    space = handle.open()
    reduced = reduce(space, dimension=dimension)
    sections = questions = None
    reason = ""
    try:
        found = analogy_losses(
            space,
            reduced,
            google_analogies(),
            method=objective,
            most_frequent=most_frequent,
            progress=lambda done: job.report(0.4 * done, "asking every question at both sizes"),
        )
        sections, questions = found.counts(), found.questions()
    except NothingToMeasure as nothing:
        reason = str(nothing)
    job.report(0.5, "comparing neighbours")
    among = neighbours_among(space, most_frequent)
    try:
        words = neighbour_losses(space, reduced, most_frequent=among)
    except (InvalidRequest, NothingToMeasure) as nothing:
        return Losses(sections, questions, None, str(nothing), reason)
    return Losses(sections, questions, words, str(words.attrs["sampled"]), reason)


def neighbours_among(space: EmbeddingSpace, most_frequent: int | None) -> int:
    """Return among how many words lost neighbours are searched."""
    return min(NEIGHBOURS_AMONG, most_frequent or NEIGHBOURS_AMONG, len(space))


def measure_shape(
    job: Reporter, handle: SpaceHandle, sizes: tuple[int, ...], most_frequent: int | None, seed: int
) -> Shape:
    """Return the shape of a space, and of its PCA at `sizes`."""
    space = handle.open()
    job.report(0.0, "shuffling columns")
    axes = spectrum(space, seed=seed)
    job.report(0.3, "measuring each size")
    exact = shape_at(space, sizes)
    estimated = estimates_at(space, sizes, most_frequent=most_frequent, seed=seed)
    head = space.head(most_frequent or len(space))
    found = occurrences(head, seed=seed, progress=_part(job, "counting neighbours", start=0.6))
    figures = exact.merge(estimated, on=["kind", "dimension"])
    return Shape(axes, figures, str(estimated.attrs["sampled"]), found)


def measure_costs(job: Reporter, handle: SpaceHandle, sizes: tuple[int, ...]) -> "pd.DataFrame":
    """Return what `sizes` of a space cost, timed on this machine."""
    job.report(0.0, "timing searches")
    return costs(handle.open(), sizes)


def _part(
    job: Reporter, message: str, *, start: float = 0.0, end: float = 1.0
) -> Callable[[float], None]:
    """Return what turns the progress of a part into that of the job, from `start` to `end`."""
    return lambda share: job.report(start + (end - start) * share, message)
