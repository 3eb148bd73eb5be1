"""The anonymous memory of a process, now and at its peak while something ran (Linux)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


def anonymous_megabytes(pid: int | str = "self") -> float:
    """Return RssAnon in MB (10**6 bytes): private memory, without mapped files."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8", errors="replace").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("This system's /proc has no RssAnon; Linux 4.5 and later do.")


@dataclass
class Peak:
    """The largest anonymous memory of a process seen while watching, in MB."""

    pid: int | str
    before: float
    largest: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def extra(self) -> float:
        """Return the growth above the memory before."""
        return max(0.0, self.largest - self.before)

    def watch(self, every: float) -> None:
        """Sample until stopped, and once more then, so that the end is always included."""
        over = False
        while not over:
            over = self._over.wait(every)
            self.largest = max(self.largest, anonymous_megabytes(self.pid))

    def stop(self) -> None:
        self._over.set()


@contextmanager
def watched(pid: int | str = "self", *, every: float = 0.001) -> Iterator[Peak]:
    """Sample the memory of a process `every` so many seconds, in a thread of its own."""
    peak = Peak(pid, before=anonymous_megabytes(pid))
    thread = threading.Thread(target=peak.watch, args=(every,), daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        peak.stop()
        thread.join()
