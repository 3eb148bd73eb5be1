"""The sweep behind the page: what is asked for, the jobs that measure it, and what they found."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from components import session
from components.charts.curves import METHOD_NAMES
from components.widgets.jobs import forget_job, job_for
from models.jobs.computation import Job
from models.quality.rules import rules_of_thumb
from models.quality.suites.builtin import NAMES, Suite
from models.quality.sweep.plan import Plan, standard_sizes
from models.quality.sweep.point import NATIVE, NEIGHBOURHOOD, RAW, SATURATING, SweepPoint, settled
from models.quality.tasks import measure_exactly, measure_sweep
from models.sources.space_handles import handle_of

# Trained with the same method on the same text at another size: a point beside the cut space.
PEERS = {"glove-100": "glove-50"}
ANSWERED = "answer-by"  # the key of the control that chooses the method of the answer
DRAWS = 3  # of the random projection: one alone may be a lucky one
SHIPPED = (*NAMES, *NEIGHBOURHOOD)
TOLD = tuple(suite for suite in SHIPPED if suite not in SATURATING)  # in a sentence
_PATIENCE, _LOOK = 2.0, 0.02  # seconds
_SWEEP, _KEPT, _OWN = "sweep", "size kept", "own suites"


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
        """The method that the answer is about: the one chosen, or the first of those drawn."""
        chosen = session.get(ANSWERED)
        named = [method for method in self.plan.methods if METHOD_NAMES[method] == chosen]
        return named[0] if named else self.plan.methods[0]

    def job(
        self, place: str, key: str, function: Callable[..., Any], *asked: Any, private: bool = False
    ) -> Job[Any]:
        """Return the job that `function` does on this space: see job_for. `key` names what is
        `asked` of it; of a visitor's own space all is private."""
        space = handle_of(self.in_use.published)
        named, private = f"{key} of {space.content}", private or space.private
        return job_for(place, named, function, space, *asked, private=private)


def sizes(full: int, words: int) -> tuple[int, ...]:
    """Return the sizes of the curves, those that a rule of thumb names among them."""
    named = {rule.dimension for rule in rules_of_thumb(words) if 2 <= rule.dimension <= full}
    return tuple(sorted({*standard_sizes(full), *named}))


def jobs_of(lab: Laboratory) -> list[Job[Any]]:
    """Return the jobs behind the page, started when first asked for: the sweep, the size kept
    where the sweep has none such, and the visitor's own suites."""
    plan = lab.plan
    peers = (PEERS[lab.name],) if lab.name in PEERS else ()
    jobs = [lab.job(_SWEEP, f"sweep: {plan!r}", measure_sweep, plan, peers)]
    if lab.kept not in plan.dimensions:
        # By PCA, as the sidebar cuts, and by whatever else is drawn.
        methods = tuple(dict.fromkeys((*plan.methods, "pca")))
        one = replace(plan, dimensions=(lab.kept,), methods=methods)
        message = f"measuring {lab.kept} dimensions"
        jobs.append(lab.job(_KEPT, f"size: {one!r}", measure_exactly, one, message))
    if lab.own:
        sizes_and_kept = tuple(sorted({*plan.dimensions, lab.kept}))
        own = replace(plan, suites=lab.own, dimensions=sizes_and_kept)
        key = f"suites: {replace(own, suites=tuple(suite.name for suite in lab.own))!r}"
        message = "measuring your suites"
        jobs.append(lab.job(_OWN, key, measure_exactly, own, message, private=True))
    return jobs


def start_again() -> None:
    """Forget the jobs, so that they start anew when the page is next drawn."""
    forget_job(_SWEEP, _KEPT, _OWN)


def only_looked(points: list[SweepPoint]) -> bool:
    """Whether of the curves nothing but the first look at a sample is there, or not even that."""
    cut = [point for point in points if point.method not in (RAW, NATIVE)]
    asked = [point for point in cut if point.suite == "google-analogies"] or cut
    return not any(point.exact for point in asked)


def first_figures(jobs: list[Job[Any]]) -> list[SweepPoint]:
    """Return the figures so far; wait a moment for a curve where there is none. A page that asked
    again and again would take the processor from what it asks for."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and jobs[0].running and not jobs[0].place:
        if any(point.method not in (RAW, NATIVE) for point in jobs[0].partial):
            break
        time.sleep(_LOOK)
        session.get(_SWEEP)  # where Streamlit hears of a click, and ends this run for it
    return found_by(jobs)


def found_by(jobs: list[Job[Any]]) -> list[SweepPoint]:
    """Return the best figures so far, in order of size."""
    points = tuple(point for job in jobs for point in job.partial)
    return session.remember("found", points, lambda: settled(points))
