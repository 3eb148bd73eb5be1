"""How much memory of its own the server holds: after the first page, and after all four.

Read is RssAnon, which leaves out files that are mapped and shared (the vectors). The settled value
counts against the budget; the peak is printed beside it, and the anonymous memory of an empty
Streamlit page in the same run.

    python -m benchmarks.memory
"""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from benchmarks._browser import chromium, new_page, wait_until_drawn
from benchmarks._server import APP, Server, serve
from benchmarks.first_map import EMPTY_PAGE

PAGES = ("/", "/neighbours", "/analogies", "/dimensions")


@dataclass
class Peak:
    """The largest anonymous memory seen while watching, in MB."""

    megabytes: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self, server: Server) -> None:
        while not self._over.wait(0.05):
            self.megabytes = max(self.megabytes, server.anonymous_megabytes())

    def stop(self) -> None:
        self._over.set()


def main() -> int:
    options = _options()
    with chromium() as browser:
        empty, _ = _measure_empty(browser)
        first, peak_first = measure(browser, options.app, PAGES[:1])
        every, peak_every = measure(browser, options.app, PAGES)
    print(f"empty page      {empty:4.0f} MB")
    print(f"first page      {first:4.0f} MB (peak {peak_first:.0f}; at most {options.first})")
    print(f"all four pages  {every:4.0f} MB (peak {peak_every:.0f}; at most {options.all})")
    print(f"ratio to the empty page: {first / empty:.2f} and {every / empty:.2f}")
    return int(first > options.first or every > options.all)


def measure(browser: Browser, app: Path, pages: tuple[str, ...]) -> tuple[float, float]:
    """Open `pages` in a new server, one after the other; return settled and peak MB."""
    with serve(app) as server, _watched(server) as peak:
        for path in pages:
            page = new_page(browser)
            page.goto(server.url + path)
            wait_until_drawn(page, is_map=path == "/" and app == APP, seconds=120)
            server.settle()
            page.context.close()
        return server.anonymous_megabytes(), peak.megabytes


def _measure_empty(browser: Browser) -> tuple[float, float]:
    with TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY_PAGE, "utf-8")
        return measure(browser, script, ("/",))


@contextmanager
def _watched(server: Server) -> Iterator[Peak]:
    peak = Peak()
    thread = threading.Thread(target=peak.watch, args=(server,), daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        peak.stop()
        thread.join()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=float, default=250, help="MB after the first page")
    parser.add_argument("--all", type=float, default=450, help="MB after all four pages")
    parser.add_argument("--app", type=Path, default=APP, help="the app's script")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
