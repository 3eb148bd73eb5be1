"""The jobs that measure the figures of curves and answer, and their results so far."""

import time
from dataclasses import replace
from typing import Any

from components import session
from components.pages.dimensions.request import SweepRequest
from components.widgets.jobs import forget_job
from models.jobs.job import Job
from models.quality.sweep.point import NATIVE, RAW, SweepPoint, settled
from models.quality.tasks import measure_exactly, measure_sweep

# Trained with the same method on the same text at another size: a point beside the cut space.
PEERS = {"glove-100": "glove-50"}
_PATIENCE, _LOOK = 2.0, 0.02  # seconds
_SWEEP, _KEPT, _OWN = "sweep", "size kept", "own suites"


def jobs_of(request: SweepRequest) -> list[Job[Any]]:
    """Return the jobs behind the page, and start those that are new: the sweep, the size kept where
    it is not part of the sweep, and the visitor's own suites."""
    plan, kept = request.plan, request.kept
    peers = (PEERS[request.name],) if request.name in PEERS else ()
    jobs = [request.job(_SWEEP, f"sweep: {plan!r}", measure_sweep, plan, peers)]
    if kept not in plan.dimensions:
        # By PCA, as the sidebar cuts, and by whatever else is drawn.
        methods = tuple(dict.fromkeys((*plan.methods, "pca")))
        one = replace(plan, dimensions=(kept,), methods=methods)
        message = f"measuring {kept} dimensions"
        jobs.append(request.job(_KEPT, f"size: {one!r}", measure_exactly, one, message))
    if request.own:
        sizes = tuple(sorted({*plan.dimensions, kept}))
        own = replace(plan, suites=request.own, dimensions=sizes)
        key = f"suites: {replace(own, suites=tuple(suite.name for suite in request.own))!r}"
        message = "measuring your suites"
        jobs.append(request.job(_OWN, key, measure_exactly, own, message, private=True))
    return jobs


def start_again() -> None:
    """Forget the jobs, so that they start anew when the page is next drawn."""
    forget_job(_SWEEP, _KEPT, _OWN)


def only_first_look(points: list[SweepPoint]) -> bool:
    """Return whether there are no curves yet, or only those of the first look at a sample."""
    cut = [point for point in points if point.method not in (RAW, NATIVE)]
    decisive = [point for point in cut if point.suite == "google-analogies"] or cut
    return not any(point.exact for point in decisive)


def wait_for_curve(jobs: list[Job[Any]]) -> list[SweepPoint]:
    """Return the figures so far, after waiting a moment for a curve where there is none: a page
    that is drawn again and again would take the processor from the sweep."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and jobs[0].running and not jobs[0].position:
        if any(point.method not in (RAW, NATIVE) for point in jobs[0].partial):
            break
        time.sleep(_LOOK)
        session.get(_SWEEP)  # where Streamlit notices a click, and ends this run for it
    return figures_so_far(jobs)


def figures_so_far(jobs: list[Job[Any]]) -> list[SweepPoint]:
    """Return the best figures so far, in order of size."""
    points = tuple(point for job in jobs for point in job.partial)
    return session.remember("found", points, lambda: settled(points))
