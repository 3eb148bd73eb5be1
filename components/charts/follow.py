"""Ranks against dimensions kept: of the answer to an analogy, and of ten neighbours."""

from collections.abc import Mapping, Sequence
from math import inf, log, log10
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

import models
from components.charts import theme
from components.charts.dimension_axis import (
    SMALL,
    Name,
    dimension_axis,
    end_names,
    kept_label,
    name_margin,
)
from components.wording import count, hover
from models.quality.sweep.point import RAW

# Ten lines of one colour cannot be told apart: three shades of the neighbours' orange, the nearest
# three the broadest, and within a shade the shape of the markers.
_SHADES = ((theme.NEIGHBOUR, 3.4), ("#C98500", 2.2), ("#A66A00", 1.4))
_SHAPES = (("circle", "●"), ("square", "■"), ("triangle-up", "▲"), ("diamond", "◆"))
_LETTERS = 16  # of a neighbour's name at the end of its line
_RANK_TICKS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_HEIGHT, _TOP, _BOTTOM = 420, 24, 48


def rank_curve(
    ranks: NDArray[np.int64], *, kept: int, first_from: int | None, expected: str
) -> go.Figure:
    """Draw the rank of `expected` at each size, `ranks` (d,) for sizes 1 to d, rank 1 on top.

    The green area is where it is first and stays so: from `first_from` on, None for nowhere.
    """
    full = len(ranks)
    word = hover(models.shorten(expected, limit=30))
    sizes = list(range(1, full + 1))
    worst = max([2, *ranks.tolist()])
    line = {
        "type": "scatter",
        "x": sizes,
        "y": ranks.tolist(),
        "mode": "lines+markers",
        "line": {"color": theme.EXPECTED, "width": 2},
        "marker": {"size": 4},
        "hovertext": [
            f"<b>{word}</b> is number {count(rank)}<br>with {size} of {full} dimensions"
            for size, rank in zip(sizes, ranks.tolist(), strict=True)
        ],
        "hoverinfo": "text",
    }
    return theme.figure(
        [line],
        height=340,
        margin={"t": _TOP, "b": _BOTTOM, "r": 24},
        shapes=[*_first(first_from, full), theme.upright(kept)],
        annotations=[
            kept_label(kept, full, place=log10(kept)),
            *_first_label(first_from, full, kept),
        ],
        xaxis=dimension_axis(max(1, full), first=1),
        yaxis={
            "type": "log",
            "title": {"text": f"rank of {word}"},
            "tickvals": [tick for tick in _RANK_TICKS if tick <= worst],
            "ticktext": [count(tick) for tick in _RANK_TICKS if tick <= worst],
            "range": [log10(worst * 1.3), log10(0.75)],
        },
    )


def bump_chart(ranks: pd.DataFrame, *, word: str, kept: int, k: int = 10) -> go.Figure:
    """Draw the ranks of the `k` neighbours that `word` has at full dimension, at several sizes.

    Columns: word, dimension, rank and, where there is one, kind: rows of kind "raw" are the space
    as published and stand on the right, after the largest size. Sizes are at even steps; ranks
    beyond `k` share one row. Orange: among the `k` at the size kept (of the sizes shown, the
    nearest), the three nearest as published brightest and broadest; vermilion, dashed, crosses:
    not.
    """
    lines = _by_word(ranks)
    sizes = sorted({size for held in lines.values() for size in held})
    full = int(ranks["dimension"].max()) if len(ranks) else kept
    now = sizes[-1] if sizes and kept >= full else kept  # all dimensions are the space as it is
    place = _place(now, sizes)
    at = sizes[round(place)] if sizes else now
    told = _told(lines, word, k=k)
    traces, names = [], []
    for order, neighbour in enumerate(
        sorted(lines, key=lambda name: lines[name][max(lines[name])])
    ):
        held = lines[neighbour]
        look = _look(order, lost=held.get(at, k + 1) > k)
        traces.append(_neighbour(neighbour, held, sizes, look, told, k=k))
        names.append(_end(neighbour, held, look, k=k))
    traces.reverse()  # the nearest are drawn last, above the others
    return theme.figure(
        traces,
        height=_HEIGHT,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin([name.text for name in names])},
        shapes=[_beyond(k), theme.upright(place)],
        annotations=[
            kept_label(kept, full, place=place),
            *end_names(names, low=0.5, high=k + 1.5, pixels=_HEIGHT - _TOP - _BOTTOM),
        ],
        xaxis=_steps(sizes),
        yaxis={
            "title": {"text": f"rank beside {hover(models.shorten(word, limit=20))}"},
            "tickvals": list(range(1, k + 2)),
            "ticktext": [*(str(rank) for rank in range(1, k + 1)), f"beyond<br>{k}"],
            "range": [k + 1.5, 0.5],
            "showgrid": False,
        },
    )


def _first(first_from: int | None, full: int) -> list[theme.Trace]:
    if first_from is None:
        return []
    return [
        {
            "type": "rect",
            "x0": first_from,
            "x1": full * 1.06,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "fillcolor": theme.translucent(theme.EXPECTED),
            "line": {"width": 0},
            "layer": "below",
        }
    ]


