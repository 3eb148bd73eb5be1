"""The foot of a page: sample and treatment, downloads, the link and the page as Python."""

import html
import re
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

Table = pd.DataFrame | Callable[[], pd.DataFrame]

_ESCAPED = re.compile(r"\\([^\w\s])")  # Markdown's escapes
_FORMULA = re.compile(r"^[=+\-@\t\r]")  # the start of a formula in a spreadsheet


def foot(
    statement: str,
    *,
    tables: Mapping[str, Table] | None = None,
    charts: Mapping[str, Callable[[], go.Figure]] | None = None,
    code: str,
    key: str,
) -> None:
    """Draw the foot. `statement` is sample and treatment (Markdown, already escaped).

    `tables` become CSV files and `charts` self-contained HTML files, those given as functions only
    when they are downloaded; `code` computes the page's numbers with `models` alone.
    """
    st.caption(statement)
    with st.container(horizontal=True, key=f"{key}-foot"):
        with st.popover("Copy as Python", icon=":material/code:"):
            st.code(code, language="python")
        with st.popover("Download", icon=":material/download:"):
            for name, frame in (tables or {}).items():
                _file("CSV", name, partial(csv, frame), key=key)
            for name, draw in (charts or {}).items():
                _file("HTML", name, partial(page, draw, statement), key=key)
            st.caption(
                "A chart's own camera button saves it as PNG. The address in the browser "
                "restores this page as it is."
            )


def csv(table: Table) -> bytes:
    """Return a frame as UTF-8 CSV in which no cell is a spreadsheet formula."""
    safe = table().copy() if callable(table) else table.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "biufc":
            safe[column] = safe[column].map(_inert)
    safe.columns = [_inert(str(column)) for column in safe.columns]
    return safe.to_csv(index=False).encode("utf-8")


def page(chart: go.Figure | Callable[[], go.Figure], statement: str = "") -> bytes:
    """Return a chart as one HTML file that needs no network, with its sample and treatment."""
    figure = chart() if callable(chart) else chart
    whole = str(figure.to_html(include_plotlyjs=True, full_html=True))
    text = html.escape(_ESCAPED.sub(r"\1", statement))
    note = f'<p style="font-family: sans-serif; color: #4a5058">{text}</p>'
    body, end, rest = whole.rpartition("</body>")
    return f"{body}{note}{end}{rest}".encode()


def _file(kind: str, name: str, content: Callable[[], bytes], *, key: str) -> None:
    ending = kind.lower()
    st.download_button(
        f"Download {kind}: {name}",
        data=content,
        file_name=f"vectorscope-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.{ending}",
        mime=f"text/{ending}",
        on_click="ignore",
        key=f"{key}-{ending}-{name}",
    )


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
