"""The queue of a server's jobs: equal work is computed once and shared, unwanted work is ended.

DASK_SCHEDULER_ADDRESS      the cluster that computes; a process of this machine then only runs
                            what reads or writes files here
VECTORSCOPE_JOB_MEMORY_MB   the memory limit of that process (600)
VECTORSCOPE_JOB_SECONDS     the time limit of a job (600)
VECTORSCOPE_IDLE_SECONDS    after how long without work the process ends (60)

What the process keeps on disk is set in models/runtime/cache_folder.py.
"""

import itertools
import logging
import os
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import CancelledError
from functools import partial
from typing import Any, TypeVar

from models.errors import EmbeddingError, InvalidRequest
from models.jobs.errors import GaveWay, Refused
from models.jobs.executor import HybridExecutor, Task, TaskExecutor, TaskFuture, import_path
from models.jobs.fair_queue import FairQueue
from models.jobs.job import Computation, Job, ResultCache
from models.jobs.visitors import IsConnected, Visitors
from models.jobs.worker_executor import WorkerExecutor
from models.runtime.cache_folder import cache_limit

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


def start_jobs(variables: Mapping[str, str] = os.environ) -> "JobQueue":
    """Return the job queue of a server; call it once. No process is started before there is work.

    Raises InvalidRequest for a setting that makes no sense.
    """
    cache_limit(variables)  # checked now, and not when the first job needs it
    memory = _setting(variables, "VECTORSCOPE_JOB_MEMORY_MB", 600)
    idle = _setting(variables, "VECTORSCOPE_IDLE_SECONDS", 60)
    executor: TaskExecutor = WorkerExecutor(idle=idle, memory=int(memory * 1_000_000))
    address = variables.get("DASK_SCHEDULER_ADDRESS", "").strip()
    if address:
        from models.jobs.cluster import ClusterExecutor

        executor = HybridExecutor(ClusterExecutor(address), executor)
    return JobQueue(executor, limit=_setting(variables, "VECTORSCOPE_JOB_SECONDS", 600))


def _setting(variables: Mapping[str, str], name: str, default: float) -> float:
    text = variables.get(name, "")
    try:
        number = float(text or default)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise InvalidRequest(f"{name} is “{text}”; it must be a number above 0.")
    return number


