"""Jobs: the queue of a server. Submit work, share what is the same, end what nobody wants."""

import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from models.errors import EmbeddingError
from models.jobs.callables import path_of
from models.jobs.computation import Computation, Job
from models.jobs.errors import GaveWay, Refused
from models.jobs.executor import WorkerExecutor
from models.jobs.fair_queue import Turns
from models.jobs.result_cache import Kept
from models.jobs.tasks import Task, TaskExecutor, TaskFuture
from models.jobs.visitors import Here, Presence

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class Jobs:
    """What runs, waits and is kept for all visitors of one server; one such thing a server.

    At most `queued` jobs of a visitor wait; a job may take `limit` seconds. Finished computations
    are kept by their key: `kept` shared ones, and as many of visitors' own, each lot at most
    `kept_bytes` large. A visitor who is `away` for so many seconds gives way to whoever waits;
    after `lost` seconds they have left.
    """

    def __init__(
        self,
        executor: TaskExecutor | None = None,
        *,
        queued: int = 8,
        limit: float = 600.0,
        kept: int = 64,
        kept_bytes: int = 48_000_000,
        away: float = 10.0,
        lost: float = 120.0,  # as long as a closed page can be had back
    ) -> None:
        self.executor = executor or WorkerExecutor()
        self._queued, self._limit = queued, limit
        self._away, self._lost = away, lost
        self._shared = Kept(entries=kept, size=kept_bytes)
        self._own = Kept(entries=kept, size=kept_bytes)
        self._live: dict[Hashable, Computation] = {}  # what waits or runs, and is wanted
        self._running: set[Computation] = set()
        self._turns: Turns[Computation] = Turns()
        self._unnamed = itertools.count()
        self._presence = Presence(leave=self.leave, looked=self._look_round)
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

        Work of the same `key` is computed once: for all visitors unless it is `private`, which
        whatever was made from something a visitor has sent must be. The key names the content and
        all parameters. Raises Refused where too many jobs of the `visitor` wait already, and
        TypeError for a function that another process could not import.
        """
        path_of(function)
        task = Task(function, arguments, options, limit=limit or self._limit)
        with self._lock:
            name = self._name(key, visitor, private=private)
            if self._closed:
                raise Refused("The server is being stopped, and takes no more jobs.")
            kept = (self._own if private else self._shared).get(name)
            computation = kept or self._live.get(name) or Computation(task, name)
            job = self._ask(computation, visitor)
        self._dispatch()
        return job

    def leave(self, visitor: Hashable) -> None:
        """End all that `visitor` alone wants and drop what was theirs: the session is over."""
        with self._lock:
            wanted = [job for computation in self._live.values() for job in computation.jobs]
            self._own.drop(lambda name: name[1] == visitor)
        self._presence.forget(visitor)
        for job in wanted:
            if job.visitor == visitor:
                job.cancel()

    def leaves_with(self, thing: object, visitor: Hashable, here: Here | None = None) -> None:
        """Let `visitor` leave when `thing`, which their session alone holds, is no more. `here`
        tells whether they are there, as the session of a closed tab can lie about for long."""
        self._presence.expect(visitor, thing, here)

    def close(self) -> None:
        """End all there is and the processes that compute."""
        with self._lock:
            self._closed = True
            wanted = [job for computation in self._live.values() for job in computation.jobs]
        for job in wanted:
            job.cancel()
        self.executor.shutdown(cancel_futures=True)
        self._presence.close()

    @property
    def running(self) -> int:
        """How many computations run now."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many computations wait."""
        with self._lock:
            return len(self._turns)

    @property
    def kept_bytes(self) -> int:
        """The size of the results that are kept."""
        with self._lock:
            return self._shared.size + self._own.size

    def _name(self, key: str | None, visitor: Hashable, *, private: bool) -> tuple[Hashable, ...]:
        if key is None:
            return ("unnamed", next(self._unnamed))
        return ("own", visitor, key) if private else ("shared", key)

    def _ask(self, computation: Computation, visitor: Hashable) -> Job[Any]:
        job: Job[Any] = Job(computation, visitor, leave=self._leave, place=self._place)
        if computation.outcome.done():
            job._end(computation.outcome.result())
            return job
        if computation not in self._running:
            if self._turns.waiting(visitor) >= self._queued:
                raise Refused(
                    f"{self._queued} jobs of yours wait already. Cancel one, or wait until one is "
                    "done."
                )
            self._turns.ask(computation, visitor)
            self._live[computation.name] = computation
        computation.jobs.append(job)
        return job

    def _place(self, job: Job[Any]) -> int | None:
        with self._lock:
            return self._turns.place(job.computation)

    def _dispatch(self) -> None:
        """Begin what there is room for."""
        while True:
            with self._lock:
                room = len(self._running) < self.executor.places and not self._closed
                turn = self._turns.next() if room else None
                if turn is None:
                    return
                computation, visitor = turn
                computation.visitor = visitor
                self._running.add(computation)
            self._begin(computation)

    def _begin(self, computation: Computation) -> None:
        try:
            future = self.executor.start(computation.task())
        except BaseException as error:  # a cluster that cannot be reached
            self._settle(computation, error=error)
            return
        with self._lock:
            computation.future = future
            unwanted = not computation.jobs
        if unwanted:
            future.cancel()
        future.add_done_callback(lambda _: self._ended(computation, future))

    def _ended(self, computation: Computation, future: TaskFuture) -> None:
        try:
            result = future.result()
        except BaseException as error:  # handed to whoever asks for the result
            self._settle(computation, error=error)
        else:
            self._settle(computation, result)
        self._dispatch()

    def _settle(
        self, computation: Computation, result: Any = None, error: BaseException | None = None
    ) -> None:
        """Hand the outcome to all who still want it, and keep it where it has a key."""
        if error is not None and not isinstance(error, EmbeddingError | CancelledError):
            _log.error("%s failed", computation.function.__name__, exc_info=error)
        with self._lock:
            self._running.discard(computation)
            self._turns.served(computation.visitor)
            if self._live.get(computation.name) is computation:
                del self._live[computation.name]
            wanted = computation.over()
            if wanted and error is None and computation.name[0] != "unnamed":
                computation.outcome.set_result(result)
                (self._shared if computation.name[0] == "shared" else self._own).put(computation)
            for job in wanted:
                job._end(result, error)

    def _leave(self, job: Job[Any], why: BaseException | None = None) -> None:
        """Let a job's asker want it no longer; `why`, where it was not their wish."""
        computation = job.computation
        with self._lock:
            if job not in computation.jobs:
                return  # it has ended
            computation.jobs.remove(job)
            job._end(error=why or CancelledError())
            if not computation.jobs:
                # Who asks for the same from now on begins anew.
                self._live.pop(computation.name, None)
            if not any(other.visitor == job.visitor for other in computation.jobs):
                self._without(computation, job.visitor)
            unwanted = None if computation.jobs else computation.future
        if unwanted is not None:
            unwanted.cancel()
        self._dispatch()

    def _without(self, computation: Computation, visitor: Hashable) -> None:
        if computation not in self._running:
            self._turns.withdraw(computation, visitor)
        elif computation.jobs and computation.visitor == visitor:
            computation.visitor = computation.jobs[0].visitor
            self._turns.hand_over(visitor, computation.visitor)

    def _look_round(self) -> None:
        """End the work of those who are away, where it is in the way or they will not be back."""
        for visitor in self._presence.away(seconds=self._lost):
            self.leave(visitor)
        with self._lock:
            abandoned = self._abandoned()
        for job in abandoned:
            self._leave(job, GaveWay("This gave way to somebody who waited, as you were away."))

    def _abandoned(self) -> "list[Job[Any]]":
        """Return the jobs of those who are away, where one of them has the place that somebody
        who is there waits for."""
        waiting = self._turns.kept_waiting() - self._presence.away()
        if not waiting or len(self._running) < self.executor.places:
            return []
        away = self._presence.away(seconds=self._away)
        theirs = [c for c in self._live.values() if {job.visitor for job in c.jobs} <= away]
        if self._running.isdisjoint(theirs):
            return []
        return [job for computation in theirs for job in computation.jobs]
