"""A calculator of what a table of any size costs: parameters, bytes in training and in use."""

import pandas as pd
import streamlit as st

from components.widgets.exports import foot
from components.widgets.notices import notice
from components.wording import count, size
from models.errors import EmbeddingError
from models.training.footprint import PRECISIONS, STATES, Footprint, footprint

_LARGEST = 10**9


def calculator() -> None:
    """Draw the calculator."""
    st.subheader("What does a table cost?", anchor=False)
    one, two, three, four = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    rows = one.number_input(
        "num_embeddings", 1, _LARGEST, 5_000, 1_000, key="rows", bind="query-params"
    )
    columns = two.number_input(
        "embedding_dim of the table", 1, 100_000, 300, 50, key="columns", bind="query-params"
    )
    optimiser = three.selectbox(
        "Optimiser", list(STATES), index=list(STATES).index("Adam"), key="by", bind="query-params"
    )
    touched = four.number_input(
        "Rows a batch looks up (0: dense)",
        0,
        _LARGEST,
        0,
        key="batch",
        bind="query-params",
        help="With sparse gradients only these rows have one.",
    )
    try:
        found = [
            footprint(
                int(rows),
                int(columns),
                precision=precision,
                optimiser=optimiser if optimiser in STATES else "Adam",
                rows_touched=int(touched) or None,
            )
            for precision in PRECISIONS
        ]
    except EmbeddingError as error:
        notice(error, key="calculator")
        return
    full = found[0]
    st.markdown(
        f"{count(int(rows))} x {count(int(columns))} = **{count(full.parameters)}** parameters: "
        f"**{size(full.weights)}** in use and **{size(full.training)}** while they are trained "
        f"with {optimiser}, in float32."
    )
    st.table(_table(found), border="horizontal", hide_index=True)
    st.caption(
        "float16 is mixed precision: half-precision weights and gradients beside a float32 master "
        "copy and float32 optimiser state (Micikevicius et al. 2018): it saves time, and no memory "
        "here. int8 is for use only."
    )
    foot(
        "Counted, not measured; the table alone, without the rest of a model.",
        tables={
            "costs": lambda: pd.DataFrame([vars(one) | {"training": one.training} for one in found])
        },
        code=(
            "from models.training.footprint import footprint\n\n"
            f"print(footprint({int(rows)}, {int(columns)}, optimiser={optimiser!r}, "
            f"rows_touched={int(touched) or None}))"
        ),
        key="calculator",
    )


def _table(found: list[Footprint]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stored as": [one.precision for one in found],
            "in use": [size(one.weights) for one in found],
            "gradient": [_or_none(one.gradient) for one in found],
            "optimiser state": [_or_none(one.state + one.master) for one in found],
            "in training": [
                "not trained" if one.precision == "int8" else size(one.training) for one in found
            ],
        }
    )


def _or_none(byte_count: int) -> str:
    return size(byte_count) if byte_count else "–"
