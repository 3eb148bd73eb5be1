"""Errors that end a job early, and how an error is sent from one process to another."""

import traceback
from dataclasses import dataclass
from typing import Any

from models.errors import EmbeddingError


class JobError(EmbeddingError):
    """The base of what ends a job, or keeps it from starting, by no fault of its function."""


class WorkerLost(JobError):
    """The worker process ended by itself: a crash, a kill, the machine out of memory."""


class OutOfMemory(JobError):
    """The computation needed more memory than a job may have."""


class PastLimit(JobError):
    """The computation took longer than a job may take."""


class GaveWay(JobError):
    """The visitor was away while another one waited."""


class Refused(JobError):
    """The job was not accepted: too many of the same visitor wait already."""


@dataclass(frozen=True)
class Failure:
    """An error in a form that can be pickled, to be raised again in another process. Unpickling the
    error itself fails where its arguments are not those of its constructor (UnknownWord)."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    state: dict[str, Any]
    traceback: str

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        state = {k: v for k, v in vars(error).items() if k != "__notes__"}
        return cls(type(error), error.args, state, _traceback(error))

    @classmethod
    def in_words(cls, error: BaseException) -> "Failure":
        """Return a failure that can be pickled whatever `error` holds."""
        return cls(RuntimeError, (f"{type(error).__name__}: {error}",), {}, _traceback(error))

    @property
    def is_out_of_memory(self) -> bool:
        """Whether memory was refused; torch says so in words."""
        refused = issubclass(self.kind, RuntimeError) and "allocate memory" in self.traceback
        return issubclass(self.kind, MemoryError) or refused

    def error(self) -> BaseException:
        """Return the error; a note on it holds the traceback in the worker."""
        try:
            error = self.kind(*self.arguments)
        except TypeError:
            error = self.kind.__new__(self.kind, *self.arguments)
        vars(error).update(self.state)
        error.add_note(f"In the worker:\n{self.traceback}")
        return error


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
