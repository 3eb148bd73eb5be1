"""The sidebar of every page: the space in use and how many of its dimensions are kept."""

import streamlit as st

import models
from components import session
from components.widgets import catalogue_picker
from components.widgets.expiry_notice import tell_ended
from components.wording import count, percent, plain, size
from models.reduction.reduce import fit_pca


def sidebar(page: str) -> None:
    """Draw the sidebar of `page`, which then reads ``session.current()``."""
    names = catalogue_picker.offered()
    own = session.own_spaces()
    lost = session.lost_space()
    with st.sidebar:
        name = st.selectbox(
            "Space",
            names,
            index=names.index(session.DEFAULT_SPACE) if session.DEFAULT_SPACE in names else 0,
            key="space",
            bind="query-params",
            on_change=catalogue_picker.chosen,
            help="The word vectors that every page shows. Those of Google News come from the "
            "network once, about 29 MB; more are in the Library.",
        )
        name = name if name in session.space_names() else session.DEFAULT_SPACE
        catalogue_picker.settle_on(name)
        catalogue_picker.under_way(name)
        tell_ended()
        if lost is not None and not catalogue_picker.awaited(lost):
            _tell_lost(lost, name)
        with st.spinner("Opening the vectors"):
            space = session.open_space(name)
        _dimensions(space, page)
        card = own[name].card if name in own else _card(name)
        if card is not None:
            st.caption(f"{plain(card.title)}: {count(card.words)} words, {size(card.bytes)}")
            with st.popover("Source and licence", icon=":material/info:", width="stretch"):
                _about(card)


def _tell_lost(lost: str, name: str) -> None:
    why = "lived in another session. Bring its file, or train it again"
    if catalogue_picker.missing(lost):
        why = "is not on this machine. Fetch it in the Library"
    st.warning(
        f"“{plain(lost)}” {why}; everything else of the link is here, with {name} instead.",
        icon=":material/link_off:",
    )


def _card(name: str) -> models.SpaceCard:
    return next(card for card in models.spaces() if card.name == name)


def _dimensions(space: models.EmbeddingSpace, page: str) -> None:
    key = session.dimension_slider_key(space, page)
    if space.dimension <= session.LOWEST:  # nothing to choose between
        st.caption(f"{space.dimension} dimensions: vectors as published.")
        return
    kept = st.slider(
        "Dimensions kept",
        session.LOWEST,
        space.dimension,
        key=key,
        on_change=session.slider_moved,
        args=(key,),
        help=(
            "Cuts the space to its first principal components (PCA). Every page follows. "
            "At the right end the vectors are as published."
        ),
    )
    kept = min(max(int(kept), session.LOWEST), space.dimension)  # the browser alone holds the range
    session.keep_dimensions(kept, space.dimension)
    if kept == space.dimension:
        st.caption(f"All {kept} dimensions: vectors as published.")
    else:
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
