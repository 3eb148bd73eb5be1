"""The Job that a visitor holds, the Computation that jobs share, and the cache of finished ones."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import Any, Generic, TypeVar

from models.jobs.executor import Task, TaskFuture
from models.jobs.reporter import Progress

Result = TypeVar("Result")


class Computation:
    """One run of a function, and the jobs that wait for its result."""

    def __init__(self, task: Task, name: tuple[Hashable, ...]) -> None:
        self.progress = Progress()
        self.task: Task | None = replace(task, listener=self.progress)
        self.function, self.name = task.function.__name__, name
        self.jobs: list[Job[Any]] = []
        self.future: TaskFuture | None = None  # once it runs
        self.visitor: Hashable = None  # on whose turn it runs
        self.finished, self.result = False, None


class Job(Generic[Result]):
    """Work that one visitor has submitted: its progress, its partial results, and a way to cancel
    it. Each visitor who submits the same work has another Job."""

    def __init__(
        self,
        computation: Computation,
        visitor: Hashable,
        *,
        leave: "Callable[[Job[Any]], None]",
        position: "Callable[[Job[Any]], int | None]",
    ) -> None:
        self.computation, self.visitor = computation, visitor
        self._leave, self._position = leave, position
        self._progress = computation.progress
        self._future: Future[Result] = Future()

    def __repr__(self) -> str:
        state = "cancelled" if self.cancelled else "running" if self.running else "ended"
        return f"<Job {self.computation.function}, {state}, {self.fraction:.0%}>"

    @property
    def fraction(self) -> float:
        """The progress, 0 to 1."""
        return self._progress.fraction

    @property
    def message(self) -> str:
        """What the work is doing."""
        return self._progress.message

    @property
    def partial(self) -> list[Any]:
        """The partial results so far; a copy."""
        return list(self._progress.partial)

    @property
    def position(self) -> int | None:
        """The position in the queue, 1 for the next; None once it runs."""
        return self._position(self) if self.running else None

    @property
    def running(self) -> bool:
        """Whether it waits or computes."""
        return not self._future.done()

    @property
    def seconds_left(self) -> float | None:
        """The estimated remaining seconds at the speed so far; None where there is no estimate."""
        return self._progress.seconds_left if self.running else None

    @property
    def cancelled(self) -> bool:
        return isinstance(self._raised(), CancelledError)

    @property
    def done(self) -> bool:
        """Whether it has ended with a result."""
        return not self.running and self._raised() is None

    @property
    def error(self) -> BaseException | None:
        """What the work raised; None while it runs, after a success and after a cancel."""
        return None if self.cancelled else self._raised()

    def _raised(self) -> BaseException | None:
        return None if self.running else self._future.exception()

    def cancel(self) -> None:
        """Cancel this job; its partial results stay. The computation is ended when no other job
        waits for it."""
        self._leave(self)

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the result; raise what the work raised, CancelledError for a cancelled job and
        TimeoutError after `timeout` seconds."""
        return self._future.result(timeout)

    def _end(self, result: Any = None, error: BaseException | None = None) -> None:
        """Called by the queue, with its lock held, once."""
        if self._future.done():
            return
        if isinstance(error, CancelledError):  # the computation may go on for others
            self._progress = replace(self._progress, partial=self.partial)
        if error is not None:
            self._future.set_exception(error)
        else:
            self._future.set_result(result)


class ResultCache:
    """Finished computations by name, at most `entries` of together `limit` bytes; the least
    recently used is dropped first."""

    def __init__(self, entries: int, limit: int) -> None:
        self._most, self._limit = entries, limit
        self._entries: OrderedDict[tuple[Hashable, ...], Computation] = OrderedDict()

    @property
    def size(self) -> int:
        return sum(computation.progress.size for computation in self._entries.values())

    def get(self, name: tuple[Hashable, ...]) -> Computation | None:
        if name in self._entries:
            self._entries.move_to_end(name)
        return self._entries.get(name)

    def put(self, computation: Computation) -> None:
        """Store `computation`, unless it is larger than the whole cache may be."""
        self._entries[computation.name] = computation
        self._entries.move_to_end(computation.name)
        while self._entries and (len(self._entries) > self._most or self.size > self._limit):
            self._entries.popitem(last=False)

    def drop(self, visitor: Hashable) -> None:
        """Drop the private results of `visitor`."""
        for name in [name for name in self._entries if name[1] == visitor]:
            del self._entries[name]
