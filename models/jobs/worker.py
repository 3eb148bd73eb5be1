"""The process that computes: ``python -m models.jobs.worker HANDLE RESERVE``.

An entry module of its own, so that app.py does not run again here and Streamlit is not imported.
One thread listens to the server, and each task has one of its own: a short task goes before the
pages, as somebody waits for it, a long one after them, and on Linux what has once stepped back
cannot step forward again. When the server is gone the listener reads the end of the pipe and ends
the process, whatever it is computing.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from typing import Any

from models.jobs.callables import find
from models.jobs.failure import Failure
from models.jobs.reporter import Reporter

CANCEL = b"cancel"  # followed by the number of the task; no pickle begins like this
_NICER = 10  # where the two want the same core, pages go before a task that has become long,
_LONG = 2.0  # which is one of so many seconds
_PR_SET_PDEATHSIG = 1  # of Linux's <sys/prctl.h>
_STACK = 16 << 20  # bytes for a task: compilers go deep, and some systems give threads little


def main() -> None:
    """Carry out tasks from the pipe until it ends."""
    handle, reserve = int(sys.argv[1]), int(sys.argv[2])
    _settle(reserve)
    connection = open_end(handle)
    tasks: SimpleQueue[bytes | None] = SimpleQueue()
    cancelled: set[int] = set()
    computing = threading.Event()
    threading.Thread(
        target=_listen, args=(connection, tasks, cancelled, computing), daemon=True
    ).start()
    threading.stack_size(_STACK)
    while (task := tasks.get()) is not None:
        computing.set()
        _beside(task, connection, cancelled)
        computing.clear()


def _beside(task: bytes, connection: "Connection[Any, Any]", cancelled: set[int]) -> None:
    """Carry out a task in a thread that steps back when it has become long."""
    thread = threading.Thread(target=_carry_out, args=(task, connection, cancelled))
    del task  # arguments can be large
    thread.start()
    thread.join(_LONG)
    if thread.is_alive():
        _step_back(thread.native_id)
        thread.join()


def _step_back(thread: int | None) -> None:
    if sys.platform == "win32" or thread is None:
        return
    # Only Linux has priorities of threads; elsewhere it is the process that steps back, for good.
    whom = thread if sys.platform == "linux" else 0
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, whom, _NICER)


def open_end(handle: int) -> "Connection[Any, Any]":
    """Return the end of a pipe that this process was given."""
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)  # type: ignore[return-value]
    return Connection(handle)


def _settle(reserve: int) -> None:
    sys.modules["streamlit"] = None  # type: ignore[assignment]  # importing it fails, here
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's
    if sys.platform == "win32":
        return
    if sys.platform == "linux":
        _end_with_the_server()
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("800")  # where the machine runs out of memory, this ends before the server does
    if reserve:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        least = reserve if most == resource.RLIM_INFINITY else min(reserve, most)
        resource.setrlimit(resource.RLIMIT_DATA, (least, most))


def _end_with_the_server() -> None:
    """Have the system end this process when the thread that watches over it is gone: code that
    never gives way to another thread would not let the listener hear of it."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _listen(
    connection: "Connection[Any, Any]",
    tasks: "SimpleQueue[bytes | None]",
    cancelled: set[int],
    computing: threading.Event,
) -> None:
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            if computing.is_set():
                os._exit(1)  # nobody is left to hear the result
            tasks.put(None)
            return
        if message.startswith(CANCEL):
            cancelled.add(int(message.removeprefix(CANCEL)))
        else:
            tasks.put(message)


class _PipeReporter(Reporter):
    def __init__(self, connection: "Connection[Any, Any]", number: int, cancelled: set[int]):
        super().__init__()
        self._connection, self._number, self._cancelled = connection, number, cancelled

    def pass_on(self, event: str, *content: Any) -> None:
        self._connection.send((event, *content))

    def is_cancelled(self) -> bool:
        return self._number in self._cancelled


def _carry_out(task: bytes, connection: "Connection[Any, Any]", cancelled: set[int]) -> None:
    try:
        number, path, reports, arguments, options = ForkingPickler.loads(task)
        del task  # arguments can be large
        reporter = _PipeReporter(connection, number, cancelled)
        first = (reporter,) if reports else ()
        result = find(path)(*first, *arguments, **options)
        reporter.flush()
        connection.send(("done", result))
    except BaseException as error:  # handed to whoever asks for the result
        _tell(connection, error)


def _tell(connection: "Connection[Any, Any]", error: BaseException) -> None:
    try:
        connection.send(("failed", Failure.of(error)))
    except OSError:
        os._exit(1)  # the server is gone
    except BaseException:  # what the error carries cannot travel
        connection.send(("failed", Failure.plain(error)))


if __name__ == "__main__":
    main()
