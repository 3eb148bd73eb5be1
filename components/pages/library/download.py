"""The download: any space, or some of its words, as a file that other programs read."""

import streamlit as st

from components import session
from components.widgets.notices import notice
from components.widgets.space_files import download
from components.wording import count, plain
from models.errors import EmbeddingError
from models.sources.write import FORMATS, remarks
from models.space import EmbeddingSpace

_USUAL = "npz"  # a format
_IN_USE = "The space in use, at the dimensions kept"
_LONGEST = 200_000  # characters of pasted words


def download_section() -> None:
    """Draw the choice of space, format and words, and the download button."""
    left, middle = st.columns(2)
    space = _space(left)
    chosen = middle.selectbox(
        "Format",
        list(FORMATS),
        index=list(FORMATS).index(_USUAL),
        key="library-format",
        format_func=lambda name: FORMATS[name].title,
    )
    name = chosen if chosen in FORMATS else _USUAL
    pasted = st.text_area(
        "Words (all where empty)",
        key="library-chosen",
        max_chars=_LONGEST,
        height=80,
        placeholder="king, queen, man, woman",
        help="One a line, or with commas between them.",
    )
    words = chosen_words(str(pasted or ""))
    try:
        found = session.remember(
            "library-remarks",
            (space.content_id, name, words),
            lambda: remarks(space, name, words or None),
        )
        for remark in found:
            st.caption(plain(remark, limit=300))
        download(space, name, words=words or None, key="library-download")
    except EmbeddingError as error:
        notice(error, key="library-take")
        return
    shown = f"{count(len(words))} chosen words" if words else f"all {count(len(space))} words"
    licence = f" Licence: {plain(space.card.licence, limit=120)}." if space.card else ""
    st.caption(
        f"{plain(space.title)}: {shown}, {space.dimension} dimensions; "
        f"{plain(space.treatment, limit=300)}. Binary files hold every number bit by bit, text the "
        f"digits that read back as the same number.{licence}"
    )


def chosen_words(text: str) -> tuple[str, ...]:
    """Return the words in a pasted text, each once, in their order."""
    parts = text[:_LONGEST].replace(",", "\n").splitlines()
    return tuple(dict.fromkeys(word for part in parts if (word := part.strip())))


def _space(column: "st.delta_generator.DeltaGenerator") -> EmbeddingSpace:
    """Draw the choice of a space and return it; the space in use with its reduced dimensions."""
    names = [_IN_USE, *session.space_names()]
    chosen = column.selectbox("Space", names, key="library-take")
    if chosen == _IN_USE or chosen not in names:
        return session.current().kept
    return session.open_space(str(chosen))
