"""Words that are laid out alone: selected on the map, or brought as a list.

A few go into the box of one's own words, which the link keeps; more stay in this session.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
_HELD, _REFUSED = "map-list", "map-list-refused"
_BEFORE, _FILLED = "map-words-before", "map-own-filled"  # the count shown, and what we typed
_PASTED, _FILE, _FILES = "map-list-pasted", "map-list-file", "map-list-files"
_LINKED = "These words are laid out alone, and the link keeps them: they stand under “More”."


@dataclass(frozen=True, eq=False)
class Held:
    """A list in this session: its text, a word a line, and where it comes from."""

    text: str
    origin: str


def offer_layout(space: models.EmbeddingSpace, words: Sequence[str]) -> None:
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


def bring_list() -> None:
    """Draw the box and the upload for a list that no link could carry."""
    with st.popover("Bring a longer list", icon=":material/upload_file:"):
        st.text_area(
            "A word a line",
            key=_PASTED,
            height=160,
            max_chars=LONGEST,
            placeholder="cat\ndog\nhorse",
        )
        place = f"{_FILE}-{session.get(_FILES, 0)}"  # another one empties the upload
        st.file_uploader("Or a file", type=["txt", "csv", "tsv"], key=place)
        if refused := session.get(_REFUSED):
            notice(refused, key="map-list")
        st.button("Lay this list out", key="map-list-start", on_click=partial(_bring, place))
        st.caption(
            f"At most {count(MOST)} words; of a table the first column. It stays in your session."
        )


def listed(space: models.EmbeddingSpace) -> WordList:
    """Return the words of the list that `space` has, none where there is no list."""
    held: Held | None = session.get(_HELD)
    text = held.text if held else ""
    return session.remember(
        "map-list-read", (held, space.content_id), lambda: read_list(text, space)
    )


def told(found: WordList | None, *, linked: bool, counts: Sequence[str], usual: str) -> None:
    """Say which words are laid out alone (None: those in the box, if there are any `linked` ones)
    and whether the link keeps them, with the way back to all words: as many as before if that is
    one of `counts`, else the `usual` number."""
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
    """Say why a map of one's own words cannot be drawn; `linked` ones stand in the box."""
    there = f"there are {found}" if found else "there are none yet"
    if not linked and session.get(_HELD) is None:
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
    """Let the map be of these `words` alone; the box takes them where it is empty and they fit."""
    line = " ".join(words)
    typed = str(session.get("own") or "").strip()
    fits = len(line) <= LINKED and typed in ("", session.get(_FILLED))
    if fits and read_groups(line, space).words == words:
        session.put("own", line)
        session.put(_FILLED, line)
        _show(OWN)
    else:
        _hold("\n".join(words), "selected on the map")


def _bring(place: str) -> None:
    """Take what was pasted and what was uploaded, and empty the upload."""
    file, pasted = session.get(place), str(session.get(_PASTED) or "").strip()
    session.put(_REFUSED, None)
    try:
        brought = list_in(file.getvalue(), file.name) if file is not None else ""
    except EmbeddingError as error:
        session.put(_REFUSED, error)
        return
    if pasted or brought:
        session.put(_FILES, session.get(_FILES, 0) + 1)
        _hold(f"{pasted}\n{brought}", f"of {file.name}" if brought else "of your list")


def _hold(text: str, origin: str) -> None:
    session.put(_HELD, Held(text, origin))
    _show(LISTED)


def _show(words: str) -> None:
    before = session.get(WORDS)
    if before not in (OWN, LISTED):
        session.put(_BEFORE, before)
    session.put(WORDS, words)


def _statement(found: WordList) -> str:
    held: Held | None = session.get(_HELD)
    if held is None:
        return ""
    text = f"{count(len(found.words))} words {plain(held.origin)} are laid out alone"
    if found.known > len(found.words):
        text += f", the most frequent of {count(found.known)}"
    text += ". They stay in this session: the link does not carry them, so download them below."
    if found.missing:
        some = ", ".join(plain(word, limit=30) for word in found.lacking)
        more = found.missing - len(found.lacking)
        text += f" This space lacks {some}{f' and {count(more)} more' if more else ''}."
    return text
