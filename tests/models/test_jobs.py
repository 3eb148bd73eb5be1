"""Jobs: results, partial results, cancelling, failing."""

import threading
from concurrent.futures import CancelledError

import pytest

from models.jobs import Job, submit


def test_a_job_gives_its_result_and_what_it_found_on_the_way() -> None:
    def work(job: Job[int]) -> int:
        for step in range(3):
            job.add(step)
            job.report((step + 1) / 3, f"step {step + 1} of 3")
        return 42

    job = submit(work)
    assert job.result(timeout=120) == 42
    assert job.partial == [0, 1, 2]
    assert (job.fraction, job.message, job.error) == (1, "step 3 of 3", None)
    assert not job.running


def test_a_cancelled_job_ends_at_its_next_report() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(job: Job[None]) -> None:
        begun.set()
        go_on.wait(10)
        job.report(0.5)
        raise AssertionError("the report should have ended this")

    job = submit(work)
    assert begun.wait(10)
    job.cancel()
    go_on.set()
    with pytest.raises(CancelledError):
        job.result(timeout=120)
    assert job.cancelled


def test_a_failure_reaches_whoever_asks() -> None:
    def work(job: Job[None]) -> None:
        raise ValueError("no good")

    job = submit(work)
    with pytest.raises(ValueError, match="no good"):
        job.result(timeout=120)
    assert isinstance(job.error, ValueError)
    assert submit(lambda job: 1).result(timeout=120) == 1  # the worker lives on
