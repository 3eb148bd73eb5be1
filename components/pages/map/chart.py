"""The map itself, and the progress of one that is still being drawn."""

import json
from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.pages.map import stability, trust_panel
from components.pages.map.controls import focus_token
from components.pages.map.deferred import is_map_drawn
from components.pages.map.layout import MapLayout
from components.pages.map.layout_job import start_again
from components.pages.map.request import MapRequest
from components.pages.map.scene import map_scene, visible
from components.pages.map.trust_panel import neighbourhood_on, neighbourhood_sentence
from components.widgets.jobs import job_card, while_running
from components.word_map.component import word_map
from components.word_map.event import MapEvent
from components.word_map.scene import MapScene
from components.wording import bold, count, listed, plain

_HEIGHT = 640
_FOCUSED = "map-focus-token"
_MANY = 300  # words: fewer are read without going closer
_NAMED = 5  # added words that the caption names


def chart(
    in_use: session.InUse, request: MapRequest, layout: MapLayout, answers: pd.DataFrame | None
) -> tuple[MapLayout, MapScene, MapEvent]:
    """Draw the map, again and again while its job runs; return the layout that is shown, what was
    drawn of it, and what the visitor did."""
    latest: list[tuple[MapLayout, MapScene, MapEvent]] = []

    def draw() -> None:
        shown, added = visible(layout, request)
        with st.container():  # there when it is empty too, so that the map keeps its place
            if layout.job is not None:
                job_card(layout.job, key="map-job", again=start_again)
        scene = map_scene(in_use, request, shown, added, answers)
        latest.append((shown, scene, _map(in_use, shown, scene)))
        near = neighbourhood_on(shown, request.word) if is_map_drawn() else None
        if near:
            st.markdown(neighbourhood_sentence(near))
        _caption(in_use, request, shown, added, coloured=scene.colours is not None)
        if str(session.get("word") or "").strip() != request.word:
            st.rerun()  # a click on a map that is being drawn: the rest of the page follows

    if layout.job is not None and layout.job.running:
        while_running("map", [layout.job], draw)
    else:
        with st.container():  # as deep as a fragment is, or the map would begin anew at the end
            draw()
    return latest[-1]


def _map(in_use: session.InUse, shown: MapLayout, scene: MapScene) -> MapEvent:
    about = ""
    if scene.query and scene.neighbours:
        nearest = ", ".join(scene.neighbours[:3])
        about = f"{scene.query[0]} is marked; its nearest words are {nearest}"
    return word_map(
        scene,
        focus=_focus(shown, scene),
        focus_token=_token_to_follow(shown),
        view=_view_of_link(shown.frame),
        alt=f"Map of {count(len(shown.rows))} words of {in_use.published.title}. {about}".strip(),
        file_name=f"vectorscope-{in_use.published.name}-map",
        height=_HEIGHT,
        on_click=partial(session.put, "word"),
    )


def _focus(shown: MapLayout, scene: MapScene) -> str | None:
    """Return the word to move to: the query, or its nearest neighbour on the map. None at
    first, as a newcomer should see the whole map, and where there are few words to see."""
    if not focus_token() or not shown.settled or len(shown.rows) < _MANY:
        return None
    wanted = (*scene.query, *scene.neighbours)
    return next((word for word in wanted if word in scene.word_set), None)


def _token_to_follow(shown: MapLayout) -> int | None:
    """Return the number with whose change the map moves to its focus. A map that is being drawn
    would carry the word out of sight again, so it moves there at the end, unless the link says
    where it stands."""
    known = session.get(_FOCUSED)
    if shown.settled or (known is None and _view_of_link(shown.frame)):
        session.put(_FOCUSED, focus_token())
    token: int | None = session.get(_FOCUSED)
    return token


def _view_of_link(frame: str) -> dict[str, object] | None:
    """Return the view in the link, if it is of this map. The browser keeps the link up to date."""

    def read() -> dict[str, object] | None:
        try:
            view = json.loads(session.read_link("at") or "null")
        except (ValueError, RecursionError):
            return None
        return view if isinstance(view, dict) and view.get("frame") == frame else None

    return session.remember("view of the link", frame, read)


def _caption(
    in_use: session.InUse,
    request: MapRequest,
    shown: MapLayout,
    added: MapLayout,
    *,
    coloured: bool,
) -> None:
    space = in_use.kept
    which = "the most frequent"
    if request.only_groups:
        which = "your own that are on the map"
    elif not shown.frequent:
        which = "your own" if request.word_list is None else "of your list"
    text = ""
    if request.colour in (trust_panel.COLOUR, stability.COLOUR) and not coloured:
        text = f"“{request.colour}” colours the map once it is measured, below. "
    text += (
        f"{count(len(shown.rows))} of {count(len(space))} words, {which}; neighbours "
        f"searched over {plain(request.among.describe(space), limit=200)}; "
        f"{plain(space.treatment, limit=300)}."
    )
    if added.words and not shown.covers_space:
        text += _note_on_added(added.words)
    source = shown.source or in_use.published
    if in_use.is_cut and in_use.published.is_same(source):
        text += (
            " The first principal components are the same at every size, so positions stay."
            if shown.covers_space
            else f" Neighbours follow the {space.dimension} dimensions kept; the positions stay "
            f"those of all {in_use.published.dimension}."
        )
    st.caption(text)


def _note_on_added(words: list[str]) -> str:
    named = [bold(word) for word in words[:_NAMED]]
    if len(words) > _NAMED:
        named.append(f"{count(len(words) - _NAMED)} more")
    its = "their" if len(words) > 1 else "its"
    return f" Placed amid {its} nearest words, not computed: {listed(named)}."
