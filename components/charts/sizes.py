"""Charts of a sweep over embedding_dim: quality by size, the advice of others, and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.charts import theme
from components.charts.dimension_axis import (
    Name,
    dimension_axis,
    end_names,
    log_range,
    name_margin,
)
from components.wording import count
from models.training.size_sweep import CUT, NESTED, TRAINED, Summary

NAMES = {
    TRAINED: "trained at this size",
    CUT: "the largest, cut by PCA",
    NESTED: "nested, first columns",
}
_SHORT = {TRAINED: "trained", CUT: "cut by PCA", NESTED: "nested"}
# As on the other pages: what was trained at its size is a diamond, PCA and first columns keep
# their colours.
_LOOK = {
    TRAINED: (theme.ASKED, "diamond-open", "◇", "solid"),
    CUT: (theme.METHODS["pca"], "circle", "●", "dash"),
    NESTED: (theme.METHODS["first"], "cross", "✚", "dot"),
}
_PLOT, _ROW, _TOP, _BOTTOM, _GAP = 300, 30, 16, 48, 26  # pixels
_COST = 210
_MOST_TICKS = 7


@dataclass(frozen=True)
class Advice:
    """A recommended size: `at`, a range from `low` to `high`, and a `wide` range around it or none.
    `measured` marks our own result; the others come from rules that train nothing."""

    name: str
    low: float
    high: float
    at: float | None = None
    wide: tuple[float, float] | None = None
    measured: bool = False


def size_curves(
    lines: Mapping[str, Mapping[int, Summary]],
    advice: Sequence[Advice],
    *,
    sizes: Sequence[int],
    unit: str,
    per_cent: bool = False,
    zero: bool = False,
) -> go.Figure:
    """Draw `lines`, the figures of each way by dimension: the mean, and a band from the lowest to
    the highest seed. Below, on the same axis of dimensions, a row each: `advice`. The axis holds
    all `sizes`, done or not, so that a sweep under way does not jump."""
    drawn = {kind: lines[kind] for kind in _LOOK if lines.get(kind)}
    summaries = [one for figures in drawn.values() for one in figures.values()]
    low, high = theme.padded((end for s in summaries for end in (s.least, s.most)), zero=zero)
    first, last = _ends(sizes, advice)
    height = _PLOT + _ROW * len(advice) + _GAP + _TOP + _BOTTOM
    inner = height - _TOP - _BOTTOM
    names = [
        Name(figures[max(figures)].mean, _SHORT[kind], _LOOK[kind][2], _LOOK[kind][0])
        for kind, figures in drawn.items()
    ]
    ends = end_names(names, low=low, high=high, pixels=_PLOT)
    traces = [trace for kind, figures in drawn.items() for trace in _band(kind, figures)]
    traces += [_line(kind, figures, per_cent=per_cent) for kind, figures in drawn.items()]
    traces += [trace for place, one in enumerate(advice) for trace in _advice(one, place)]
    return theme.figure(
        traces,
        height=height,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin(names, least=24)},
        annotations=[*ends, *_beyond(advice, first, last)],
        xaxis=_axis(sizes, first, last) | {"anchor": "y2"},
        yaxis=theme.axis(
            unit,
            domain=[1 - _PLOT / inner, 1],
            range=[low, high],
            tickformat=".1~%" if per_cent else ".2~f",
            nticks=7,
            zeroline=low < 0 < high,
        ),
        yaxis2=theme.axis(
            "",
            domain=[0, max(0.01, _ROW * len(advice) / inner)],
            range=[len(advice) - 0.5, -0.5],
            tickvals=list(range(len(advice))),
            ticktext=[one.name for one in advice],
            tickfont={"size": theme.SMALL},
            showgrid=False,
        ),
    )


def cost_curve(
    found: Mapping[int, Summary], *, sizes: Sequence[int], unit: str, factor: float = 1.0
) -> go.Figure:
    """Draw the cost of each size, from zero, as the ratio matters: the mean, and the least and most
    of single runs. Figures are multiplied by `factor` to be in `unit`."""
    line = dict(sorted(found.items()))
    means, least, most = (
        [factor * getattr(one, name) for one in line.values()] for name in ("mean", "least", "most")
    )
    trace = theme.line(
        line,
        means,
        theme.ASKED,
        width=2.2,
        mode="lines+markers",
        marker={"size": 7, "symbol": "diamond-open", "color": theme.ASKED},
        hovertext=[
            f"{count(size)} dimensions: {_short(mean)} {unit}"
            for size, mean in zip(line, means, strict=True)
        ],
        hoverinfo="text",
        error_y=theme.error_bars(means, least, most, thickness=1.2, width=3, color=theme.BASELINE),
    )
    top = max(most, default=1.0)
    return theme.figure(
        [trace] if line else [],
        height=_COST,
        margin={"t": _TOP, "r": 16},
        xaxis=dimension_axis(max(sizes), first=min(sizes), title="embedding_dim", few=True),
        yaxis=theme.axis(unit, range=[0, 1.08 * (top or 1.0)], nticks=5),
    )


def _ends(sizes: Sequence[int], advice: Sequence[Advice]) -> tuple[int, int]:
    """Return the first and last dimension of the axis: at most from half the smallest size trained
    to twice the largest, as the curves need room."""
    first, last = min(sizes), max(sizes)
    advised = [end for one in advice for end in (one.low, one.high, *(one.wide or ()))]
    lowest = min([first, *(int(end) for end in advised if end >= first / 2)])
    highest = max([last, *(int(end) for end in advised if end <= 2 * last)])
    return max(1, lowest), highest


def _axis(sizes: Sequence[int], first: int, last: int) -> dict[str, Any]:
    """Return the axis of dimensions, with ticks at the sizes trained where they are few."""
    axis = dimension_axis(last, first=first, title="embedding_dim")
    if len(sizes) > _MOST_TICKS:
        return axis
    return axis | {"tickvals": list(sizes), "ticktext": [str(size) for size in sizes]}


def _band(kind: str, figures: Mapping[int, Summary]) -> list[theme.Trace]:
    sure = {size: one for size, one in figures.items() if one.has_interval}
    if len(sure) < 2:
        return []
    least, most = [one.least for one in sure.values()], [one.most for one in sure.values()]
    return [theme.band(list(sure), least, most, theme.translucent(_LOOK[kind][0]))]


def _line(kind: str, figures: Mapping[int, Summary], *, per_cent: bool) -> theme.Trace:
    colour, symbol, _, dash = _LOOK[kind]
    width, size = (2.5, 10) if kind == TRAINED else (1.8, 7)
    outline = {"width": 2, "color": colour}
    return theme.line(
        figures,
        [one.mean for one in figures.values()],
        colour,
        width=width,
        dash=dash,
        name=NAMES[kind],
        mode="lines+markers",
        marker={"size": size, "symbol": symbol, "color": colour, "line": outline},
        hovertext=[_hover_text(kind, d, one, per_cent=per_cent) for d, one in figures.items()],
        hoverinfo="text",
    )


def _hover_text(kind: str, size: int, one: Summary, *, per_cent: bool) -> str:
    scale, style = (100, ".1f") if per_cent else (1, ".3f")
    unit = " %" if per_cent else ""
    lines = [f"<b>{count(size)} dimensions</b>, {NAMES[kind]}", f"{scale * one.mean:{style}}{unit}"]
    if one.has_interval:
        lines[1] += f" ({scale * one.low:{style}} to {scale * one.high:{style}})"
        lines.append(
            f"{one.seeds} seeds, {scale * one.least:{style}} to {scale * one.most:{style}}"
        )
    else:
        lines.append("one seed")
    return "<br>".join(lines).replace("-", "−")


def _advice(one: Advice, place: int) -> list[theme.Trace]:
    """Return a row below the curves: the wider range thin, the range thick, the size a marker."""
    colour = theme.ASKED if one.measured else theme.BASELINE
    row = {"yaxis": "y2", "hoverinfo": "text", "hovertext": _advice_text(one)}
    traces = [
        theme.line(ends, [place, place], theme.translucent(colour, 0.55), width=width, **row)
        for width, ends in ((3, one.wide), (9, (one.low, one.high)))
        if ends is not None and ends[0] < ends[1]
    ]
    if one.at is not None:
        symbol = "diamond" if one.measured else "circle"
        marker = {"size": 11, "symbol": symbol, "color": colour}
        point = {"type": "scatter", "mode": "markers", "x": [one.at], "y": [place]}
        traces.append(row | point | {"marker": marker})
    return traces


def _beyond(advice: Sequence[Advice], first: int, last: int) -> list[theme.Trace]:
    """Return a note in the row of each size that lies outside the axis."""
    ends = log_range(last, first=first)
    notes = []
    for place, one in enumerate(advice):
        low, high = one.wide or (one.low, one.high)
        if one.at is None or (low <= last and high >= first):
            continue
        right, size = one.at > last, count(round(one.at))
        notes.append(
            theme.note(
                f"{size} →" if right else f"← {size}",
                x=ends[right],
                xanchor="right" if right else "left",
                y=place,
                yref="y2",
            )
        )
    return notes


def _advice_text(one: Advice) -> str:
    parts = [] if one.at is None else [f"{count(round(one.at))} dimensions"]
    ranges = [(one.low, one.high)] if one.low < one.high else []
    ranges += [one.wide] if one.wide else []
    parts += [f"{count(round(low))} to {count(round(high))}" for low, high in ranges]
    return f"<b>{one.name}</b><br>" + "<br>".join(parts)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
