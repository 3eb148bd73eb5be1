"""The first moments of a visit: the map comes first, and measurements of it once it can be seen."""

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
