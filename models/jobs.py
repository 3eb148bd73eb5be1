"""Long work off the page: submit, progress, partial results, cancel.

One worker thread, which numpy leaves idle most of the time: it releases the interpreter's lock
while it computes. Work ends early when it is cancelled, at its next report of progress.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")

_SOON = 0.02  # a smaller fraction says little about the rest

_executor: ThreadPoolExecutor | None = None
_starting = threading.Lock()


class Job(Generic[Result]):
    """Work that was submitted: how far it is, what it has found so far, and a way to end it."""

    def __init__(self) -> None:
        self.fraction = 0.0
        self.message = "waiting for its turn"
        self._began: float | None = None
        self._partial: list[Any] = []
        self._cancelled = threading.Event()
        self._future: Future[Result] = Future()

    def report(self, fraction: float, message: str = "") -> None:
        """Called by the work: how far it is, 0 to 1. Raises CancelledError once it is cancelled."""
        if self._cancelled.is_set():
            raise CancelledError
        self.fraction = min(1.0, max(0.0, fraction))
        self.message = message or self.message
        self._began = self._began or time.monotonic()

    def add(self, found: Any) -> None:
        """Called by the work: one more partial result."""
        self._partial.append(found)

    @property
    def partial(self) -> list[Any]:
        """What the work has found so far; a copy."""
        return list(self._partial)

    @property
    def running(self) -> bool:
        """Whether it waits or computes."""
        return not self._future.done()

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take if it goes on as until now; None before that can be said."""
        if self._began is None or self.fraction < _SOON or not self.running:
            return None
        return (time.monotonic() - self._began) * (1 - self.fraction) / self.fraction

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def error(self) -> BaseException | None:
        """What the work raised, None while it runs or when it went well."""
        if self.running or self._future.cancelled():
            return None
        return self._future.exception()

    def cancel(self) -> None:
        """End the work at its next report; what it found so far stays."""
        self._cancelled.set()

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the result; raise what the work raised."""
        return self._future.result(timeout)

    def _run(self, function: "Callable[[Job[Result]], Result]") -> None:
        try:
            self.report(0.0, "starting")
            self._future.set_result(function(self))
        except BaseException as error:  # handed to whoever asks for the result
            self._future.set_exception(error)


def submit(function: Callable[[Job[Result]], Result]) -> Job[Result]:
    """Run ``function(job)`` on the worker and return its job at once."""
    global _executor  # noqa: PLW0603  one worker for the process, made when first needed
    with _starting:
        if _executor is None:
            _executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vectorscope-job")
    job: Job[Result] = Job()
    _executor.submit(job._run, function)
    return job
