"""What the word map shows: a field of words, its colours, and the words to mark on it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Paul Tol's muted colours, two of them lightened for the dark theme: eight that stay apart for
# colour-blind eyes, none of them a colour that means something (charts/theme.py).
PALETTE = ("#cc6677", "#44aa99", "#ddcc77", "#88ccee", "#aa4499", "#999933", "#7a6fd0", "#4a8f3c")
OTHER = "#8c8c8c"
View: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Plain:
    """One grey for all words."""

    codes_file = None

    def legend(self) -> dict[str, Any]:
        """What the browser needs to know."""
        return {"kind": "plain"}


@dataclass(frozen=True, eq=False)
class Categories:
    """A colour a group: `codes` uint8 (n,) index `names`; from the ninth on, words are grey."""

    codes: NDArray[np.uint8]
    names: Sequence[str]
    other: str = "other"

    def legend(self) -> dict[str, Any]:
        """Names and colours, eight at most and the rest as one."""
        names = [*self.names[: len(PALETTE)]]
        palette = [*PALETTE[: len(names)]]
        if len(self.names) > len(PALETTE):
            names, palette = [*names, self.other], [*palette, OTHER]
        return {"kind": "categories", "names": names, "palette": palette}

    @cached_property
    def codes_file(self) -> bytes:
        """One byte a word."""
        last = min(len(self.names) - 1, len(PALETTE))
        return np.minimum(self.codes, max(0, last)).astype(np.uint8).tobytes()


@dataclass(frozen=True, eq=False)
class Scale:
    """A colour from a sequence: `values` float32 (n,), clipped to `low` and `high`.

    `low_text` and `high_text` name the ends in the legend; without them the numbers stand there.
    """

    values: NDArray[np.floating[Any]]
    low: float
    high: float
    title: str
    colours: Literal["Viridis", "Cividis"] = "Viridis"
    logarithmic: bool = False
    low_text: str | None = None
    high_text: str | None = None

    def legend(self) -> dict[str, Any]:
        """The title, the sequence of colours and the names of its ends."""
        return {
            "kind": "continuous",
            "scale": self.colours,
            "title": self.title,
            "low": self.low_text or f"{self.low:g}",
            "high": self.high_text or f"{self.high:g}",
        }

    @cached_property
    def codes_file(self) -> bytes:
        """One byte a word: 256 steps are more than an eye tells apart, and a quarter of float32."""
        values, ends = np.asarray(self.values, dtype=np.float64), np.array([self.low, self.high])
        if self.logarithmic:
            tiny = np.finfo(np.float64).tiny
            values, ends = np.log(np.maximum(values, tiny)), np.log(np.maximum(ends, tiny))
        share = np.nan_to_num((values - ends[0]) / max(ends[1] - ends[0], 1e-12))
        return bytes(np.rint(255 * share.clip(0, 1)).astype(np.uint8))


Colouring: TypeAlias = Plain | Categories | Scale


@dataclass(frozen=True, eq=False)
class MapLayer:
    """The field of points: `words` in order of frequency, `positions` float32 (n, 2) or (n, 3).

    Zoom and camera are kept as long as `frame`, the name of the coordinate system, is the same
    (without one: as long as `content_id` is). Give it when words are filtered but don't move, and
    when the same words move: the points then travel to their new positions.
    `ranks` (n,) are the words' ranks by frequency where these are not 1, 2, 3, ...
    """

    content_id: str
    words: Sequence[str]
    positions: NDArray[np.float32]
    colours: Colouring = field(default_factory=Plain)
    frame: str | None = None
    ranks: NDArray[np.integer[Any]] | None = None

    def __post_init__(self) -> None:
        if self.positions.shape not in {(len(self.words), 2), (len(self.words), 3)}:
            raise ValueError(
                f"positions of shape {self.positions.shape} for {len(self.words)} words; "
                "expected one row a word and 2 or 3 columns"
            )

    @property
    def dimensions(self) -> int:
        """2 or 3."""
        return int(self.positions.shape[1])

    @cached_property
    def words_file(self) -> bytes:
        """The words as UTF-8, one a line."""
        text = "\n".join(self.words)
        if text.count("\n") != max(0, len(self.words) - 1):
            raise ValueError("a word holds a line break; the map sends words one a line")
        return text.encode("utf-8", errors="replace")

    @cached_property
    def positions_file(self) -> bytes:
        """Little-endian float32, row by row."""
        return self.positions.astype("<f4", copy=False).tobytes()

    @cached_property
    def ranks_file(self) -> bytes | None:
        """Little-endian uint32."""
        return None if self.ranks is None else self.ranks.astype("<u4").tobytes()


@dataclass(frozen=True)
class Group:
    """Words of the visitor's own, marked in `colour` (#rrggbb)."""

    name: str
    words: tuple[str, ...]
    colour: str


@dataclass(frozen=True, eq=False)
class Keyframes:
    """Several maps of a layer's words: `positions` float32 (k, n, 2 or 3), one a name.

    The map stands at `start` at first; the visitor moves it from one to the next.
    """

    names: tuple[str, ...]
    positions: NDArray[np.float32]
    start: int = 0

    def __post_init__(self) -> None:
        if self.positions.ndim != 3 or len(self.positions) != len(self.names) or not self.names:
            raise ValueError(
                f"keyframes of shape {self.positions.shape} for {len(self.names)} names; "
                "expected (names, words, 2 or 3) and at least one name"
            )
        if not 0 <= self.start < len(self.names):
            raise ValueError(
                f"start is keyframe {self.start}; expected 0 to {len(self.names) - 1}, "
                f"as there are {len(self.names)}"
            )

    def check(self, layer: MapLayer) -> None:
        """Raise ValueError unless each keyframe has a position for each word of `layer`."""
        if self.positions.shape[1:] != layer.positions.shape:
            raise ValueError(
                f"keyframes of shape {self.positions.shape[1:]} for a layer of shape "
                f"{layer.positions.shape}; expected the same words and dimensions in both"
            )

    @cached_property
    def file(self) -> bytes:
        """Little-endian float32, keyframe by keyframe, each row by row."""
        return self.positions.astype("<f4", copy=False).tobytes()


@dataclass(frozen=True)
class Highlights:
    """Words to mark and to label: the word asked about, its neighbours, groups.

    `torn` are true neighbours that the map put far away (they look torn even where they are among
    `neighbours`), `false` are words that are near on the map only.
    """

    query: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    torn: tuple[str, ...] = ()
    false: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapEvent:
    """What the visitor did: the word clicked in this run, and the words selected by lasso or box.

    `selected` holds all of them, or the 5,000 most frequent of `selected_total` where they were
    selected on a map of other words.
    """

    clicked: str | None = None
    selected: tuple[str, ...] = ()
    selected_total: int = 0


def checked_view(view: object, *, dimensions: int) -> dict[str, Any] | None:
    """Return `view`, from a browser or a link, in its proper shape; None if it has another."""
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


def _point(part: object) -> dict[str, float] | None:
    numbers = _numbers([part.get(axis) for axis in "xyz"], 3) if isinstance(part, Mapping) else None
    return dict(zip("xyz", numbers, strict=True)) if numbers else None


def _numbers(values: object, count: int) -> list[float] | None:
    if not isinstance(values, list | tuple) or len(values) != count:
        return None
    usable = all(isinstance(value, int | float) and math.isfinite(value) for value in values)
    return [float(value) for value in values] if usable else None
