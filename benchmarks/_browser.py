"""Headless Chromium, and waiting until a page of Streamlit is drawn.

Used by the benchmarks, scripts/screenshots.py and the browser tests.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

Scheme = Literal["light", "dark"]

HOW_TO_GET_CHROMIUM = (
    "No Chromium was found. On Debian and Ubuntu: apt-get install chromium. "
    "Elsewhere: python -m playwright install chromium."
)
MAP_DRAWN = '[data-ready="true"]'

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # The map is WebGL: without a graphics card Chromium draws it in software, once allowed to.
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--use-angle=swiftshader",
)
_IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
_UNFINISHED = ", ".join(
    f'[data-testid="{name}"]' for name in ("stSkeleton", "stSpinner", "stStatusWidget")
)


def find_chromium(playwright: Playwright) -> str | None:
    """Return the path of a Chromium: the system's, or the one that Playwright has installed."""
    system = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    own = playwright.chromium.executable_path
    return system or (own if own and Path(own).exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Start headless Chromium with WebGL; raise RuntimeError where there is none."""
    program = find_chromium(playwright)
    if program is None:
        raise RuntimeError(HOW_TO_GET_CHROMIUM)
    # Chromium's sandbox refuses to run for root, as whom containers and CI often work.
    sandbox = [] if hasattr(os, "geteuid") and os.geteuid() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=program, args=[*_FLAGS, *sandbox])


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a headless Chromium and close it afterwards."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def new_page(
    browser: Browser, *, width: int = 1440, height: int = 900, scheme: Scheme = "light"
) -> Page:
    """Return a blank page in a new browser context: no cache, no cookies."""
    size = ViewportSize(width=width, height=height)
    return browser.new_context(viewport=size, color_scheme=scheme).new_page()


def wait_until_drawn(page: Page, *, is_map: bool = False, seconds: float = 60.0) -> None:
    """Return once the script has run and no placeholder is left on the page."""
    limit = seconds * 1000
    if is_map:
        page.wait_for_selector(MAP_DRAWN, state="attached", timeout=limit)
    page.wait_for_selector(_IDLE, state="attached", timeout=limit)
    page.wait_for_function(
        "selector => document.querySelector(selector) === null", arg=_UNFINISHED, timeout=limit
    )
