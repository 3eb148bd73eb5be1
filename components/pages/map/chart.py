"""The map itself, and the progress of one that is still being drawn."""

import json
from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.pages.map import stability, trust_panel
from components.pages.map.colouring import colouring
from components.pages.map.controls import token
from components.pages.map.layout import Shown
from components.pages.map.layout_job import Drawn, start_again
from components.pages.map.request import Sight
from components.pages.map.scene import Field, field_of, marked
from components.widgets.jobs import job_card, while_running
from components.word_map.component import word_map
from components.word_map.layer import Colouring, Highlights, MapEvent, Plain
from components.wording import bold, count, listed, plain

_HEIGHT = 640
_FOLLOWED = "map-focus-followed"
_MANY = 300  # words: fewer are read without going closer
_NAMED = 5  # placed words that the caption names


def chart(
    in_use: session.InUse, sight: Sight, drawn: Drawn, answers: pd.DataFrame | None
) -> tuple[Field, MapEvent]:
    """Draw the map, again and again while it settles; return it, and what the visitor did."""
    latest: list[tuple[Field, MapEvent]] = []

    def draw() -> None:
        field = field_of(drawn, sight)
        with st.container():  # there when it is empty too, so that the map keeps its place
            if drawn.job is not None:
                job_card(drawn.job, key="map-job", again=start_again)
        colours = colouring(in_use, sight, field)
        event = _map(in_use, field, colours, marked(sight, field, answers))
        latest.append((field, event))
        if field.trusted.sentence:
            st.markdown(field.trusted.sentence)
        _statement(in_use, sight, field, colours)
        if str(session.get("word") or "").strip() != sight.word:
            st.rerun()  # a click on a map that settles: what stands around it follows

    if drawn.running:
        while_running("map", [drawn.job] if drawn.job else [], draw)
    else:
        with st.container():  # as deep as a fragment is, or the map would begin anew once it rests
            draw()
    return latest[-1]


def _map(in_use: session.InUse, field: Field, colours: Colouring, marks: Highlights) -> MapEvent:
    about = ""
    if marks.query and marks.neighbours:
        nearest = ", ".join(marks.neighbours[:3])
        about = f"{marks.query[0]} is marked; its nearest words are {nearest}"
    shown = field.shown
    return word_map(
        field.layer(colours),
        highlights=marks,
        focus=_focus(field, marks),
        focus_token=_followed(shown),
        view=_view_of_link(shown.frame),
        alt=f"Map of {count(len(shown.rows))} words of {in_use.published.title}. {about}".strip(),
        file_name=f"vectorscope-{in_use.published.name}-map",
        height=_HEIGHT,
        on_click=partial(session.put, "word"),
    )


def _focus(field: Field, marks: Highlights) -> str | None:
    """The word to move to: the one asked for, or its nearest neighbour that the map has. None at
    first, as a newcomer should see the whole field, and where there are few words to see."""
    if not token() or not field.shown.settled or len(field.shown.rows) < _MANY:
        return None
    return next((word for word in (*marks.query, *marks.neighbours) if word in field.mapped), None)


def _followed(shown: Shown) -> int | None:
    """What makes the map move to its focus when it changes. A map that settles would carry the word
    out of the window again: it goes there once it rests, unless the link says where it stands."""
    known = session.get(_FOLLOWED)
    if shown.settled or (known is None and _view_of_link(shown.frame)):
        session.put(_FOLLOWED, token())
    followed: int | None = session.get(_FOLLOWED)
    return followed


def _view_of_link(frame: str) -> dict[str, object] | None:
    """The view that the link brought for this map; the browser keeps the address up to date."""

    def read() -> dict[str, object] | None:
        try:
            view = json.loads(session.read_link("at") or "null")
        except (ValueError, RecursionError):
            return None
        return view if isinstance(view, dict) and view.get("frame") == frame else None

    return session.remember("view of the link", frame, read)


def _statement(in_use: session.InUse, sight: Sight, field: Field, colours: Colouring) -> None:
    space = in_use.kept
    which = "the most frequent"
    if sight.only:
        which = "your own that are on the map"
    elif not field.shown.frequent:
        which = "your own" if sight.listed is None else "of your list"
    text = ""
    if sight.colour in (trust_panel.COLOUR, stability.COLOUR) and isinstance(colours, Plain):
        text = f"“{sight.colour}” colours the map once it is measured, below. "
    text += (
        f"{count(len(field.shown.rows))} of {count(len(space))} words, {which}; neighbours "
        f"searched over {plain(sight.among.describe(space), limit=200)}; "
        f"{plain(space.treatment, limit=300)}."
    )
    if field.placed.words and not field.placed.exact:
        text += _placed_note(field.placed.words)
    source = field.shown.source or in_use.published
    if in_use.is_cut and in_use.published.is_same(source):
        text += (
            " The first principal components are the same at every size, so positions stay."
            if sight.method == "pca" and field.shown.source is None
            else f" Neighbours follow the {space.dimension} dimensions kept; the positions stay "
            f"those of all {in_use.published.dimension}."
        )
    st.caption(text)


def _placed_note(words: tuple[str, ...]) -> str:
    named = [bold(word) for word in words[:_NAMED]]
    if len(words) > _NAMED:
        named.append(f"{count(len(words) - _NAMED)} more")
    return (
        f" Placed amid their nearest words, not computed: {listed(named)}."
        if len(words) > 1
        else f" Placed amid its nearest words, not computed: {named[0]}."
    )
