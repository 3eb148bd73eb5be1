"""How long until the first curves of the Dimensions page are drawn, beside an empty Streamlit page.

A warm server: it has shown the Dimensions page of another space. Then a browser that has never seen
the app opens the page of `glove-100`, whose figures nobody has asked for yet. Told are the moments
when the first curve (of a stated sample) is drawn, and when the exact figures have replaced all of
the sample; and how long a switch of the task took in between, as the page must stay alive.

    python -m benchmarks.first_curves
"""

import argparse
import sys
import time
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks._browser import chromium, new_page
from benchmarks._server import script, serve

EMPTY_PAGE = "import streamlit as st\n\nst.write('nothing')\n"
WRITTEN = '[data-testid="stMarkdown"]'
# The first look is a picture, empty at first, which the chart replaces when the exact figures come.
CURVE = """() => {
  const pictures = [...document.querySelectorAll('[data-testid="stImage"] img')];
  return pictures.some(({ src }) => atob(src.split("base64,")[1] ?? "").includes("<polyline"))
    || document.querySelector('.js-plotly-plot .scatterlayer .js-line');
}"""
CHART = ".js-plotly-plot"
FINISHED = "() => !document.querySelector('[data-testid=\"stProgress\"]')"
LOOK = "A first look"


def main() -> int:
    options = _options()
    empty, first, switched, exact = [], [], [], []
    with script(EMPTY_PAGE) as empty_page, chromium() as browser:
        for _ in range(options.repeats):
            with serve(empty_page) as server:
                _open(browser, server.url, WRITTEN)
                empty.append(_open(browser, server.url, WRITTEN)[0])
            times = _visit(browser)
            first.append(times[0])
            switched.append(times[1])
            exact.append(times[2])
    print(f"empty page, opened    median {median(empty):5.2f} s   {_listed(empty)}")
    print(f"first curves drawn    median {median(first):5.2f} s   {_listed(first)}")
    print(f"another task, clicked median {median(switched):5.2f} s   {_listed(switched)}")
    print(f"all figures exact     median {median(exact):5.2f} s   {_listed(exact)}")
    print(f"first curves {median(first):.2f} s (at most {options.limit:g} s)")
    print(f"ratio to an empty page {median(first) / median(empty):.1f}")
    return int(median(first) > options.limit)


def _visit(browser: Browser) -> tuple[float, float, float]:
    """Return the seconds until the first curves, of a switch of the task, until all is exact."""
    with serve() as server:
        _open(browser, f"{server.url}/dimensions?words=10%2C000", CHART, done=True)
        _open(browser, f"{server.url}/?space=glove-100", WRITTEN)
        server.settle()
        page = new_page(browser)
        try:
            began = time.perf_counter()
            page.goto(f"{server.url}/dimensions?space=glove-100")
            page.wait_for_function(CURVE, timeout=120_000)
            first = time.perf_counter() - began
            if LOOK not in page.inner_text("body"):
                raise RuntimeError("The first curves were not those of a sample.")
            clicked = time.perf_counter()
            page.get_by_role("radio", name="WordSim-353").click()
            page.get_by_text("pairs that are known").first.wait_for(timeout=120_000)
            switched = time.perf_counter() - clicked
            page.wait_for_function(FINISHED, timeout=120_000)
            return first, switched, time.perf_counter() - began
        finally:
            page.context.close()


def _open(browser: Browser, url: str, drawn: str, *, done: bool = False) -> tuple[float, Page]:
    """Return the seconds until `drawn` is on the page of a new visitor."""
    page = new_page(browser)
    try:
        began = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(drawn, state="attached", timeout=120_000)
        seconds = time.perf_counter() - began
        if done:
            page.wait_for_function(FINISHED, timeout=120_000)
        return seconds, page
    finally:
        page.context.close()


def _listed(seconds: list[float]) -> str:
    return " ".join(f"{s:.2f}" for s in seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="timed visits")
    parser.add_argument("--limit", type=float, default=2.5, help="seconds, at most")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
