"""Bar charts: the answers to a question, and how many neighbours two spaces share."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.wording import cosine, hover

_NEAR = 0.25  # of the width: two names would stand on one another


def answer_bars(
    answers: pd.DataFrame,
    *,
    value: str = "similarity",
    expected: str = "",
    shared: frozenset[str] | None = None,
    unit: str = "cosine",
) -> go.Figure:
    """Draw `answers` (word, and the column `value`) as bars.

    The `expected` answer is green. Where `shared` is given, words outside it (which the other side
    lacks) are hatched and vermilion. Bars begin at zero, as their ratio matters.
    """
    words = [str(word) for word in answers["word"]]
    values = [float(number) for number in answers[value]]
    alone = [shared is not None and word not in shared for word in words]
    colours = [theme.LOST if lone else theme.NEIGHBOUR for lone in alone]
    if expected in words:
        colours[words.index(expected)] = theme.EXPECTED
    names = [hover(word) for word in words]
    places = list(range(len(words)))
    bars = {
        "type": "bar",
        "x": values,
        "y": places,
        "orientation": "h",
        "marker": {
            "color": colours,
            "pattern": {"shape": ["/" if lone else "" for lone in alone], "size": 5},
        },
        "text": [cosine(number) for number in values],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": names,
        "hovertemplate": f"<b>%{{customdata}}</b><br>{unit} %{{x:.3f}}<extra></extra>",
    }
    ends = min([0.0, *values]), max([0.0, *values])
    return theme.figure(
        [bars],
        height=60 + 30 * max(1, len(words)),
        xaxis=theme.axis(unit, range=[1.18 * end for end in ends]),
        yaxis=theme.axis("", tickvals=places, ticktext=names, autorange="reversed", showgrid=False),
        bargap=0.25,
    )


def agreement_chart(shared: NDArray[np.integer], *, k: int, chance: float) -> go.Figure:
    """Draw how many words share how many of their `k` neighbours (`shared` (words,)), the mean
    (blue) and how many neighbours drawn at random would be shared (grey, dashed)."""
    counts = np.bincount(shared, minlength=k + 1)
    mean = float(shared.mean()) if len(shared) else 0.0
    bars = {
        "type": "bar",
        "x": np.arange(k + 1),
        "y": counts / max(len(shared), 1),
        "width": 0.9,
        "marker": {"color": theme.NEIGHBOUR},
        "customdata": counts,
        "hovertemplate": f"%{{x}} of {k}: %{{customdata:,}} words, %{{y:.1%}}<extra></extra>",
    }
    marks = [
        (mean, f"mean {mean:.1f}", theme.ASKED, "solid"),
        (chance, f"by chance {chance:.2g}", theme.BASELINE, "dash"),
    ]
    named = marks if mean - chance > _NEAR * k else marks[:1]
    over = {"y": 1.0, "yref": "paper", "yanchor": "bottom", "xanchor": "left", "font": {}}
    return theme.figure(
        [bars],
        height=340,
        margin={"t": 30},
        shapes=[
            theme.upright(at) | {"line": {"color": colour, "width": 2, "dash": dash}}
            for at, _, colour, dash in marks
        ],
        annotations=[theme.note(name, x=at, **over) for at, name, _, _ in named],
        xaxis=theme.axis(f"of {k} neighbours in common", range=[-0.6, k + 0.6]),
        yaxis=theme.axis("share of words", tickformat=".0%", rangemode="tozero"),
    )
