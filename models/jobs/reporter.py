"""Running a task in another process: the reports that it sends, and the Progress they add up to."""

import pkgutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any

from models.jobs.errors import Failure
from models.runtime.progress import Reporter

_PAUSE = 0.05  # seconds: nobody sees more than twenty reports of progress in one
WAITING = "waiting for its turn"
_SOON = 0.02  # a smaller fraction gives no estimate of the remaining time


@dataclass
class Progress:
    """What a task has reported so far. Its methods are called in the order of the reports, on a
    thread of the executor."""

    fraction: float = 0.0
    message: str = WAITING
    partial: list[Any] = field(default_factory=list)
    size: int = 0  # bytes of the partial results and the result
    since: float | None = None

    def on_start(self) -> None:
        """The task starts; on a cluster once more after its worker was lost."""
        self.fraction, self.message, self.since = 0.0, "starting", time.monotonic()
        self.partial, self.size = [], 0

    def on_progress(self, fraction: float, message: str) -> None:
        self.fraction, self.message = fraction, message or self.message

    def on_partial(self, partial: Any) -> None:
        self.partial.append(partial)

    def on_transfer(self, size: int) -> None:
        """A partial result or the result was `size` bytes large when pickled."""
        self.size += size

    @property
    def seconds_left(self) -> float | None:
        if self.since is None or self.fraction < _SOON:
            return None
        return (time.monotonic() - self.since) * (1 - self.fraction) / self.fraction


def run_task(
    load: Callable[[], tuple[str, bool, Sequence[Any], dict[str, Any]]],
    send: Callable[..., None],
    is_cancelled: Callable[[], bool],
) -> None:
    """Run a task and send its reports, named like the methods of Progress, and at the end
    "ended" with its result or its Failure.

    `load` returns the import path of the function, whether it takes a reporter, and its arguments.
    """
    try:
        path, reports, arguments, options = load()
        reporter = TaskReporter(send, is_cancelled)
        first = (reporter,) if reports else ()
        result = pkgutil.resolve_name(path)(*first, *arguments, **options)
        reporter.flush()
        send("ended", result)
    except BaseException as error:  # raised again in the server
        try:
            send("ended", Failure.of(error))
        except Exception:  # what the error holds cannot be pickled
            send("ended", Failure.in_words(error))


class TaskReporter(Reporter):
    """Sends progress and partial results in order; progress at most twenty times a second."""

    def __init__(self, send: Callable[..., None], is_cancelled: Callable[[], bool]) -> None:
        self._send, self._is_cancelled = send, is_cancelled
        self._message = ""
        self._sent = -1.0
        self._unsent: float | None = None  # the last fraction, until it is sent

    def report(self, fraction: float, message: str = "") -> None:
        self._check()
        changed = message not in {"", self._message}
        self._message = message or self._message
        self._unsent = min(1.0, max(0.0, fraction))
        if changed or time.monotonic() - self._sent >= _PAUSE:
            self.flush()

    def add(self, partial: Any) -> None:
        self._check()
        self.flush()
        self._send("on_partial", partial)

    def flush(self) -> None:
        """Send the progress that was not yet sent."""
        if self._unsent is not None:
            self._send("on_progress", self._unsent, self._message)
            self._unsent, self._sent = None, time.monotonic()

    def _check(self) -> None:
        if self._is_cancelled():
            raise CancelledError


class LocalReporter(TaskReporter):
    """A reporter for a notebook or a test, which stores what it receives.

    >>> reporter = LocalReporter()
    >>> measure(reporter, "glove-50"); reporter.partial
    """

    def __init__(self) -> None:
        super().__init__(self.send, self.is_cancelled)
        self.fraction, self.message = 0.0, ""
        self.partial: list[Any] = []

    def send(self, event: str, *content: Any) -> None:
        if event == "on_partial":
            self.partial.append(*content)
        else:
            self.fraction, self.message = content

    def is_cancelled(self) -> bool:
        return False
