"""A computation, and the Job that each who asked for it holds."""

import itertools
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from typing import Any, Generic, TypeVar

from models.jobs.tasks import Task, TaskFuture

Result = TypeVar("Result")

_SOON = 0.02  # a smaller fraction says little about the rest
WAITING = "waiting for its turn"


class Computation:
    """One run of a function: what it has reported, and the jobs that are handed its result."""

    def __init__(self, task: Task, name: tuple[Hashable, ...]) -> None:
        self.function, self.arguments, self.options = task.function, task.arguments, task.options
        self.limit, self.name = task.limit, name
        self.jobs: list[Job[Any]] = []
        self.future: TaskFuture | None = None  # once its turn has come
        self.visitor: Hashable = None  # whose turn it was
        self.outcome: Future[Any] = Future()
        self.fraction, self.message = 0.0, WAITING
        self.partial: list[Any] = []
        self.size = 0  # bytes of what it has found
        self.since: float | None = None

    def task(self) -> Task:
        """Return the task whose reports come here."""
        return Task(self.function, self.arguments, self.options, self, self.limit)

    def over(self) -> "list[Job[Any]]":
        """Let go of all but what was found; return the jobs that waited for it."""
        wanted, self.jobs = self.jobs, []
        self.arguments, self.options, self.future = (), {}, None
        return wanted

    def began(self) -> None:
        """Forget what an earlier attempt has found."""
        self.fraction, self.message, self.since = 0.0, "starting", time.monotonic()
        self.partial, self.size = [], 0

    def reported(self, fraction: float, message: str) -> None:
        self.fraction, self.message = fraction, message or self.message

    def found(self, partial: Any) -> None:
        self.partial.append(partial)

    def weighed(self, size: int) -> None:
        self.size += size

    @property
    def seconds_left(self) -> float | None:
        if self.since is None or self.fraction < _SOON:
            return None
        return (time.monotonic() - self.since) * (1 - self.fraction) / self.fraction


class Job(Generic[Result]):
    """Work that one visitor has asked for: how far it is, what it has found so far, and a way to
    end it. Others who ask for the same hold jobs of their own."""

    _numbers = itertools.count(1)

    def __init__(
        self,
        computation: Computation,
        visitor: Hashable,
        *,
        leave: "Callable[[Job[Any]], None]",
        place: "Callable[[Job[Any]], int | None]",
    ) -> None:
        self.computation, self.visitor = computation, visitor
        self._leave, self._place = leave, place
        self._future: Future[Result] = Future()
        self._cancelled = False
        self._left: tuple[float, str, list[Any]] | None = None  # as it stood when it was cancelled

    def __repr__(self) -> str:
        state = "cancelled" if self._cancelled else "running" if self.running else "ended"
        return f"<Job {self.computation.function.__name__}, {state}, {self.fraction:.0%}>"

    @property
    def fraction(self) -> float:
        """How far the work is, 0 to 1."""
        return self._left[0] if self._left else self.computation.fraction

    @property
    def message(self) -> str:
        """What the work is doing."""
        return self._left[1] if self._left else self.computation.message

    @property
    def partial(self) -> list[Any]:
        """What the work has found so far; a copy."""
        return list(self._left[2] if self._left else self.computation.partial)

    @property
    def place(self) -> int | None:
        """The place in the queue, 1 for the next; None once its turn has come."""
        return self._place(self) if self.running else None

    @property
    def running(self) -> bool:
        """Whether it waits or computes."""
        return not self._future.done()

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take if it goes on as until now; None before that can be said."""
        return self.computation.seconds_left if self.running else None

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def done(self) -> bool:
        """Whether it has ended well, and there is a result."""
        return not self.running and not self._cancelled and self._future.exception() is None

    @property
    def error(self) -> BaseException | None:
        """What the work raised; None while it runs, when it went well and when it was cancelled."""
        if self.running or self._cancelled:
            return None
        return self._future.exception()

    def cancel(self) -> None:
        """Want it no longer; what was found so far stays. The work itself ends when nobody is
        left who wants it."""
        self._leave(self)

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the result; raise what the work raised, CancelledError for a cancelled job and
        TimeoutError after `timeout` seconds."""
        return self._future.result(timeout)

    def _end(self, result: Any = None, error: BaseException | None = None) -> None:
        """Called by the queue, with its lock held, once."""
        if self._future.done():
            return
        if isinstance(error, CancelledError):
            now = self.computation
            self._left = (now.fraction, now.message, list(now.partial))
            self._cancelled = True
        if error is not None:
            self._future.set_exception(error)
        else:
            self._future.set_result(result)
