"""One worker process, seen from the server: start it, talk to it, weigh it, end it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from models.jobs.environment import environment
from models.jobs.errors import WorkerLost
from models.jobs.worker import CANCEL

_PATIENCE = 2.0  # seconds for an idle worker to leave by itself


class Worker:
    """A process that carries out one task at a time. `reserve` is the most memory it may ask the
    system for, in bytes (0: any); asking for more raises MemoryError in it."""

    def __init__(self, *, reserve: int = 0) -> None:
        self._pipe, theirs = Pipe()
        try:
            self._process = _started(theirs.fileno(), reserve)
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(
        self,
        number: int,
        path: str,
        *,
        reports: bool,
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> None:
        """Give the worker a task: the function at `path`, with a reporter first if it `reports`."""
        task = ForkingPickler.dumps((number, path, reports, arguments, options))
        with suppress(OSError):  # a worker that is gone shows when it is listened to
            self._pipe.send_bytes(task)

    def cancel(self, number: int) -> None:
        """Ask the task to end at its next report."""
        with suppress(OSError):
            self._pipe.send_bytes(CANCEL + str(number).encode())

    def hear(self, timeout: float) -> Callable[[], tuple[str, list[Any], int]] | None:
        """Return what reads the next message, or None where none comes within `timeout` seconds.

        It gives the event, its content and its size in bytes. Raises WorkerLost where the process
        has ended; what it raises when read is the fault of the message alone.
        """
        try:
            if not self._pipe.poll(timeout):
                return None
            message = self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise WorkerLost(self._why_lost()) from None
        return lambda: _read(message)

    def memory(self) -> int:
        """Return how much memory is the worker's own, in bytes; 0 where that is not known.

        Mapped files are not counted: the system can take their pages back at any time.
        """
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        except OSError:
            return 0
        lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        kilobytes = [lines.get(name, "0").split()[0] for name in ("RssAnon", "RssShmem")]
        return 1024 * sum(int(number) for number in kilobytes)

    def retire(self) -> None:
        """Let an idle worker leave, and give its memory back."""
        self._pipe.close()  # which it takes as its leave
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self.end()

    def end(self) -> None:
        """End the process now, and whatever it has started."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            elif self.alive:
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._pipe.close()

    def _why_lost(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        code = self._process.returncode
        if code is not None and code < 0:
            why = f"was ended by signal {-code}, often for want of memory"
        else:
            why = f"ended with code {code}"
        return (
            f"The process that computed this {why}. Start it again, with fewer words if it happens "
            "twice."
        )


def _started(handle: int, reserve: int) -> "subprocess.Popen[bytes]":
    # -P: neither the folder one happens to be in nor that of app.py is imported from unasked.
    command = [sys.executable, "-P", "-m", "models.jobs.worker", str(handle), str(reserve)]
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=environment(), close_fds=False
        )
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env=environment(),
        pass_fds=[handle],
        start_new_session=True,  # so that Ctrl-C is heard by the server alone
    )


def _read(message: bytes) -> tuple[str, list[Any], int]:
    event, *content = ForkingPickler.loads(message)
    return event, content, len(message)
