"""CPU time of one interaction: a neighbour query over 400,000 words on a warm page.

The peer is the rerun of an empty page with a text box, typed into in the same way in the same run.
Measured is the CPU time (user and system, all threads) of the server's process over many words,
each asked for once, so that no answer comes from a cache.

    python -m benchmarks.interaction
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks._browser import chromium, new_page, wait_until_drawn
from benchmarks._run import run
from benchmarks._server import APP, Server, script, serve

BOX = "Word or formula"
TEXT_BOX_PAGE = f"""
import streamlit as st

st.write(st.text_input({BOX!r}))
"""
WARM_UP = ("king", "paris", "music", "winter")
WORDS = (
    "water",
    "city",
    "river",
    "house",
    "doctor",
    "guitar",
    "football",
    "summer",
    "coffee",
    "island",
    "market",
    "bridge",
    "engine",
    "forest",
    "school",
    "window",
    "planet",
    "theatre",
    "castle",
    "garden",
    "letter",
    "horse",
    "mountain",
    "kitchen",
)
PAUSE = 600  # ms after each word: work that the answer starts belongs to the interaction


def main(options: argparse.Namespace) -> bool:
    with script(TEXT_BOX_PAGE) as page, chromium() as browser:
        empty = measure(browser, page, path="/", rounds=options.rounds)
        ours = measure(browser, options.app, path="/neighbours", rounds=options.rounds)
    above = ours - empty
    print(f"empty page's rerun   {empty:5.1f} ms of CPU")
    print(f"neighbour query      {ours:5.1f} ms of CPU, ratio {ours / max(empty, 0.1):.1f}")
    print(f"above the empty page {above:5.1f} ms (at most {options.limit:g})")
    return bool(above <= options.limit)


def measure(browser: Browser, app: Path, *, path: str, rounds: int = 1) -> float:
    """Return the CPU time of one interaction in ms, the mean over all words."""
    page = new_page(browser)
    with serve(app) as server:
        page.goto(server.url + path)
        wait_until_drawn(page)
        _ask(page, WARM_UP)
        server.settle()
        spent = sum(_time_words(server, page, suffix) for suffix in _suffixes(rounds))
        page.context.close()
    return 1000 * spent / (rounds * len(WORDS))


def _time_words(server: Server, page: Page, suffix: str) -> float:
    before = server.cpu_seconds()
    _ask(page, [word + suffix for word in WORDS])
    return server.cpu_seconds() - before


def _ask(page: Page, words: tuple[str, ...] | list[str]) -> None:
    box = page.get_by_label(BOX, exact=True).first
    for word in words:
        box.fill(word)
        box.press("Enter")
        page.wait_for_timeout(PAUSE)
        wait_until_drawn(page)


def _suffixes(rounds: int) -> list[str]:
    """Return what makes every round's questions new ones: the words alone, then formulas."""
    return ["", *(f" + {word}" for word in WARM_UP)][:rounds]


if __name__ == "__main__":
    run(
        main,
        __doc__,
        rounds={"type": int, "default": 2, "choices": range(1, 6)},
        limit=(30.0, "ms above the empty page"),
        app=(APP, "the app's script"),
    )
