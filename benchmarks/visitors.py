"""Load test: many visitors on one server while a UMAP job runs, beside an empty page likewise.

They speak the websocket protocol of the front end: open the app and fetch its files, then search,
click, change the dimensions kept and go from page to page, thinking for six seconds on average
between two interactions. The empty page has a text box and one line, and as many visitors who type;
the same UMAP job runs beside it.

Printed are median and 95th percentile of each kind of interaction, from sending it to the end of
the script; the server's CPU time above the empty page's; memory per visitor (RssAnon before the
first one came and while all are still there); errors (shown on a page, a closed connection, a
missing file, an answer without the word that was asked for); and leaks: each visitor types words of
their own, which nobody else may be shown. CPU time is measured twice. Under load only a mean can be
measured; the median over the mix, which is compared with the limit, is that of one visitor who does
the same things alone afterwards.

    python -m benchmarks.visitors
    python -m benchmarks.visitors --visitors 3 --seconds 20
"""

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

import models
from benchmarks._habits import EMPTY_BOX, NAMES, WEIGHTS, Explorer, Habit, Typist
from benchmarks._job import SPACE, draw_a_map, umap_beside, umap_on_page
from benchmarks._run import run
from benchmarks._server import APP, Server, script, serve
from benchmarks._visitor import visitor

TEXT_BOX_PAGE = f"""
import streamlit as st

st.write(st.text_input({EMPTY_BOX!r}))
"""
JUDGED = 30  # visitors, at most, for which the limits are meant
PAUSE = 0.6  # seconds after an interaction of the lone visitor: what it sets off belongs to it
MOST_THOUGHT = 3.0  # times the mean, however long someone might think

Job = Callable[[Server], AbstractAsyncContextManager[Any]]


