"""The server's side of a worker process: start it, send it tasks, measure its memory, end it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from multiprocessing import Pipe
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from models.jobs.errors import WorkerLost
from models.jobs.executor import Task, import_path
from models.jobs.worker import CANCEL
from models.runtime.cache_folder import private_folder
from models.runtime.memory import usage_of

PROJECT = Path(__file__).parents[2]
_PATIENCE = 2.0  # seconds for an idle worker to end by itself
_NUMBA = "NUMBA_CACHE_DIR"


class WorkerProcess:
    """A process that runs one task at a time (worker.py). `reserve` is the most memory that it may
    allocate, in bytes (0: any); allocating more raises MemoryError in it."""

    def __init__(self, *, reserve: int = 0) -> None:
        self._pipe, theirs = Pipe()
        try:
            self._process = _start(theirs.fileno(), reserve)
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, task: Task) -> None:
        """Have the worker run `task`."""
        path, reports = import_path(task.function), task.listener is not None
        self._send_bytes(ForkingPickler.dumps((path, reports, task.arguments, task.options)))

    def cancel(self) -> None:
        """Ask the task to end at its next report."""
        self._send_bytes(CANCEL)

    def _send_bytes(self, message: bytes | memoryview) -> None:
        with suppress(OSError):  # receive() tells of a worker that is gone
            self._pipe.send_bytes(message)

    def receive(self, timeout: float) -> bytes | None:
        """Return the next message, or None where none comes within `timeout` seconds. Raises
        WorkerLost where the process has ended."""
        try:
            return self._pipe.recv_bytes() if self._pipe.poll(timeout) else None
        except (EOFError, OSError):
            raise WorkerLost(self._why_lost()) from None

    def _why_lost(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        code = self._process.returncode
        why = f"ended with code {code}"
        if code is not None and code < 0:
            why = f"was ended by signal {-code}, often for want of memory"
        return (
            f"The process that computed this {why}. Start it again, with fewer words if it happens "
            "twice."
        )

    def memory(self) -> int:
        """Return the worker's private memory, in bytes; 0 where that is not known. Mapped files are
        not counted: the system can take their pages back at any time."""
        usage = usage_of(self.pid)
        return usage.own if usage else 0

    def end(self, *, kill: bool = False) -> None:
        """End the process and whatever it has started: an idle one by itself, or `kill` it."""
        if not kill:
            self._pipe.close()  # at which an idle worker ends
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            elif self.alive:
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._pipe.close()


def _start(handle: int, reserve: int) -> "subprocess.Popen[bytes]":
    # -P: neither the current folder nor that of app.py is imported from by accident.
    command = [sys.executable, "-P", "-m", "models.jobs.worker", str(handle), str(reserve)]
    more: dict[str, Any] = {"pass_fds": [handle], "start_new_session": True}  # without Ctrl-C
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        more = {"close_fds": False}
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, env=worker_environment(), **more)


def worker_environment() -> dict[str, str]:
    """Return the environment variables of a worker: those of this process, the folders it may
    import from (not that of app.py), and the folder of compiled code."""
    paths = [str(PROJECT), *(path for path in sys.path if path)]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
    if _NUMBA not in variables and not _packages_are_writable():
        variables[_NUMBA] = str(compiled_code_folder(os.environ))
    return variables


@cache
def _packages_are_writable() -> bool:
    """Whether compiled code can be stored where numba puts it by default, beside its source."""
    libraries = Path(os.__file__).parent / "site-packages"
    import_paths = [Path(path) for path in sys.path if path.endswith("site-packages")]
    folders = [PROJECT / "models", *(import_paths or [libraries])]
    return all(os.access(folder, os.W_OK) for folder in folders if folder.is_dir())


def compiled_code_folder(variables: Mapping[str, str]) -> Path:
    """Return a folder for compiled code that only this user can write, as its content is run."""
    return private_folder("numba", variables) or Path(tempfile.mkdtemp(prefix="vectorscope-numba-"))
