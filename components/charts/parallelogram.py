"""An analogy as a parallelogram: two offsets as arrows in the plane of its parallelogram."""

from typing import NamedTuple

import plotly.graph_objects as go

from components.charts import theme
from components.wording import hover
from models.maps.plane import OffsetPlane

Point = tuple[float, float]


class _Placed(NamedTuple):
    """A row of OffsetPlane.points."""

    word: str
    role: str
    x: float
    y: float
    off_plane: float


def parallelogram(plane: OffsetPlane, *, expected: str = "") -> go.Figure:
    """Draw a, b, c (blue), the predicted point (cross), the answers (orange) and the expected
    answer (green). Solid arrows are the offset b - a, drawn at a and again at c; the dashed arrow
    is the offset that the expected word really has."""
    columns = (plane.points[name].tolist() for name in ("word", "role", "x", "y", "off_plane"))
    points = [_Placed(*row) for row in zip(*columns, strict=True)]
    answers = [point for point in points if point.role == "answer"]
    at = {point.role: (point.x, point.y) for point in points}
    place = {point.word: (point.x, point.y) for point in points}
    arrows = [
        _arrow(at["a"], at["b"], theme.ASKED, "solid"),
        _arrow(at["c"], plane.predicted, theme.ASKED, "solid"),
    ]
    if expected in place:
        arrows.append(_arrow(at["c"], place[expected], theme.EXPECTED, "dash"))
    below, above = ([p for p in points if p.role in roles] for roles in (("a", "c"), ("b",)))
    wrong, right = (
        [p for p in answers if (p.word == expected) is is_it] for is_it in (False, True)
    )
    words = [
        _words(below, theme.ASKED, "circle", "bottom center"),
        _words(above, theme.ASKED, "circle", "top center"),
        _words(wrong, theme.NEIGHBOUR, "diamond", "middle right"),
        _words(right, theme.EXPECTED, "star", "middle left"),
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


def _words(points: list[_Placed], colour: str, symbol: str, position: str) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [point.x for point in points],
        "y": [point.y for point in points],
        "mode": "markers+text",
        "marker": {"color": colour, "symbol": symbol, "size": 10},
        "text": [hover(point.word) for point in points],
        "textposition": position,
        "customdata": [point.off_plane for point in points],
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
