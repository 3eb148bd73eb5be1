"""One task on a worker: listen to it, watch its time and its memory, end it when it will not."""

import time
from dataclasses import dataclass
from typing import Any

from models.jobs.errors import OutOfMemory
from models.jobs.failure import Failure
from models.jobs.process import Worker
from models.jobs.tasks import Task, TaskFuture

_TICK = 0.05  # seconds between looks at the clock, the memory and the wish to cancel


@dataclass(frozen=True)
class Limits:
    """`grace`: seconds between a cancel and the end of the process. `memory`: bytes, None: any."""

    grace: float
    memory: int | None

    def exceeded(self) -> OutOfMemory:
        allowed = f"{(self.memory or 0) / 1e6:,.0f} MB" if self.memory else "memory there is"
        return OutOfMemory(
            f"This needs more than the {allowed} that a job may hold. Choose fewer words or fewer "
            "dimensions."
        )


def attend(
    worker: Worker, number: int, *, task: Task, future: TaskFuture, limits: Limits
) -> Any | Failure:
    """Return the result of the task `number` that `worker` was sent, or its Failure.

    Whatever this raises leaves the worker in the middle of something: it must be ended.
    """
    watch = _Watch(worker, number, task, future, limits)
    while True:
        read = worker.hear(_TICK)
        if read is not None:
            event, content, size = read()
            if task.hears is not None:
                task.hears.weighed(size)
                if event not in {"done", "failed"}:
                    getattr(task.hears, event)(*content)
            if event in {"done", "failed"}:
                return content[0]
        watch.look()


class _Watch:
    def __init__(
        self, worker: Worker, number: int, task: Task, future: TaskFuture, limits: Limits
    ) -> None:
        self._worker, self._number, self._task = worker, number, task
        self._future, self._limits = future, limits
        self._began = self._looked = time.monotonic()
        self._told: float | None = None  # when the worker was asked to end the task

    def look(self) -> None:
        """Raise what ends the task by force, a few times each second."""
        now = time.monotonic()
        if self._told is None and self._future.stopping is not None:
            self._told = now
            self._worker.cancel(self._number)
        if now - self._looked < _TICK:
            return
        self._looked = now
        if self._task.limit is not None and now - self._began > self._task.limit:
            self._future.stop(self._task.past_limit())
        if self._limits.memory is not None and self._worker.memory() > self._limits.memory:
            raise self._limits.exceeded()
        if self._told is not None and now - self._told > self._limits.grace:
            raise self._future.stopping or AssertionError("told without a reason")
