"""The visitors of the load benchmark: they speak the protocol, and notice what is wrong."""

import asyncio
import mmap
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks._habits import EMPTY_BOX, Explorer, Typist
from benchmarks._memory import watched
from benchmarks._server import Server, serve
from benchmarks._visitor import Visitor, visitor

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")

PAGE = f"""
import time

import streamlit as st

text = st.text_input({EMPTY_BOX!r}, key="typed", bind="query-params")
st.button("shout", on_click=lambda: None)
if text == "broken":
    raise ValueError("on purpose")
if text == "set":
    st.session_state.counted = 7
st.slider("count", 1, 9, key="counted")
st.write("said:", text, st.session_state.counted)


@st.fragment(run_every=0.05 if text == "wait" else None)
def ticking():
    st.write(time.time())


ticking()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    script = Path(tmp_path_factory.mktemp("visited")) / "page.py"
    script.write_text(PAGE, "utf-8")
    with serve(script) as running:
        yield running


async def _typed(server: Server, *texts: str) -> tuple[Visitor, bytes]:
    shown: list[bytes] = []
    async with visitor(server, shown.append) as guest:
        await guest.open()
        for text in texts:
            shown.clear()
            await guest.type(EMPTY_BOX, text)
    return guest, b"".join(shown)


def test_what_is_typed_comes_back(server: Server) -> None:
    guest, shown = asyncio.run(_typed(server, "first", "second"))
    assert b"second" in shown
    assert b"first" not in shown
    assert guest.wrong == []


def test_a_link_and_a_slider_are_heeded(server: Server) -> None:
    shown: list[bytes] = []

    async def visit() -> None:
        async with visitor(server, shown.append) as guest:
            await guest.open(link="typed=linked")
            await guest.slide("count", 5)

    asyncio.run(visit())
    assert any(b"said: linked" in payload for payload in shown)
    assert any(b"`5`" in payload for payload in shown)


def test_an_error_of_the_page_is_noted(server: Server) -> None:
    guest, _ = asyncio.run(_typed(server, "broken"))
    assert len(guest.wrong) == 1


def test_a_value_that_the_script_sets_is_kept(server: Server) -> None:
    _, shown = asyncio.run(_typed(server, "set", "later"))
    assert b"`7`" in shown


def test_fragments_run_again_until_the_page_stops_them(server: Server) -> None:
    shown: list[bytes] = []

    async def visit() -> tuple[bool, bool]:
        async with visitor(server, shown.append) as guest:
            await guest.open()
            await guest.type(EMPTY_BOX, "wait")
            waited, before = guest.waits, len(shown)
            async with asyncio.timeout(30):
                while len(shown) == before:
                    await asyncio.sleep(0.05)
            await guest.type(EMPTY_BOX, "done")
            return waited, guest.waits

    assert asyncio.run(visit()) == (True, False)


def test_a_lost_connection_is_noted(tmp_path: Path) -> None:
    script = tmp_path / "page.py"
    script.write_text(PAGE, "utf-8")

    async def visit(server: Server) -> list[str]:
        async with visitor(server) as guest:
            await guest.open()
            await asyncio.to_thread(server.stop)
            await guest.type(EMPTY_BOX, "anyone?")
            return guest.wrong

    with serve(script) as server:
        assert any("connection lost" in line for line in asyncio.run(visit(server)))


def test_the_words_of_others_are_leaks_and_ones_own_are_not() -> None:
    mine, other = Typist(0, []), Explorer(1, ["cat"])
    mine.hear(f"a {mine.mark}".encode())
    assert mine.leaks == set()
    mine.hear(f"a{other.mark}, {mine.mark}".encode())
    assert mine.leaks == {other.code}


@linux
def test_memory_that_came_and_went_is_seen() -> None:
    with watched() as peak:
        held = _held()
        for _ in range(3_000):  # until the other thread had its turn
            if peak.extra > 25:
                break
            time.sleep(0.01)
        del held
    assert peak.extra > 25


@linux
def test_memory_that_is_held_at_the_end_is_seen_however_seldom_one_looks() -> None:
    with watched(every=3_600) as peak:
        held = _held()
    assert peak.extra > 25
    del held


def _held() -> mmap.mmap:
    """Return 50 MB that the system has really handed out, and not what malloc has kept back."""
    held = mmap.mmap(-1, 50_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    held[::4096] = b"1" * len(held[::4096])
    return held
