"""What the pages have computed, computed by a worker: the same figures as here."""

import models
from models.jobs.queue import JobQueue
from models.jobs.reporter import LocalReporter
from models.quality.sweep.plan import Plan
from tests.models.jobs import tasks

PLAN = Plan(dimensions=(2, 10), suites=("simlex-999",), most_frequent=5_000)


def test_a_sweep_finds_the_same_there_and_here(server: JobQueue) -> None:
    here = LocalReporter()
    expected = tasks.measure(here, "glove-100", PLAN)
    job = server.submit(
        tasks.measure, "glove-100", PLAN, visitor="a", key=f"sweep {PLAN!r}", private=False
    )
    assert job.result(timeout=60) == expected
    assert job.partial == here.partial == expected
    assert job.fraction == here.fraction == 1


def test_a_frame_travels_as_it_is(server: JobQueue) -> None:
    space = models.load("glove-50")
    job = server.submit(tasks.nearest, "glove-50", "king", visitor="a")
    assert job.result(timeout=60).equals(models.neighbours(space, "king", k=5))
