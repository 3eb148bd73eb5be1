"""Laying out a selection of words alone: words selected on the map, or a list, pasted or uploaded.

A short selection goes into the box for the visitor's own words, which the link carries; a longer
one stays in the session.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

import models
from components import session
from components.widgets.notices import notice
from components.wording import count, plain
from models.errors import EmbeddingError
from models.maps.neighbour_graph import MOST
from models.maps.projection import FEWEST
from models.maps.word_list import LONGEST, WordList, list_in, read_list
from models.search.groups import LONGEST as LINKED
from models.search.groups import read_groups

OWN, LISTED = "my own", "my list"  # what “Words” says beside counts
WORDS = "map-words"
_LIST = "map-list"  # the text of the visitor's list, a word a line, and where it comes from
_ERROR = "map-list-error"
_BEFORE, _FILLED = "map-words-before", "map-own-filled"  # the count before; text put in the box
_PASTED, _FILE, _FILES = "map-list-pasted", "map-list-file", "map-list-files"
_LINKED = "These words are laid out alone, and the link keeps them: they stand under “More”."


def layout_button(space: models.EmbeddingSpace, words: Sequence[str]) -> None:
    """Draw the button that lays the `words` selected on the map out alone."""
    few = len(words) < FEWEST
    st.button(
        "Lay these words out",
        key="map-lay-out",
        icon=":material/scatter_plot:",
        disabled=few,
        help=f"A map needs at least {FEWEST} words." if few else "A map of these words alone.",
        on_click=partial(_select, space, tuple(words)),
    )


def list_input() -> None:
    """Draw the text box and the upload for a list that is too long for a link."""
    with st.popover("Bring a longer list", icon=":material/upload_file:"):
        st.text_area(
            "A word a line",
            key=_PASTED,
            height=160,
            max_chars=LONGEST,
            placeholder="cat\ndog\nhorse",
        )
        upload = f"{_FILE}-{session.get(_FILES, 0)}"  # another one empties the upload
        st.file_uploader("Or a file", type=["txt", "csv", "tsv"], key=upload)
        if refused := session.get(_ERROR):
            notice(refused, key="map-list")
        st.button("Lay this list out", key="map-list-start", on_click=partial(_take_list, upload))
        st.caption(
            f"At most {count(MOST)} words; of a table the first column. It stays in your session."
        )


def word_list(space: models.EmbeddingSpace) -> WordList:
    """Return the words of the list in the session that `space` has; none without a list."""
    text, _ = session.get(_LIST, ("", ""))
    identity = (text, space.content_id)
    return session.remember("map-list-read", identity, lambda: read_list(text, space))


def selection_note(
    found: WordList | None, *, linked: bool, counts: Sequence[str], usual: str
) -> None:
    """Say which words are laid out alone (None: those in the box, if there are any `linked` ones)
    and whether the link carries them; offer the way back to all words: to as many as before if that
    is one of `counts`, else to the `usual` number."""
    before = session.get(_BEFORE)
    back = before if before in counts else usual
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Show all words again",
            key="map-all",
            icon=":material/undo:",
            on_click=partial(session.put, WORDS, back),
        )
        text = _statement(found) if found is not None else _LINKED if linked else ""
        if text:
            st.caption(text, width="stretch")


def no_words(found: int, *, linked: bool) -> str:
    """Say why a map of the visitor's words cannot be drawn; `linked` ones are in the box."""
    there = f"there are {found}" if found else "there are none yet"
    if not linked and session.get(_LIST) is None:
        return (
            "The list that this link asks for stayed in the session in which it was chosen. Select "
            "words on the map, or bring the list again under “More”; until then this is the map of "
            "the most frequent words."
        )
    how = "Type them" if linked else "Bring others"
    return (
        f"A map of your own words needs at least {FEWEST} that the space has; {there}. {how} "
        "under “More”; until then this is the map of the most frequent words."
    )


def _select(space: models.EmbeddingSpace, words: tuple[str, ...]) -> None:
    """Lay these `words` out alone: from the box, where it is empty and they fit, else as a list."""
    line = " ".join(words)
    typed = str(session.get("own") or "").strip()
    fits = len(line) <= LINKED and typed in ("", session.get(_FILLED))
    if fits and read_groups(line, space).words == words:
        session.put("own", line)
        session.put(_FILLED, line)
        _show(OWN)
    else:
        _store_list("\n".join(words), "selected on the map")


def _take_list(upload: str) -> None:
    """Take the pasted and the uploaded list, and empty the upload."""
    file, pasted = session.get(upload), str(session.get(_PASTED) or "").strip()
    session.put(_ERROR, None)
    try:
        uploaded = list_in(file.getvalue(), file.name) if file is not None else ""
    except EmbeddingError as error:
        session.put(_ERROR, error)
        return
    if pasted or uploaded:
        session.put(_FILES, session.get(_FILES, 0) + 1)
        _store_list(f"{pasted}\n{uploaded}", f"of {file.name}" if uploaded else "of your list")


def _store_list(text: str, origin: str) -> None:
    session.put(_LIST, (text, origin))
    _show(LISTED)


def _show(words: str) -> None:
    before = session.get(WORDS)
    if before not in (OWN, LISTED):
        session.put(_BEFORE, before)
    session.put(WORDS, words)


def _statement(found: WordList) -> str:
    _, origin = session.get(_LIST, ("", ""))
    if not origin:
        return ""
    text = f"{count(len(found.words))} words {plain(origin)} are laid out alone"
    if found.known > len(found.words):
        text += f", the most frequent of {count(found.known)}"
    text += ". They stay in this session: the link does not carry them, so download them below."
    if found.missing:
        some = ", ".join(plain(word, limit=30) for word in found.lacking)
        more = found.missing - len(found.lacking)
        text += f" This space lacks {some}{f' and {count(more)} more' if more else ''}."
    return text
