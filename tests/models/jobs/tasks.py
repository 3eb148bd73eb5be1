"""What the tests have computed elsewhere."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import UnknownWord
from models.jobs.reporter import Reporter
from models.runtime.progress import local_only

if TYPE_CHECKING:  # the worker imports this module: what is heavy comes late
    import pandas as pd

    from models.maps.umap import UMAP
    from models.quality.sweep.plan import Plan
    from models.quality.sweep.point import SweepPoint
    from models.runtime.shared_array import SharedArray
    from models.sources.space_handles import SpaceHandle
    from models.space import Floats


_left_behind: list[bytearray] = []


def add(left: int, right: int) -> int:
    return left + right


def pid() -> int:
    return os.getpid()


@local_only
def local_pid() -> int:
    return os.getpid()


def modules() -> list[str]:
    return sorted(sys.modules)


def count(reporter: Reporter, to: int, note: str = "") -> int:
    """Note each call in the file `note`, where there is one."""
    if note:
        with Path(note).open("a", encoding="utf-8") as file:
            file.write("x")
    for step in range(to):
        reporter.add(step)
        reporter.report((step + 1) / to, f"step {step + 1} of {to}")
    return to


def wait_for(reporter: Reporter, path: str) -> str:
    """Until the file `path` is there; with reports all the while."""
    reporter.add(os.getpid())
    while not Path(path).exists():
        reporter.report(0.5, "waiting")
        time.sleep(0.005)
    return path


def never_report(reporter: Reporter) -> None:
    """Compute without a report."""
    reporter.add(os.getpid())
    while True:
        sum(range(10_000))


def die(reporter: Reporter) -> None:
    reporter.add("still here")
    os._exit(3)


def allocate(reporter: Reporter, megabytes: int) -> int:
    """At one go: more than one may ask for."""
    reporter.report(0.1)
    return len(bytearray(megabytes << 20))


def leave_behind(megabytes: int) -> int:
    """Hold so much memory after the task too; return the process."""
    held = bytearray(megabytes * 1_000_000)
    held[::4096] = b"1" * len(held[::4096])  # touched: until then it is no memory
    _left_behind.append(held)
    return os.getpid()


def grow(reporter: Reporter) -> None:
    """Bit by bit: more than one may hold."""
    held = []
    while True:
        reporter.report(0.1)
        held.append(bytearray(os.urandom(1 << 10) * (4 << 10)))
        time.sleep(0.002)


def length(data: bytes) -> int:
    return len(data)


def unknown_word(reporter: Reporter) -> None:
    reporter.report(0.5)
    raise UnknownWord("kng", "the space", ("king",))


def unpicklable(reporter: Reporter) -> object:
    reporter.report(0.5)
    return lambda: None


def total(reporter: Reporter, array: "SharedArray") -> float:
    reporter.report(0.5)
    return float(array.open().sum())


def describe(reporter: Reporter, handle: "SpaceHandle") -> tuple[str, float, str]:
    space = handle.open()
    reporter.add(space is handle.open())
    return space.words[-1], float(space.vectors.sum()), space.treatment


def measure(reporter: Reporter, name: str, plan: "Plan") -> "list[SweepPoint]":
    import models
    from models.quality.sweep.sweep_run import SweepRun

    found = []
    for point in SweepRun(models.load(name), plan).points(reporter.report):
        reporter.add(point)
        found.append(point)
    return found


def report_often(reporter: Reporter, to: int) -> None:
    """Report far more often than anybody sees."""
    for step in range(to):
        reporter.report((step + 1) / to, "hurrying")


def import_streamlit() -> None:
    import streamlit  # noqa: F401


def variable(name: str) -> str | None:
    return os.environ.get(name)


def return_name(reporter: Reporter, name: object) -> object:
    return name


def nearest(reporter: Reporter, name: str, word: str) -> "pd.DataFrame":
    import models

    reporter.report(0.5)
    return models.neighbours(models.load(name), word, k=5)


def divide_by_zero(reporter: Reporter) -> float:
    return 1 / 0


@dataclass(frozen=True)
class Drawn:
    """A map, and whether its neighbours had to be searched."""

    positions: "Floats"
    searched: bool


def draw_map_and_look(
    reporter: Reporter, handle: "SpaceHandle", words: int, options: "UMAP"
) -> Drawn:
    """Draw a map as the pages have it drawn, and look on."""
    from models.jobs.reporter import LocalReporter
    from models.maps import neighbour_graph
    from models.maps.tasks import draw_map

    search, searches = neighbour_graph._search, []

    def counted(*arguments: object) -> neighbour_graph.NeighbourGraph:
        searches.append(1)
        return search(*arguments)  # type: ignore[arg-type]

    here = LocalReporter()
    neighbour_graph._search = counted
    try:
        draw_map(here, handle, words, options)
    finally:
        neighbour_graph._search = search
    reporter.report(1.0)
    return Drawn(here.partial[-1].positions, bool(searches))


def draw_map_on_full_disk(
    reporter: Reporter, handle: "SpaceHandle", words: int, options: "UMAP"
) -> Drawn:
    """The same where no file can grow beyond some bytes."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))
    try:
        return draw_map_and_look(reporter, handle, words, options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
