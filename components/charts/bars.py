"""Answers as horizontal bars, the best on top."""

import pandas as pd
import plotly.graph_objects as go

from components.charts import theme
from components.wording import cosine, hover


def answer_bars(
    answers: pd.DataFrame,
    *,
    value: str = "similarity",
    expected: str = "",
    shared: frozenset[str] | None = None,
    unit: str = "cosine",
    reach: float | None = None,
) -> go.Figure:
    """Draw `answers` (word, and the column `value`) as bars.

    The `expected` answer is green. Where `shared` is given, words outside it (which the other side
    lacks) are hatched and vermilion. Bars begin at zero, as their ratio matters; `reach` is the
    largest value that two charts side by side have to hold.
    """
    words = [str(word) for word in answers["word"]]
    values = [float(number) for number in answers[value]]
    alone = [shared is not None and word not in shared for word in words]
    names = [hover(word) for word in words]
    places = list(range(len(words)))
    bars = {
        "type": "bar",
        "x": values,
        "y": places,
        "orientation": "h",
        "marker": {
            "color": [_colour(*pair, expected) for pair in zip(words, alone, strict=True)],
            "pattern": {"shape": ["/" if lone else "" for lone in alone], "size": 5},
        },
        "text": [cosine(number) for number in values],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": names,
        "hovertemplate": f"<b>%{{customdata}}</b><br>{unit} %{{x:.3f}}<extra></extra>",
    }
    ends = [min(0.0, *values, 0.0), max(reach or 0.0, *values, 0.0)]
    return theme.figure(
        [bars],
        height=60 + 30 * max(1, len(words)),
        xaxis={"title": {"text": unit}, "range": [1.18 * end for end in ends]},
        yaxis={
            "tickvals": places,
            "ticktext": names,
            "autorange": "reversed",
            "showgrid": False,
        },
        bargap=0.25,
    )


def _colour(word: str, alone: bool, expected: str) -> str:
    if word == expected:
        return theme.EXPECTED
    return theme.LOST if alone else theme.NEIGHBOUR
