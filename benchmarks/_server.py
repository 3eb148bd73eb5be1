"""A Streamlit server on this machine's loopback address: started, measured, stopped.

Used by the benchmarks, scripts/screenshots.py and the browser tests. /proc exists on Linux only.
"""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from benchmarks._memory import anonymous_megabytes

PROJECT = Path(__file__).resolve().parents[1]
APP = PROJECT / "app.py"

_OPENER = build_opener(ProxyHandler({}))  # loopback needs no proxy


@dataclass(frozen=True)
class Server:
    """A running `streamlit run`; `began` is `time.perf_counter()` just before its process was."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    began: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_healthy(self, *, seconds: float = 60.0) -> None:
        """Return once the server answers; raise RuntimeError with its log if it doesn't."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline and self.process.poll() is None:
            if self._healthy():
                return
            time.sleep(0.02)
        raise RuntimeError(f"The server did not come up. Its log:\n{self.read_log()}")

    def read_log(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def stop(self) -> None:
        """End the process: terminate, and kill it after ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def anonymous_megabytes(self) -> float:
        """Return RssAnon in MB (10**6 bytes): memory without mapped files."""
        return anonymous_megabytes(self.process.pid)

    def cpu_seconds(self) -> float:
        """Return user and system time of all threads, past ones too."""
        # The clock of another process (clock_getcpuclockid), exact where /proc has steps of 10 ms.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def loaded(self, packages: tuple[str, ...]) -> list[str]:
        """Return those of `packages` whose compiled parts the process has mapped."""
        maps = self._proc("maps")
        return [package for package in packages if f"/site-packages/{package}/" in maps]

    def settle(self, *, quiet: float = 1.0, share: float = 0.05, seconds: float = 180.0) -> None:
        """Wait until the server took less than `share` of a core for `quiet` seconds."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            before = self.cpu_seconds()
            time.sleep(quiet)
            if self.cpu_seconds() - before <= share * quiet:
                return
        raise RuntimeError(f"The server was still at work after {seconds:.0f} s.")

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self.process.pid}/{name}").read_text("utf-8", errors="replace")

    def _healthy(self) -> bool:
        try:
            with _OPENER.open(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@contextmanager
def serve(app: Path = APP, *, wait: bool = True) -> Iterator[Server]:
    """Run `app` with the project's settings; end it afterwards, whatever happens.

    Yields once the server answers; at once with `wait=False`, for benchmarks that time the start.
    """
    with tempfile.TemporaryDirectory(prefix="vectorscope-") as folder:
        server = _start(app, Path(folder) / "server.log")
        try:
            if wait:
                server.wait_until_healthy()
            yield server
        finally:
            server.stop()


@contextmanager
def script(text: str) -> Iterator[Path]:
    """Yield a temporary file with the text of an app, such as an empty page to compare with."""
    with tempfile.TemporaryDirectory(prefix="vectorscope-") as folder:
        path = Path(folder) / "page.py"
        path.write_text(text, "utf-8")
        yield path


def _start(app: Path, log: Path) -> Server:
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true"]
    with log.open("wb") as sink:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
        )
    return Server(process=process, port=port, log=log, began=began)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
