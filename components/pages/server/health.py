"""The state of this server as tables and figures: its work, memory, versions and limits. They name
no path, no address and nothing that a visitor has typed or uploaded."""

import os
import platform
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from components.space_expiry import USUAL as KEPT_HOURS
from components.space_expiry import VARIABLE as KEEP_HOURS
from components.widgets.jobs import queue
from components.wording import counted, size
from models.runtime.budget import Holding
from models.runtime.memory import DEFAULT_MB, VARIABLE

PROJECT = Path(__file__).parents[3]
PACKAGES = ("streamlit", "plotly", "numpy", "torch", "umap-learn", "gensim")
_JOB_MEMORY = "VECTORSCOPE_JOB_MEMORY_MB"
# All environment variables: name, what it limits, unit, default. The value of those without a unit
# is not shown, only that it is set. docs/deployment.md explains them, in this order.
SETTINGS: tuple[tuple[str, str, str, int | str], ...] = (
    (VARIABLE, "Memory of the server, mapped files included", "MB", DEFAULT_MB),
    (_JOB_MEMORY, "Memory of the process that computes", "MB", 600),
    ("VECTORSCOPE_JOB_SECONDS", "Time that a job may take", "s", 600),
    ("VECTORSCOPE_IDLE_SECONDS", "Time without work until that process leaves", "s", 60),
    ("VECTORSCOPE_CACHE_MB", "Results kept on disk", "MB", 200),
    ("VECTORSCOPE_CACHE", "Folder of those results", "", "this user’s cache folder"),
    ("VECTORSCOPE_UPLOAD_MB", "A file that a visitor brings", "MB", 200),
    (
        "VECTORSCOPE_UPLOAD_UNPACKED_MB",
        "The same once unpacked",
        "MB",
        "five times as much as may be brought",
    ),
    ("VECTORSCOPE_UPLOAD_WORDS", "Words in it", "words", 500_000),
    ("VECTORSCOPE_UPLOAD_DIMENSIONS", "Numbers for each word in it", "dimensions", 4_096),
    (KEEP_HOURS, "Time without a look until a visitor’s own space is deleted", "h", KEPT_HOURS),
    ("VECTORSCOPE_DOWNLOAD_MB", "Files that visitors take away, on the disk", "MB", 4_000),
    ("VECTORSCOPE_VECTORS_MB", "Files of this machine, kept ready to be mapped", "MB", 10_000),
    ("VECTORSCOPE_CATALOGUE_MB", "Famous vectors that were fetched", "MB", 5_000),
    ("VECTORSCOPE_CATALOGUE_URL", "Mirror to fetch them from", "", "GitHub"),
    ("DASK_SCHEDULER_ADDRESS", "Cluster that computes instead", "", "none"),
)
# The names of the kinds of things in memory. Others are not named.
KINDS = {
    "space": "words and vectors",
    "norms": "lengths of vectors",
    "nameless content": "digests of contents",
    "pca": "principal components",
    "reduction": "reduced vectors",
    "cut": "cuts to fewer dimensions",
    "layout": "map positions",
    "words of a map": "words on the map",
    "neighbour graph": "graphs of nearest words",
    "occurrences": "counts of hubs",
    "words": "words as a list",
    "words in one array": "words on their way to a worker",
    "laid down": "parts on their way to a worker",
    "held by a visitor": "what visitors have brought",
}
_OTHER = "other results"
PRIVATE = "visitors’ own and work under way"
_began = time.monotonic()


@dataclass(frozen=True)
class Work:
    """The state of the queue and of the worker. `memory` is None on a cluster."""

    running: int
    waiting: int
    kept_bytes: int
    state: str
    memory: int | None


def work() -> Work:
    """Return how the queue is doing; raise EmbeddingError where it could not be set up."""
    jobs = queue()
    running = jobs.running
    if not hasattr(jobs.executor, "pid"):
        state, memory = "on a cluster", None
    else:
        memory = int(getattr(jobs.executor, "memory_in_use", 0))
        idle = "idle" if jobs.executor.pid is not None else "none needed"
        state = "computing" if running else idle
    return Work(running, jobs.waiting, jobs.cached_bytes, state, memory)


def uptime() -> float:
    """Return for how many seconds this process has run; since the first visit where the system
    does not tell."""
    try:
        after_name = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        since_boot = float(Path("/proc/uptime").read_text("ascii").split()[0])
        return since_boot - int(after_name[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return time.monotonic() - _began


def cores() -> int:
    """Return how many cores this process may use."""
    return len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0))


def job_memory(variables: Mapping[str, str] = os.environ) -> float:
    """Return the memory limit of the process that computes, in bytes; 0 where it is no number."""
    return 1e6 * (_number(variables.get(_JOB_MEMORY, "").strip() or "600") or 0)


@cache
def versions() -> pd.DataFrame:
    """Return the names and versions of the packages; none is imported for it."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    rows = {"Vectorscope": project["version"], "Python": platform.python_version()}
    rows |= {name: _version(name) for name in PACKAGES}
    return pd.DataFrame({"what": list(rows), "version": list(rows.values())})


def limits(variables: Mapping[str, str] = os.environ) -> pd.DataFrame:
    """Return a row for each variable of `SETTINGS`: the limit, its value, and what has set it."""
    rows = [
        {
            "limit": meaning,
            "variable": name,
            "value": _shown(variables.get(name, "").strip(), unit, otherwise),
            "set by": "the environment" if variables.get(name, "").strip() else "default",
        }
        for name, meaning, unit, otherwise in SETTINGS
    ]
    return pd.DataFrame(rows)


def held_table(holdings: Sequence[Holding]) -> pd.DataFrame:
    """Return space, what, things, own and mapped bytes, and the seconds since the last use; the
    largest first, the sum of what is private in the last line."""
    shared = [holding for holding in holdings if holding.space is not None]
    private = [holding for holding in holdings if holding.space is None]
    shared.sort(key=lambda holding: -holding.own - holding.mapped)
    rows = [
        {
            "space": holding.space or PRIVATE,
            "what": KINDS.get(holding.kind or "", _OTHER) if holding.space else "",
            "things": holding.things,
            "own bytes": holding.own,
            "mapped bytes": holding.mapped,
            "seconds since use": None if holding.idle is None else round(holding.idle),
        }
        for holding in [*shared, *private]
    ]
    return pd.DataFrame(rows).astype({"seconds since use": "Int64"})


def held_sentence(holdings: Sequence[Holding]) -> str:
    """Say in a sentence how many spaces and other things are held."""
    spaces = sum(holding.things for holding in holdings if holding.kind == "space")
    others = sum(holding.things for holding in holdings) - spaces
    return f"{counted(spaces, 'space')} for all, and {counted(others, 'thing')} derived from spaces"


def _shown(text: str, unit: str, otherwise: int | str) -> str:
    """Return the value in force; of an address or a folder only that it is set."""
    if not text:
        return otherwise if isinstance(otherwise, str) else f"{otherwise:,} {unit}"
    if not unit:
        return "set"
    number = _number(text)
    if number is None:
        return "not a number"
    return size(number * 1e6) if unit == "MB" else f"{number:,.0f} {unit}"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