def _first_label(first_from: int | None, full: int, kept: int) -> list[theme.Trace]:
    """Say where the area begins: in it, where rank 1 leaves room below, in the half where the mark
    of the size kept is not; where it is too narrow, left of it."""
    if first_from is None:
        return []
    inside = first_from < full**0.7
    right = inside and kept < (first_from * full) ** 0.5
    return [
        {
            "x": log10(full if right else first_from),
            "xanchor": "left" if inside and not right else "right",
            "xshift": 6 if inside and not right else -6,
            "y": 0.5 if inside else 0.03,
            "yref": "paper",
            "yanchor": "bottom",
            "align": "right",
            "text": f"first from<br>{first_from} on",
            "font": {"size": SMALL},
            "showarrow": False,
        }
    ]


def _by_word(ranks: pd.DataFrame) -> dict[str, dict[float, int]]:
    """Return each word's rank by size, sizes rising, the space as published as infinitely large."""
    kinds = ranks["kind"] if "kind" in ranks else [""] * len(ranks)
    rows = zip(ranks["word"], ranks["dimension"], ranks["rank"], kinds, strict=True)
    held: dict[str, dict[float, int]] = {}
    for word, size, rank, kind in rows:
        held.setdefault(str(word), {})[inf if kind == RAW else int(size)] = int(rank)
    return {word: dict(sorted(by_size.items())) for word, by_size in held.items()}


class _Look(NamedTuple):
    """How a neighbour's line is drawn; its marker as Plotly's symbol and as a character."""

    colour: str
    width: float
    dash: str
    symbol: str
    glyph: str


def _look(order: int, *, lost: bool) -> _Look:
    """The look of the neighbour that stands at `order`, from 0, in the space as published."""
    if lost:
        return _Look(theme.LOST, 1.6, "dash", "x", "✖")
    tier = min(order // 3, len(_SHADES) - 1)
    return _Look(*_SHADES[tier], "solid", *_SHAPES[(order - 3 * tier) % len(_SHAPES)])


def _told(
    lines: Mapping[str, Mapping[float, int]], word: str, *, k: int
) -> dict[tuple[float, int], str]:
    """Return what the pointer says by size and row: all who share the row beyond `k`."""
    there: dict[tuple[float, int], list[tuple[int, str]]] = {}
    for name, held in lines.items():
        for size, rank in held.items():
            there.setdefault((size, min(rank, k + 1)), []).append((rank, name))
    return {
        (size, row): "<br>".join(
            f"<b>{hover(name)}</b> is number {count(rank)}" for rank, name in sorted(members)
        )
        + f"<br>beside {hover(word)} "
        + ("as published" if size == inf else f"with {size:.0f} dimensions")
        for (size, row), members in there.items()
    }


def _neighbour(
    name: str,
    held: Mapping[float, int],
    sizes: Sequence[float],
    look: _Look,
    told: Mapping[tuple[float, int], str],
    *,
    k: int,
) -> theme.Trace:
    rows = {size: min(rank, k + 1) for size, rank in held.items()}
    return {
        "type": "scatter",
        "name": hover(name),
        "x": [sizes.index(size) for size in rows],
        "y": list(rows.values()),
        "mode": "lines+markers",
        "line": {"color": look.colour, "width": look.width, "dash": look.dash},
        "marker": {"size": 8, "symbol": look.symbol},
        "hovertext": [told[place] for place in rows.items()],
        "hoverinfo": "text",
    }


def _end(name: str, held: Mapping[float, int], look: _Look, *, k: int) -> Name:
    return Name(
        height=min(held[max(held)], k + 1),
        text=hover(models.shorten(name, limit=_LETTERS)),
        glyph=look.glyph,
        colour=look.colour,
    )


def _beyond(k: int) -> theme.Trace:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": k + 0.5,
        "y1": k + 1.5,
        "fillcolor": theme.translucent(theme.BASELINE, 0.12),
        "line": {"width": 0},
        "layer": "below",
    }


def _place(kept: float, sizes: Sequence[float]) -> float:
    """Where `kept` lies on the axis of even steps, between two sizes by their logarithms."""
    if kept in sizes:
        return float(sizes.index(kept))
    finite = [log(size) for size in sizes if size != inf]
    return float(np.interp(log(kept), finite, range(len(finite)))) if finite else 0.0


def _steps(sizes: Sequence[float]) -> dict[str, Any]:
    """Return an axis of even steps; where there are many, every second is written, and the last."""
    shown = range(len(sizes) - 1, -1, -1 if len(sizes) <= 8 else -2)
    return {
        "title": {"text": "dimensions kept"},
        "tickvals": list(shown),
        "ticktext": ["as is" if sizes[place] == inf else f"{sizes[place]:.0f}" for place in shown],
        "tickangle": 0,
        "range": [-0.4, max(0.4, len(sizes) - 0.6)],
    }
