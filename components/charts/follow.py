"""Rank against dimensions kept: the answer to an analogy, and the ten neighbours of a word."""

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
    line = theme.line(
        sizes,
        ranks.tolist(),
        theme.EXPECTED,
        mode="lines+markers",
        marker={"size": 4},
        hovertext=[
            f"<b>{word}</b> is number {count(rank)}<br>with {size} of {full} dimensions"
            for size, rank in zip(sizes, ranks.tolist(), strict=True)
        ],
        hoverinfo="text",
    )
    shapes, notes = [theme.upright(kept)], [kept_label(kept, full, place=log10(kept))]
    if first_from is not None:
        green = theme.translucent(theme.EXPECTED)
        ends = {"x0": first_from, "x1": full * 1.06, "y0": 0, "y1": 1, "yref": "paper"}
        shapes.insert(0, theme.area(green, **ends))
        notes.append(_first_label(first_from, full, kept))
    ticks = [tick for tick in _RANK_TICKS if tick <= worst]
    return theme.figure(
        [line],
        height=340,
        margin={"t": _TOP, "b": _BOTTOM, "r": 24},
        shapes=shapes,
        annotations=notes,
        xaxis=dimension_axis(full, first=1),
        yaxis=theme.axis(
            f"rank of {word}",
            type="log",
            tickvals=ticks,
            ticktext=[count(tick) for tick in ticks],
            range=[log10(worst * 1.3), log10(0.75)],
        ),
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
    sizes = sorted({size for by_size in lines.values() for size in by_size})
    full = int(ranks["dimension"].max()) if len(ranks) else kept
    now = sizes[-1] if sizes and kept >= full else kept  # all dimensions are the space as it is
    place = _place(now, sizes)
    at = sizes[round(place)] if sizes else now
    texts = _hover_texts(lines, word, k=k)
    traces, names = [], []
    for order, neighbour in enumerate(
        sorted(lines, key=lambda name: lines[name][max(lines[name])])
    ):
        by_size = lines[neighbour]
        look = _look(order, lost=by_size.get(at, k + 1) > k)
        rows = {size: min(rank, k + 1) for size, rank in by_size.items()}
        traces.append(
            theme.line(
                [sizes.index(size) for size in rows],
                rows.values(),
                look.colour,
                width=look.width,
                dash=look.dash,
                name=hover(neighbour),
                mode="lines+markers",
                marker={"size": 8, "symbol": look.symbol},
                hovertext=[texts[place] for place in rows.items()],
                hoverinfo="text",
            )
        )
        end = hover(models.shorten(neighbour, limit=_LETTERS))
        names.append(Name(rows[max(rows)], end, look.glyph, look.colour))
    traces.reverse()  # the nearest are drawn last, above the others
    beyond = {"xref": "paper", "x0": 0, "x1": 1, "y0": k + 0.5, "y1": k + 1.5}
    return theme.figure(
        traces,
        height=_HEIGHT,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin(names)},
        shapes=[
            theme.area(theme.translucent(theme.BASELINE, 0.12), **beyond),
            theme.upright(place),
        ],
        annotations=[
            kept_label(kept, full, place=place),
            *end_names(names, low=0.5, high=k + 1.5, pixels=_HEIGHT - _TOP - _BOTTOM),
        ],
        xaxis=_steps(sizes),
        yaxis=theme.axis(
            f"rank beside {hover(models.shorten(word, limit=20))}",
            tickvals=list(range(1, k + 2)),
            ticktext=[*(str(rank) for rank in range(1, k + 1)), f"beyond<br>{k}"],
            range=[k + 1.5, 0.5],
            showgrid=False,
        ),
    )


def _first_label(first_from: int, full: int, kept: int) -> dict[str, Any]:
    """Return the label of the green area: in the area, in the half where the mark of the size kept
    is not; left of the area where that is too narrow."""
    inside = first_from < full**0.7
    right = inside and kept < (first_from * full) ** 0.5
    return theme.note(
        f"first from<br>{first_from} on",
        x=log10(full if right else first_from),
        xanchor="left" if inside and not right else "right",
        xshift=6 if inside and not right else -6,
        y=0.5 if inside else 0.03,
        yref="paper",
        yanchor="bottom",
        align="right",
    )


def _by_word(ranks: pd.DataFrame) -> dict[str, dict[float, int]]:
    """Return each word's rank by size, sizes rising, the space as published as infinitely large."""
    lines: dict[str, dict[float, int]] = {}
    for row in ranks.to_dict("records"):
        size = inf if row.get("kind") == RAW else int(row["dimension"])
        lines.setdefault(str(row["word"]), {})[size] = int(row["rank"])
    return {word: dict(sorted(by_size.items())) for word, by_size in lines.items()}


class _Look(NamedTuple):
    """How a neighbour's line is drawn; its marker as Plotly's symbol and as a character."""

    colour: str
    width: float
    dash: str
    symbol: str
    glyph: str


def _look(order: int, *, lost: bool) -> _Look:
    """Return the look of the neighbour number `order`, from 0, of the space as published."""
    if lost:
        return _Look(theme.LOST, 1.6, "dash", "x", "✖")
    tier = min(order // 3, len(_SHADES) - 1)
    return _Look(*_SHADES[tier], "solid", *_SHAPES[(order - 3 * tier) % len(_SHAPES)])


def _hover_texts(
    lines: Mapping[str, Mapping[float, int]], word: str, *, k: int
) -> dict[tuple[float, int], str]:
    """Return the hover texts by size and row; that of the row beyond `k` names all words in it."""
    there: dict[tuple[float, int], list[tuple[int, str]]] = {}
    for name, by_size in lines.items():
        for size, rank in by_size.items():
            there.setdefault((size, min(rank, k + 1)), []).append((rank, name))
    return {
        (size, row): "<br>".join(
            f"<b>{hover(name)}</b> is number {count(rank)}" for rank, name in sorted(members)
        )
        + f"<br>beside {hover(word)} "
        + ("as published" if size == inf else f"with {size:.0f} dimensions")
        for (size, row), members in there.items()
    }


def _place(kept: float, sizes: Sequence[float]) -> float:
    """Return the position of `kept` on the axis of even steps, between two sizes by logarithm."""
    if kept in sizes:
        return float(sizes.index(kept))
    finite = [log(size) for size in sizes if size != inf]
    return float(np.interp(log(kept), finite, range(len(finite)))) if finite else 0.0


def _steps(sizes: Sequence[float]) -> dict[str, Any]:
    """Return an axis of even steps; where there are many, every second is written, and the last."""
    shown = range(len(sizes) - 1, -1, -1 if len(sizes) <= 8 else -2)
    return theme.axis(
        "dimensions kept",
        tickvals=list(shown),
        ticktext=["as is" if sizes[place] == inf else f"{sizes[place]:.0f}" for place in shown],
        tickangle=0,
        range=[-0.4, max(0.4, len(sizes) - 0.6)],
    )
