"""The *Dimensions kept* slider of the sidebar, its value and its part of the link (``?d=``).

Other controls bind themselves to the URL (``bind="query-params"``). This one is written by hand,
because its range changes with the space: a value that the next space can hold stays, and the full
dimension stays full.
"""

from dataclasses import dataclass

import streamlit as st

from components import streamlit_internals
from models.space import EmbeddingSpace

LOWEST = 2  # dimensions
_STATE = "dimension-slider"
_NEVER_READ = "never read"


@dataclass
class _State:
    """What a session knows of its slider: the reduced `dimension`, None for all; ``?d=`` as last
    read or written; and whether the visitor has just moved the slider."""

    dimension: int | None = None
    in_url: str | None = _NEVER_READ
    moved: bool = False


def reduced_dimension(full: int) -> int | None:
    """Return the dimension that a space of `full` dimensions is reduced to; None for all."""
    dimension = _state().dimension
    return dimension if dimension is not None and LOWEST <= dimension < full else None


def dimension_slider(space: EmbeddingSpace, *, new_page: bool) -> int:
    """Draw the slider and return the number of dimensions kept; `new_page` where the visitor has
    just come from another page. A space too small for a choice has no slider."""
    state, full = _state(), space.dimension
    _read_url(state, full, new_page=new_page)
    if full <= LOWEST:
        return full
    key = f"dimensions-of-{space.name}"
    wanted = reduced_dimension(full) or full
    if st.session_state.get(key) != wanted:  # setting it anew would undo a key pressed meanwhile
        st.session_state[key] = wanted
    value = st.slider(
        "Dimensions kept",
        LOWEST,
        full,
        key=key,
        on_change=lambda: cut_to(int(st.session_state[key])),
        help=(
            "Cuts the space to its first principal components (PCA). Every page follows. "
            "At the right end the vectors are as published."
        ),
    )
    kept = min(max(int(value), LOWEST), full)  # the range is checked by the browser alone
    state.dimension = kept if kept < full else None
    _write_url(state)
    return kept


def cut_to(dimension: int | None) -> None:
    """Keep `dimension` dimensions, None for all. The callback of the slider and of other controls:
    it runs before the page is drawn again."""
    state = _state()
    state.dimension, state.moved = dimension, True


def _state() -> _State:
    state: _State = st.session_state.setdefault(_STATE, _State())
    return state


def _read_url(state: _State, full: int, *, new_page: bool) -> None:
    """Take over a ``?d=`` that is new: that of a link, or of going back. Anything but a number
    within the range means the full dimension.

    Two changes of the URL mean nothing: the link of another page clears it, and a move of the
    slider may be faster than the URL that an earlier move has written.
    """
    text = st.query_params.get("d")
    cleared = new_page and text is None and not streamlit_internals.is_history_navigation()
    moved, state.moved = state.moved, False
    if text != state.in_url and not moved and not cleared:
        number = text is not None and text.isascii() and text.isdigit() and len(text) <= 5
        dimension = int(text) if text is not None and number else full
        state.dimension = dimension if LOWEST <= dimension < full else None


def _write_url(state: _State) -> None:
    state.in_url = None if state.dimension is None else str(state.dimension)
    if state.in_url is None:
        st.query_params.pop("d", None)
    elif st.query_params.get("d") != state.in_url:
        st.query_params["d"] = state.in_url
