"""A TaskExecutor on a Dask cluster, where one machine is not enough.

    DASK_SCHEDULER_ADDRESS=tcp://192.168.1.10:8786 streamlit run app.py

Workers need this project on their path. Reports return through one queue on the scheduler. A
cancel is an event that the reporter on the worker checks; a task that ignores it is ended with its
worker, which its nanny starts again. Tasks of a lost worker start again on another one.
"""

import logging
import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from typing import Any

from models.jobs.errors import Failure, JobError, OutOfMemory, WorkerLost
from models.jobs.executor import Task, TaskExecutor, TaskFuture, import_path
from models.jobs.reporter import run_task

_TICK = 0.05  # seconds between checks of what has ended and what should end
_CANCEL_CHECK = 0.2  # seconds between a worker's checks for a cancel: each asks the scheduler
_ATTEMPTS = 3  # times that a task is submitted
_RECOUNT = 2.0  # seconds between checks of how large the cluster is
_TOO_LARGE = (
    "This needs more memory than a worker of the cluster has. Choose fewer words or fewer "
    "dimensions."
)
_log = logging.getLogger(__name__)


class ClusterExecutor(TaskExecutor):
    """A Dask cluster. `grace` is how many seconds a cancelled task has to end by itself."""

    def __init__(self, address: str, *, grace: float = 1.2, patience: float = 10.0) -> None:
        self._address, self._grace, self._patience = address, grace, patience
        self._dask: Any = import_module("distributed")
        self._tasks: dict[str, _ClusterTask] = {}
        self._client: Any = None
        self._reports: Any = None
        self._thread: threading.Thread | None = None
        self._capacity, self._closed = 1, False
        self._counted = -_RECOUNT
        self._wake = threading.Event()
        self._lock = threading.Lock()

    @property
    def capacity(self) -> int:
        return self._capacity

    def start(self, task: Task) -> TaskFuture:
        """Run `task` where the cluster has room; the future raises JobError without a cluster."""
        started = _ClusterTask(task)
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor has been shut down")
            self._tasks[started.name] = started
            if self._thread is None:  # it alone waits for the cluster, and no page does
                self._thread = threading.Thread(
                    target=self._attend, name="vectorscope-cluster", daemon=True
                )
                self._thread.start()
            self._wake.set()
        return started.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more tasks, and leave the cluster when those that are there have ended."""
        with self._lock:
            self._closed = True
            tasks, thread = list(self._tasks.values()), self._thread
            self._wake.set()
        if cancel_futures:
            for task in tasks:
                task.future.cancel()
        if wait and thread is not None:
            thread.join()

    def _attend(self) -> None:
        """Submit tasks and receive their reports until the executor is shut down."""
        why: BaseException = WorkerLost("The cluster that computed this has ended.")
        try:
            self._connect()
            while not (self._closed and not self._tasks):
                self._look()
                self._wake.wait(_TICK if self._tasks else _RECOUNT)
                self._wake.clear()
        except JobError as error:
            why = error
        except Exception as error:  # the scheduler is gone, with all that it knew
            _log.warning("lost the cluster at %s: %r", self._address, error)
        with self._lock:
            client, self._client, self._thread = self._client, None, None
            lost = list(self._tasks.values())
        for task in lost:
            self._settle(task, error=why)
        with suppress(Exception):
            client.close(timeout=1)

    def _connect(self) -> None:
        try:
            self._client = self._dask.Client(
                self._address, timeout=self._patience, set_as_default=False, name="vectorscope"
            )
        except (OSError, ValueError) as error:
            raise JobError(
                f"The cluster at {self._address} cannot be reached. Is its scheduler running?"
            ) from error
        self._reports = self._dask.Queue(f"vectorscope-{uuid.uuid4().hex}", client=self._client)

    def _look(self) -> None:
        # Without waiting: the scheduler logs an error for a wait that ends without a report.
        for name, *report in self._reports.get(batch=True):
            if name in self._tasks:
                self._receive(self._tasks[name], *report)
        for task in list(self._tasks.values()):
            if task.remote is None:
                self._submit(task)
            else:
                self._check(task)
        if time.monotonic() - self._counted > _RECOUNT:
            self._counted = time.monotonic()
            self._capacity = max(1, sum(self._client.nthreads().values()))

    def _receive(self, task: "_ClusterTask", attempt: str, event: str, message: bytes) -> None:
        content = ForkingPickler.loads(message)
        listener = task.task.listener
        if event == "started":
            if task.began is None:
                task.future.set_running_or_notify_cancel()
            task.attempt, (task.worker, task.pid) = attempt, content
            task.began = task.began or time.monotonic()
            if listener is not None:
                listener.on_start()
        elif attempt == task.attempt:
            if listener is not None:
                listener.on_transfer(len(message))
            if event == "ended":
                self._on_ended(task, *content)
            else:
                getattr(listener, event)(*content)

    def _on_ended(self, task: "_ClusterTask", result: Any | Failure) -> None:
        error = task.future.stopping
        if error is None and isinstance(result, Failure):
            error = OutOfMemory(_TOO_LARGE) if result.is_out_of_memory else result.error()
        self._settle(task, result, error=error)

    def _submit(self, started: "_ClusterTask") -> None:
        task = started.task
        started.attempts += 1
        try:
            started.remote = self._client.submit(
                run_on_worker,
                (started.name, self._reports.name),
                started.path,
                task.listener is not None,
                [self._portable(argument) for argument in task.arguments],
                {name: self._portable(option) for name, option in task.options.items()},
                key=f"{started.name}-{started.attempts}",
                pure=False,
            )
        except (TypeError, ValueError, AttributeError) as error:  # arguments that cannot be pickled
            self._settle(started, error=error)

    def _portable(self, argument: Any) -> Any:
        """Send the content of an argument that refers to a file, which other machines lack."""
        content = argument.for_elsewhere() if hasattr(argument, "for_elsewhere") else argument
        return argument if content is argument else self._client.scatter(content, hash=False)

    def _check(self, task: "_ClusterTask") -> None:
        """End a task that is done, cancelled or past its limit."""
        now, limit, future = time.monotonic(), task.task.limit, task.future
        if limit is not None and task.began is not None and now - task.began > limit:
            future.stop(task.task.past_limit())
        if task.remote.done() and task.remote.status != "finished":
            self._on_lost(task)
        elif future.cancelled():  # before it began
            task.remote.cancel()
            self._settle(task, error=CancelledError())
        elif future.stopping is not None and task.cancelled is None:
            task.cancelled = now
            self._cancel_event(task).set()
        elif task.cancelled is not None and now - task.cancelled > self._grace:
            task.remote.cancel()  # or it would start again elsewhere
            worker = (self._client, task.worker, task.pid)
            self._settle(task, error=future.stopping)
            threading.Thread(target=_kill, args=worker, daemon=True).start()

    def _on_lost(self, task: "_ClusterTask") -> None:
        stopping = task.future.stopping
        if task.remote.status == "cancelled" and not stopping and task.attempts < _ATTEMPTS:
            task.remote = None  # its arguments were lost with a worker: it is submitted once more
            return
        lost = "The workers that computed this were lost, one after the other."
        self._settle(task, error=stopping or WorkerLost(lost))

    def _settle(
        self, task: "_ClusterTask", result: Any = None, *, error: BaseException | None
    ) -> None:
        with self._lock:
            self._tasks.pop(task.name, None)
        with suppress(Exception):
            task.remote.release()  # or it would be computed again when its worker is lost
        if task.cancelled is not None:
            with suppress(Exception):
                self._cancel_event(task).clear()  # or the scheduler would hold it
        if task.future.cancelled():
            task.future.set_running_or_notify_cancel()
        elif error is not None:
            task.future.set_exception(error)
        else:
            task.future.set_result(result)

    def _cancel_event(self, task: "_ClusterTask") -> Any:
        return self._dask.Event(f"{task.name}-cancelled", client=self._client)


class _ClusterTask:
    """A task on the cluster and the last reported state of it."""

    def __init__(self, task: Task) -> None:
        self.task, self.path, self.future = task, import_path(task.function), TaskFuture()
        self.name = f"vectorscope-{uuid.uuid4().hex}"
        self.remote: Any = None  # Dask's future, once it is submitted
        self.attempts = 0
        self.attempt, self.worker, self.pid = "", "", 0
        self.began: float | None = None
        self.cancelled: float | None = None  # when its event was set


def _kill(client: Any, worker: str, pid: int) -> None:
    """Have a worker's nanny end it and start another. Without a nanny the worker goes on computing.

    Dask's own restart of a worker takes four seconds where the worker does not answer.
    """
    try:
        client.run(_end_process, pid, workers=[worker], nanny=True)
    except Exception as error:
        _log.warning("could not end the worker %s: %r", worker, error)


# On the workers of the cluster.


def run_on_worker(
    ids: tuple[str, str], path: str, reports: bool, arguments: list[Any], options: dict[str, Any]
) -> None:
    """Run the function at `path`; `ids` are the names of the task and of the queue that takes its
    reports and its result."""
    name, queue = ids
    attempt = uuid.uuid4().hex

    def send(event: str, *content: Any) -> None:
        message = bytes(ForkingPickler.dumps(content))
        _queue(queue).put((name, attempt, event, message))

    send("started", import_module("distributed").get_worker().address, os.getpid())
    run_task(lambda: (path, reports, arguments, options), send, _cancel_check(name))


@lru_cache(maxsize=4)
def _queue(name: str) -> Any:
    return import_module("distributed").Queue(name)


def _cancel_check(name: str) -> Callable[[], bool]:
    """Return a function that tells whether a task is cancelled; it asks the scheduler at most every
    _CANCEL_CHECK seconds."""
    event = import_module("distributed").Event(f"{name}-cancelled")
    checked, cancelled = time.monotonic(), False

    def is_cancelled() -> bool:
        nonlocal checked, cancelled
        if not cancelled and time.monotonic() - checked > _CANCEL_CHECK:
            cancelled, checked = bool(event.is_set()), time.monotonic()
        return cancelled

    return is_cancelled


def _end_process(pid: int) -> None:
    """End the process `pid`; called in the nanny of a worker whose task does not end."""
    os.kill(pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
