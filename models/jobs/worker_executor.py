"""An Executor on one worker process of this machine, which it starts, supervises and ends.

A running task can be cancelled, and a process that dies ends one task and not the executor;
ProcessPoolExecutor can do neither.
"""

import math
import threading
import time
from multiprocessing.reduction import ForkingPickler
from queue import Empty, SimpleQueue
from typing import Any

from models.jobs.errors import Failure, OutOfMemory
from models.jobs.executor import Task, TaskExecutor, TaskFuture, import_path
from models.jobs.worker_process import WorkerProcess

_TICK = 0.05  # seconds between checks of the time, the memory and a cancel


class WorkerExecutor(TaskExecutor):
    """One worker process, started when there is something to do and ended when there is not.

    It ends after `idle` seconds without work, which frees its memory. A task that is cancelled ends
    at its next report; one that does not report within `grace` seconds is killed with its process.
    `memory` is the most private memory, in bytes, that the process may hold; a process that holds
    half of that after a task is replaced.
    """

    capacity = 1

    def __init__(
        self, *, idle: float = 60.0, grace: float = 1.2, memory: int | None = None
    ) -> None:
        self._idle, self._grace, self._memory = idle, grace, memory
        self._tasks: SimpleQueue[tuple[Task, TaskFuture] | None] = SimpleQueue()
        self._futures: set[TaskFuture] = set()  # of what waits or runs
        self._worker: WorkerProcess | None = None
        self._supervisor: threading.Thread | None = None
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
        import_path(task.function)  # raises TypeError here, and not in the future
        future = TaskFuture()
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor has been shut down")
            if self._supervisor is None:
                # A daemon: the interpreter may end before it, and the worker ends with its pipe.
                self._supervisor = threading.Thread(
                    target=self._supervise, name="vectorscope-worker", daemon=True
                )
                self._supervisor.start()
            self._futures.add(future)
            self._tasks.put((task, future))
        future.add_done_callback(self._futures.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more tasks. The process ends after those that are there; with
        `cancel_futures` they are cancelled, also the one that runs."""
        with self._lock:
            self._closed = True
            self._tasks.put(None)
        if cancel_futures:
            for future in list(self._futures):
                future.cancel()
        if wait and self._supervisor is not None:
            self._supervisor.join()

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
            task, future = waiting
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._run(task, future))
                except BaseException as error:  # raised again by future.result()
                    future.set_exception(error)
            del waiting, task, future  # no reference to a task that has ended

    def _run(self, task: Task, future: TaskFuture) -> Any:
        if task.listener is not None:
            task.listener.on_start()
        worker = self._ready_worker()
        try:
            worker.send(task)
            result = self._follow(worker, task, future)
        except BaseException:  # the worker is in the middle of the task
            self._end_worker(kill=True)
            raise
        if future.stopping is not None:
            raise future.stopping
        if isinstance(result, Failure) and result.is_out_of_memory:
            self._end_worker(kill=True)  # it may still hold a lot
            raise self._out_of_memory()
        if isinstance(result, Failure):
            raise result.error()
        return result

    def _follow(self, worker: WorkerProcess, task: Task, future: TaskFuture) -> Any | Failure:
        """Pass on the reports of the task until it ends; return its result or its Failure. Raises
        what ends it by force."""
        began = checked = time.monotonic()
        cancelled: float | None = None  # when the worker was sent the cancel
        while True:
            message = worker.receive(_TICK)
            if message is not None:
                event, *content = ForkingPickler.loads(message)
                if task.listener is not None:
                    task.listener.on_transfer(len(message))
                if event == "ended":
                    return content[0]
                getattr(task.listener, event)(*content)
            now = time.monotonic()
            if cancelled is None and future.stopping is not None:
                cancelled = now
                worker.cancel()
            if now - checked >= _TICK:
                checked = now
                if task.limit is not None and now - began > task.limit:
                    future.stop(task.past_limit())
                if self._memory is not None and worker.memory() > self._memory:
                    raise self._out_of_memory()
                if cancelled is not None and now - cancelled > self._grace and future.stopping:
                    raise future.stopping

    def _out_of_memory(self) -> OutOfMemory:
        allowed = f"{self._memory / 1e6:,.0f} MB" if self._memory else "memory there is"
        return OutOfMemory(
            f"This needs more than the {allowed} that a job may hold. Choose fewer words or fewer "
            "dimensions."
        )

    def _ready_worker(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.alive:  # it died while it was idle
            self._end_worker(kill=True)
        if self._worker is not None and self._worker.memory() > (self._memory or math.inf) / 2:
            self._end_worker()  # memory left by earlier tasks would count as this task's
        if self._worker is None:
            self._worker = WorkerProcess(reserve=2 * (self._memory or 0))
        return self._worker

    def _end_worker(self, *, kill: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(kill=kill)
