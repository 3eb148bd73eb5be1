"""Events of the map, as the browser sends them: a click, a selection, and the view in a link.

A value of another shape than expected is ignored.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.word_map.scene import MapScene

MOST_SELECTED = 5000  # words that the browser sends; of more, it sends a bit mask of rows as well


@dataclass(frozen=True)
class MapEvent:
    """What the visitor did: the word clicked in this run, and the words selected by lasso or box.

    `selected` holds all of them, or the 5,000 most frequent of `selected_total` where they were
    selected on a map of other words.
    """

    clicked: str | None = None
    selected: tuple[str, ...] = ()
    selected_total: int = 0


def read_event(result: Mapping[str, Any], scene: MapScene) -> MapEvent:
    """Return what the component's `result` says, as far as its words are those of `scene`."""
    selected = _mapping(result.get("selected"))
    words = selected.get("words")
    chosen: tuple[str, ...] = ()
    if isinstance(words, list) and words:
        known = scene.word_set  # the selection may come from another scene
        first = (word for word in words[:MOST_SELECTED] if isinstance(word, str))
        chosen = tuple(word for word in first if word in known)
    more = 0
    if len(chosen) == MOST_SELECTED:
        chosen = _masked(selected.get("mask"), chosen, scene.words) or chosen
        total = selected.get("total")
        if len(chosen) == MOST_SELECTED and isinstance(total, int):
            more = min(total, len(scene.words))
    return MapEvent(clicked_word(result.get("clicked")), chosen, max(len(chosen), more))


def clicked_word(payload: object) -> str | None:
    """Return the word of a click."""
    word = _mapping(payload).get("word")
    return word if isinstance(word, str) else None


def checked_view(view: object, *, dimensions: int) -> dict[str, Any] | None:
    """Return `view`, the ranges of a flat map or the camera of a 3-D one; None in another shape."""
    if not isinstance(view, Mapping):
        return None
    if dimensions == 2:
        ranges = {axis: _numbers(view.get(axis), 2) for axis in "xy"}
        return ranges if all(pair and pair[0] < pair[1] for pair in ranges.values()) else None
    camera = view.get("camera")
    if not isinstance(camera, Mapping):
        return None
    parts = {name: _point(camera.get(name)) for name in ("up", "center", "eye")}
    return {"camera": parts} if all(parts.values()) else None


def _masked(mask: object, first: tuple[str, ...], words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that a mask selects, a bit each as base64, if they begin with the `first`
    ones; nothing for a mask of other words."""
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


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _point(part: object) -> dict[str, float] | None:
    numbers = _numbers([part.get(axis) for axis in "xyz"], 3) if isinstance(part, Mapping) else None
    return dict(zip("xyz", numbers, strict=True)) if numbers else None


def _numbers(values: object, count: int) -> list[float] | None:
    if not isinstance(values, list | tuple) or len(values) != count:
        return None
    usable = all(isinstance(value, int | float) and math.isfinite(value) for value in values)
    return [float(value) for value in values] if usable else None
