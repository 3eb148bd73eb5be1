"""One UMAP job after another (live, 20,000 words) while something else is measured.

They are started by one more visitor through the Map page; beside an app without that page the same
work runs in a worker of the benchmark's own. Every job has its own seed, so that no cached result
is used.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import models
from benchmarks._server import Server
from benchmarks._visitor import Visitor, visitor
from models.jobs.queue import JobQueue
from models.maps.tasks import draw_map
from models.maps.umap import UMAP
from models.sources.space_handles import handle_of

SPACE = "glove-50"
WORDS = 20_000
SEED = "Seed"  # the control of the Map page that makes it draw a map that does not stand
_LOOK = 0.1  # seconds
_seeds = itertools.count(1)


@asynccontextmanager
async def umap_on_page(server: Server) -> AsyncIterator[Visitor]:
    """Keep a UMAP job running behind the Map page of one more visitor, who is given.

    Raises RuntimeError where the page starts none.
    """
    async with visitor(server) as guest:
        await guest.open()
        await guest.files()
        await _begin(guest)
        going = asyncio.create_task(_go_on(guest))
        try:
            yield guest
        finally:
            await _end(going)


@asynccontextmanager
async def umap_beside() -> AsyncIterator[None]:
    """Keep the same job running in a worker of our own."""
    jobs = JobQueue()
    going = asyncio.create_task(_compute(jobs))
    try:
        yield
    finally:
        await _end(going)
        await asyncio.to_thread(jobs.close)


async def draw_a_map(guest: Visitor) -> None:
    """Have one map drawn on the Map page, to its end."""
    await _begin(guest)
    await guest.quiet()


async def _go_on(guest: Visitor) -> None:
    while True:
        await guest.quiet()
        await _begin(guest)


async def _begin(guest: Visitor) -> None:
    seed = next(_seeds)
    await guest.enter(SEED, seed)
    if not guest.waits:
        raise RuntimeError(f"The page drew no map for seed {seed}: {guest.wrong or 'no error'}.")


async def _compute(jobs: JobQueue) -> None:
    handle = handle_of(models.load(SPACE))
    while True:
        options = UMAP(seed=next(_seeds))
        job = jobs.submit(draw_map, handle, WORDS, options, visitor="benchmark")
        while job.running:
            await asyncio.sleep(_LOOK)
        job.result()  # raises what it raised


async def _end(task: "asyncio.Task[None]") -> None:
    """End `task`; raise what ended it before."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
