"""How two spaces agree, word by word: the distribution of shared neighbours."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme

_NEAR = 0.25  # of the width: two names would stand on one another


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
    marks = [(mean, f"mean {mean:.1f}", theme.ASKED, "solid")]
    marks.append((chance, f"by chance {chance:.2g}", theme.BASELINE, "dash"))
    named = marks if mean - chance > _NEAR * k else marks[:1]
    return theme.figure(
        [bars],
        height=340,
        margin={"t": 30},
        shapes=[
            theme.upright(at) | {"line": {"color": colour, "width": 2, "dash": dash}}
            for at, _, colour, dash in marks
        ],
        annotations=[
            {
                "x": at,
                "y": 1.0,
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "left",
                "text": name,
                "showarrow": False,
            }
            for at, name, _, _ in named
        ],
        xaxis={"title": {"text": f"of {k} neighbours in common"}, "range": [-0.6, k + 0.6]},
        yaxis={"title": {"text": "share of words"}, "tickformat": ".0%", "rangemode": "tozero"},
    )
