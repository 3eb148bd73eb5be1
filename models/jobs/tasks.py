"""Task, its future, and the Executor that takes it: what a queue has to know of who computes."""

from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from typing import Any

from models.jobs.errors import PastLimit
from models.jobs.reporter import Hears


@dataclass(frozen=True)
class Task:
    """A call to be made elsewhere. With `hears`, the function's first argument is a Reporter whose
    reports come there. `limit` is how long it may take, in seconds, from when it begins."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    hears: Hears | None = None
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
    """A Future whose cancel() also ends what already runs; its result() then raises CancelledError
    like that of any cancelled Future, as soon as the work has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping: BaseException | None = None  # why the work should end early

    def cancel(self) -> bool:
        return super().cancel() or self.stop(CancelledError())

    def stop(self, why: BaseException) -> bool:
        """Ask the work to end with the error `why`; the first who asks is heard."""
        if self.done():
            return False
        self.stopping = self.stopping or why
        return True


class TaskExecutor(Executor):
    """A standard Executor whose tasks report while they run, and can be cancelled then."""

    @property
    @abstractmethod
    def places(self) -> int:
        """How many tasks run at the same moment."""

    @abstractmethod
    def start(self, task: Task) -> TaskFuture:
        """Run `task` when its turn comes: first come, first served."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> TaskFuture:
        """Call ``fn(*args, **kwargs)`` elsewhere; there are no reports."""
        return self.start(Task(fn, args, kwargs))
