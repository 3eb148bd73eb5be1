"""What the sizes cost: bytes at each precision, and the time of one search."""

from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.pages.dimensions.jobs import Laboratory
from components.widgets.exports import foot
from components.widgets.jobs import job_section
from components.wording import count, size
from models.quality.tasks import measure_costs

_NAMES = {"1-bit": "1 bit"}
_UNBROKEN = "\u00a0"


def cost(lab: Laboratory, sizes: list[int]) -> None:
    """Draw what each of `sizes` costs, those out of the space's reach left out."""
    shown = tuple(sorted({d for d in sizes if 1 <= d <= lab.full}))
    with st.expander("What does it cost?"):
        job = lab.job("cost", f"cost {shown!r}", measure_costs, shown)
        job_section("cost", job, partial(_draw, lab, shown), key="cost-job")


def _draw(lab: Laboratory, sizes: tuple[int, ...], found: pd.DataFrame) -> None:
    words = count(len(lab.in_use.published))
    st.table(cost_table(found, full=lab.full), border="horizontal", hide_index=True)
    queries = int(found["queries"].min())
    foot(
        f"All {words} words, and in parentheses one word. One query: an exact search for the 10 "
        f"nearest of all {words} words on one thread, the median of {queries} drawn at random, "
        "timed on this machine when the page first asked. Searches read float32, however the "
        "vectors are stored.",
        tables={"costs": found},
        code="import models\nfrom models.quality.metrics.cost import costs\n\n"
        f"space = {session.loading_code(lab.name)}\nprint(costs(space, {list(sizes)}))",
        key="cost",
    )


def cost_table(found: pd.DataFrame, *, full: int) -> pd.DataFrame:
    """Return a row a size, a column a precision, as Markdown."""
    rows: dict[int, dict[str, str]] = {}
    for entry in found.to_dict("records"):
        dimension, precision = entry["dimension"], entry["precision"]
        said = f"**{dimension}**" + (" (all)" if dimension == full else "")
        row = rows.setdefault(dimension, {"dimensions": said})
        total = size(entry["bytes"]).replace(" ", _UNBROKEN)
        bytes_each = entry["bytes_per_word"]
        unit = "byte" if bytes_each == 1 else "bytes"
        each = f"{total} ({count(bytes_each)}{_UNBROKEN}{unit})"
        row[_NAMES.get(precision, precision)] = each
    times = found.groupby("dimension")["query_ms"].first()
    for dimension, row in rows.items():
        row["one query"] = f"{times[dimension]:.2g}{_UNBROKEN}ms"
    return pd.DataFrame(list(rows.values()))
