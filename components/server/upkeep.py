"""What a server does now and then, so that its pages need not: it clears up."""

import gc
import threading
import time

import streamlit as st
from streamlit import runtime

from models.memory import return_freed_memory

_EVERY = 30.0  # seconds
_lock = threading.Lock()


def settle(page: str) -> None:
    """Take what the first visit of `page` has loaded out of the garbage collector's sight.

    Streamlit collects all garbage after each run, which walks through every object of pandas, of
    plotly and of all sessions: 30 to 80 ms that change nothing. What is frozen it leaves alone;
    that is looked through twice a minute instead, so that what a visitor made goes soon after them.
    """
    if not _serving():
        return
    settled = _settled()
    if page not in settled:
        settled.add(page)
        clear_up()


def clear_up() -> None:
    """Let go of all that nobody holds any more, and freeze the rest."""
    with _lock:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
    return_freed_memory()


def _serving() -> bool:
    """Whether visitors come to this process: not to a script, nor to a test of a page, which has
    a stand-in for the runtime and would find its own objects frozen."""
    return runtime.exists() and type(runtime.get_instance()) is runtime.Runtime


@st.cache_resource(show_spinner=False)
def _settled() -> set[str]:
    """The pages that were settled, of all visitors; from the first one on the server clears up."""
    threading.Thread(target=_now_and_then, name="vectorscope-upkeep", daemon=True).start()
    return set()


def _now_and_then() -> None:
    while True:
        time.sleep(_EVERY)
        clear_up()
