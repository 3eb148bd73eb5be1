"""A small matrix as a heatmap with its numbers, coloured by sign."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.wording import hover

_NEGATIVE, _ZERO, _POSITIVE = theme.LOST, "#f7f7f7", theme.ASKED
_ROW, _AROUND = 34, 46  # pixels


def heatmap(
    values: NDArray[np.floating],
    names: Sequence[str],
    *,
    reach: float | None = None,
    numbers: Sequence[int] | None = None,
    unit: str = "entry",
) -> go.Figure:
    """Draw `values` (rows, columns), a row for each of `names` from the top.

    Blue is above zero, vermilion below; `reach` is where the colours end on both sides (None: the
    largest value). A row that is zero throughout is white, which is what one looks for. `numbers`
    stand before the names (None: 0, 1, 2, ...).
    """
    rows, columns = values.shape
    end = reach or float(np.abs(values).max(initial=0.0)) or 1.0
    labels = [
        f"{number}  {hover(name)}"
        for number, name in zip(numbers or range(rows), names, strict=True)
    ]
    digits = 4 if end < 0.2 else 2
    cells = {
        "type": "heatmap",
        "z": values,
        "x": list(range(columns)),
        "y": list(range(rows)),
        "zmin": -end,
        "zmax": end,
        "colorscale": [[0, _NEGATIVE], [0.5, _ZERO], [1, _POSITIVE]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[short(value, digits) for value in row] for row in values],
        "texttemplate": "%{text}",
        "customdata": [[label] * columns for label in labels],
        "hovertemplate": f"%{{customdata}}<br>{unit} %{{x}}: %{{z:.6g}}<extra></extra>",
    }
    return theme.figure(
        [cells],
        height=_AROUND + _ROW * rows,
        margin={"t": 4, "b": 30},
        xaxis={"tickvals": list(range(columns)), "showgrid": False, "fixedrange": True},
        yaxis={
            "tickvals": list(range(rows)),
            "ticktext": labels,
            "autorange": "reversed",
            "showgrid": False,
            "fixedrange": True,
        },
    )


def short(value: float, digits: int) -> str:
    """A number of a cell: 0, 0.0417, −1.13."""
    if value == 0:
        return "0"
    written = f"{value:.{digits}f}"
    return written.replace("-", "−") if float(written) else "≈0"
