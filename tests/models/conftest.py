"""Executors and queues that leave no process behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.jobs.queue import JobQueue
from models.jobs.worker_executor import WorkerExecutor

# Seconds within which a worker hears of a cancel, however busy the machine is.
GRACE = 1.2


def workers() -> list[int]:
    """Return the worker processes that this process has started and not ended."""
    found = []
    for children in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for child in children.read_text("ascii").split():
            command = Path(f"/proc/{child}/cmdline")
            if command.exists() and b"models.jobs.worker" in command.read_bytes():
                found.append(int(child))
    return found


@pytest.fixture(scope="module", autouse=True)
def no_orphans() -> Iterator[None]:
    """A page that an earlier test has opened may have a worker of its own."""
    before = set(workers())
    yield
    assert set(workers()) <= before


@pytest.fixture(scope="module")
def executor() -> Iterator[WorkerExecutor]:
    """One for all tests of a module, so that they needn't wait for new processes."""
    with WorkerExecutor(grace=GRACE, memory=300_000_000) as executor:
        yield executor
        executor.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def server(executor: WorkerExecutor) -> Iterator[JobQueue]:
    """The queue of a server with a real process, for the tests of a module."""
    jobs = JobQueue(executor)
    yield jobs
    jobs.close()
