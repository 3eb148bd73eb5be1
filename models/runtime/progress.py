"""What a function that runs as a job is given first; models/jobs/reporter.py has those that are."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

ProgressCallback = Callable[[float], None]  # called with the share that is done, 0 to 1
Work = TypeVar("Work", bound=Callable[..., Any])
STAYS_HERE = "stays_here"  # jobs/here.py looks for it


class Reporter(Protocol):
    """Hears how far the work is and what it has found so far."""

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is, 0 to 1. Raises CancelledError once it is cancelled."""

    def add(self, partial: Any) -> None:
        """Hand out one more partial result. Raises CancelledError once it is cancelled."""


def stays_here(work: Work) -> Work:
    """Mark `work` that reads or writes files of this machine: no other may do it instead."""
    setattr(work, STAYS_HERE, True)
    return work
