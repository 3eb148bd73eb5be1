"""The interface by which a function that runs as a job reports; models/jobs/reporter.py implements
it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

Work = TypeVar("Work", bound=Callable[..., Any])
STAYS_HERE = "stays_here"  # jobs/hybrid_executor.py looks for it


class Reporter(Protocol):
    """Takes progress and partial results; the first argument of every function that is a job."""

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is, 0 to 1. Raises CancelledError once it is cancelled."""

    def add(self, partial: Any) -> None:
        """Hand out one more partial result. Raises CancelledError once it is cancelled."""


def stays_here(work: Work) -> Work:
    """Mark `work` that reads or writes files of this machine: no other may do it instead."""
    setattr(work, STAYS_HERE, True)
    return work
