"""The server clears up after its visitors, though the garbage collector is told to look away."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from components import streamlit_internals
from components.pages.server import upkeep
from tests.components.apps import linked


class Circle:
    """What reference counts alone never free, as a session is."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_was_frozen_is_freed_once_nobody_holds_it() -> None:
    circle = Circle()
    gone = weakref.ref(circle)
    upkeep.clear_up()
    assert gc.get_freeze_count() > 1_000
    del circle
    gc.collect()
    assert gone() is not None  # as the collector leaves it alone
    upkeep.clear_up()
    assert gone() is None


def test_the_first_visit_of_each_page_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cleared, settled = list[str](), set[str]()
    monkeypatch.setattr(upkeep, "clear_up", lambda: cleared.append("cleared"))
    monkeypatch.setattr(upkeep, "_settled", lambda: settled)
    upkeep.settle("Map")
    assert not cleared  # without a server nobody waits
    monkeypatch.setattr(streamlit_internals, "is_server", lambda: True)
    for page in ("Map", "Map", "Neighbours", "Map"):
        upkeep.settle(page)
    assert len(cleared) == 2


def test_a_page_under_test_freezes_nothing() -> None:
    frozen = gc.get_freeze_count()
    assert not linked().run().exception
    assert gc.get_freeze_count() == frozen
    assert "vectorscope-upkeep" not in {thread.name for thread in threading.enumerate()}
