"""Notices of errors, with buttons that repair them, and examples as buttons."""

from collections.abc import Callable, Mapping

import streamlit as st

import models
from components import session
from components.wording import plain


def notice(
    error: models.EmbeddingError,
    *,
    repair: Callable[[str], Mapping[str, object]] | None = None,
    key: str = "notice",
) -> None:
    """Show an error. For an unknown word, offer each suggestion as a button.

    `repair` returns the controls that a click on a suggestion sets, and their new values.
    """
    if not isinstance(error, models.UnknownWord):
        st.warning(plain(str(error), limit=400), icon=":material/info:")
        return
    st.warning(
        f"“{plain(error.word)}” is not one of the words of {plain(error.space)}.",
        icon=":material/search_off:",
    )
    if error.suggestions and repair is not None:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-suggestions"):
            st.markdown("Did you mean")
            for suggestion in error.suggestions:
                st.button(
                    plain(suggestion, limit=30),
                    key=f"{key}-{suggestion}",
                    on_click=session.put_all,
                    args=(repair(suggestion),),
                )


def examples(label: str, choices: Mapping[str, Mapping[str, object]], *, key: str) -> None:
    """Offer examples as buttons; each sets the controls it names."""
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.caption(label, width="content")
        for name, values in choices.items():
            st.button(
                plain(name),
                key=f"{key}-{name}",
                type="tertiary",
                on_click=session.put_all,
                args=(values,),
            )
