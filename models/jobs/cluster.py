"""The same Executor on a Dask cluster, for where one machine is outgrown.

    DASK_SCHEDULER_ADDRESS=tcp://192.168.1.10:8786 streamlit run app.py

Workers need this project on their path. Reports come home through one queue on the scheduler. A
cancel is an event that the reporter on the worker looks at; a task that ignores it is ended with
its worker, which its nanny starts again. Tasks of a lost worker begin anew on another one.
"""

import logging
import threading
import time
import uuid
from concurrent.futures import CancelledError
from contextlib import suppress
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from typing import Any

from models.jobs.callables import path_of
from models.jobs.cluster_worker import carry_out, end_process
from models.jobs.errors import JobError, OutOfMemory, WorkerLost
from models.jobs.failure import Failure
from models.jobs.tasks import Task, TaskExecutor, TaskFuture

_TICK = 0.05  # seconds between looks at what is over and what should end
_SENDS = 3  # times that a task is sent out
_COUNTED = 2.0  # seconds between looks at how large the cluster is
_log = logging.getLogger(__name__)


class _Sent:
    """A task on the cluster, and what is known of it here."""

    def __init__(self, task: Task, path: str, future: TaskFuture) -> None:
        self.task, self.path, self.future = task, path, future
        self.name = f"vectorscope-{uuid.uuid4().hex}"
        self.remote: Any = None  # Dask's future, once it is there
        self.sends = 0
        self.attempt, self.worker, self.process = "", "", 0
        self.began: float | None = None
        self.told: float | None = None  # when it was asked to end
        self.complete = False  # whether all its reports are here

    def hear(self, attempt: str, event: str, message: bytes) -> None:
        content = ForkingPickler.loads(message)
        if event == "began":
            if self.began is None:
                self.future.set_running_or_notify_cancel()
            self.attempt, (self.worker, self.process) = attempt, content
            self.began = self.began or time.monotonic()
            if self.task.hears is not None:
                self.task.hears.began()
        elif attempt == self.attempt and event == "complete":
            self.complete = True
        elif attempt == self.attempt and self.task.hears is not None:
            self.task.hears.weighed(len(message))
            getattr(self.task.hears, event)(*content)


