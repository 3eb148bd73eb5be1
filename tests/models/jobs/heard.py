"""Those who hear, and those who compute by hand, for the tests."""

import time
from collections.abc import Callable, Hashable
from typing import Any

from models.jobs.tasks import Task, TaskExecutor, TaskFuture


def until(true: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.002)


class Heard:
    """Hears a task, and keeps it all in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.size = 0

    def began(self) -> None:
        self.events.append(("began", None))

    def reported(self, fraction: float, message: str) -> None:
        self.events.append(("reported", (fraction, message)))

    def found(self, partial: Any) -> None:
        self.events.append(("found", partial))

    def weighed(self, size: int) -> None:
        self.size += size

    def of(self, event: str) -> list[Any]:
        return [content for name, content in list(self.events) if name == event]

    def first(self) -> Any:
        """Wait for the first partial result."""
        until(lambda: self.of("found"))
        return self.of("found")[0]


class ByHand(TaskExecutor):
    """Starts what it is told to; the test says when it ends."""

    places = 1

    def __init__(self, places: int = 1) -> None:
        self.places = places
        self.started: list[Task] = []
        self.futures: list[TaskFuture] = []

    def start(self, task: Task) -> TaskFuture:
        future = TaskFuture()
        future.set_running_or_notify_cancel()
        self.started.append(task)
        self.futures.append(future)
        if task.hears is not None:
            task.hears.began()
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
