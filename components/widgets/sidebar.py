"""The sidebar of every page: the space in use and how many of its dimensions are kept."""

import streamlit as st

import models
from components import session
from components.dimension_slider import LOWEST, dimension_slider
from components.space_expiry import keep_hours
from components.widgets import catalogue_picker
from components.wording import count, listed, percent, plain, size
from models.reduction.reduce import fit_pca
from models.sources.catalogue import parse_name


def sidebar(page: str) -> None:
    """Draw the sidebar of `page`, which then reads ``session.current()``."""
    names = catalogue_picker.options()
    own = session.own_spaces()
    missing = session.missing_space()
    with st.sidebar:
        name = st.selectbox(
            "Space",
            names,
            index=names.index(session.DEFAULT_SPACE) if session.DEFAULT_SPACE in names else 0,
            key="space",
            bind="query-params",
            on_change=catalogue_picker.on_pick,
            help="The word vectors that every page shows. Those of Google News come from the "
            "network once, about 29 MB; more are in the Library.",
        )
        name = name if name in session.space_names() else session.DEFAULT_SPACE
        catalogue_picker.draw_progress(name)
        _expiry_notice()
        if missing is not None and not catalogue_picker.is_awaited(missing):
            _missing_notice(missing, name)
        with st.spinner("Opening the vectors"):
            space = session.open_space(name)
        _dimensions(space, page)
        cards = {card.name: card for card in models.spaces()}
        card = own[name].card if name in own else cards[name]
        if card is not None:
            st.caption(f"{plain(card.title)}: {count(card.words)} words, {size(card.bytes)}")
            with st.popover("Source and licence", icon=":material/info:", width="stretch"):
                _about(card)


def _expiry_notice() -> None:
    """Say which of the visitor's own spaces were deleted unused, until they dismiss it."""
    expired = session.expired_spaces()
    if not expired:
        return
    hours = keep_hours()
    span = "an hour" if hours == 1 else f"{count(hours)} hours"
    several = len(expired) > 1
    st.warning(
        f"{listed([f'“{plain(name)}”' for name in expired])} {'were' if several else 'was'} not "
        f"used for {span} and {'have' if several else 'has'} been deleted. Bring "
        f"{'their files' if several else 'its file'} again, or train {'them' if several else 'it'} "
        "anew.",
        icon=":material/auto_delete:",
    )
    st.button("I see", key="expiry-seen", type="tertiary", on_click=session.dismiss_expired)


def _missing_notice(missing: str, name: str) -> None:
    why = "lived in another session. Bring its file, or train it again"
    if parse_name(missing) is not None:
        why = "is not on this machine. Fetch it in the Library"
    st.warning(
        f"“{plain(missing)}” {why}; everything else of the link is here, with {name} instead.",
        icon=":material/link_off:",
    )


def _dimensions(space: models.EmbeddingSpace, page: str) -> None:
    kept = dimension_slider(space, new_page=session.enter(page))
    if kept == space.dimension:
        st.caption(f"{'' if kept <= LOWEST else 'All '}{kept} dimensions: vectors as published.")
        return
    share = float(fit_pca(space).explained[:kept].sum())
    st.caption(
        f"{kept} of {space.dimension} dimensions, centred and cut by PCA: "
        f"**{percent(share)}** of the variance."
    )


def _about(card: models.SpaceCard) -> None:
    st.markdown(f"**{plain(card.title)}**  \n{plain(card.source, limit=300)}")
    st.markdown(f"Licence: {plain(card.licence, limit=200)}")
    if card.note:
        st.markdown(plain(card.note, limit=600))
    if card.url.startswith("https://"):
        st.link_button("Source", card.url)
