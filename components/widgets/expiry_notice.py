"""What became of spaces of one's own that were left unused for too long."""

import streamlit as st

from components import session
from components.lease import keep_hours
from components.wording import count, listed, plain


def tell_ended() -> None:
    """Say which spaces were deleted, until the visitor has read it."""
    ended = session.ended_spaces()
    if not ended:
        return
    hours = keep_hours()
    span = "an hour" if hours == 1 else f"{count(hours)} hours"
    several = len(ended) > 1
    st.warning(
        f"{listed([f'“{plain(name)}”' for name in ended])} {'were' if several else 'was'} not used "
        f"for {span} and {'have' if several else 'has'} been deleted. Bring "
        f"{'their files' if several else 'its file'} again, or train {'them' if several else 'it'} "
        "anew.",
        icon=":material/auto_delete:",
    )
    st.button("I see", key="ended-seen", type="tertiary", on_click=session.heed_ended)
