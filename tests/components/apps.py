"""What the tests of pages share: an AppTest run until no job of its page runs."""

import time

from streamlit.testing.v1 import AppTest

_PAUSE = 0.2


def settled(app: AppTest, *, seconds: float = 120) -> AppTest:
    """Run the page again, as the browser does, until it shows no progress."""
    end = time.monotonic() + seconds
    while app.get("progress"):
        assert time.monotonic() < end, "a job of the page did not end"
        time.sleep(_PAUSE)
        app.run()
    return app
