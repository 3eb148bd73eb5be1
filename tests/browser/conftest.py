"""The app in a server of its own, and a Chromium to visit it with."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from benchmarks._browser import (
    HOW_TO_GET_CHROMIUM,
    Scheme,
    find_chromium,
    launch,
    new_page,
    wait_until_drawn,
)
from benchmarks._server import Server, serve

HERE = Path(__file__).parent
# A page opened by its own address: Streamlit's frontend asks below it for the server's health, is
# told 404 and asks the root. Nothing of ours is amiss.
EXPECTED = re.compile(r"/[a-z-]+/_stcore/(health|host-config)$")
# A page opens narrow: the sidebar is then closed, and nothing has been laid out wider before.
NARROW, WIDE = 400, 1440
SCREENS: tuple[tuple[int, Scheme], ...] = (
    (NARROW, "light"),
    (NARROW, "dark"),
    (WIDE, "dark"),
    (WIDE, "light"),
)
IS_SHOWN_SO = """([width, scheme]) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const [red] = getComputedStyle(app).backgroundColor.match(/\\d+/g).map(Number);
    return innerWidth === width && (red < 128) === (scheme === "dark");
}"""
BLANK = "about:blank"
# Milliseconds to wait for what will come: who waits in vain waits long, on a busy machine too.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
WEBGL = "document.createElement('canvas').getContext('webgl2') !== null"


def said(page: Page, text: str) -> None:
    """Wait until the page says `text`."""
    page.get_by_text(text, exact=False).first.wait_for(timeout=120_000)


def screens(page: Page) -> Iterator[int]:
    """Show `page`, which was opened narrow and light, on every screen in every theme, and give the
    width of each once it is drawn."""
    for width, scheme in SCREENS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(IS_SHOWN_SO, arg=[width, scheme])
        wait_until_drawn(page)
        yield width


class Tabs:
    """The tabs of one Chromium, each as private as a browser of its own. They serve one test after
    another: one that has shown the app before opens it in a third of the time of a new one."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._tabs: list[Page] = []

    def blank(self, number: int) -> Page:
        """Return the tab of that number, empty, as a new visitor would have it: the session of
        the page that it showed ends."""
        while len(self._tabs) <= number:
            self._tabs.append(new_page(self._browser))
            self._tabs[-1].set_default_timeout(PATIENCE)
        tab = self._tabs[number]
        if tab.url != BLANK:
            tab.evaluate("localStorage.clear(), sessionStorage.clear()")
            tab.goto(BLANK)
        tab.context.clear_cookies()
        tab.mouse.move(0, 0)
        return tab


class Visits:
    """Opens pages of the app, each as a new visitor, and collects what their consoles complain of.

    `page("/neighbours?q=king", width=400, scheme="dark")` returns a Playwright page that is drawn.
    """

    def __init__(self, tabs: Tabs, server: Server) -> None:
        self._tabs = tabs
        self.server = server
        self.errors: list[str] = []
        self.opened: list[Page] = []

    def __call__(
        self, path: str = "/", *, width: int = WIDE, height: int = 900, scheme: Scheme = "light"
    ) -> Page:
        page = self._tabs.blank(len(self.opened))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="no-preference")
        page.on("console", self._listen)
        page.on("pageerror", self._note)
        self.opened.append(page)
        page.goto(self.server.url + path)
        is_map = path.partition("?")[0] == "/"
        wait_until_drawn(page, is_map=is_map)
        return page

    def assert_no_errors(self) -> None:
        """Fail if a console of the pages opened so far holds an error."""
        assert self.errors == []

    def close(self) -> None:
        for number, page in enumerate(self.opened):
            self._tabs.blank(number)
            page.remove_listener("console", self._listen)
            page.remove_listener("pageerror", self._note)

    def _note(self, error: Error) -> None:
        self.errors.append(str(error))

    def _listen(self, message: ConsoleMessage) -> None:
        place = message.location
        if message.type == "error" and not EXPECTED.search(place["url"]):
            self.errors.append(f"{message.text} ({place['url']}, line {place['lineNumber']})")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Of the package, and not of the session: Playwright keeps an event loop running in the main thread
# until it ends, in whose presence other tests could not start one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium that can draw WebGL. Without one the tests are skipped, in CI they fail."""
    with sync_playwright() as playwright:
        if find_chromium(playwright) is None:
            missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            missing(HOW_TO_GET_CHROMIUM)
        browser = launch(playwright)
        probe = new_page(browser)
        assert probe.evaluate(WEBGL), "this Chromium draws no WebGL, which the map needs"
        probe.context.close()
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """The app, as `streamlit run app.py` starts it. A traceback in its log fails the run."""
    with serve() as server:
        yield server
        log = server.read_log()
    assert "Traceback" not in log, log


@pytest.fixture
def page(tabs: Tabs, server: Server) -> Iterator[Visits]:
    """Open pages by calling it; when the test is over, no console may hold an error.

    A test that provokes an error on purpose looks at `page.errors` and clears it.
    """
    visits = Visits(tabs, server)
    yield visits
    visits.close()
    visits.assert_no_errors()
