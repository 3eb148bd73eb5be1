"""The interface of the processes that compute: a task, its future, an executor that runs tasks."""

import pkgutil
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from typing import Any

from models.jobs.errors import PastLimit
from models.jobs.reporter import Progress
from models.runtime.progress import is_local_only


def import_path(function: Callable[..., Any]) -> str:
    """Return "module:name" of `function`, under which pkgutil.resolve_name finds it elsewhere.

    Raises TypeError for one that another process could not import: a lambda, a function within a
    function, or one of the script that was started (app.py would run again).
    """
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__qualname__", "<unnamed>")
    path = f"{module}:{name}"
    if module in {"", "__main__"} or "<" in name or not callable(pkgutil.resolve_name(path)):
        raise TypeError(f"{path} cannot run as a job: it must be at the top of a module.")
    return path


@dataclass(frozen=True)
class Task:
    """A call to be made in another process. With a `listener`, the function's first argument is a
    Reporter, whose reports the listener receives. `limit`: the seconds it may run."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    listener: Progress | None = None
    limit: float | None = None

    def past_limit(self) -> PastLimit:
        """Return the error of a task that took longer than it may."""
        seconds = self.limit or 0.0
        limit = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.3g} seconds"
        return PastLimit(
            f"This took longer than the {limit} that a job may take. Choose fewer words, or run it "
            "on a machine of your own."
        )


class TaskFuture(Future[Any]):
    """A Future whose cancel() also ends a task that runs; result() then raises CancelledError, as
    for any cancelled Future, once the task has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping: BaseException | None = None  # why the task should end early

    def cancel(self) -> bool:
        return super().cancel() or self.stop(CancelledError())

    def stop(self, why: BaseException) -> bool:
        """Request that the task end with the error `why`; the first request counts."""
        if self.done():
            return False
        self.stopping = self.stopping or why
        return True


class TaskExecutor(Executor):
    """A standard Executor whose tasks report while they run, and can be cancelled then."""

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many tasks can run at the same time."""

    @abstractmethod
    def start(self, task: Task) -> TaskFuture:
        """Run `task` after those that were started before it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> TaskFuture:
        """Call ``fn(*args, **kwargs)`` in another process, without reports."""
        return self.start(Task(fn, args, kwargs))


class HybridExecutor(TaskExecutor):
    """A `remote` executor, and a `local` one for functions that read or write files of this
    machine. Both together run as many tasks at a time as the remote one."""

    def __init__(self, remote: TaskExecutor, local: TaskExecutor) -> None:
        self.remote, self.local = remote, local

    @property
    def capacity(self) -> int:
        return self.remote.capacity

    def start(self, task: Task) -> TaskFuture:
        return (self.local if is_local_only(task.function) else self.remote).start(task)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for executor in (self.local, self.remote):
            executor.shutdown(wait, cancel_futures=cancel_futures)
