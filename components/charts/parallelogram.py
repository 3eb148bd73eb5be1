"""The picture of an analogy: two offsets as arrows in the plane of its parallelogram."""

import pandas as pd
import plotly.graph_objects as go

from components.charts import theme
from components.wording import hover
from models.maps.plane import OffsetPlane


def parallelogram(plane: OffsetPlane, *, expected: str = "") -> go.Figure:
    """Draw a, b, c (blue), the predicted point (cross), the answers (orange) and the expected
    answer (green). Solid arrows are the offset b - a, drawn at a and again at c; the dashed arrow
    is the offset that the expected word really has."""
    points = plane.points
    xy = {role: (float(x), float(y)) for role, x, y in points[["role", "x", "y"]].values}
    place = {word: (float(x), float(y)) for word, x, y in points[["word", "x", "y"]].values}
    drawn = theme.figure(height=440, bottom=40, top=28, right=24)
    _arrow(drawn, xy["a"], xy["b"], theme.ASKED, "solid")
    _arrow(drawn, xy["c"], plane.predicted, theme.ASKED, "solid")
    if expected in place:
        _arrow(drawn, xy["c"], place[expected], theme.EXPECTED, "dash")
    _words(drawn, points[points["role"].isin(["a", "c"])], theme.ASKED, "circle", "bottom center")
    _words(drawn, points[points["role"] == "b"], theme.ASKED, "circle", "top center")
    answers = points[points["role"] == "answer"]
    _words(drawn, answers[answers["word"] != expected], theme.NEIGHBOUR, "diamond", "middle right")
    _words(drawn, answers[answers["word"] == expected], theme.EXPECTED, "star", "middle left")
    drawn.add_scatter(
        x=[plane.predicted[0]],
        y=[plane.predicted[1]],
        mode="markers+text",
        marker={"symbol": "x-thin", "size": 14, "line": {"width": 3, "color": theme.ASKED}},
        text=["b − a + c"],
        textposition="middle right",
        textfont={"color": theme.ASKED},
        hovertemplate="where b − a + c points<extra></extra>",
        cliponaxis=False,
    )
    drawn.update_xaxes(title="along c − a", zeroline=False)
    drawn.update_yaxes(title="across", scaleanchor="x", scaleratio=1)
    return drawn


def _arrow(
    drawn: go.Figure, start: tuple[float, float], end: tuple[float, float], colour: str, dash: str
) -> None:
    drawn.add_scatter(
        x=[start[0], end[0]],
        y=[start[1], end[1]],
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"symbol": "arrow", "size": [0, 14], "angleref": "previous", "color": colour},
        hoverinfo="skip",
    )


def _words(drawn: go.Figure, points: pd.DataFrame, colour: str, symbol: str, position: str) -> None:
    drawn.add_scatter(
        x=points["x"],
        y=points["y"],
        mode="markers+text",
        marker={"color": colour, "symbol": symbol, "size": 10},
        text=[hover(word) for word in points["word"]],
        textposition=position,
        customdata=points["off_plane"],
        hovertemplate="<b>%{text}</b><br>%{customdata:.2f} off the plane<extra></extra>",
        cliponaxis=False,
    )
