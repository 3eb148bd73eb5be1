"""The faithfulness of a map: each figure beside that of a random map."""

from typing import Any

import plotly.graph_objects as go

from components.charts import theme
from components.charts.dimension_axis import SMALL
from models.maps.faithfulness import Faithfulness, Figure

_ROW, _FOOT = 46, 48  # pixels
TITLES = {  # in plain words before the term, short enough for a telephone
    "knn_overlap": "neighbours kept (kNN overlap)",
    "trustworthiness": "false ones from near by (trustworthiness)",
    "continuity": "torn ones still near by (continuity)",
    "triplets": "which of two is nearer (triplets)",
    "spearman": "order of distances (rank correlation)",
}
_LOOSE = {"xref": "paper", "font": {"size": SMALL}, "showarrow": False, "yshift": 15}


def trust_chart(found: Faithfulness) -> go.Figure:
    """Draw a row a figure: this map as a dot with its 95 % interval, a random map as a hollow grey
    diamond, and a dashed line between them; a name over each row, which fits a telephone."""
    figures = found.figures
    rows = list(range(len(figures)))
    low = min(0.0, *(min(figure.value, figure.random) for figure in figures))
    return theme.figure(
        [
            *(_way(figure, row) for row, figure in enumerate(figures)),
            _dots("a random map", [figure.random for figure in figures], rows, _RANDOM),
            _dots("this map", [figure.value for figure in figures], rows, _OWN)
            | {"error_x": _intervals(figures)},
        ],
        height=_ROW * len(figures) + _FOOT,
        margin={"l": 12, "t": 4, "b": _FOOT, "r": 16},
        annotations=[note for row, figure in enumerate(figures) for note in _names(row, figure)],
        xaxis={
            "title": {"text": f"● this map   <span style='color:{theme.BASELINE}'>◇ random</span>"},
            "range": [low - 0.02, 1.02],
            "tickformat": ".1~f",
        },
        yaxis={"range": [len(figures) - 0.6, -0.75], "visible": False},
    )


_OWN = {"color": theme.ASKED, "size": 11}
_RANDOM = {"color": theme.BASELINE, "size": 10, "symbol": "diamond-open", "line": {"width": 2}}


def _way(figure: Figure, row: int) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [figure.random, figure.value],
        "y": [row, row],
        "line": {"color": theme.BASELINE, "width": 1.2, "dash": "dash"},
        "hoverinfo": "skip",
    }


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
    """Half as wide on either side as the interval is, and nothing for an exact figure."""
    ends = [figure.interval or (figure.value, figure.value) for figure in figures]
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - figure.value for figure, (_, high) in zip(figures, ends, strict=True)],
        "arrayminus": [figure.value - low for figure, (low, _) in zip(figures, ends, strict=True)],
        "color": theme.ASKED,
        "thickness": 2,
        "width": 5,
    }


def _names(row: int, figure: Figure) -> list[dict[str, Any]]:
    return [
        _LOOSE | {"x": 0, "xanchor": "left", "y": row, "text": TITLES[figure.name]},
        _LOOSE | {"x": 1, "xanchor": "right", "y": row, "text": f"{figure.value:.3f}"},
    ]
