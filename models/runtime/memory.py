"""The memory of a process: what it uses, its limits, and how freed memory is reused.

VECTORSCOPE_MEMORY_MB   what the server may hold (450): two thirds of it memory of its own, the
                        rest files that it maps, whose pages the system can take back
"""

import mmap
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.errors import InvalidRequest

VARIABLE = "VECTORSCOPE_MEMORY_MB"
DEFAULT_MB = 450
PROGRAM_MB = 180  # Streamlit, its libraries, sessions and passing work, without any vectors
_LEAST_MB = 300
_MB = 1_000_000
# M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h
_MOST_ARENAS, _FROM_THE_SYSTEM, _AT_MOST_UNUSED = -8, -3, -1
_UNLIMITED = 1 << 60  # older control groups have a larger number for "no limit"


@dataclass(frozen=True)
class Usage:
    """Bytes in memory: the process's `own`, and pages of `mapped` files (None: unknown). With
    `peak`, `own` is the largest value so far, as the system reports no other."""

    own: int
    mapped: int | None
    peak: bool = False


@dataclass(frozen=True)
class Limits:
    """Bytes that may be held: `own` memory, and together with mapped files in `total`."""

    own: int
    total: int

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Limits":
        """Return the limits that the environment sets; raise InvalidRequest for nonsense."""
        text = variables.get(VARIABLE, "").strip()
        try:
            number = float(text or DEFAULT_MB)
        except ValueError:
            number = 0.0
        if not _LEAST_MB <= number < float("inf"):
            raise InvalidRequest(
                f"{VARIABLE} is “{text[:40]}”; it must be a number of megabytes, at least "
                f"{_LEAST_MB}: the program itself takes {PROGRAM_MB}."
            )
        total = int(number * _MB)
        return cls(total * 2 // 3, total)

    def beside_the_program(self) -> "Limits":
        """Return the limits for spaces and what is derived from them."""
        return Limits(self.own - PROGRAM_MB * _MB, self.total - PROGRAM_MB * _MB)


@cache
def share_freed_memory() -> None:
    """Have all threads of this process share two pools of freed memory, and return to the system
    what is unused beyond some megabytes (glibc; elsewhere nothing happens).

    By default there are eight pools for each core with up to 64 MB each: every run of a page is a
    thread of its own, and the arrays of one search take 10 to 20 MB for a moment.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MOST_ARENAS, 2)
        mallopt(_FROM_THE_SYSTEM, 32 << 20)
        mallopt(_AT_MOST_UNUSED, 4 << 20)


def anonymous_pages(size: int) -> mmap.mmap:
    """Return `size` bytes of own memory outside the heap: freed, they go back to the system."""
    if hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)


def in_use() -> Usage:
    """Return what this process holds now."""
    return usage_of("self") or Usage(_most_resident(), None, peak=True)


def usage_of(process: int | str) -> Usage | None:
    """Return what a process holds now; None where the system does not report it."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", errors="replace")
        lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        anonymous, files, shared = (
            1024 * int(lines[name].split()[0]) for name in ("RssAnon", "RssFile", "RssShmem")
        )
    except (OSError, KeyError, ValueError):
        return None
    return Usage(anonymous + shared, files)


def allowed() -> int | None:
    """Return the bytes that the platform (a container's control group) allows; None: any."""
    found = []
    for path in _limit_files():
        try:
            text = path.read_text("ascii").strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < _UNLIMITED:
            found.append(int(text))
    return min(found, default=None)


def _most_resident() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def _limit_files() -> list[Path]:
    """Return where the limits of this process's control groups stand, of either version."""
    top = Path("/sys/fs/cgroup")
    files = [top / "memory.max", top / "memory" / "memory.limit_in_bytes"]
    try:
        lines = Path("/proc/self/cgroup").read_text("ascii", errors="replace").splitlines()
    except OSError:
        return files
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            inner = top / path.lstrip("/")
            groups = (group for group in (inner, *inner.parents) if top in group.parents)
            files += [group / "memory.max" for group in groups]
        elif "memory" in controllers.split(","):
            files.append(top / "memory" / path.lstrip("/") / "memory.limit_in_bytes")
    return files
