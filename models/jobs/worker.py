"""The worker process: ``python -m models.jobs.worker HANDLE RESERVE``.

A separate entry module, so that app.py does not run again here and Streamlit is not imported. The
main thread starts one thread for each task, because Linux lowers the priority of single threads and
cannot raise it again: a short task runs at the priority of the pages, a long one below them.
Another thread reads from the server. When the server is gone it reads the end of the pipe and ends
the process, whatever that is computing.
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

from models.jobs.reporter import run_task

CANCEL = b"cancel"  # no pickle begins like this
_NICER = 10  # by how much the priority of a long task is lowered
_LONG = 2.0  # seconds after which a task is long
_PR_SET_PDEATHSIG = 1  # of Linux's <sys/prctl.h>
_STACK = 16 << 20  # bytes for a task: compilers recurse deeply, and some systems give little


def main() -> None:
    """Run tasks from the pipe until it ends."""
    connection, reserve = open_connection(int(sys.argv[1])), int(sys.argv[2])
    _prepare(reserve)
    # A message is passed in a list, which is emptied when it is read: arguments can be large, and
    # no variable may refer to them while the thread waits for the next message.
    messages: SimpleQueue[list[bytes]] = SimpleQueue()
    cancelled, computing = threading.Event(), threading.Event()
    threading.Thread(
        target=_listen, args=(connection, messages, cancelled, computing), daemon=True
    ).start()
    threading.stack_size(_STACK)
    while message := messages.get():
        computing.set()
        task = threading.Thread(target=_run, args=(message, connection, cancelled))
        task.start()
        task.join(_LONG)
        if task.is_alive():
            _lower_priority(task.native_id)
            task.join()
        computing.clear()


def open_connection(handle: int) -> "Connection[Any, Any]":
    """Return the end of a pipe that this process was given."""
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)  # type: ignore[return-value]
    return Connection(handle)


def _prepare(reserve: int) -> None:
    sys.modules["streamlit"] = None  # type: ignore[assignment]  # importing it fails
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
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
    """Have the system end this process with the server's thread that started it: compiled code
    that holds the interpreter's lock would keep the listener from reading the end of the pipe."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _lower_priority(thread: int | None) -> None:
    if sys.platform == "win32" or thread is None:
        return
    # Only Linux has priorities of threads; elsewhere that of the process is lowered, for good.
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, thread if sys.platform == "linux" else 0, _NICER)


def _listen(
    connection: "Connection[Any, Any]",
    messages: "SimpleQueue[list[bytes]]",
    cancelled: threading.Event,
    computing: threading.Event,
) -> None:
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            if computing.is_set():
                os._exit(1)  # nobody is left to receive the result
            messages.put([])
            return
        if message == CANCEL:
            cancelled.set()
        else:
            cancelled.clear()  # a cancel before this message was for an earlier task
            messages.put([message])
        del message


def _run(
    message: list[bytes], connection: "Connection[Any, Any]", cancelled: threading.Event
) -> None:
    def send(*event: Any) -> None:
        try:
            connection.send(event)
        except OSError:
            os._exit(1)  # the server is gone

    run_task(lambda: ForkingPickler.loads(message.pop()), send, cancelled.is_set)


if __name__ == "__main__":
    main()
