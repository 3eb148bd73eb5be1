"""What the word map draws: words at positions, their colours, and the words that are marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

# Paul Tol's muted colours, two of them lightened for the dark theme: eight that stay apart for
# colour-blind eyes, none of them a colour that means something (charts/theme.py).
PALETTE = ("#cc6677", "#44aa99", "#ddcc77", "#88ccee", "#aa4499", "#999933", "#7a6fd0", "#4a8f3c")
OTHER = "#8c8c8c"


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
    """A colour from a continuous scale: `values` float32 (n,), clipped to `low` and `high`.

    `low_text` and `high_text` name the ends in the legend; without them the numbers stand there.
    """

    values: NDArray[np.floating[Any]]
    low: float
    high: float
    title: str
    colours: Literal["Viridis", "Cividis"] = "Viridis"
    low_text: str | None = None
    high_text: str | None = None

    def legend(self) -> dict[str, Any]:
        """The title, the scale and the names of its ends."""
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
        values = np.asarray(self.values, dtype=np.float64)
        share = np.nan_to_num((values - self.low) / max(self.high - self.low, 1e-12))
        return bytes(np.rint(255 * share.clip(0, 1)).astype(np.uint8))


@dataclass(frozen=True)
class Group:
    """Words of the visitor's own, marked in `colour` (#rrggbb)."""

    name: str
    words: tuple[str, ...]
    colour: str


@dataclass(frozen=True, eq=False)
class MapScene:
    """Everything on one map: `words` in order of frequency, `positions` float32 (n, 2 or 3).

    `frame` names the coordinate system. While it is the same, zoom and camera stay, and words whose
    positions change travel to the new ones. `colours` None is one grey. `ranks` (n,) are the words'
    ranks by frequency where these are not 1, 2, 3, ...

    Marked and labelled are the `query`, its `neighbours` and the `groups`; `torn` words are true
    neighbours that lie far away on the map (they look torn even where they are among `neighbours`),
    `false` ones are near on the map only. Words that the scene lacks are not marked.
    """

    frame: str
    words: Sequence[str]
    positions: NDArray[np.float32]
    colours: Categories | Scale | None = None
    ranks: NDArray[np.integer[Any]] | None = None
    query: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    torn: tuple[str, ...] = ()
    false: tuple[str, ...] = ()

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
    def word_set(self) -> frozenset[str]:
        return frozenset(self.words)

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


@dataclass(frozen=True, eq=False)
class Keyframes:
    """Several maps of a scene's words, to be played: `positions` float32 (k, n, 2 or 3), one a
    name. The map shows `start` at first."""

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

    def check(self, scene: MapScene) -> None:
        """Raise ValueError unless each keyframe has a position for each word of `scene`."""
        if self.positions.shape[1:] != scene.positions.shape:
            raise ValueError(
                f"keyframes of shape {self.positions.shape[1:]} for a scene of shape "
                f"{scene.positions.shape}; expected the same words and dimensions in both"
            )

    @cached_property
    def file(self) -> bytes:
        """Little-endian float32, keyframe by keyframe, each row by row."""
        return self.positions.astype("<f4", copy=False).tobytes()
