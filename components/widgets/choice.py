"""A choice of one of a few options, side by side, that is part of the link."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def choice(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None = None,
    place: "DeltaGenerator | None" = None,
    **look: Any,
) -> str:
    """Draw a control with one of `options` chosen, at first `default` or the first of them, and
    return it; the default too where the link names none of them. `look` goes to Streamlit."""
    usual = options[0] if default is None else default
    chosen = (place or st).segmented_control(
        label, options, default=usual, required=True, key=key, bind="query-params", **look
    )
    return str(chosen) if chosen in options else usual
