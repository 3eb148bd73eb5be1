"""Charts of a training run: figures by epoch, the frequency curve of its text, and how far rows
move."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.charts.dimension_axis import SMALL, Name, end_names, name_margin
from components.wording import hover

_HEIGHT, _TOP, _BOTTOM = 260, 16, 44
_MOST_POINTS = 160  # of the frequency curve
_MARKED = 30  # epochs up to which every point is marked
_CLOSE = 0.15  # of the height: names of lines that end nearer would overlap
_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKS = (("circle", "●"), ("square", "■"), ("diamond", "◆"), ("cross", "✚"))


@dataclass(frozen=True)
class Line:
    """A named line: a value an epoch, None where there is none, and its 95 % interval if known."""

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
    low, high = _reach(drawn, level, zero=zero)
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
        margin={
            "t": _TOP,
            "b": _BOTTOM,
            "r": name_margin([name.text for name in names]) if names else 12,
        },
        shapes=shapes,
        annotations=[
            *notes,
            *end_names(names, low=low, high=high, pixels=_HEIGHT - _TOP - _BOTTOM),
        ],
        xaxis={"title": {"text": "epoch"}, "range": [-0.2, epochs + 0.2], "nticks": 6},
        yaxis={
            "title": {"text": unit},
            "range": [low, high],
            "tickformat": ".2~f",
            "nticks": 6,
            "zeroline": low < 0 < high,
            "zerolinecolor": theme.BASELINE,
        },
    )


def frequency_curve(counts: NDArray[np.int64]) -> go.Figure:
    """Draw how often the words of a text stand there, int64 (words,) falling, by their rank; both
    axes logarithmic, where a natural text is nearly straight (Zipf)."""
    most = len(counts)
    ranks = np.unique(np.geomspace(1, most, min(_MOST_POINTS, most)).astype(int))
    found = counts[ranks - 1]
    return theme.figure(
        [
            {
                "type": "scatter",
                "x": ranks.tolist(),
                "y": found.tolist(),
                "mode": "lines",
                "line": {"color": theme.ASKED, "width": 2.5},
                "hovertemplate": "rank %{x:,}: %{y:,} times<extra></extra>",
            }
        ],
        height=_HEIGHT,
        margin={"t": _TOP},
        xaxis={"type": "log", "title": {"text": "rank of the word"}, "dtick": 1},
        yaxis={"type": "log", "title": {"text": "times in the text"}, "dtick": 1},
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
    there = list(epochs)
    line = {"type": "scatter", "x": there, "mode": "lines+markers"}
    bands = [
        theme.band(there, quantiles[:, low].tolist(), quantiles[:, high].tolist(), colour)
        for low, high, colour in (
            (0, 4, theme.translucent(theme.ASKED, 0.15)),
            (1, 3, theme.translucent(theme.ASKED, 0.25)),
        )
    ]
    least = min([0.0, *quantiles[:, 0].tolist(), *raw])
    return theme.figure(
        [
            *bands,
            line
            | {
                "y": list(raw),
                "line": {"color": theme.BASELINE, "width": 1.8, "dash": "dot"},
                "marker": {"size": 4, "symbol": "square"},
                "hovertemplate": "epoch %{x}: median %{y:.3f} as the numbers stand<extra></extra>",
            },
            line
            | {
                "y": quantiles[:, 2].tolist(),
                "line": {"color": theme.ASKED, "width": 2.5},
                "marker": {"size": 6},
                "hovertemplate": "epoch %{x}: median %{y:.3f}, turned to fit<extra></extra>",
            },
        ],
        height=_HEIGHT + 20,
        margin={"t": _TOP},
        xaxis={"title": {"text": "epoch"}, "range": [0, last + 0.3], "nticks": 6},
        yaxis={"title": {"text": "cosine"}, "range": [1.05 * least, 1.05], "nticks": 6},
    )


def update_by_frequency(
    counts: Sequence[float], since_start: Sequence[float], since_last: Sequence[float]
) -> go.Figure:
    """Draw how far words moved, the length of the difference, by how often they stand in the text
    (a group of words a point, the most frequent first): since the beginning, and in an epoch."""
    high = 1.2 * (max([*since_start, *since_last, 0.0]) or 1.0)
    lines = (
        ("since the beginning", list(since_start), theme.ASKED),
        ("in this epoch", list(since_last), theme.NEIGHBOUR),
    )
    apart = abs(since_start[0] - since_last[0]) > _CLOSE * high
    return theme.figure(
        [
            {
                "type": "scatter",
                "name": name,
                "x": list(counts),
                "y": values,
                "mode": "lines+markers",
                "line": {"color": colour, "width": 2.5, "dash": _DASHES[place]},
                "marker": {"size": 7, "symbol": _MARKS[place][0]},
                "hovertemplate": "words seen %{x:,.0f} times: moved by %{y:.3f} "
                f"{name}<extra></extra>",
            }
            for place, (name, values, colour) in enumerate(lines)
        ],
        height=_HEIGHT + 20,
        margin={"t": _TOP},
        annotations=[
            {
                "x": log10(counts[0]),
                "y": values[0],
                "xanchor": "right",
                "yanchor": "top" if place and not apart else "bottom",
                "yshift": -6 if place and not apart else 6,
                "text": f'<span style="color:{colour}">{_MARKS[place][1]}</span> {name}',
                "font": {"size": SMALL},
                "showarrow": False,
            }
            for place, (name, values, colour) in enumerate(lines)
        ],
        xaxis={"type": "log", "title": {"text": "times in the text"}, "nticks": 5},
        yaxis={"title": {"text": "distance moved"}, "range": [0, high], "nticks": 6},
    )


def _line(line: Line, place: int, unit: str) -> theme.Trace:
    there = line.known
    return {
        "type": "scatter",
        "name": hover(line.name),
        "x": [epoch for epoch, _ in there],
        "y": [value for _, value in there],
        "mode": "lines+markers" if len(there) <= _MARKED else "lines",
        "line": {"color": line.colour, "width": 2.2, "dash": _DASHES[place % 4]},
        "marker": {"size": 6, "symbol": _MARKS[place % 4][0]},
        "hovertemplate": f"{hover(line.name)}, epoch %{{x}}: %{{y:.3f}} {unit}<extra></extra>",
    }


def _band(line: Line) -> list[theme.Trace]:
    sure = [
        (epoch, low, high)
        for epoch, low, high in zip(line.epochs, line.low, line.high, strict=False)
        if isfinite(low) and isfinite(high)
    ]
    if not sure:
        return []
    there, low, high = (list(part) for part in zip(*sure, strict=True))
    return [theme.band(there, low, high, theme.translucent(line.colour))]


def _reach(
    lines: Sequence[Line], level: tuple[float, str] | None, *, zero: bool
) -> tuple[float, float]:
    found = [value for line in lines for _, value in line.known]
    found += [v for line in lines for v in (*line.low, *line.high) if isfinite(v)]
    return theme.padded([*found, level[0]] if level else found, zero=zero)


def _level(
    level: tuple[float, str] | None, epochs: int
) -> tuple[list[theme.Trace], list[theme.Trace]]:
    if level is None:
        return [], []
    height, name = level
    dash = {"color": theme.BASELINE, "width": 1.5, "dash": "dash"}
    shape = {"type": "line", "x0": 0, "x1": epochs, "y0": height, "y1": height, "line": dash}
    note = {
        "x": epochs,
        "y": height,
        "xanchor": "right",
        "yanchor": "bottom",
        "text": name,
        "font": {"size": SMALL},
        "showarrow": False,
    }
    return [shape], [note]
