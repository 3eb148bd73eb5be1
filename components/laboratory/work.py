"""The sweep behind the page: what is asked for, the jobs that measure it, and what they found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import models
from components import session
from components.widgets.jobs import own_job, shared_job
from models.jobs import Job
from models.quality.points import SweepPoint, settled
from models.quality.rules import rules_of_thumb
from models.quality.suites import NAMES, Suite
from models.quality.sweep import Plan, standard_sizes, sweep_points
from models.quality.sweep_tasks import NEIGHBOURHOOD
from models.reduction import fit_pca

# Trained with the same method on the same text at another size: a point beside the cut space.
PEERS = {"glove-100": "glove-50"}
SHIPPED = (*NAMES, *NEIGHBOURHOOD)
SATURATING = ("trustworthiness", "continuity")  # never looked at first
QUICK = 1_000  # analogy questions of the quick pass
QUICK_WORDS = 200  # whose neighbours are compared in it
_OWN = "own-sweep"

Work = Callable[[Job[Any]], Any]


@dataclass(frozen=True)
class Laboratory:
    """What the page shows: the space, what is measured of it, and the visitor's own suites."""

    in_use: session.InUse
    plan: Plan
    own: tuple[Suite, ...] = ()

    @property
    def name(self) -> str:
        return self.in_use.published.name

    @property
    def full(self) -> int:
        return self.in_use.published.dimension

    @property
    def kept(self) -> int:
        return self.in_use.kept.dimension

    @property
    def words(self) -> int:
        """How many words are asked about and may answer."""
        count = len(self.in_use.published)
        return min(self.plan.most_frequent or count, count)

    @property
    def method(self) -> str:
        """The method that the answer is about."""
        return self.plan.methods[0]


def sizes(full: int, words: int) -> tuple[int, ...]:
    """Return the sizes of the curves, those that a rule of thumb names among them."""
    named = {rule.dimension for rule in rules_of_thumb(words) if 2 <= rule.dimension <= full}
    return tuple(sorted({*standard_sizes(full), *named}))


def jobs_of(lab: Laboratory) -> list[Job[Any]]:
    """Return the jobs behind the page, started when first asked for: the sweep, the size kept
    where the sweep has none such, and the visitor's own suites."""
    jobs = [shared_job(*_shared(lab))]
    if lab.kept not in lab.plan.dimensions:
        jobs.append(shared_job(*_kept(lab)))
    if lab.own:
        jobs.append(own_job(_OWN, (lab.name, repr(lab.plan), lab.own), _own(lab)))
    return jobs


def start_again(lab: Laboratory) -> None:
    """Forget the jobs, so that they start anew when the page is next drawn."""
    shared_job.clear(*_shared(lab))
    shared_job.clear(*_kept(lab))
    session.forget(f"job:{_OWN}")


def found_by(jobs: list[Job[Any]]) -> list[SweepPoint]:
    """Return the best figures so far, in order of size."""
    return settled(point for job in jobs for point in job.partial)


def _shared(lab: Laboratory) -> tuple[str, Work]:
    return f"sweep of {lab.name}: {lab.plan!r}", partial(measure, lab.name, lab.plan)


def _kept(lab: Laboratory) -> tuple[str, Work]:
    """One more size: by PCA, as the sidebar cuts, and by whatever else is drawn."""
    methods = tuple(dict.fromkeys((*lab.plan.methods, "pca")))
    plan = replace(lab.plan, dimensions=(lab.kept,), methods=methods)
    return f"size of {lab.name}: {plan!r}", partial(
        _exactly, lab.name, plan, f"measuring {lab.kept} dimensions"
    )


def _own(lab: Laboratory) -> Work:
    sizes_and_kept = tuple(sorted({*lab.plan.dimensions, lab.kept}))
    plan = replace(lab.plan, suites=lab.own, dimensions=sizes_and_kept)
    return partial(_exactly, lab.name, plan, "measuring your suites")


def measure(name: str, plan: Plan, job: Job[Any]) -> None:
    """Measure the space `name`: a quick pass over a sample, then the exact one. Adds each figure
    to the job as it comes."""
    space = models.load(name)
    job.report(0.0, "finding the principal axes")
    fit_pca(space)
    suites = tuple(name for name in plan.suites if name not in SATURATING)
    quick = replace(plan, suites=suites, sample=QUICK, words_sampled=QUICK_WORDS)
    hears = _report(job, f"a first look at {QUICK:,} random questions", end=0.2)
    for point in sweep_points(space, quick, progress=hears):
        job.add(point)
    peers = [models.load(PEERS[name])] if name in PEERS else []
    hears = _report(job, "measuring exactly, all questions", start=0.2)
    for point in sweep_points(space, plan, peers=peers, progress=hears):
        job.add(point)


def _exactly(name: str, plan: Plan, message: str, job: Job[Any]) -> None:
    for point in sweep_points(models.load(name), plan, progress=_report(job, message)):
        job.add(point)


def _report(
    job: Job[Any], message: str, *, start: float = 0.0, end: float = 1.0
) -> Callable[[float], None]:
    """Return what turns the progress of a part into that of the job, from `start` to `end`."""
    return lambda share: job.report(start + (end - start) * share, message)
