"""What runs on a worker of a Dask cluster: one task, and the reporter that tells of it."""

import os
import signal
import sys
import time
import uuid
from functools import lru_cache
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from typing import Any

from models.jobs.callables import find
from models.jobs.failure import Failure
from models.jobs.reporter import Reporter

_LOOKS = 0.2  # seconds between looks at whether the task is cancelled: each asks the scheduler


def carry_out(
    home: tuple[str, str],
    path: str,
    reports: bool,
    arguments: list[Any],
    options: dict[str, Any],
) -> Any | Failure:
    """Return the result of the function at `path`, or its Failure, after all its reports.

    `home` is the name of the task and that of the queue that takes its reports.
    """
    reporter = _QueueReporter(*home)
    reporter.pass_on("began", import_module("distributed").get_worker().address, os.getpid())
    try:
        first = (reporter,) if reports else ()
        result = find(path)(*first, *arguments, **options)
        reporter.flush()
    except BaseException as error:  # raised again where the result is wanted
        result = Failure.of(error)
    reporter.pass_on("complete")
    return result


def end_process(process: int) -> None:
    """Called in the nanny of a worker whose task does not end."""
    os.kill(process, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


class _QueueReporter(Reporter):
    def __init__(self, name: str, queue: str) -> None:
        super().__init__()
        self._name, self._queue = name, _queue(queue)
        self._attempt = uuid.uuid4().hex
        self._event = import_module("distributed").Event(f"{name}-cancelled")
        self._looked, self._cancelled = time.monotonic(), False

    def pass_on(self, event: str, *content: Any) -> None:
        message = bytes(ForkingPickler.dumps(content))
        self._queue.put((self._name, self._attempt, event, message))

    def is_cancelled(self) -> bool:
        if not self._cancelled and time.monotonic() - self._looked > _LOOKS:
            self._cancelled = bool(self._event.is_set())
            self._looked = time.monotonic()
        return self._cancelled


@lru_cache(maxsize=4)
def _queue(name: str) -> Any:
    return import_module("distributed").Queue(name)
