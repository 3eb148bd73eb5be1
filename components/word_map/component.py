"""The word map: 20,000 points in Plotly's WebGL that never lose their zoom.

An own components-v2 component around ``Plotly.react`` (frontend/word_map.js), because Streamlit's
Plotly chart starts anew with any change of its figure, and reports no clicks in 3-D. Nothing is
vendored: plotly.min.js is served from the installed plotly wheel. What is heavy (words, positions,
colour codes) goes to the browser as files named by their content, once; a rerun sends their URLs
and the few words to mark.
"""

import base64
import importlib.metadata
import importlib.util
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components import session, streamlit_internals
from components.word_map.layer import (
    Categories,
    Colouring,
    Group,
    Highlights,
    Keyframes,
    MapEvent,
    MapLayer,
    Plain,
    Scale,
    View,
    checked_view,
)

if TYPE_CHECKING:
    from components.streamlit_internals import ComponentRenderer

__all__ = [
    "Categories",
    "Colouring",
    "Group",
    "Highlights",
    "Keyframes",
    "MapEvent",
    "MapLayer",
    "Plain",
    "Scale",
    "View",
    "word_map",
]

MOST_SELECTED = 5000  # words that the browser sends; of more, which rows they are as well
_LAST_STATES = 4
_NOTHING_MARKED = Highlights()
_VECTORSCOPE = "vectorscope"  # the served folders are vectorscope.word_map and vectorscope.plotly
_BYTES = "application/octet-stream"


def word_map(
    layer: MapLayer,
    *,
    highlights: Highlights = _NOTHING_MARKED,
    keyframes: Keyframes | None = None,
    focus: str | None = None,
    focus_token: str | int | None = None,
    view: View | None = None,
    height: int = 620,
    label_count: int = 120,
    alt: str = "",
    file_name: str = "word-map",
    key: str = "word-map",
    on_click: Callable[[str], None] | None = None,
) -> MapEvent:
    """Draw the map, `height` pixels high with one line of legend; return what the visitor did.

    With `keyframes` the layer's own positions are not shown: the map stands at one of them, and a
    line on top of `height` plays from each to the next. ValueError if they don't fit the layer.
    The view moves to `focus` whenever `focus_token` changes to another value than None, and at no
    other time. `view` is where a new browser starts (from a link). `on_click` is called with the
    word before the page runs, so that it may still set the value of a widget. Words that are not
    in the layer are not marked.
    """
    if keyframes is not None:
        keyframes.check(layer)
    if not streamlit_internals.has_runtime():
        return MapEvent()

    def clicked() -> None:
        word = _clicked_word(_mapping(session.get(key)).get("clicked"))
        if word is not None and on_click is not None:
            on_click(word)

    result = _component()(
        key=key,
        data={
            "key": key,
            "plotly": _plotly_version(),
            "frame": layer.frame or layer.content_id,
            "layer": _layer_files(layer, keyframes, key),
            "colours": {
                **layer.colours.legend(),
                "url": _serve(layer.colours.codes_file, f"{key}-colours"),
            },
            "query": highlights.query,
            "neighbours": highlights.neighbours,
            "groups": [vars(group) for group in highlights.groups],
            "torn": highlights.torn,
            "false": highlights.false,
            "states": _states(keyframes),
            "focus": focus,
            "focusToken": focus_token,
            "view": checked_view(view, dimensions=layer.dimensions),
            "height": height,
            "labelCount": label_count,
            "alt": alt,
            "fileName": file_name,
        },
        on_clicked_change=clicked,
        on_selected_change=lambda: None,
    )
    return _read_event(result, layer)


def _layer_files(layer: MapLayer, keyframes: Keyframes | None, key: str) -> dict[str, Any]:
    places = layer.positions_file if keyframes is None else keyframes.file
    return {
        "words": _serve(layer.words_file, f"{key}-words", mimetype="text/plain"),
        "positions": _serve_state(places, key),
        "ranks": _serve(layer.ranks_file, f"{key}-ranks"),
        "dimensions": layer.dimensions,
        "states": 1 if keyframes is None else len(keyframes.names),
    }


