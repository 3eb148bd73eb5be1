"""An Executor on one supervised process: tasks can be cancelled while they run, and a process that
dies ends one task and not the executor. ProcessPoolExecutor can do neither.
"""

import itertools
import math
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from models.jobs.callables import path_of
from models.jobs.failure import Failure
from models.jobs.process import Worker
from models.jobs.supervision import Limits, attend
from models.jobs.tasks import Task, TaskExecutor, TaskFuture


class WorkerExecutor(TaskExecutor):
    """One worker process, started when there is something to do and retired when there is not.

    `idle` is after how many seconds without work it leaves, so that its memory returns. A task
    that is cancelled ends at its next report; one that does not report within `grace` seconds is
    ended with its process. `memory` is the most bytes of its own that the process may hold; one
    that holds half of that after a task makes way for a new one.
    """

    places = 1

    def __init__(
        self, *, idle: float = 60.0, grace: float = 1.2, memory: int | None = None
    ) -> None:
        self._idle, self._limits = idle, Limits(grace, memory)
        self._tasks: SimpleQueue[tuple[Task, str, TaskFuture] | None] = SimpleQueue()
        self._numbers = itertools.count(1)
        self._worker: Worker | None = None
        self._supervisor: threading.Thread | None = None
        self._running: TaskFuture | None = None
        self._closed = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that computes; None while there is none."""
        worker = self._worker
        return worker.pid if worker is not None and worker.alive else None

    @property
    def memory_in_use(self) -> int:
        """The memory of that process, in bytes; 0 while there is none."""
        worker = self._worker
        return worker.memory() if worker is not None else 0

    def start(self, task: Task) -> TaskFuture:
        """Run `task` when its turn comes: first come, first served."""
        path, future = path_of(task.function), TaskFuture()
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor has been shut down")
            if self._supervisor is None:
                # A daemon: the interpreter may end under it, and the worker ends with its pipe.
                self._supervisor = threading.Thread(
                    target=self._supervise, name="vectorscope-worker", daemon=True
                )
                self._supervisor.start()
            self._tasks.put((task, path, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks. The process leaves after those that are there; with
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
                self._leave()
                continue
            if waiting is None:
                self._leave()
                return
            task, path, future = waiting
            if future.set_running_or_notify_cancel():
                self._running = future
                self._settle(task, path, future)
                self._running = None
            del waiting, task, future  # nothing is held of a task that is over

    def _settle(self, task: Task, path: str, future: TaskFuture) -> None:
        try:
            result = self._carry_out(task, path, future)
        except BaseException as error:  # handed to whoever asks for the result
            future.set_exception(error)
        else:
            future.set_result(result)

    def _carry_out(self, task: Task, path: str, future: TaskFuture) -> Any:
        if task.hears is not None:
            task.hears.began()
        worker, number = self._ready(), next(self._numbers)
        try:
            worker.send(
                number,
                path,
                reports=task.hears is not None,
                arguments=task.arguments,
                options=task.options,
            )
            result = attend(worker, number, task=task, future=future, limits=self._limits)
        except BaseException:
            self._end()
            raise
        if future.stopping is not None:
            raise future.stopping
        if isinstance(result, Failure):
            self._fail(result)
        return result

    def _fail(self, failure: Failure) -> None:
        if failure.is_out_of_memory:
            self._end()  # who knows what it still holds
            raise self._limits.exceeded()
        raise failure.error()

    def _ready(self) -> Worker:
        if self._worker is not None and not self._worker.alive:
            self._end()  # it died while it had nothing to do
        if self._worker is not None and self._worker.memory() > self._most_left_over:
            self._leave()  # what others have left in it would count as this task's
        if self._worker is None:
            self._worker = Worker(reserve=2 * (self._limits.memory or 0))
        return self._worker

    @property
    def _most_left_over(self) -> float:
        """How much a worker may hold when it begins a task: half of what it may hold at all."""
        return self._limits.memory / 2 if self._limits.memory is not None else math.inf

    def _leave(self) -> None:
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.retire()

    def _end(self) -> None:
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.end()