class JobQueue:
    """The jobs of all visitors of one server: what runs, what waits, and cached results.

    At most `queued` jobs of a visitor wait; a job may take `limit` seconds. Results are cached by
    key: at most `cache_entries` shared ones of together `cache_bytes`, and as many private ones.
    The jobs of a visitor who has been away for `away` seconds are ended where others wait; after
    `lost` seconds the visitor has left.
    """

    def __init__(
        self,
        executor: TaskExecutor | None = None,
        *,
        queued: int = 8,
        limit: float = 600.0,
        cache_entries: int = 64,
        cache_bytes: int = 48_000_000,
        away: float = 10.0,
        lost: float = 120.0,  # as long as a closed page can be reopened
    ) -> None:
        self.executor = executor or WorkerExecutor()
        self._queued, self._limit = queued, limit
        self._away, self._lost = away, lost
        self._shared = ResultCache(cache_entries, cache_bytes)
        self._private = ResultCache(cache_entries, cache_bytes)
        self._live: dict[Hashable, Computation] = {}  # those that wait or run and have jobs
        self._running: set[Computation] = set()
        self._waiting: FairQueue[Computation] = FairQueue()
        self._unnamed = itertools.count()
        self._visitors = Visitors(on_leave=self.leave, on_look=self._end_abandoned)
        self._closed = False
        self._lock = threading.RLock()

    def submit(
        self,
        function: Callable[..., Result],
        /,
        *arguments: Any,
        visitor: Hashable,
        key: str | None = None,
        private: bool = True,
        limit: float | None = None,
        **options: Any,
    ) -> Job[Result]:
        """Have ``function(reporter, *arguments, **options)`` computed, and return its Job at once.

        Work of the same `key`, which names the content and all parameters, is computed once for all
        visitors; `private` work once for each. Whatever is derived from something that a visitor
        has sent must be private. Raises Refused where too many jobs of the `visitor` wait already,
        and TypeError for a function that another process could not import.
        """
        import_path(function)
        task = Task(function, arguments, options, limit=limit or self._limit)
        with self._lock:
            if self._closed:
                raise Refused("The server is being stopped, and takes no more jobs.")
            name = self._name(key, visitor, private=private)
            cached = (self._private if private else self._shared).get(name)
            computation = cached or self._live.get(name) or Computation(task, name)
            job = self._job_for(computation, visitor)
        self._dispatch()
        return job

    def leave(self, visitor: Hashable) -> None:
        """Cancel all jobs of `visitor` and drop their private results: the session is over."""
        with self._lock:
            self._private.drop(visitor)
        self._visitors.forget(visitor)
        self._cancel_all(lambda job: job.visitor == visitor)

    def track_visitor(
        self, visitor: Hashable, held: object, is_connected: IsConnected | None = None
    ) -> None:
        """Let `visitor` leave when `held`, which only their session refers to, is deleted.
        `is_connected` returns whether their page is open: a session can long outlive its tab."""
        self._visitors.track(visitor, held, is_connected)

    def close(self) -> None:
        """Cancel all jobs and end the processes that compute."""
        with self._lock:
            self._closed = True
        self._cancel_all(lambda job: True)
        self.executor.shutdown(cancel_futures=True)
        self._visitors.close()

    @property
    def running(self) -> int:
        """How many computations run."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many computations wait."""
        with self._lock:
            return len(self._waiting)

    @property
    def cached_bytes(self) -> int:
        """The size of the cached results."""
        with self._lock:
            return self._shared.size + self._private.size

    def _name(self, key: str | None, visitor: Hashable, *, private: bool) -> tuple[Hashable, ...]:
        if key is None:
            return ("unnamed", next(self._unnamed))
        return ("own", visitor, key) if private else ("shared", key)

    def _job_for(self, computation: Computation, visitor: Hashable) -> Job[Any]:
        job: Job[Any] = Job(computation, visitor, leave=self._leave, position=self._position)
        if computation.finished:
            job._end(computation.result)
            return job
        if computation not in self._running:
            if self._waiting.count(visitor) >= self._queued:
                raise Refused(
                    f"{self._queued} jobs of yours wait already. Cancel one, or wait until one is "
                    "done."
                )
            self._waiting.put(computation, visitor)
            self._live[computation.name] = computation
        computation.jobs.append(job)
        return job

    def _position(self, job: Job[Any]) -> int | None:
        with self._lock:
            return self._waiting.position(job.computation)

    def _dispatch(self) -> None:
        """Start as many waiting computations as the executor has room for."""
        while True:
            with self._lock:
                room = len(self._running) < self.executor.capacity and not self._closed
                turn = self._waiting.pop() if room else None
                if turn is None:
                    return
                computation, visitor = turn
                computation.visitor = visitor
                self._running.add(computation)
            self._start(computation)

    def _start(self, computation: Computation) -> None:
        assert computation.task is not None
        try:
            future = self.executor.start(computation.task)
        except BaseException as error:  # a cluster that cannot be reached
            self._settle(computation, error=error)
            return
        with self._lock:
            computation.future = future
            unwanted = not computation.jobs
        if unwanted:
            future.cancel()
        future.add_done_callback(partial(self._on_done, computation))

    def _on_done(self, computation: Computation, future: TaskFuture) -> None:
        try:
            result = future.result()
        except BaseException as error:  # raised again by Job.result()
            self._settle(computation, error=error)
        else:
            self._settle(computation, result)
        self._dispatch()

    def _settle(
        self, computation: Computation, result: Any = None, error: BaseException | None = None
    ) -> None:
        """Give the outcome to all jobs that wait for it, and cache a result that has a key."""
        if error is not None and not isinstance(error, EmbeddingError | CancelledError):
            _log.error("%s failed", computation.function, exc_info=error)
        with self._lock:
            self._running.discard(computation)
            self._waiting.finished(computation.visitor)
            if self._live.get(computation.name) is computation:
                del self._live[computation.name]
            wanted, computation.jobs = computation.jobs, []
            computation.task = computation.future = None  # the arguments can be large
            kind = computation.name[0]
            if wanted and error is None and kind != "unnamed":
                computation.finished, computation.result = True, result
                (self._shared if kind == "shared" else self._private).put(computation)
            for job in wanted:
                job._end(result, error)

    def _cancel_all(self, chosen: Callable[[Job[Any]], bool]) -> None:
        with self._lock:
            jobs = [job for computation in self._live.values() for job in computation.jobs]
        for job in filter(chosen, jobs):
            job.cancel()

    def _leave(self, job: Job[Any], why: BaseException | None = None) -> None:
        """End a job with the error `why` (CancelledError), and its computation where no other job
        waits for it."""
        computation = job.computation
        with self._lock:
            if job not in computation.jobs:
                return  # it has ended
            computation.jobs.remove(job)
            job._end(error=why or CancelledError())
            if not computation.jobs:  # whoever submits the same from now on starts a new one
                self._live.pop(computation.name, None)
            if not any(other.visitor == job.visitor for other in computation.jobs):
                self._withdraw(computation, job.visitor)
            unwanted = None if computation.jobs else computation.future
        if unwanted is not None:
            unwanted.cancel()
        self._dispatch()

    def _withdraw(self, computation: Computation, visitor: Hashable) -> None:
        if computation not in self._running:
            self._waiting.withdraw(computation, visitor)
        elif computation.jobs and computation.visitor == visitor:
            computation.visitor = computation.jobs[0].visitor
            self._waiting.reassign(visitor, computation.visitor)

    def _end_abandoned(self) -> None:
        """End the jobs of visitors who have left, or who are away while others wait."""
        for visitor in self._visitors.away(seconds=self._lost):
            self.leave(visitor)
        with self._lock:
            abandoned = self._abandoned()
        for job in abandoned:
            self._leave(job, GaveWay("This gave way to somebody who waited, as you were away."))

    def _abandoned(self) -> list[Job[Any]]:
        """Return the jobs of visitors who are away, where one of these jobs runs while a connected
        visitor waits."""
        waiting = self._waiting.starved() - self._visitors.away()
        if not waiting or len(self._running) < self.executor.capacity:
            return []
        away = self._visitors.away(seconds=self._away)
        theirs = [c for c in self._live.values() if {job.visitor for job in c.jobs} <= away]
        if self._running.isdisjoint(theirs):
            return []
        return [job for computation in theirs for job in computation.jobs]