def _serve_state(content: bytes, key: str) -> str | None:
    """Serve this state of the map, and the one before it, which a slow browser may ask for just
    when the whole page is drawn anew. A fragment drops nothing, so there the last few stay."""
    last: deque[tuple[int, bytes]] = session.remember(
        f"{key}-states", _LAST_STATES, lambda: deque(maxlen=2)
    )
    if not last or last[-1][1] != content:
        last.append((last[-1][0] + 1 if last else 0, content))
    urls = [_serve(state, f"{key}-positions-{turn % _LAST_STATES}") for turn, state in last]
    return urls[-1]


def _states(keyframes: Keyframes | None) -> dict[str, Any] | None:
    return None if keyframes is None else {"names": keyframes.names, "start": keyframes.start}


def _serve(content: bytes | None, place: str, *, mimetype: str = _BYTES) -> str | None:
    """Hand bytes to Streamlit's media files, which name them by their hash; return the URL.

    It has to be said again in each run: a file that the last run did not name is dropped.
    """
    if content is None:
        return None
    return streamlit_internals.serve_media(content, mimetype, f"{_VECTORSCOPE}-{place}")


def _component() -> "ComponentRenderer":
    """The component; its folder and plotly's are made known to the running server."""
    register = streamlit_internals.register_component
    register(f"{_VECTORSCOPE}.plotly", _plotly_folder(), "package_data")
    register(f"{_VECTORSCOPE}.word_map", Path(__file__).parent, "frontend")
    return _renderer()


@cache
def _renderer() -> "ComponentRenderer":
    # Plotly puts a style sheet into the page, which a shadow root would keep from the map.
    return st.components.v2.component(
        f"{_VECTORSCOPE}.word_map", js="word_map.js", isolate_styles=False
    )


@cache
def _plotly_version() -> str:
    return importlib.metadata.version("plotly")


@cache
def _plotly_folder() -> Path:
    """Where plotly is installed, without importing it (which takes longer than the map)."""
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("plotly is not installed: pip install -r requirements.txt")
    return Path(found.origin).parent


def _read_event(result: Mapping[str, Any], layer: MapLayer) -> MapEvent:
    """Nothing that a browser sends is trusted: another shape counts as nothing having happened."""
    clicked, selected = result.get("clicked"), _mapping(result.get("selected"))
    words = selected.get("words")
    chosen: tuple[str, ...] = ()
    if isinstance(words, list) and words:
        known = set(layer.words)  # the selection may stem from another layer
        kept = (word for word in words[:MOST_SELECTED] if isinstance(word, str))
        chosen = tuple(word for word in kept if word in known)
    if len(chosen) == MOST_SELECTED:
        chosen = _masked(selected.get("mask"), chosen, layer.words) or chosen
    total = selected.get("total") if len(chosen) == MOST_SELECTED else None
    more = min(total, len(layer.words)) if isinstance(total, int) else 0
    return MapEvent(
        clicked=_clicked_word(clicked),
        selected=chosen,
        selected_total=max(len(chosen), more),
    )


def _masked(mask: object, first: tuple[str, ...], words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a layer that a mask has, a bit each as base64, if they begin with the
    `first` ones; nothing for a mask of another layer."""
    size = -(-len(words) // 8)
    if not isinstance(mask, str) or len(mask) > 4 * -(-size // 3):
        return ()
    try:
        bits = np.frombuffer(base64.b64decode(mask, validate=True), dtype=np.uint8)
    except ValueError:
        return ()
    if len(bits) != size:
        return ()
    rows = np.flatnonzero(np.unpackbits(bits, bitorder="little")[: len(words)])
    chosen = tuple(words[int(row)] for row in rows)
    return chosen if chosen[: len(first)] == first else ()


def _clicked_word(payload: object) -> str | None:
    word = _mapping(payload).get("word")
    return word if isinstance(word, str) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
