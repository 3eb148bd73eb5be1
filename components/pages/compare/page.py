"""How do two spaces differ?

The neighbours of each word in either, figures of the whole, and both maps aligned. The sections are
beside this file.
"""

from functools import partial

import streamlit as st

from components import session
from components.pages.compare.controls import controls
from components.pages.compare.figures import beside, figures
from components.pages.compare.maps import maps
from components.widgets.jobs import job_for, job_section
from components.wording import plain
from models.quality.comparison_tasks import compare_sides

_PLACE = "compare"


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("How do two spaces differ?")
    asked = controls(in_use)
    for remark in asked.remarks:
        st.caption(plain(remark, limit=300))
    if asked.one.key == asked.other.key:
        st.info(
            "These are the same vectors: choose another space, or fewer dimensions of this one.",
            icon=":material/compare:",
        )
        return
    job = job_for(
        _PLACE,
        asked.key,
        compare_sides,
        (asked.one, asked.other),
        asked.most,
        asked.k,
        asked.layout,
        private=asked.private,
    )

    job_section(_PLACE, job, partial(figures, asked), every=0.25)
    if job.done:
        maps(asked, job.result())
    if asked.word:
        beside(asked)


render()