@dataclass
class Found:
    """What a crowd has met: seconds by kind of interaction, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    leaks: set[str] = field(default_factory=set)
    mean_ms: float = 0.0  # of the server's CPU time, an interaction
    alone_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    megabytes: float = 0.0  # a visitor

    @property
    def all(self) -> list[float]:
        return [s for found in self.seconds.values() for s in found]

    @property
    def median_ms(self) -> float:
        """The median CPU time of an interaction of the mix, of one visitor alone."""
        return median(ms for found in self.alone_ms.values() for ms in found)

    @property
    def alone_mean_ms(self) -> float:
        return fmean(ms for found in self.alone_ms.values() for ms in found)


@dataclass(frozen=True)
class App:
    """An app and its visitors."""

    name: str
    script: Path
    habit: Callable[[int, Sequence[str]], Habit]
    job: Job


def main(options: argparse.Namespace) -> bool:
    words = _words()
    failed = False
    with script(TEXT_BOX_PAGE) as page:
        ours = App("ours", options.app, Explorer, umap_on_page)
        empty = App("empty page", page, Typist, lambda _: umap_beside())
        for count in options.visitors:
            found = [
                asyncio.run(_measure(app, words, count=count, options=options))
                for app in (ours, empty)
            ]
            failed |= _report(count, *found, options=options)
    return not failed


async def _measure(
    app: App, words: Sequence[str], *, count: int, options: argparse.Namespace
) -> Found:
    found = Found()
    with serve(app.script) as server:
        habits = [app.habit(number, words[number :: count + 1]) for number in range(count + 1)]
        await _warm_up(server, habits[-1], found)
        await asyncio.to_thread(server.settle)
        before = server.anonymous_megabytes()
        async with app.job(server) as other:
            await _crowd(server, habits[:-1], found, options)
        found.wrong += other.wrong if other is not None else []
        found.megabytes = (found.megabytes - before) / count
        await asyncio.to_thread(server.settle)
        await _alone(server, app.habit(count + 1, words[count :: count + 1]), found, options.alone)
        _read_log(server, found)
    print(f"{count} visitors, {app.name}: {len(found.all)} interactions", flush=True)
    print(f"  {'open':24} {_times(found.opened)}")
    for kind in sorted({*found.seconds, *found.alone_ms}):
        alone = found.alone_ms.get(kind, [])
        cost = f", {median(alone):4.0f} ms of CPU alone ({len(alone)})" if alone else ""
        print(f"  {kind:24} {_times(found.seconds.get(kind, []))}{cost}")
    print(f"  {'all':24} {_times(found.all)}", flush=True)
    return found


async def _warm_up(server: Server, habit: Habit, found: Found) -> None:
    """Visit everything once, until no page has anything left to compute."""
    async with visitor(server, habit.hear) as guest:
        await habit.arrive(guest)
        await guest.files()
        if isinstance(habit, Explorer):
            for path in (*list(NAMES)[1:], ""):
                await habit.go(guest, path)
                await guest.quiet()
            await draw_a_map(guest)
            for kind in WEIGHTS:
                await habit.do_one(guest, kind)
                await guest.quiet()
        else:
            await habit.act(guest)
        found.wrong += guest.wrong


async def _crowd(
    server: Server, habits: Sequence[Habit], found: Found, options: argparse.Namespace
) -> None:
    """Have everyone come, then act for some time, and leave together."""
    come, done = asyncio.Barrier(len(habits) + 1), asyncio.Barrier(len(habits) + 1)
    leave = asyncio.Event()

    async def stay(habit: Habit) -> None:
        await asyncio.sleep(habit.random.uniform(0, options.think))
        async with visitor(server, habit.hear) as guest:
            found.opened.append(await habit.arrive(guest))
            await guest.files()
            await come.wait()
            end = time.perf_counter() + options.seconds
            while time.perf_counter() < end and not guest.wrong:
                thought = habit.random.expovariate(1 / options.think)
                await asyncio.sleep(min(thought, MOST_THOUGHT * options.think))
                kind, seconds = await habit.act(guest)
                found.seconds[kind].append(seconds)
            await guest.files()
            await done.wait()
            await leave.wait()
            found.wrong += guest.wrong
            found.leaks |= {f"{code}, shown to {habit.code}" for code in habit.leaks}

    async with asyncio.TaskGroup() as group:
        for habit in habits:
            group.create_task(stay(habit))
        await come.wait()
        spent = server.cpu_seconds()
        await done.wait()
        found.mean_ms = 1000 * (server.cpu_seconds() - spent) / max(1, len(found.all))
        found.megabytes = server.anonymous_megabytes()
        leave.set()


async def _alone(server: Server, habit: Habit, found: Found, times: int) -> None:
    """Note the CPU time of each of some interactions of one visitor."""
    async with visitor(server, habit.hear) as guest:
        await habit.arrive(guest)
        await guest.files()
        await asyncio.sleep(1)
        for _ in range(times):
            before = server.cpu_seconds()
            kind, _ = await habit.act(guest)
            await asyncio.sleep(PAUSE)
            found.alone_ms[kind].append(1000 * (server.cpu_seconds() - before))
        found.wrong += guest.wrong


def _report(count: int, ours: Found, empty: Found, *, options: argparse.Namespace) -> bool:
    """Print the claims beside their limits; return whether one is missed."""
    ratio = _p95(ours.all) / _p95(empty.all)
    above = ours.median_ms - empty.median_ms
    wrong, leaks = ours.wrong + empty.wrong, ours.leaks | empty.leaks
    print(f"{count} visitors who think for {options.think:g} s:")
    print(f"  95th percentile, ratio to the empty page {ratio:.1f} (at most {options.ratio:g})")
    print(
        f"  CPU of an interaction above the empty page's {above:.0f} ms (at most {options.cpu:g}; "
        f"median over the mix, {ours.median_ms:.0f} against {empty.median_ms:.0f} ms, alone)"
    )
    print(
        f"  ... mean under load, the UMAP job's page included: {ours.mean_ms:.0f} against "
        f"{empty.mean_ms:.0f} ms; mean alone {ours.alone_mean_ms:.0f} against "
        f"{empty.alone_mean_ms:.0f} ms"
    )
    print(
        f"  memory {ours.megabytes:.1f} MB a visitor (at most {options.memory:g}; "
        f"empty page {empty.megabytes:.1f})"
    )
    print(f"  errors {len(wrong)}, leaks {len(leaks)} (none)", flush=True)
    for line in sorted({*wrong, *leaks})[:10]:
        print(f"    {line}")
    slow = ratio > options.ratio or above > options.cpu or ours.megabytes > options.memory
    return bool(wrong or leaks or (slow and count <= JUDGED))


def _read_log(server: Server, found: Found) -> None:
    """Take an error in the server's log for one: pages show none that is a bug."""
    log = server.read_log()
    if "Traceback" in log:
        found.wrong.append(f"the server's log: …{log[log.rindex('Traceback') :][-600:]}")


def _words() -> list[str]:
    """Return words that are on the map, to be dealt out: each is one visitor's own."""
    frequent = models.load(SPACE).vocabulary.chunk(200, 20_000)
    return [word for word in frequent if word.isascii() and word.isalpha() and len(word) > 3]


def _times(seconds: Sequence[float]) -> str:
    if not seconds:
        return "   0 times" + 34 * " "
    middle, late = 1000 * median(seconds), 1000 * _p95(seconds)
    return f"{len(seconds):4} times  median {middle:6.0f} ms, 95 % {late:6.0f} ms"


def _p95(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95)) if seconds else float("nan")


if __name__ == "__main__":
    run(
        main,
        __doc__,
        visitors={"type": int, "nargs": "+", "default": [10, 30, 50]},
        seconds=(90.0, "for which they stay"),
        think=(6.0, "seconds, on average"),
        alone=(60, "interactions of the lone visitor"),
        ratio=(4.0, "of the 95th percentiles, at most"),
        cpu=(15.0, "ms above the empty page, at most"),
        memory=(2.0, "MB a visitor, at most"),
        app=(APP, "the app's script"),
    )
