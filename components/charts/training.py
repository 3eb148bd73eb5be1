"""Charts of a training run: figures by epoch, word frequencies, and how far vectors move."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.charts.dimension_axis import Name, coloured, end_names, name_margin
from components.wording import hover

_HEIGHT, _TOP, _BOTTOM = 260, 16, 44
_MOST_POINTS = 160  # of the frequency curve
_MARKED = 30  # epochs up to which every point is marked
_CLOSE = 0.15  # of the height: names of lines that end nearer would overlap
_MOVED = "words seen %{x:,.0f} times: moved by %{y:.3f}"
_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKS = (("circle", "●"), ("square", "■"), ("diamond", "◆"), ("cross", "✚"))


@dataclass(frozen=True)
class Line:
    """A named line: a value for each epoch, None where there is none, and its 95 % interval."""

    name: str
    epochs: tuple[int, ...]
    values: tuple[float | None, ...]
    colour: str
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    @property
    def known(self) -> list[tuple[int, float]]:
        """The epochs that have a value."""
        pairs = zip(self.epochs, self.values, strict=True)
        return [(epoch, value) for epoch, value in pairs if value is not None and isfinite(value)]


def by_epoch(
    lines: Sequence[Line],
    *,
    epochs: int,
    unit: str,
    level: tuple[float, str] | None = None,
    zero: bool = False,
) -> go.Figure:
    """Draw lines over the epochs 0 to `epochs`, the whole run, so that a live one does not jump.

    Each carries its name at its end, and a band where its interval is known. `level` is a dashed
    grey line with its name; the axis begins at zero where `zero` says that the ratio matters.
    """
    drawn = [line for line in lines if line.known]
    values = [value for line in drawn for _, value in line.known]
    values += [end for line in drawn for end in (*line.low, *line.high)]
    low, high = theme.padded([*values, level[0]] if level else values, zero=zero)
    names = [
        Name(line.known[-1][1], hover(line.name), _MARKS[i % 4][1], line.colour)
        for i, line in enumerate(drawn)
        if len(lines) > 1
    ]
    bands = [trace for line in drawn for trace in _band(line)]
    traces = [_line(line, i, unit) for i, line in enumerate(drawn)]
    shapes, notes = _level(level, epochs)
    return theme.figure(
        [*bands, *traces],
        height=_HEIGHT,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin(names, least=12)},
        shapes=shapes,
        annotations=[
            *notes,
            *end_names(names, low=low, high=high, pixels=_HEIGHT - _TOP - _BOTTOM),
        ],
        xaxis=theme.axis("epoch", range=[-0.2, epochs + 0.2], nticks=6),
        yaxis=theme.axis(
            unit, range=[low, high], tickformat=".2~f", nticks=6, zeroline=low < 0 < high
        ),
    )


def frequency_curve(counts: NDArray[np.int64]) -> go.Figure:
    """Draw how often the words of a text stand there, int64 (words,) falling, by their rank; both
    axes logarithmic, where a natural text is nearly straight (Zipf)."""
    most = len(counts)
    ranks = np.unique(np.geomspace(1, most, min(_MOST_POINTS, most)).astype(int))
    found = counts[ranks - 1]
    hovered = "rank %{x:,}: %{y:,} times<extra></extra>"
    return theme.figure(
        [theme.line(ranks.tolist(), found.tolist(), theme.ASKED, width=2.5, hovertemplate=hovered)],
        height=_HEIGHT,
        margin={"t": _TOP},
        xaxis=theme.axis("rank of the word", type="log", dtick=1),
        yaxis=theme.axis("times in the text", type="log", dtick=1),
    )


def change_bands(
    epochs: Sequence[int],
    quantiles: NDArray[np.float64],
    raw: Sequence[float],
    *,
    last: int,
) -> go.Figure:
    """Draw the distribution of a cosine an epoch: `quantiles` float64 (epochs, 5), 5, 25, 50, 75
    and 95 %, turned to fit; dotted, the median `raw`, as the numbers stand. 1 is no change."""
    columns = quantiles.T.tolist()
    blue = theme.ASKED
    return theme.figure(
        [
            theme.band(epochs, columns[0], columns[4], theme.translucent(blue, 0.15)),
            theme.band(epochs, columns[1], columns[3], theme.translucent(blue, 0.25)),
            theme.line(
                epochs,
                raw,
                theme.BASELINE,
                width=1.8,
                dash="dot",
                mode="lines+markers",
                marker={"size": 4, "symbol": "square"},
                hovertemplate="epoch %{x}: median %{y:.3f} as the numbers stand<extra></extra>",
            ),
            theme.line(
                epochs,
                columns[2],
                blue,
                width=2.5,
                mode="lines+markers",
                marker={"size": 6},
                hovertemplate="epoch %{x}: median %{y:.3f}, turned to fit<extra></extra>",
            ),
        ],
        height=_HEIGHT + 20,
        margin={"t": _TOP},
        xaxis=theme.axis("epoch", range=[0, last + 0.3], nticks=6),
        yaxis=theme.axis("cosine", range=[1.05 * min([0.0, *columns[0], *raw]), 1.05], nticks=6),
    )


def update_by_frequency(
    counts: Sequence[float], since_start: Sequence[float], since_last: Sequence[float]
) -> go.Figure:
    """Draw how far words moved, the length of the difference, by how often they stand in the text
    (a group of words a point, the most frequent first): since the beginning, and in an epoch."""
    high = 1.2 * (max([*since_start, *since_last, 0.0]) or 1.0)
    close = abs(since_start[0] - since_last[0]) <= _CLOSE * high
    traces, notes = [], []
    for place, (name, values, colour, below) in enumerate(
        (
            ("since the beginning", since_start, theme.ASKED, False),
            ("in this epoch", since_last, theme.NEIGHBOUR, close),
        )
    ):
        symbol, glyph = _MARKS[place]
        trace = theme.line(
            counts,
            values,
            colour,
            width=2.5,
            dash=_DASHES[place],
            name=name,
            mode="lines+markers",
            marker={"size": 7, "symbol": symbol},
            hovertemplate=f"{_MOVED} {name}<extra></extra>",
        )
        side = {"yanchor": "top", "yshift": -6} if below else {"yanchor": "bottom", "yshift": 6}
        start = {"x": log10(counts[0]), "y": values[0], "xanchor": "right"}
        traces.append(trace)
        notes.append(theme.note(f"{coloured(glyph, colour)} {name}", **start, **side))
    return theme.figure(
        traces,
        height=_HEIGHT + 20,
        margin={"t": _TOP},
        annotations=notes,
        xaxis=theme.axis("times in the text", type="log", nticks=5),
        yaxis=theme.axis("distance moved", range=[0, high], nticks=6),
    )


def _line(line: Line, place: int, unit: str) -> theme.Trace:
    name, known = hover(line.name), line.known
    return theme.line(
        [epoch for epoch, _ in known],
        [value for _, value in known],
        line.colour,
        width=2.2,
        dash=_DASHES[place % 4],
        name=name,
        mode="lines+markers" if len(known) <= _MARKED else "lines",
        marker={"size": 6, "symbol": _MARKS[place % 4][0]},
        hovertemplate=f"{name}, epoch %{{x}}: %{{y:.3f}} {unit}<extra></extra>",
    )


def _band(line: Line) -> list[theme.Trace]:
    known = [
        row
        for row in zip(line.epochs, line.low, line.high, strict=False)
        if isfinite(row[1]) and isfinite(row[2])
    ]
    if not known:
        return []
    epochs, low, high = (list(part) for part in zip(*known, strict=True))
    return [theme.band(epochs, low, high, theme.translucent(line.colour))]


def _level(
    level: tuple[float, str] | None, epochs: int
) -> tuple[list[theme.Trace], list[theme.Trace]]:
    if level is None:
        return [], []
    height, name = level
    dash = {"color": theme.BASELINE, "width": 1.5, "dash": "dash"}
    shape = {"type": "line", "x0": 0, "x1": epochs, "y0": height, "y1": height, "line": dash}
    return [shape], [theme.note(name, x=epochs, y=height, xanchor="right", yanchor="bottom")]
