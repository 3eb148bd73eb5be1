"""The faithfulness of a map: each measure beside its value for a random map."""

from typing import Any

import plotly.graph_objects as go

from components.charts import theme
from components.charts.dimension_axis import coloured
from models.maps.faithfulness import Faithfulness, Figure

_ROW, _FOOT = 46, 48  # pixels
TITLES = {  # in plain words before the term, short enough for a telephone
    "knn_overlap": "neighbours kept (kNN overlap)",
    "trustworthiness": "false ones from near by (trustworthiness)",
    "continuity": "torn ones still near by (continuity)",
    "triplets": "which of two is nearer (triplets)",
    "spearman": "order of distances (rank correlation)",
}


def trust_chart(found: Faithfulness) -> go.Figure:
    """Draw a row for each measure: this map as a dot with its 95 % interval, a random map as a
    hollow grey diamond, a dashed line between them, and the name above, which fits a telephone."""
    figures = found.figures
    rows = list(range(len(figures)))
    low = min(0.0, *(min(figure.value, figure.random) for figure in figures))
    return theme.figure(
        [
            *(_gap(figure, row) for row, figure in enumerate(figures)),
            _dots("a random map", [figure.random for figure in figures], rows, _RANDOM),
            _dots("this map", [figure.value for figure in figures], rows, _OWN)
            | {"error_x": _intervals(figures)},
        ],
        height=_ROW * len(figures) + _FOOT,
        margin={"l": 12, "t": 4, "b": _FOOT, "r": 16},
        annotations=[note for row, figure in enumerate(figures) for note in _names(row, figure)],
        xaxis=theme.axis(
            f"● this map   {coloured('◇ random', theme.BASELINE)}",
            range=[low - 0.02, 1.02],
            tickformat=".1~f",
        ),
        yaxis={"range": [len(figures) - 0.6, -0.75], "visible": False},
    )


_OWN = {"color": theme.ASKED, "size": 11}
_RANDOM = {"color": theme.BASELINE, "size": 10, "symbol": "diamond-open", "line": {"width": 2}}


def _gap(figure: Figure, row: int) -> theme.Trace:
    ends, grey = [figure.random, figure.value], theme.BASELINE
    return theme.line(ends, [row, row], grey, width=1.2, dash="dash", hoverinfo="skip")


def _dots(name: str, values: list[float], rows: list[int], marker: dict[str, Any]) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": values,
        "y": rows,
        "marker": marker,
        "hovertemplate": f"{name}: %{{x:.3~f}}<extra></extra>",
    }


def _intervals(figures: tuple[Figure, ...]) -> dict[str, Any]:
    """Return the 95 % intervals as error bars; an exact figure has none."""
    values = [figure.value for figure in figures]
    ends = [figure.interval or (figure.value, figure.value) for figure in figures]
    low, high = [low for low, _ in ends], [high for _, high in ends]
    return theme.error_bars(values, low, high, color=theme.ASKED, thickness=2, width=5)


def _names(row: int, figure: Figure) -> list[dict[str, Any]]:
    over = {"xref": "paper", "y": row, "yshift": 15}
    return [
        theme.note(TITLES[figure.name], x=0, xanchor="left", **over),
        theme.note(f"{figure.value:.3f}", x=1, xanchor="right", **over),
    ]
