"""What a computation says while it runs: how far it is, and what it has found so far.

The first argument of every function that runs as a job is a Reporter. Each call is also where a
cancelled computation ends: it raises CancelledError.

    def measure(reporter: Reporter, name: str) -> int:
        for done, part in enumerate(parts):
            reporter.report(done / len(parts), "measuring")
            reporter.add(figure_of(part))
"""

import time
from abc import ABC, abstractmethod
from concurrent.futures import CancelledError
from typing import Any, Protocol

_PAUSE = 0.05  # seconds: nobody sees more than twenty reports of progress in one


class Hears(Protocol):
    """Who is told what a task reports. Called from the executor's own thread, in order."""

    def began(self) -> None:
        """The task begins; once more where a cluster begins it anew after a lost worker."""

    def reported(self, fraction: float, message: str) -> None:
        """How far it is, 0 to 1, and what it is doing."""

    def found(self, partial: Any) -> None:
        """One more partial result."""

    def weighed(self, size: int) -> None:
        """A partial result or the result took `size` bytes on its way."""


class Reporter(ABC):
    """Passes on progress and partial results, in order; progress as often as can be seen."""

    def __init__(self) -> None:
        self._message = ""
        self._sent = -1.0
        self._held: float | None = None  # a fraction that is still to be passed on

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is, 0 to 1, and with `message` what it is doing now.

        Raises CancelledError once the work is cancelled.
        """
        self.check()
        share = min(1.0, max(0.0, fraction))
        news = message not in {"", self._message}
        self._message = message or self._message
        self._held = share
        if news or time.monotonic() - self._sent >= _PAUSE:
            self.flush()

    def add(self, partial: Any) -> None:
        """Hand out one more partial result. Raises CancelledError once the work is cancelled."""
        self.check()
        self.flush()
        self.pass_on("found", partial)

    def check(self) -> None:
        """Raise CancelledError once the work is cancelled."""
        if self.is_cancelled():
            raise CancelledError

    def flush(self) -> None:
        """Pass on the progress that was held back."""
        if self._held is not None:
            self.pass_on("reported", self._held, self._message)
            self._held, self._sent = None, time.monotonic()

    @abstractmethod
    def pass_on(self, event: str, *content: Any) -> None:
        """Bring an event, named as in Hears, to who hears."""

    @abstractmethod
    def is_cancelled(self) -> bool:
        """Whether the work should end."""


class Here(Reporter):
    """For a notebook or a test: calls the function where one is, and keeps what it says.

    >>> here = Here()
    >>> measure(here, "glove-50"); here.partial
    """

    def __init__(self) -> None:
        super().__init__()
        self.fraction, self.message = 0.0, ""
        self.partial: list[Any] = []

    def pass_on(self, event: str, *content: Any) -> None:
        if event == "found":
            self.partial.append(*content)
        else:
            self.fraction, self.message = content

    def is_cancelled(self) -> bool:
        return False
