"""The look of every chart: one colour, one meaning (Okabe and Ito), and one Plotly template."""

from functools import lru_cache

import plotly.graph_objects as go

ASKED = "#0072B2"  # the word asked about
NEIGHBOUR = "#E69F00"
EXPECTED = "#009E73"  # the expected answer
LOST = "#D55E00"  # lost or torn
FALSE_FRIEND = "#CC79A7"
BASELINE = "#8C8C8C"  # control and baseline, dashed
SERIES = (ASKED, NEIGHBOUR, EXPECTED, FALSE_FRIEND, LOST, "#56B4E9")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_GRID = "rgba(140, 140, 140, 0.22)"


def figure(
    *, height: int, left: int = 8, right: int = 8, top: int = 8, bottom: int = 8
) -> go.Figure:
    """Return an empty figure in the house's template; no title, as the page says it."""
    drawn = go.Figure()
    drawn.update_layout(
        template=_template(),
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        showlegend=False,
    )
    return drawn


def translucent(colour: str, opacity: float = 0.2) -> str:
    """Return `colour` (#rrggbb) with an opacity, for bands."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


@lru_cache(maxsize=1)
def _template() -> go.layout.Template:
    axis = {
        "gridcolor": _GRID,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "automargin": True,
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14},
            "colorway": list(SERIES),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"font": {"family": FONT}},
            "modebar": {"orientation": "v", "bgcolor": "rgba(0,0,0,0)"},
        }
    )
