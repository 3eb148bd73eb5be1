"""The picture of an analogy: two offsets as arrows in the plane of its parallelogram."""

import pandas as pd
import plotly.graph_objects as go

from components.charts import theme
from components.wording import hover
from models.maps.plane import OffsetPlane

Point = tuple[float, float]


def parallelogram(plane: OffsetPlane, *, expected: str = "") -> go.Figure:
    """Draw a, b, c (blue), the predicted point (cross), the answers (orange) and the expected
    answer (green). Solid arrows are the offset b - a, drawn at a and again at c; the dashed arrow
    is the offset that the expected word really has."""
    points = plane.points
    role, answers = points["role"], points[points["role"] == "answer"]
    at = {role: (float(x), float(y)) for role, x, y in points[["role", "x", "y"]].values}
    place = {word: (float(x), float(y)) for word, x, y in points[["word", "x", "y"]].values}
    arrows = [
        _arrow(at["a"], at["b"], theme.ASKED, "solid"),
        _arrow(at["c"], plane.predicted, theme.ASKED, "solid"),
    ]
    if expected in place:
        arrows.append(_arrow(at["c"], place[expected], theme.EXPECTED, "dash"))
    right = answers["word"] == expected
    words = [
        _words(points[role.isin(["a", "c"])], theme.ASKED, "circle", "bottom center"),
        _words(points[role == "b"], theme.ASKED, "circle", "top center"),
        _words(answers[~right], theme.NEIGHBOUR, "diamond", "middle right"),
        _words(answers[right], theme.EXPECTED, "star", "middle left"),
    ]
    return theme.figure(
        [*arrows, *words, _prediction(plane.predicted)],
        height=440,
        margin={"t": 28, "r": 24},
        xaxis={"title": {"text": "along c − a"}},
        yaxis={"title": {"text": "across"}, "scaleanchor": "x", "scaleratio": 1},
    )


def _arrow(start: Point, end: Point, colour: str, dash: str) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [start[0], end[0]],
        "y": [start[1], end[1]],
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"symbol": "arrow", "size": [0, 14], "angleref": "previous", "color": colour},
        "hoverinfo": "skip",
    }


def _words(points: pd.DataFrame, colour: str, symbol: str, position: str) -> theme.Trace:
    return {
        "type": "scatter",
        "x": points["x"].to_numpy(),
        "y": points["y"].to_numpy(),
        "mode": "markers+text",
        "marker": {"color": colour, "symbol": symbol, "size": 10},
        "text": [hover(word) for word in points["word"]],
        "textposition": position,
        "customdata": points["off_plane"].to_numpy(),
        "hovertemplate": "<b>%{text}</b><br>%{customdata:.2f} off the plane<extra></extra>",
        "cliponaxis": False,
    }


def _prediction(point: Point) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [point[0]],
        "y": [point[1]],
        "mode": "markers+text",
        "marker": {"symbol": "x-thin", "size": 14, "line": {"width": 3, "color": theme.ASKED}},
        "text": ["b − a + c"],
        "textposition": "middle right",
        "hovertemplate": "where b − a + c points<extra></extra>",
        "cliponaxis": False,
    }
