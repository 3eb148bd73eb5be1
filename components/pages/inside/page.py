"""What is inside nn.Embedding?

The lookup table taken apart, live in torch: the rows, the lookup, the gradient, one step of two
optimisers, and what a table costs. The sections are beside this file.
"""

from functools import partial

import streamlit as st

from components.pages.inside.calculator import calculator
from components.pages.inside.controls import controls, is_private
from components.pages.inside.steps import steps
from components.widgets.jobs import job_for, job_section
from models.training.lookup import take_apart

_PLACE = "lookup"


def render() -> None:
    """Draw the page."""
    st.title("What is inside nn.Embedding?")
    table = controls()
    if table is not None:
        key = f"taken apart: {table!r}"
        job = job_for(_PLACE, key, take_apart, table, private=is_private(table))
        job_section(_PLACE, job, partial(steps, table), every=0.2)
    calculator()


render()
