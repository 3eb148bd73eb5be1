"""Deferred measurements: they begin once the browser has had the time to draw the first map."""

import streamlit as st

from components import session

_WAITED, _DRAWN = "map-waited", "map-drawn"
_SECONDS = 1.5


def is_map_drawn() -> bool:
    """Tell whether the browser has had the time to draw the map."""
    return bool(session.get(_DRAWN))


def rerun_soon() -> None:
    """Run the page again in a moment: a job would take the processor from the first map."""
    st.fragment(_wait, run_every=_SECONDS)()


def _wait() -> None:
    if session.get(_WAITED):
        session.put(_DRAWN, True)
        st.rerun()
    session.put(_WAITED, True)
