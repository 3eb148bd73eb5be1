"""A listener that records, and an executor whose tasks the test ends."""

import time
from collections.abc import Callable, Hashable
from typing import Any

from models.jobs.executor import Task, TaskExecutor, TaskFuture
from models.jobs.reporter import Progress


def wait_until(true: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.002)


class RecordingListener(Progress):
    """Records the reports of a task in order."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, Any]] = []

    def on_start(self) -> None:
        self.events.append(("start", None))

    def on_progress(self, fraction: float, message: str) -> None:
        self.events.append(("progress", (fraction, message)))

    def on_partial(self, partial: Any) -> None:
        self.events.append(("partial", partial))

    def of(self, event: str) -> list[Any]:
        return [content for name, content in list(self.events) if name == event]

    def first(self) -> Any:
        """Wait for the first partial result."""
        wait_until(lambda: self.of("partial"))
        return self.of("partial")[0]


class ManualExecutor(TaskExecutor):
    """Starts every task at once; the test ends them."""

    capacity = 1

    def __init__(self, capacity: int = 1) -> None:
        self.capacity = capacity
        self.started: list[Task] = []
        self.futures: list[TaskFuture] = []

    def start(self, task: Task) -> TaskFuture:
        future = TaskFuture()
        future.set_running_or_notify_cancel()
        self.started.append(task)
        self.futures.append(future)
        if task.listener is not None:
            task.listener.on_start()
        return future

    def finish(self, result: Any = None) -> None:
        """End the oldest that runs, as a worker would."""
        future = next(future for future in self.futures if not future.done())
        if future.stopping is not None:
            future.set_exception(future.stopping)
        else:
            future.set_result(result)

    @property
    def order(self) -> list[Hashable]:
        """The first argument of all that were started."""
        return [task.arguments[0] for task in self.started]
