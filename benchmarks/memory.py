"""The server's own memory after the first page, and after four pages.

Measured is RssAnon, which leaves out files that are mapped and shared (the vectors). The value
after the server has come to rest is compared with the limit; the peak is printed beside it, and the
memory of an empty Streamlit page in the same run.

    python -m benchmarks.memory
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks._browser import chromium, new_page, wait_until_drawn
from benchmarks._memory import watched
from benchmarks._run import run
from benchmarks._server import APP, script, serve
from benchmarks.first_map import EMPTY_PAGE

PAGES = ("/", "/neighbours", "/analogies", "/dimensions")


def main(options: argparse.Namespace) -> bool:
    with chromium() as browser:
        empty, _ = _measure_empty(browser)
        first, peak_first = measure(browser, options.app, PAGES[:1])
        every, peak_every = measure(browser, options.app, PAGES)
    print(f"empty page      {empty:4.0f} MB")
    print(f"first page      {first:4.0f} MB (peak {peak_first:.0f}; at most {options.first})")
    print(f"all four pages  {every:4.0f} MB (peak {peak_every:.0f}; at most {options.all})")
    print(f"ratio to the empty page: {first / empty:.2f} and {every / empty:.2f}")
    return bool(first <= options.first and every <= options.all)


def measure(browser: Browser, app: Path, pages: tuple[str, ...]) -> tuple[float, float]:
    """Open `pages` in a new server, one after the other; return settled and peak MB."""
    with serve(app) as server, watched(server.process.pid, every=0.05) as peak:
        for path in pages:
            page = new_page(browser)
            page.goto(server.url + path)
            wait_until_drawn(page, is_map=path == "/" and app == APP, seconds=120)
            server.settle()
            page.context.close()
        return server.anonymous_megabytes(), peak.largest


def _measure_empty(browser: Browser) -> tuple[float, float]:
    with script(EMPTY_PAGE) as page:
        return measure(browser, page, ("/",))


if __name__ == "__main__":
    run(
        main,
        __doc__,
        first=(160.0, "MB after the first page"),
        all=(200.0, "MB after all four pages"),
        app=(APP, "the app's script"),
    )
