"""Spaces of one's own that nobody looks at are deleted after a time, though the page stays open."""

import weakref
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from components import space_expiry, streamlit_internals
from components.pages.server import upkeep
from components.space_expiry import LastUses, keep_hours, sessions_with_expired
from models import InvalidRequest
from tests.components.apps import linked, said
from tests.components.pages.test_own_spaces import made

HOUR = 3_600.0


class Clock:
    def __init__(self) -> None:
        self.hours = 1.0

    def __call__(self) -> float:
        return self.hours * HOUR


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(space_expiry, "_now", clock)
    return clock


@pytest.fixture
def app() -> Iterator[AppTest]:
    """The map with two spaces of one's own, of which one is in use."""
    app = linked(space="my-used")
    app.session_state["own-spaces"] = {name: made(name) for name in ("my-used", "my-other")}
    app.run()
    return app


def own(app: AppTest) -> list[str]:
    return list(app.session_state["own-spaces"])


def test_a_space_that_nobody_looked_at_is_deleted_and_one_in_use_is_not(
    app: AppTest, clock: Clock
) -> None:
    clock.hours += 11
    assert not app.run().warning
    clock.hours += 2
    text = said(app.run())
    assert own(app) == ["my-used"]
    assert "my\\-other” was not used for 12 hours and has been deleted. Bring its file" in text
    assert "Trained here: 300 words" in text
    app.button(key="expiry-seen").click().run()
    assert "deleted" not in said(app)


def test_the_one_in_use_is_deleted_too_once_nobody_comes(app: AppTest, clock: Clock) -> None:
    held = {f"made:{key}": (None, made()) for key in ("compare-left", "train-ended")}
    for key, what in held.items():
        app.session_state[key] = what
    clock.hours += 12
    text = said(app.run())
    assert own(app) == []
    assert "my\\-used” and “my\\-other” were not used for 12 hours and have been deleted" in text
    assert "another session" not in text
    assert app.selectbox(key="space").value == "glove-50"
    assert [key for key in held if key in app.session_state] == ["made:train-ended"]


def test_what_is_brought_again_stays(app: AppTest, clock: Clock) -> None:
    clock.hours += 12
    app.run()
    app.session_state["own-spaces"]["my-used"] = made("my-used")
    clock.hours += 11
    app.run()
    assert own(app) == ["my-used"]


def test_hours_are_those_of_the_environment(
    app: AppTest, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_KEEP_HOURS", "1")
    clock.hours += 0.9
    assert not app.run().warning
    clock.hours += 1
    assert "were not used for an hour and have been deleted" in said(app.run())
    for text in ("0", "-1", "1.5", "for ever"):
        with pytest.raises(InvalidRequest, match=r"VECTORSCOPE_KEEP_HOURS is .* whole number"):
            keep_hours({"VECTORSCOPE_KEEP_HOURS": text})
    monkeypatch.setenv("VECTORSCOPE_KEEP_HOURS", "never")
    app = linked().run()
    assert "This server is not set up right. VECTORSCOPE_KEEP_HOURS" in app.error[0].value


def test_the_server_draws_a_page_again_that_holds_what_is_unused(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = list[tuple[str, str]]()

    def page(name: str) -> SimpleNamespace | None:
        if name == "closed":
            return None
        again = SimpleNamespace(_client_state=f"state of {name}")
        again.request_rerun = lambda state: drawn.append((name, state))
        return again

    runtime = SimpleNamespace(get_instance=lambda: SimpleNamespace(get_app_session=page))
    monkeypatch.setattr(streamlit_internals, "runtime", runtime)
    monkeypatch.setattr(space_expiry, "_alive", weakref.WeakSet())
    old, new, closed = LastUses("old"), LastUses("new"), LastUses("closed")
    for each in (old, closed):
        each.note("my-space")
    clock.hours += 6
    new.note("my-space")
    clock.hours += 6
    assert set(sessions_with_expired()) == {"old", "closed"}
    upkeep.end_unused()
    assert drawn == [("old", "state of old")]
    assert old.expired(["my-space", "my-new"]) == ["my-space"]
    assert old.expired(["my-new"]) == []  # as it was removed
    assert set(sessions_with_expired()) == {"closed"}
    del closed, each
    assert sessions_with_expired() == []
