"""What the tests of pages share: a page as a link opens it, what it says, and its jobs' end."""

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from components.widgets.jobs import queue

PROJECT = Path(__file__).parents[2]
APP = PROJECT / "app.py"
_PAUSE = 0.02


def page_file(page: str) -> Path:
    """Return the file of a page, which can be run without the app around it."""
    return PROJECT / "components" / "pages" / page / "page.py"


def linked(file: Path = APP, **query: str) -> AppTest:
    """Return the app, or the page of `file` alone, as a link with `query` opens it; not run yet."""
    app = AppTest.from_file(str(file), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def linked_page(page: str, **query: str) -> AppTest:
    """Return the app as a link to `page` opens it; not run yet. No other page is drawn before."""
    app = linked(**query)
    # switch_page() knows the addresses of pages only after a run, which is one of the Map.
    app._page_hash = calc_hash(page.replace("_", "-"))
    return app


def said(app: AppTest) -> str:
    """Return all that the page says, as Markdown."""
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption]
    blocks += [*app.warning, *app.info, *app.success, *app.error]
    return "\n".join(str(block.value) for block in blocks)


def settled(app: AppTest, *, seconds: float = 120) -> AppTest:
    """Run the page again, as the browser does, until it shows no progress."""
    end = time.monotonic() + seconds
    while app.get("progress"):
        shown = [bar.proto.text for bar in app.get("progress")]
        assert time.monotonic() < end, f"a job of the page did not end: {shown}"
        _wait_for_jobs()
        app.run()
    return app


def _wait_for_jobs() -> None:
    """Wait until no job runs or waits, but for a second at most: one may be another visitor's."""
    end = time.monotonic() + 1.0
    time.sleep(_PAUSE)
    while (queue().running or queue().waiting) and time.monotonic() < end:
        time.sleep(_PAUSE)
