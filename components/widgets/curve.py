"""The curve of a bundled space, computed off the script thread and once for all visitors."""

from dataclasses import replace
from functools import partial
from math import isfinite

import models
from components.widgets.jobs import shared_job
from models.jobs import Job
from models.quality.curve import CurvePoint, curve

SIZES = (2, 3, 5, 8, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 192, 256, 384)
# Trained with the same method on the same text at another size: a point beside the cut space.
PEERS = {"glove-100": "glove-50"}
RAW, CUT, NATIVE = "raw", "pca", "native"


def curve_key(name: str, most_frequent: int | None) -> str:
    """The name under which the job of this curve is found."""
    return f"curve of {name} over {most_frequent}"


def curve_work(name: str, most_frequent: int | None, job: Job[None]) -> None:
    """Measure the space `name` as published, cut to every size, and its natively trained peer.

    Adds each figure to the job as it comes.
    """
    space = models.load(name)
    sizes = [size for size in SIZES if size < space.dimension] + [space.dimension]

    def report(done: float) -> None:
        job.report(0.95 * done, f"measuring {name}: {100 * done:.0f} % done")

    for point in curve(space, dimensions=sizes[::-1], most_frequent=most_frequent, progress=report):
        job.add(point)
    if name in PEERS:
        job.report(0.95, f"measuring {PEERS[name]} on the same words")
        words = space.vocabulary.chunk(0, most_frequent or len(space))
        peer = models.load(PEERS[name])
        peer = peer.select([word for word in words if word in peer])
        for point in curve(peer, dimensions=[], most_frequent=None):
            job.add(replace(point, kind=NATIVE))
    job.report(1.0, "done")


def curve_job(name: str, most_frequent: int | None) -> Job[None]:
    """Return the job of this curve, started when first asked for."""
    return shared_job(curve_key(name, most_frequent), partial(curve_work, name, most_frequent))


def size_job(name: str, most_frequent: int | None, size: int) -> Job[None]:
    """Return the job that measures the space cut to one more size."""

    def work(job: Job[None]) -> None:
        space = models.load(name)
        for point in curve(space, dimensions=[size], most_frequent=most_frequent):
            if point.kind == CUT:
                job.add(point)

    return shared_job(f"{curve_key(name, most_frequent)} at {size}", work)


def found_by(*jobs: Job[None]) -> list[CurvePoint]:
    """Return what the jobs have measured so far, in order of dimension."""
    measured: list[CurvePoint] = [
        point for job in jobs for point in job.partial if isfinite(point.value)
    ]
    return sorted(measured, key=lambda point: point.dimension)
