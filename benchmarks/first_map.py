"""Seconds until the first map is drawn, beside an empty Streamlit page.

Both are timed alternately in one run: from the start of the server's process to 20,000 points drawn
(or one line written) in a Chromium with an empty cache. The map first draws its points on a plain
canvas and then in Plotly's WebGL, with labels and clicks; both times are printed, and the first is
compared with the limit. By then neither torch, umap, gensim nor scikit-learn may have been
imported: none of their compiled parts is in the process.

    python -m benchmarks.first_map
"""

import argparse
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks._browser import MAP_DRAWN, chromium, new_page
from benchmarks._run import run
from benchmarks._server import APP, Server, script, serve

EMPTY_PAGE = """
import streamlit as st

st.write("nothing")
"""
# The map marks when its points are on the screen; a page busy with Plotly could not tell us then.
POINTS = """() => {
  const [mark] = performance.getEntriesByName("word-map-points");
  return (performance.timeOrigin + mark.startTime) / 1000;
}"""
WRITTEN = '[data-testid="stMarkdown"]'
# umap is plain Python, but cannot be imported without numba and scikit-learn.
HEAVY = ("torch", "numba", "llvmlite", "gensim", "sklearn")


def main(options: argparse.Namespace) -> bool:
    empty, points, clickable, heavy = measure(repeats=options.repeats, app=options.app)
    ratio = median(points) / median(empty)
    print(f"empty page      median {median(empty):5.2f} s   {_listed(empty)}")
    print(f"points drawn    median {median(points):5.2f} s   {_listed(points)}")
    print(f"can be clicked  median {median(clickable):5.2f} s   {_listed(clickable)}")
    print(f"ratio           {ratio:.2f} (at most {options.limit})")
    print(f"ratio, clicks   {median(clickable) / median(empty):.2f}")
    print(f"heavy packages imported by then: {', '.join(sorted(heavy)) or 'none'}")
    return ratio <= options.limit and not heavy


def measure(
    *, repeats: int, app: Path = APP
) -> tuple[list[float], list[float], list[float], set[str]]:
    """Return seconds of the empty page, of the map's points and of the map that can be clicked,
    and what was imported too early."""
    empty: list[float] = []
    points: list[float] = []
    clickable: list[float] = []
    heavy: set[str] = set()
    with script(EMPTY_PAGE) as page, chromium() as browser:
        _time_start(browser, page, WRITTEN)  # disk caches and Chromium itself are warm after it
        _time_start(browser, app, MAP_DRAWN)
        for _ in range(repeats):
            empty += _time_start(browser, page, WRITTEN)[0]
            (first, second), imported = _time_start(browser, app, MAP_DRAWN, mark=POINTS)
            points.append(first)
            clickable.append(second)
            heavy.update(imported)
    return empty, points, clickable, heavy


def _time_start(
    browser: Browser, app: Path, drawn: str, *, mark: str = ""
) -> tuple[list[float], list[str]]:
    """Return when the page says it marked something, if asked for, and when `drawn` is there; and
    what the server has imported by then."""
    page = new_page(browser)
    try:
        with serve(app, wait=False) as server:
            server.wait_until_healthy()
            page.goto(server.url)
            page.wait_for_selector(drawn, state="attached", timeout=120_000)
            seconds = [time.perf_counter() - server.began]
            if mark:
                began = time.time() - (time.perf_counter() - server.began)
                seconds.insert(0, float(page.evaluate(mark)) - began)
            return seconds, _imported(server)
    finally:
        page.context.close()


def _imported(server: Server) -> list[str]:
    return server.loaded(HEAVY)


def _listed(seconds: list[float]) -> str:
    return " ".join(f"{s:.2f}" for s in seconds)


if __name__ == "__main__":
    run(
        main,
        __doc__,
        repeats=(5, "timed starts of each"),
        limit=(2.1, "the largest ratio that passes"),
        app=(APP, "the app's script"),
    )
