"""Take the pictures of the README, or pictures of every page to look at before a change is merged.

python -m scripts.screenshots                      # docs/map.png and its like, for the README
python -m scripts.screenshots --all --out FOLDER   # every page, light and dark, wide and narrow
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NotInTime

from benchmarks._browser import Scheme, chromium, new_page, wait_until_drawn
from benchmarks._server import APP, PROJECT, Server, serve

README_PAGES = ("map", "neighbours", "analogies", "dimensions")
PAGES = {name: f"/{name}" for name in README_PAGES} | {
    "map": "/",
    "compare": "/compare",
    "embedding-dim": "/embedding-dim",
    "train": "/train",
    "inside": "/inside",
    "library": "/library",
    "server": "/server",
}
WIDE, NARROW = 1440, 400
TALLEST = 6000  # pixels; a page that is longer is cut
_PATIENCE = 240  # seconds for a page whose curves are still being computed
_BELOW = "How far can this map be trusted?"  # comes once the map is there
_JOB = '[data-testid="stProgress"]'
_CONTENT_HEIGHT = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.ceil(main.scrollHeight);
}"""


@dataclass(frozen=True)
class Shot:
    """One picture: the page at `path` on a screen of this width and in this theme."""

    file: str
    path: str
    scheme: Scheme = "light"
    width: int = WIDE
    whole: bool = False  # all of the page, not only the first screen

    def take(self, browser: Browser, server: Server, folder: Path) -> Path:
        height = 900 if self.width == WIDE else 800
        page = new_page(browser, width=self.width, height=height, scheme=self.scheme)
        page.goto(server.url + self.path)
        self._wait(page)
        if self.whole:
            self._stretch(page, height)
        target = folder / self.file
        page.screenshot(path=target, animations="disabled")
        page.context.close()
        return target

    def _wait(self, page: Page) -> None:
        is_map = self.path.partition("?")[0] == "/"
        wait_until_drawn(page, is_map=is_map, seconds=_PATIENCE)
        if is_map:
            page.get_by_text(_BELOW).first.wait_for(timeout=_PATIENCE * 1000)
        try:
            page.wait_for_selector(_JOB, state="detached", timeout=_PATIENCE * 1000)
        except NotInTime:
            print(f"{self.file}: a job is still running, the picture shows its progress")
        page.wait_for_timeout(1500)  # charts size themselves and fonts arrive after the script

    def _stretch(self, page: Page, height: int) -> None:
        # Streamlit scrolls an element inside the page, so a full-page picture would be cut.
        content = min(int(page.evaluate(_CONTENT_HEIGHT)), TALLEST)
        page.set_viewport_size({"width": self.width, "height": max(height, content)})
        self._wait(page)


def main() -> int:
    options = _options()
    shots = list(every_page() if options.all else for_the_readme())
    options.out.mkdir(parents=True, exist_ok=True)
    with serve(options.app) as server, chromium() as browser:
        for shot in shots:
            print(shot.take(browser, server, options.out))
    return 0


def for_the_readme() -> Iterator[Shot]:
    """Yield the first screen of each page, and the map in the dark."""
    for name in README_PAGES:
        yield Shot(f"{name}.png", PAGES[name])
    yield Shot("map-dark.png", "/", scheme="dark")


def every_page() -> Iterator[Shot]:
    """Yield every page whole, in both themes and on both screens."""
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for name, path in PAGES.items():
        for scheme in schemes:
            for width in (WIDE, NARROW):
                yield Shot(f"{name}-{scheme}-{width}.png", path, scheme, width, whole=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every page, theme and width")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs", help="the folder to fill")
    parser.add_argument("--app", type=Path, default=APP, help="the app's script")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
