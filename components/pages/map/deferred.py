"""The first moments of a visit: the map alone, and what is measured of it once it can be seen."""

import streamlit as st

from components import session

_BEGUN, _SEEN = "map-begun", "map-seen"
_SECONDS = 1.5


def is_seen() -> bool:
    """Whether the browser has had the time to draw the map."""
    return bool(session.get(_SEEN))


def rest_follows() -> None:
    """Draw the page once more in a moment: a job would take the processor from the first map."""
    st.fragment(_soon, run_every=_SECONDS)()


def _soon() -> None:
    if session.get(_BEGUN):
        session.put(_SEEN, True)
        st.rerun()
    session.put(_BEGUN, True)
