"""What does every dimension buy?

How many dimensions are enough, by task; the curves behind it; what a smaller size loses; one thing
followed through all sizes; and the shape of the space. Each section has a file beside this one, in
the order in which they stand on the page.
"""

import streamlit as st

from components import session
from components.pages.dimensions.answer import answer, answer_place, cost, enough
from components.pages.dimensions.controls import controls
from components.pages.dimensions.curves import curves, curves_place
from components.pages.dimensions.follow import follow
from components.pages.dimensions.jobs import (
    figures_so_far,
    jobs_of,
    only_first_look,
    wait_for_curve,
)
from components.pages.dimensions.losses import losses
from components.pages.dimensions.shape import shape
from components.widgets.jobs import while_running


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What does every dimension buy?")
    request = controls(in_use)
    if request is None:
        return
    jobs = jobs_of(request)
    opening = jobs[0].running and only_first_look(jobs[0].partial)

    def measured() -> None:
        found = figures_so_far(jobs)
        above, below = answer_place(request, jobs, found), curves_place(request, found)
        if opening:
            found = wait_for_curve(jobs)
        curves(below, request, found)  # before the answer, whose tables take the browser longer
        answer(above, request, jobs, found)
        if opening and not only_first_look(jobs[0].partial):
            st.rerun()  # from now on the charts are there: those further down follow

    while_running("sweep", jobs, measured, every=0.25 if opening else 1.0)
    unfinished = any(job.running for job in jobs)
    suggested = None if unfinished else enough(request, figures_so_far(jobs))
    # What is further down waits for the first curves: it would take the processor from them.
    if not opening:
        cost(request, [request.kept, suggested or request.full, request.full])
    losses(request, suggested, waiting=unfinished)
    follow(request, drawn=not opening)
    if not opening:
        shape(request)


render()
