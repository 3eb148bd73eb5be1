"""Duties of the server before and after each page, and twice a minute: it applies its limits, keeps
garbage collection short, and deletes visitors' spaces that have expired."""

import gc
import logging
import threading
import time

import streamlit as st

from components import session, streamlit_internals
from components.space_expiry import keep_hours, sessions_with_expired
from models.errors import EmbeddingError
from models.runtime.budget import budget
from models.runtime.memory import Limits, share_freed_memory
from models.sources.limits import Limits as UploadLimits

_EVERY = 30.0  # seconds
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def begin() -> None:
    """Apply the limits that the environment sets; where one is invalid, say so and stop, so that
    whoever runs the server sees it on the first page."""
    share_freed_memory()
    try:
        allowed = Limits.read().beside_the_program()
        if budget().limits != allowed:
            budget().limit(allowed)
        UploadLimits.for_uploads()
        keep_hours()
        session.delete_expired_spaces()
    except EmbeddingError as error:
        st.error(f"This server is not set up right. {error}", icon=":material/settings:")
        st.stop()


def settle(page: str) -> None:
    """Exclude the objects that the first visit of `page` has loaded from garbage collection.

    Streamlit runs a full collection after each run of a page, which walks through every object of
    pandas, of plotly and of all sessions: 70 ms that free nothing. Frozen objects are left out, and
    collected twice a minute instead, so that a visitor's objects are freed soon after they left.
    """
    if not streamlit_internals.is_server():  # a test of a page would freeze its own objects
        return
    settled = _settled()
    if page not in settled:
        settled.add(page)
        clear_up()


def clear_up() -> None:
    """Free what is unreachable, frozen or not, and freeze the rest."""
    with _lock:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def end_unused() -> None:
    """Rerun the pages of sessions that have an expired space: the rerun deletes it and says so.
    Sessions without an open page end by themselves."""
    for name in sessions_with_expired():
        streamlit_internals.rerun_session(name)


@st.cache_resource(show_spinner=False)
def _settled() -> set[str]:
    """The pages that were settled, for all visitors; the first one starts the thread."""
    threading.Thread(target=_run_duties, name="vectorscope-upkeep", daemon=True).start()
    return set()


def _run_duties() -> None:
    while True:
        time.sleep(_EVERY)
        for duty in (end_unused, clear_up):
            try:
                duty()
            except Exception:  # one that fails is in the log, and the server goes on
                _log.exception("a duty of the server failed")
