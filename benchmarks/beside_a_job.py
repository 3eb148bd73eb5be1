"""A visitor's rerun while a UMAP job runs, beside the same without it.

The job is that of another visitor's Map page: UMAP of 20,000 words of glove-50, live. Alternately
without and with it, one visitor searches words on the Map page over the websocket; no word is asked
for twice. Each rerun is timed, from sending the word to the end of the script.

    python -m benchmarks.beside_a_job
    python -m benchmarks.beside_a_job --rounds 1 --words 10
"""

import argparse
import asyncio
from statistics import median

import models
from benchmarks._habits import BOXES
from benchmarks._job import SPACE, draw_a_map, umap_on_page
from benchmarks._run import run
from benchmarks._server import APP, Server, serve
from benchmarks._visitor import Visitor, visitor

PAUSE = 0.3  # seconds after each rerun
WARM_UP = ("king", "paris", "music", "winter")
FIRST = 500  # the rank of the first word asked for


def main(options: argparse.Namespace) -> bool:
    with serve(options.app) as server:
        without, beside = asyncio.run(_measure(server, options.rounds, options.words))
    ratio = median(beside) / median(without)
    print(f"rerun without a job   median {1000 * median(without):5.0f} ms   {_listed(without)}")
    print(f"rerun beside a job    median {1000 * median(beside):5.0f} ms   {_listed(beside)}")
    print(f"ratio {ratio:.2f} (at most {options.limit:g})")
    return bool(ratio <= options.limit)


async def _measure(server: Server, rounds: int, words: int) -> tuple[list[float], list[float]]:
    """Return the seconds of reruns without and beside a job."""
    vocabulary = models.load(SPACE).vocabulary
    asked = iter(vocabulary.chunk(FIRST, FIRST + 2 * rounds * words))
    without: list[float] = []
    beside: list[float] = []
    async with visitor(server) as guest:
        await guest.open()
        await guest.files()
        for word in WARM_UP:
            await guest.type(BOXES[""], word)
        async with visitor(server) as other:
            await other.open()
            await draw_a_map(other)  # what a first job loads and compiles is no rerun's
        for _ in range(rounds):
            await asyncio.to_thread(server.settle)
            without += await _search(guest, [next(asked) for _ in range(words)])
            async with umap_on_page(server):
                beside += await _search(guest, [next(asked) for _ in range(words)])
        if guest.wrong:
            raise RuntimeError(f"The page showed an error: {guest.wrong[0]}")
    return without, beside


async def _search(guest: Visitor, words: list[str]) -> list[float]:
    seconds = []
    for word in words:
        seconds.append(await guest.type(BOXES[""], word))
        await asyncio.sleep(PAUSE)
    return seconds


def _listed(seconds: list[float]) -> str:
    low, high = 1000 * min(seconds), 1000 * max(seconds)
    return f"{len(seconds)} of them, {low:.0f} to {high:.0f} ms"


if __name__ == "__main__":
    run(
        main,
        __doc__,
        rounds=(3, "of both"),
        words=(20, "of each half of a round"),
        limit=(2.0, "the largest ratio that passes"),
        app=(APP, "the app's script"),
    )
