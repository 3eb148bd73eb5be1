"""The word map: 20,000 points in Plotly's WebGL that never lose their zoom.

A components-v2 component of our own around ``Plotly.react`` (frontend/word_map.js), because
Streamlit's Plotly chart starts anew with any change of its figure, and reports no clicks in 3-D.
Nothing is vendored: plotly.min.js is served from the installed plotly wheel. Words, positions and
colour codes go to the browser once, as files named by their content; a rerun sends their addresses
and the few words to mark.
"""

import importlib.metadata
import importlib.util
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from components import session, streamlit_internals
from components.word_map.event import MapEvent, checked_view, clicked_word, read_event
from components.word_map.scene import Keyframes, MapScene

if TYPE_CHECKING:
    from components.streamlit_internals import ComponentRenderer

_LAST_STATES = 4
_VECTORSCOPE = "vectorscope"  # the served folders are vectorscope.word_map and vectorscope.plotly


def word_map(
    scene: MapScene,
    *,
    keyframes: Keyframes | None = None,
    focus: str | None = None,
    focus_token: str | int | None = None,
    view: Mapping[str, Any] | None = None,
    height: int = 620,
    label_count: int = 120,
    alt: str = "",
    file_name: str = "word-map",
    key: str = "word-map",
    on_click: Callable[[str], None] | None = None,
) -> MapEvent:
    """Draw the map, `height` pixels high with one line of legend; return what the visitor did.

    With `keyframes` the map shows one of them instead of the scene's positions, and a slider on top
    of `height` plays from each to the next. ValueError if they don't fit the scene.
    The view moves to the word `focus` whenever `focus_token` changes to another value than None,
    and at no other time. `view` (from a link) is where a new browser starts. `on_click` is called
    with the word before the page runs, so that it may still set the value of a widget.
    """
    if keyframes is not None:
        keyframes.check(scene)
    if not streamlit_internals.has_runtime():
        return MapEvent()

    def clicked() -> None:
        state = session.get(key)
        word = clicked_word(state.get("clicked")) if isinstance(state, Mapping) else None
        if word is not None and on_click is not None:
            on_click(word)

    colours = scene.colours
    positions = scene.positions_file if keyframes is None else keyframes.file
    result = _component()(
        key=key,
        data={
            "key": key,
            "plotly": importlib.metadata.version("plotly"),
            "frame": scene.frame,
            "layer": {
                "words": _serve(scene.words_file, f"{key}-words", mimetype="text/plain"),
                "positions": _serve_state(positions, key),
                "ranks": _serve(scene.ranks_file, f"{key}-ranks"),
                "dimensions": scene.dimensions,
                "states": 1 if keyframes is None else len(keyframes.names),
            },
            "colours": {
                **(colours.legend() if colours else {"kind": "plain"}),
                "url": _serve(colours.codes_file if colours else None, f"{key}-colours"),
            },
            "query": scene.query,
            "neighbours": scene.neighbours,
            "groups": [vars(group) for group in scene.groups],
            "torn": scene.torn,
            "false": scene.false,
            "states": keyframes and {"names": keyframes.names, "start": keyframes.start},
            "focus": focus,
            "focusToken": focus_token,
            "view": checked_view(view, dimensions=scene.dimensions),
            "height": height,
            "labelCount": label_count,
            "alt": alt,
            "fileName": file_name,
        },
        on_clicked_change=clicked,
        on_selected_change=lambda: None,
    )
    return read_event(result, scene)


def _serve_state(content: bytes, key: str) -> str | None:
    """Serve these positions, and the ones before them, which a slow browser may request just when
    the whole page runs again. Within a fragment nothing is dropped, so there the last few stay."""
    last: deque[tuple[int, bytes]] = session.remember(
        f"{key}-states", _LAST_STATES, lambda: deque(maxlen=2)
    )
    if not last or last[-1][1] != content:
        last.append((last[-1][0] + 1 if last else 0, content))
    urls = [_serve(state, f"{key}-positions-{turn % _LAST_STATES}") for turn, state in last]
    return urls[-1]


def _serve(
    content: bytes | None, place: str, *, mimetype: str = "application/octet-stream"
) -> str | None:
    """Add bytes to Streamlit's media files, which name them by their hash; return the URL. This is
    repeated in each run, as a file that the last run did not add is dropped."""
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
    # Plotly puts a style sheet into the page, which would not reach into a shadow root.
    return st.components.v2.component(
        f"{_VECTORSCOPE}.word_map", js="word_map.js", isolate_styles=False
    )


@cache
def _plotly_folder() -> Path:
    """Where plotly is installed, found without importing it (which takes longer than the map)."""
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("plotly is not installed: pip install -r requirements.txt")
    return Path(found.origin).parent
