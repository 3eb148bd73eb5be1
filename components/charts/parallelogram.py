"""An analogy as a parallelogram: the offsets b - a and d - c as arrows in one plane."""

from typing import Any

import plotly.graph_objects as go

from components.charts import theme
from components.wording import hover
from models.maps.plane import OffsetPlane

Point = tuple[float, float]
Row = dict[Any, Any]  # of OffsetPlane.points: word, role, x, y, off_plane


def parallelogram(plane: OffsetPlane, *, expected: str = "") -> go.Figure:
    """Draw a, b, c (blue), the predicted point (cross), the answers (orange) and the expected
    answer (green). Solid arrows are the offset b - a, drawn at a and again at c; the dashed arrow
    is the offset that the expected word really has."""
    points = plane.points.to_dict("records")
    at = {point["role"]: (point["x"], point["y"]) for point in points}
    place = {point["word"]: (point["x"], point["y"]) for point in points}
    arrows = [
        _arrow(at["a"], at["b"], theme.ASKED, "solid"),
        _arrow(at["c"], plane.predicted, theme.ASKED, "solid"),
    ]
    if expected in place:
        arrows.append(_arrow(at["c"], place[expected], theme.EXPECTED, "dash"))
    answers = [p for p in points if p["role"] == "answer"]
    wrong = [p for p in answers if p["word"] != expected]
    right = [p for p in answers if p["word"] == expected]
    words = [
        _words([p for p in points if p["role"] in "ac"], theme.ASKED, "circle", "bottom center"),
        _words([p for p in points if p["role"] == "b"], theme.ASKED, "circle", "top center"),
        _words(wrong, theme.NEIGHBOUR, "diamond", "middle right"),
        _words(right, theme.EXPECTED, "star", "middle left"),
    ]
    return theme.figure(
        [*arrows, *words, _prediction(plane.predicted)],
        height=440,
        margin={"t": 28, "r": 24},
        xaxis=theme.axis("along c − a"),
        yaxis=theme.axis("across", scaleanchor="x", scaleratio=1),
    )


def _arrow(start: Point, end: Point, colour: str, dash: str) -> theme.Trace:
    head = {"symbol": "arrow", "size": [0, 14], "angleref": "previous", "color": colour}
    x, y = zip(start, end, strict=True)
    line = theme.line(x, y, colour, dash=dash, mode="lines+markers", hoverinfo="skip")
    return line | {"marker": head}


def _words(points: list[Row], colour: str, symbol: str, position: str) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [point["x"] for point in points],
        "y": [point["y"] for point in points],
        "mode": "markers+text",
        "marker": {"color": colour, "symbol": symbol, "size": 10},
        "text": [hover(point["word"]) for point in points],
        "textposition": position,
        "customdata": [point["off_plane"] for point in points],
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
