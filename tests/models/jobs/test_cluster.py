"""The same jobs on a Dask cluster: a real scheduler and two workers, on loopback."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest

import models
from models.errors import UnknownWord
from models.jobs.errors import JobError, PastLimit, WorkerLost
from models.jobs.executor import HybridExecutor, Task
from models.jobs.job import Job
from models.jobs.queue import JobQueue, start_jobs
from models.jobs.reporter import LocalReporter
from models.jobs.worker_process import worker_environment
from models.maps.tasks import draw_map
from models.maps.umap import UMAP
from models.quality.sweep.plan import Plan
from models.runtime.shared_array import share
from models.sources.space_handles import SpaceHandle, handle_of
from tests.models.jobs import tasks
from tests.models.jobs.fakes import RecordingListener, wait_until

# requirements-dev.txt brings it; only who has installed less goes without these tests.
pytest.importorskip("distributed")

SPACE = handle_of(models.load("glove-50"))
# A task is given up after its second lost worker, not its fourth.
ENVIRONMENT = {**worker_environment(), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler that two workers have joined."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    started = [_started("scheduler", folder, "--port", "0", "--scheduler-file", str(file))]
    try:
        wait_until(file.exists)
        wait_until(lambda: file.read_text("utf-8").endswith("}"))
        address: str = json.loads(file.read_text("utf-8"))["address"]
        workers = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
        started.append(_started("worker", folder, address, *workers))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)


def _started(role: str, folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options, *LOCAL]
    with (folder / f"{role}.log").open("wb") as log:
        return subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log)


@pytest.fixture(scope="module")
def jobs(cluster: str) -> Iterator[JobQueue]:
    jobs = start_jobs({"DASK_SCHEDULER_ADDRESS": cluster})
    assert jobs.submit(tasks.count, 1, visitor="first").result(timeout=60) == 1
    wait_until(lambda: jobs.executor.capacity == 2)
    yield jobs
    jobs.close()


def test_reports_come_in_order(jobs: JobQueue) -> None:
    listener = RecordingListener()
    assert jobs.executor.start(Task(tasks.count, (3,), listener=listener)).result(timeout=20) == 3
    assert listener.of("partial") == [0, 1, 2]
    assert listener.events[-1] == ("progress", (1.0, "step 3 of 3"))
    assert jobs.executor.submit(tasks.add, 1, right=2).result(timeout=20) == 3


def test_two_visitors_are_served_at_once(jobs: JobQueue, tmp_path: Path) -> None:
    go = tmp_path / "go"
    both = [jobs.submit(tasks.wait_for, str(go), visitor=visitor) for visitor in "ab"]
    wait_until(lambda: all(job.partial for job in both))
    assert both[0].partial != both[1].partial  # two processes
    go.touch()
    assert [job.result(timeout=20) for job in both] == [str(go)] * 2


def test_a_sweep_finds_the_same_there_and_here(jobs: JobQueue) -> None:
    plan = Plan(dimensions=(2,), suites=("simlex-999",), most_frequent=2_000)
    job = jobs.submit(tasks.measure, "glove-100", plan, visitor="a")
    assert job.result(timeout=60) == tasks.measure(LocalReporter(), "glove-100", plan)
    assert job.partial == job.result()


def test_an_array_travels_along(jobs: JobQueue) -> None:
    array = np.arange(100.0)
    job = jobs.submit(tasks.total, share(array), visitor="a")
    assert job.result(timeout=20) == array.sum()


def test_work_on_files_of_this_machine_stays_here(jobs: JobQueue) -> None:
    assert isinstance(jobs.executor, HybridExecutor)
    here = jobs.executor.submit(tasks.local_pid).result(timeout=20)
    assert here == jobs.executor.local.pid
    assert jobs.executor.submit(tasks.pid).result(timeout=20) != here


def test_an_error_arrives_as_it_was_raised(jobs: JobQueue) -> None:
    with pytest.raises(UnknownWord, match="Did you mean king"):
        jobs.submit(tasks.unknown_word, visitor="a").result(timeout=20)


def test_a_cancelled_task_ends_at_its_next_report(jobs: JobQueue) -> None:
    listener = RecordingListener()
    future = jobs.executor.start(Task(tasks.wait_for, ("/nowhere",), listener=listener))
    listener.first()
    began = time.monotonic()
    future.cancel()
    with pytest.raises(CancelledError):
        future.result(timeout=5)
    assert time.monotonic() - began < 2


def test_a_cancel_that_is_ignored_ends_the_process(jobs: JobQueue) -> None:
    listener = RecordingListener()
    future = jobs.executor.start(Task(tasks.never_report, listener=listener, limit=60))
    process = listener.first()
    future.cancel()
    with pytest.raises(CancelledError):
        future.result(timeout=5)
    wait_until(lambda: not Path(f"/proc/{process}").exists())


def test_what_a_lost_worker_did_begins_anew(jobs: JobQueue, tmp_path: Path) -> None:
    go = tmp_path / "go"
    job = jobs.submit(tasks.wait_for, str(go), visitor="a")
    wait_until(lambda: job.partial)
    [process] = job.partial
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: job.partial not in ([], [process]))
    go.touch()
    assert job.result(timeout=20) == str(go)
    assert len(job.partial) == 1  # nothing of the attempt that was lost


def test_a_job_past_its_limit_is_ended(jobs: JobQueue) -> None:
    with pytest.raises(PastLimit):
        jobs.submit(tasks.wait_for, "/nowhere", visitor="a", limit=0.1).result(timeout=20)


def test_what_loses_every_worker_is_given_up(jobs: JobQueue) -> None:
    with pytest.raises(WorkerLost):
        jobs.submit(tasks.die, visitor="a").result(timeout=60)
    assert jobs.submit(tasks.count, 2, visitor="b").result(timeout=60) == 2


def test_a_cluster_that_is_not_there_is_reported() -> None:
    jobs = start_jobs({"DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:9"})
    jobs.executor.remote._patience = 0.2  # type: ignore[attr-defined]
    began = time.monotonic()
    job = jobs.submit(tasks.count, 1, visitor="a")
    assert time.monotonic() - began < 1  # the page that asks doesn't wait for the cluster
    for asked in (job, jobs.submit(tasks.count, 1, visitor="b")):
        with pytest.raises(JobError, match="cannot be reached"):
            asked.result(timeout=10)
    jobs.close()


def drawn(jobs: JobQueue, options: UMAP, handle: SpaceHandle = SPACE) -> Job[None]:
    return jobs.submit(draw_map, handle, 2_000, options, visitor="a", limit=120)


def test_a_map_is_the_same_there_and_here(jobs: JobQueue) -> None:
    options = UMAP(epochs=30)
    job, here = drawn(jobs, options), LocalReporter()
    job.result(timeout=120)
    draw_map(here, SPACE, 2_000, options)
    assert job.partial[0].epoch == 0  # the principal components come first
    assert job.partial[-1].epoch == 30
    np.testing.assert_array_equal(job.partial[-1].positions, here.partial[-1].positions)


def test_a_map_is_cancelled(jobs: JobQueue) -> None:
    job = drawn(jobs, UMAP(epochs=2_000))
    wait_until(lambda: job.message.startswith("epoch"), seconds=60)
    job.cancel()
    wait_until(lambda: jobs.running == 0)
    assert job.cancelled
    assert job.partial  # what was seen stays


@pytest.mark.parametrize("private", [False, True])
def test_a_map_whose_worker_is_lost_is_drawn_by_another(jobs: JobQueue, private: bool) -> None:
    """Also where the vectors themselves were there, and are lost with it."""
    space = models.load("glove-50")
    job = drawn(jobs, UMAP(epochs=300), handle_of(space.head(2_000)) if private else SPACE)
    wait_until(lambda: job.message.startswith("epoch"), seconds=60)
    [sent] = jobs.executor.remote._tasks.values()  # type: ignore[attr-defined]
    first = sent.pid
    os.kill(first, signal.SIGKILL)
    job.result(timeout=120)
    assert sent.pid != first
    assert [frame.epoch for frame in job.partial].count(0) == 1  # nothing of the lost attempt
    assert job.partial[-1].epoch == 300


def test_arguments_that_cannot_be_pickled_are_a_failure(jobs: JobQueue) -> None:
    with pytest.raises(TypeError):
        jobs.submit(tasks.return_name, threading.Lock(), visitor="a").result(timeout=20)
    assert jobs.submit(tasks.count, 2, visitor="a").result(timeout=20) == 2
