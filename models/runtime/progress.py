"""The interface by which a function that runs as a job reports its progress and partial results.

A function that runs as a job takes a Reporter as its first argument. Each call of it is also where
a cancelled job ends: it raises CancelledError.

    def measure(reporter: Reporter, name: str) -> int:
        for done, part in enumerate(parts):
            reporter.report(done / len(parts), "measuring")
            reporter.add(figure_of(part))
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

ProgressCallback = Callable[[float], None]  # called with the share that is done, 0 to 1
Function = TypeVar("Function", bound=Callable[..., Any])
_LOCAL_ONLY = "local_only"


def ignore(share: float) -> None:
    """Report the progress to nobody."""


class Reporter(Protocol):
    """Receives the progress and the partial results of a job; models/jobs/reporter.py has the
    implementations."""

    def report(self, fraction: float, message: str = "") -> None:
        """Report progress, 0 to 1, and what is being done. Raises CancelledError once the job is
        cancelled."""

    def add(self, partial: Any) -> None:
        """Add one more partial result. Raises CancelledError once the job is cancelled."""


def local_only(function: Function) -> Function:
    """Mark a `function` that reads or writes files of this machine: no other may run it."""
    setattr(function, _LOCAL_ONLY, True)
    return function


def is_local_only(function: Callable[..., Any]) -> bool:
    """Return whether `function` is marked as local_only."""
    return bool(getattr(function, _LOCAL_ONLY, False))
