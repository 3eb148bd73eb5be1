"""Maps while things go wrong: real ones, of a bundled space, drawn by a real worker."""

import gc
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from models.jobs.errors import OutOfMemory, PastLimit, WorkerLost
from models.jobs.job import Job
from models.jobs.queue import JobQueue
from models.jobs.worker_executor import WorkerExecutor
from models.maps.frames import Frame
from models.maps.tasks import draw_map
from models.maps.umap import UMAP
from models.sources.space_handles import handle_of
from tests.models.jobs import tasks
from tests.models.jobs.fakes import wait_until

WORDS = 2_000
QUICK = UMAP(epochs=20)
ENDLESS = UMAP(epochs=2_000)
FINDING = "finding the nearest words of each"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the worker keeps graphs; away from those of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VECTORSCOPE_CACHE", str(folder))
        patch.setenv("VECTORSCOPE_CACHE_MB", "10")
        yield folder / "graphs"


@pytest.fixture(scope="module")
def maps(folder: Path) -> Iterator[JobQueue]:
    jobs = JobQueue(WorkerExecutor(memory=600_000_000))
    yield jobs
    jobs.close()


def ask(jobs: JobQueue, options: UMAP, visitor: str = "a", **more: Any) -> Job[None]:
    """Ask for a map as a page does; a private one, so that no earlier test has drawn it."""
    handle = handle_of(models.load("glove-50"))
    words = more.pop("words", WORDS)
    function = more.pop("function", draw_map)
    return jobs.submit(function, handle, words, options, visitor=visitor, **more)


def last_of(job: Job[None]) -> Frame:
    """Wait for the map itself."""
    job.result(timeout=60)
    frame: Frame = job.partial[-1]
    assert frame.epoch == frame.epochs
    return frame


def settling(job: Job[None]) -> None:
    """Wait until a map is on its way."""
    wait_until(lambda: job.message.startswith("epoch"), seconds=60)


def test_a_killed_worker_is_reported_and_the_next_map_drawn(maps: JobQueue) -> None:
    job = ask(maps, ENDLESS)
    settling(job)
    after = ask(maps, QUICK, "b")
    os.kill(maps.executor.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    assert len(last_of(after).positions) == WORDS
    assert isinstance(job.error, WorkerLost)
    assert "Start it again" in str(job.error)
    assert job.partial  # what was seen stays


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_a_map_that_does_not_fit_is_reported_and_the_next_job_runs() -> None:
    with WorkerExecutor(memory=100_000_000) as executor:
        jobs = JobQueue(executor)
        job = ask(jobs, QUICK, words=20_000)
        with pytest.raises(OutOfMemory, match="more than the 100 MB"):
            job.result(timeout=60)
        assert jobs.submit(tasks.count, 2, visitor="b").result(timeout=20) == 2
        jobs.close()


def test_a_map_past_its_limit_is_reported(maps: JobQueue) -> None:
    job = ask(maps, ENDLESS, limit=1.0)
    with pytest.raises(PastLimit, match="Choose fewer words"):
        job.result(timeout=30)
    assert last_of(ask(maps, QUICK, "b"))


def test_a_map_ends_with_its_visitor(maps: JobQueue) -> None:
    class Session:
        pass

    session = Session()
    maps.track_visitor("leaving", session)
    job = ask(maps, ENDLESS, "leaving")
    settling(job)
    del session
    gc.collect()
    with pytest.raises(CancelledError):
        job.result(timeout=20)
    wait_until(lambda: maps.running == 0)


def test_fifty_maps_at_once_are_one(maps: JobQueue) -> None:
    def visit(number: int) -> Job[None]:
        return ask(maps, QUICK, f"visitor {number}", key="the same map", private=False)

    with ThreadPoolExecutor(50) as crowd:
        asked = list(crowd.map(visit, range(50)))
    frames = [last_of(job) for job in asked]
    assert all(frame is frames[0] for frame in frames)  # one computation, held once
    assert (maps.running, maps.waiting) == (0, 0)


def test_two_maps_of_the_same_words_share_one_graph(maps: JobQueue, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    words = WORDS + 1
    jobs = [
        ask(
            maps,
            UMAP(epochs=20, seed=seed),
            f"visitor {seed}",
            words=words,
            function=tasks.draw_map_and_look,
        )
        for seed in (1, 2)
    ]
    first, second = (job.result(timeout=60) for job in jobs)
    assert (first.searched, second.searched) == (True, False)
    assert len(list(folder.iterdir())) == 1
    assert not np.array_equal(first.positions, second.positions)
    os.kill(maps.executor.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    wait_until(lambda: maps.executor.pid is None)  # type: ignore[attr-defined]
    third = ask(
        maps, UMAP(epochs=20, seed=1), words=words, function=tasks.draw_map_and_look
    ).result(timeout=60)
    assert not third.searched  # a new process reads it, and draws the same map
    np.testing.assert_array_equal(third.positions, first.positions)


def test_a_folder_deleted_while_a_map_is_drawn_is_no_harm(maps: JobQueue, folder: Path) -> None:
    job = ask(maps, ENDLESS, words=WORDS + 2)
    settling(job)
    shutil.rmtree(folder)
    job.cancel()
    assert (
        ask(maps, QUICK, words=WORDS + 3, function=tasks.draw_map_and_look)
        .result(timeout=60)
        .searched
    )
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_no_harm(maps: JobQueue, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.touch()  # a file in its place, which stops the administrator too
    try:
        assert (
            ask(maps, QUICK, words=WORDS + 4, function=tasks.draw_map_and_look)
            .result(timeout=60)
            .searched
        )
    finally:
        folder.unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_a_full_disk_is_no_harm(maps: JobQueue, folder: Path) -> None:
    job = ask(maps, QUICK, words=WORDS + 5, function=tasks.draw_map_on_full_disk)
    assert job.result(timeout=60).searched
    assert not folder.exists() or not list(folder.glob("*.tmp"))
