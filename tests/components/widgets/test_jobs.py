"""The card of a job: how far it is, or by one sentence why it ended."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models.jobs.errors import GaveWay
from models.jobs.job import Job
from models.jobs.queue import JobQueue
from models.jobs.worker_executor import WorkerExecutor
from tests.models.jobs import tasks
from tests.models.jobs.fakes import ManualExecutor, wait_until


@pytest.fixture
def manual() -> ManualExecutor:
    return ManualExecutor()


@pytest.fixture
def jobs(manual: ManualExecutor) -> Iterator[JobQueue]:
    jobs = JobQueue(manual)
    yield jobs
    jobs.close()


def shown(job: Job[Any]) -> AppTest:
    def page(job: object) -> None:  # run from its source: no name of this module is known there
        import streamlit as st

        from components.widgets.jobs import job_card

        def again() -> None:
            st.session_state["again"] = True

        job_card(job, key="card", again=again)  # type: ignore[arg-type]

    return AppTest.from_function(page, kwargs={"job": job}).run()


def ended(jobs: JobQueue, manual: ManualExecutor, error: BaseException) -> AppTest:
    job = jobs.submit(tasks.return_name, "x", visitor="a")
    manual.futures[-1].set_exception(error)
    return shown(job)


def test_what_runs_can_be_cancelled(jobs: JobQueue) -> None:
    job = jobs.submit(tasks.return_name, "x", visitor="a")
    page = shown(job)
    page.button(key="card-cancel").click().run()
    assert job.cancelled
    assert page.warning[0].value.startswith("Stopped.")
    page.button(key="card-again").click().run()
    assert page.session_state["again"]


def test_who_gave_way_is_told_so(jobs: JobQueue, manual: ManualExecutor) -> None:
    page = ended(jobs, manual, GaveWay("This gave way to somebody who waited, as you were away."))
    assert page.warning[0].value.startswith("This gave way")


def test_a_bug_is_in_the_log_and_not_on_the_page(jobs: JobQueue, manual: ManualExecutor) -> None:
    page = ended(jobs, manual, ZeroDivisionError("the secrets of the house"))
    assert page.warning[0].value.startswith("It failed: an error that is in the log")


def test_a_killed_worker_is_told() -> None:
    with WorkerExecutor() as executor:
        jobs = JobQueue(executor)
        job = jobs.submit(tasks.wait_for, "/nowhere", visitor="a")
        wait_until(lambda: job.partial)
        os.kill(job.partial[0], signal.SIGKILL)
        wait_until(lambda: not job.running)
        said = shown(job).warning[0].value
        jobs.close()
    assert "was ended by signal 9, often for want of memory" in said
    assert "Start it again" in said
