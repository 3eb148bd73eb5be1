"""An Executor on one worker process of this machine, which it starts, follows and ends.

A running task can be cancelled, and a process that dies ends one task and not the executor;
ProcessPoolExecutor can do neither.
"""

import math
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.reduction import ForkingPickler
from queue import Empty, SimpleQueue
from typing import Any

from models.jobs.errors import Failure, OutOfMemory
from models.jobs.executor import Task, TaskExecutor, TaskFuture, import_path
from models.jobs.worker_process import WorkerProcess

_TICK = 0.05  # seconds between checks of the clock, the memory and the wish to cancel


class WorkerExecutor(TaskExecutor):
    """One worker process, started when there is something to do and ended when there is not.

    It ends after `idle` seconds without work, so that its memory returns. A task that is cancelled
    ends at its next report; one that does not report within `grace` seconds is killed with its
    process. `memory` is the most bytes of its own that the process may hold; one that holds half
    of that after a task is replaced.
    """

    capacity = 1

    def __init__(
        self, *, idle: float = 60.0, grace: float = 1.2, memory: int | None = None
    ) -> None:
        self._idle, self._grace, self._memory = idle, grace, memory
        self._tasks: SimpleQueue[tuple[Task, str, TaskFuture] | None] = SimpleQueue()
        self._worker: WorkerProcess | None = None
        self._supervisor: threading.Thread | None = None
        self._running: TaskFuture | None = None
        self._closed = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The worker process; None while there is none."""
        worker = self._worker
        return worker.pid if worker is not None and worker.alive else None

    @property
    def memory_in_use(self) -> int:
        """The memory of the worker process, in bytes; 0 while there is none."""
        worker = self._worker
        return worker.memory() if worker is not None else 0

    def start(self, task: Task) -> TaskFuture:
        path, future = import_path(task.function), TaskFuture()
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor has been shut down")
            if self._supervisor is None:
                # A daemon: the interpreter may end before it, and the worker ends with its pipe.
                self._supervisor = threading.Thread(
                    target=self._supervise, name="vectorscope-worker", daemon=True
                )
                self._supervisor.start()
            self._tasks.put((task, path, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more tasks. The process ends after those that are there; with
        `cancel_futures` they are cancelled, also the one that runs."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._cancel_all()
            self._tasks.put(None)
        if wait and self._supervisor is not None:
            self._supervisor.join()

    def _cancel_all(self) -> None:
        with suppress(Empty):
            while True:
                waiting = self._tasks.get_nowait()
                if waiting is not None:
                    waiting[-1].cancel()
                    waiting[-1].set_running_or_notify_cancel()
        running = self._running
        if running is not None:
            running.cancel()

    def _supervise(self) -> None:
        while True:
            try:
                waiting = self._tasks.get(timeout=self._idle if self._worker else None)
            except Empty:
                self._end_worker()
                continue
            if waiting is None:
                self._end_worker()
                return
            task, path, future = waiting
            if future.set_running_or_notify_cancel():
                self._running = future
                try:
                    future.set_result(self._run(task, path, future))
                except BaseException as error:  # raised again by future.result()
                    future.set_exception(error)
                self._running = None
            del waiting, task, future  # nothing is held of a task that has ended

    def _run(self, task: Task, path: str, future: TaskFuture) -> Any:
        if task.listener is not None:
            task.listener.on_start()
        worker = self._ready_worker()
        try:
            worker.send(path, task)
            result = _Run(worker, task, future, self._grace, self._memory).follow()
            if isinstance(result, Failure) and result.is_out_of_memory:
                raise _out_of_memory(self._memory)
        except BaseException:  # the worker is in the middle of the task, or full
            self._end_worker(kill=True)
            raise
        if future.stopping is not None:
            raise future.stopping
        if isinstance(result, Failure):
            raise result.error()
        return result

    def _ready_worker(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.alive:  # it died while it was idle
            self._end_worker(kill=True)
        if self._worker is not None and self._worker.memory() > (self._memory or math.inf) / 2:
            self._end_worker()  # what earlier tasks have left in it would count as this task's
        if self._worker is None:
            self._worker = WorkerProcess(reserve=2 * (self._memory or 0))
        return self._worker

    def _end_worker(self, *, kill: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(kill=kill)


@dataclass
class _Run:
    """A task that runs on a worker, and its limits."""

    worker: WorkerProcess
    task: Task
    future: TaskFuture
    grace: float
    memory: int | None
    began: float = field(default_factory=time.monotonic)
    checked: float = 0.0
    cancelled: float | None = None  # when the worker was asked to end the task

    def follow(self) -> Any | Failure:
        """Pass on the reports of the task until it ends; return its result or its Failure.

        Whatever this raises leaves the worker in the middle of the task: it must be killed.
        """
        listener = self.task.listener
        while True:
            message = self.worker.receive(_TICK)
            if message is not None:
                event, *content = ForkingPickler.loads(message)
                if listener is not None:
                    listener.on_transfer(len(message))
                if event == "ended":
                    return content[0]
                getattr(listener, event)(*content)
            self._check()

    def _check(self) -> None:
        now = time.monotonic()
        if self.cancelled is None and self.future.stopping is not None:
            self.cancelled = now
            self.worker.cancel()
        if now - self.checked < _TICK:
            return
        self.checked = now
        if self.task.limit is not None and now - self.began > self.task.limit:
            self.future.stop(self.task.past_limit())
        if self.memory is not None and self.worker.memory() > self.memory:
            raise _out_of_memory(self.memory)
        if self.cancelled is not None and now - self.cancelled > self.grace:
            raise self.future.stopping or AssertionError("cancelled without a reason")


def _out_of_memory(limit: int | None) -> OutOfMemory:
    allowed = f"{limit / 1e6:,.0f} MB" if limit else "memory there is"
    return OutOfMemory(
        f"This needs more than the {allowed} that a job may hold. Choose fewer words or fewer "
        "dimensions."
    )
