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
    request = controls(in_use)
    for remark in request.remarks:
        st.caption(plain(remark, limit=300))
    if request.one.key == request.other.key:
        st.info(
            "These are the same vectors: choose another space, or fewer dimensions of this one.",
            icon=":material/compare:",
        )
        return
    job = job_for(
        _PLACE,
        request.key,
        compare_sides,
        (request.one, request.other),
        request.most,
        request.k,
        request.layout,
        private=request.private,
    )

    job_section(_PLACE, job, partial(figures, request), every=0.25)
    if job.done:
        maps(request, job.result())
    if request.word:
        beside(request)


render()
