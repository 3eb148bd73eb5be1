"""The axis of dimensions, the label of the size kept, and names at the ends of lines."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.charts import theme
from components.wording import count

_TICKS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_LINE = 16  # pixels that a name needs from the next
_PHONE, _DIGIT = 190, 8  # pixels: the width of a plot on a telephone, of a digit beside an axis
_WORDS = 0.6  # of the width: what words on a level line may take on a telephone
_LETTER, _BROAD, _FULL = 6.4, 10.5, 13  # pixels of a letter of 12 pixels; of m and w; of Chinese


@dataclass(frozen=True)
class Name:
    """The name at the right end of a line, at `height`, after the line's marker in its colour."""

    height: float
    text: str
    glyph: str
    colour: str


def dimension_axis(
    full: int, *, first: int = 2, title: str = "dimensions kept", few: bool = False
) -> dict[str, Any]:
    """Return a logarithmic axis from `first` to `full` dimensions, ticks at round numbers; `few`
    for a panel that has room for no more than three."""
    ticks = sorted({first, *_middle(first, full), full}) if few else _legible(first, full)
    return theme.axis(
        title,
        type="log",
        tickvals=ticks,
        ticktext=[str(tick) for tick in ticks],
        tickangle=0,
        range=list(log_range(full, first=first)),
    )


def log_range(full: int, *, first: int = 2) -> tuple[float, float]:
    """Return the ends of a logarithmic axis, in powers of ten."""
    return math.log10(first / 1.06), math.log10(full * 1.06)


def _legible(first: int, full: int) -> list[int]:
    """The round numbers that do not run into each other on a telephone, and the last."""
    decade = _PHONE / math.log10(max(1.1, full / first))
    ticks: list[int] = []
    for tick in [each for each in _TICKS if first <= each < full]:
        if _apart(tick, full, decade) and (not ticks or _apart(ticks[-1], tick, decade)):
            ticks.append(tick)
    return [*ticks, full]


def _apart(one: int, other: int, decade: float) -> bool:
    written = _DIGIT * (len(str(one)) + len(str(other))) / 2
    return decade * math.log10(other / one) >= written + 0.5 * _DIGIT


def _middle(first: int, full: int) -> list[int]:
    """The power of ten nearest to the middle of the axis, where it stands clear of both ends."""
    middle, third = math.sqrt(first * full), (full / first) ** 0.3
    clear = [ten for ten in (10, 100, 1000) if first * third <= ten <= full / third]
    return sorted(clear, key=lambda ten: abs(math.log(ten / middle)))[:1]


def kept_label(kept: int, full: int, *, place: float) -> dict[str, Any]:
    """Return the words over the dotted upright; `place` in the units of the axis (an annotation on
    a logarithmic axis stands at a power of ten)."""
    return theme.note(
        f"{count(kept)} kept" if kept < full else f"all {count(full)} kept",
        x=place,
        xanchor="right" if kept > 0.7 * full else "center",  # else it is cut at the edge
        y=1,
        yref="paper",
        yanchor="bottom",
    )


def end_names(names: Sequence[Name], *, low: float, high: float, pixels: int) -> list[theme.Trace]:
    """Write `names` right of a plot that is `pixels` high and shows `low` to `high`; those that
    would overlap are moved apart; the glyph shows which line each belongs to."""
    heights = spread(
        [name.height for name in names], gap=_LINE * (high - low) / pixels, low=low, high=high
    )
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "align": "left"}
    return [
        theme.note(f"{coloured(name.glyph, name.colour)} {name.text}", y=height, **place)
        for height, name in zip(heights, names, strict=True)
    ]


def coloured(text: str, colour: str) -> str:
    """Return `text` in a colour, as HTML for a label."""
    return f'<span style="color:{colour}">{text}</span>'


def name_margin(names: Sequence[Name], *, least: int = 30) -> int:
    """Return the right margin, in pixels, that the broadest name needs; `least` without names."""
    return max((30 + int(sum(map(_width, name.text))) for name in names), default=least)


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    return _BROAD if letter in "mwMW" else _LETTER


def clear_place(
    level: float,
    lines: Sequence[Sequence[tuple[float, float]]],
    *,
    ends: tuple[float, float],
    reach: tuple[float, float],
    pixels: int,
) -> dict[str, Any]:
    """Return a place for the name of a level line that none of `lines`, (dimension, height) each,
    crosses: over or under it, on the left or on the right, else under all lines on the right.

    `ends` are the first and last dimension of the logarithmic axis, `reach` the lowest and highest
    value of a plot `pixels` high.
    """
    start, stop = (math.log10(end) for end in ends)
    width, need = _WORDS * (stop - start), 1.3 * _LINE * (reach[1] - reach[0]) / pixels
    left = {"x": start, "xanchor": "left", "xshift": 4}
    right = {"x": stop, "xanchor": "right", "xshift": -4}
    on_the_left = _heights(lines, start, start + width)
    on_the_right = _heights(lines, stop - width, stop)
    for side, heights in ((left, on_the_left), (right, on_the_right)):
        for low, anchor in ((level, "bottom"), (level - need, "top")):
            inside = reach[0] <= low and low + need <= reach[1]
            if inside and not any(low <= height <= low + need for height in heights):
                return side | {"y": level, "yanchor": anchor}
    below = min([level, *on_the_right]) - 0.2 * need
    return right | {"y": max(below, reach[0] + need), "yanchor": "top"}


def _heights(
    lines: Sequence[Sequence[tuple[float, float]]], start: float, stop: float
) -> list[float]:
    """Return heights of `lines` between two powers of ten: at even steps, and at their points."""
    steps = np.linspace(start, stop, 24)
    found: list[float] = []
    for line in filter(None, lines):
        sizes, heights = np.log10([size for size, _ in line]), [height for _, height in line]
        along = steps[(sizes[0] <= steps) & (steps <= sizes[-1])]
        places = [*along, *sizes[(start <= sizes) & (sizes <= stop)]]
        found += np.interp(places, sizes, heights).tolist()
    return found


def spread(heights: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return `heights` moved apart as little as possible, so that any two are `gap` apart and all
    lie between `low` and `high` where there is room."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    groups: list[list[float]] = []  # each: its lowest height and how many it holds
    for place in order:
        groups.append([heights[place], 1])
        while len(groups) > 1 and groups[-1][0] < groups[-2][0] + gap * groups[-2][1]:
            start, size = groups.pop()
            below, fewer = groups[-1]
            centred = (fewer * below + size * (start - gap * fewer)) / (fewer + size)
            groups[-1] = [centred, fewer + size]
    moved = [start + gap * step for start, size in groups for step in range(int(size))]
    for step in range(len(moved)):
        moved[step] = max(moved[step], low + gap * step)
    for step in range(len(moved)):
        moved[-1 - step] = min(moved[-1 - step], high - gap * step)
    back = dict(zip(order, moved, strict=True))
    return [back[place] for place in range(len(heights))]
