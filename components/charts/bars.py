"""Answers as horizontal bars, the best on top."""

import pandas as pd
import plotly.graph_objects as go

from components.charts import theme
from components.wording import cosine, hover


def answer_bars(
    answers: pd.DataFrame,
    *,
    value: str = "similarity",
    expected: str | None = None,
    shared: frozenset[str] | None = None,
    unit: str = "cosine",
) -> go.Figure:
    """Draw `answers` (word, and the column `value`) as bars.

    The `expected` answer is green. Where `shared` is given, words outside it (which the other side
    lacks) are hatched and vermilion. Bars begin at zero, as their ratio matters.
    """
    words = [str(word) for word in answers["word"]]
    values = answers[value].to_numpy()
    colours, hatches = [], []
    for word in words:
        alone = shared is not None and word not in shared
        colours.append(
            theme.EXPECTED if word == expected else theme.LOST if alone else theme.NEIGHBOUR
        )
        hatches.append("/" if alone else "")
    drawn = theme.figure(height=60 + 30 * max(1, len(words)), bottom=36)
    drawn.add_bar(
        x=values,
        y=list(range(len(words))),
        orientation="h",
        marker={"color": colours, "pattern": {"shape": hatches, "size": 5}},
        text=[cosine(float(number)) for number in values],
        textposition="outside",
        cliponaxis=False,
        customdata=[hover(word) for word in words],
        hovertemplate=f"<b>%{{customdata}}</b><br>{unit} %{{x:.3f}}<extra></extra>",
    )
    drawn.update_yaxes(
        tickvals=list(range(len(words))),
        ticktext=[hover(word) for word in words],
        autorange="reversed",
        showgrid=False,
    )
    longest = max((abs(float(number)) for number in values), default=1.0)
    lowest = min((float(number) for number in values), default=0.0)
    drawn.update_xaxes(title=unit, range=[min(0, 1.15 * lowest), 1.15 * longest])
    drawn.update_layout(bargap=0.25)
    return drawn