class ClusterExecutor(TaskExecutor):
    """A Dask cluster. `grace` is how many seconds a cancelled task has to end by itself."""

    def __init__(self, address: str, *, grace: float = 1.2, patience: float = 10.0) -> None:
        self._address, self._grace, self._patience = address, grace, patience
        self._dask: Any = import_module("distributed")
        self._sent: dict[str, _Sent] = {}
        self._client: Any = None
        self._queue: Any = None
        self._ears: threading.Thread | None = None
        self._places, self._closed = 1, False
        self._counted = -_COUNTED
        self._wake = threading.Event()
        self._lock = threading.Lock()

    @property
    def places(self) -> int:
        return self._places

    def start(self, task: Task) -> TaskFuture:
        """Run `task` where the cluster has room; its future tells where there is no cluster."""
        sent = _Sent(task, path_of(task.function), TaskFuture())
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor has been shut down")
            self._sent[sent.name] = sent
            if self._ears is None:  # all talk with the cluster is theirs: a page never waits for it
                self._ears = threading.Thread(
                    target=self._attend, name="vectorscope-cluster", daemon=True
                )
                self._ears.start()
            self._wake.set()
        return sent.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, and leave the cluster when those that are there are over."""
        with self._lock:
            self._closed = True
            sent, ears = list(self._sent.values()), self._ears
            self._wake.set()
        if cancel_futures:
            for one in sent:
                one.future.cancel()
        if wait and ears is not None:
            ears.join()

    def _attend(self) -> None:
        """Bring out what is to be done and home what is reported, as long as there is work."""
        why: BaseException = WorkerLost("The cluster that computed this has ended.")
        try:
            self._connect()
            while not (self._closed and not self._sent):
                self._look()
                self._wake.wait(_TICK if self._sent else _COUNTED)
                self._wake.clear()
        except JobError as error:
            why = error
        except Exception as error:  # the scheduler is gone, with all that it knew
            _log.warning("lost the cluster at %s: %r", self._address, error)
        with self._lock:
            client, self._client, self._ears = self._client, None, None
            lost = list(self._sent.values())
        for sent in lost:
            self._over(sent, error=why)
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
        self._queue = self._dask.Queue(f"vectorscope-{uuid.uuid4().hex}", client=self._client)

    def _look(self) -> None:
        # All that is there, without waiting: a wait that ends in vain is an error in the log of
        # the scheduler.
        for report in self._queue.get(batch=True):
            self._hear(report)
        for sent in list(self._sent.values()):
            if sent.remote is None:
                self._send(sent)
            else:
                self._look_after(sent)
        if time.monotonic() - self._counted > _COUNTED:
            self._counted = time.monotonic()
            self._places = max(1, sum(self._client.nthreads().values()))

    def _send(self, sent: _Sent) -> None:
        task = sent.task
        sent.sends += 1
        try:
            sent.remote = self._client.submit(
                carry_out,
                (sent.name, self._queue.name),
                sent.path,
                task.hears is not None,
                [self._carried(argument) for argument in task.arguments],
                {name: self._carried(option) for name, option in task.options.items()},
                key=f"{sent.name}-{sent.sends}",
                pure=False,
            )
        except (TypeError, ValueError, AttributeError) as error:  # arguments that cannot travel
            self._over(sent, error=error)

    def _carried(self, argument: Any) -> Any:
        """A file of ours is not seen from another machine: what it holds goes along."""
        packed = argument.for_elsewhere() if hasattr(argument, "for_elsewhere") else argument
        if packed is argument:  # nothing of it is in a file: a name, say
            return argument
        return self._client.scatter(packed, hash=False)

    def _hear(self, report: tuple[str, str, str, bytes]) -> None:
        name, attempt, event, message = report
        sent = self._sent.get(name)
        if sent is not None:
            sent.hear(attempt, event, message)

    def _look_after(self, sent: _Sent) -> None:
        now, limit = time.monotonic(), sent.task.limit
        if limit is not None and sent.began is not None and now - sent.began > limit:
            sent.future.stop(sent.task.past_limit())
        if sent.remote.done() and (sent.complete or sent.remote.status != "finished"):
            self._settle(sent)
        elif sent.future.cancelled():  # before it began
            sent.remote.cancel()
            self._over(sent, error=CancelledError())
        elif sent.future.stopping is not None and sent.told is None:
            sent.told = now
            self._cancelled(sent).set()
        elif sent.told is not None and now - sent.told > self._grace:
            self._end(sent)

    def _settle(self, sent: _Sent) -> None:
        if sent.remote.status == "cancelled" and not sent.future.stopping and sent.sends < _SENDS:
            sent.remote = None  # what it was given was lost with a worker: it is sent once more
            return
        if sent.remote.status != "finished":
            lost = "The workers that computed this were lost, one after the other."
            self._over(sent, error=sent.future.stopping or WorkerLost(lost))
            return
        try:
            result = sent.remote.result(timeout=self._patience)
        except (TimeoutError, CancelledError):
            return  # its worker was lost before it could be fetched: it is computed again
        error = _error_of(result) if isinstance(result, Failure) else None
        self._over(sent, result, error=sent.future.stopping or error)

    def _end(self, sent: _Sent) -> None:
        """End a task that does not hear, with the process it is in."""
        sent.remote.cancel()  # or it would begin anew elsewhere
        there = (self._client, sent.worker, sent.process)
        self._over(sent, error=sent.future.stopping)
        threading.Thread(target=_kill, args=there, daemon=True).start()

    def _over(self, sent: _Sent, result: Any = None, *, error: BaseException | None) -> None:
        with self._lock:
            self._sent.pop(sent.name, None)
        with suppress(Exception):
            sent.remote.release()  # or it would be computed again when its worker is lost
        if sent.told is not None:
            with suppress(Exception):
                self._cancelled(sent).clear()  # or the scheduler would keep it
        if sent.future.cancelled():
            sent.future.set_running_or_notify_cancel()
        elif error is not None:
            sent.future.set_exception(error)
        else:
            sent.future.set_result(result)

    def _cancelled(self, sent: _Sent) -> Any:
        return self._dask.Event(f"{sent.name}-cancelled", client=self._client)


def _error_of(failure: Failure) -> BaseException:
    if failure.is_out_of_memory:
        return OutOfMemory(
            "This needs more memory than a worker of the cluster has. Choose fewer words or fewer "
            "dimensions."
        )
    return failure.error()


def _kill(client: Any, worker: str, process: int) -> None:
    """Have a worker's nanny end it, and start another. Without a nanny it computes on for nobody.

    Restarting it politely, as Dask offers, takes four seconds where the worker doesn't listen.
    """
    try:
        client.run(end_process, process, workers=[worker], nanny=True)
    except Exception as error:
        _log.warning("could not end the worker %s: %r", worker, error)
