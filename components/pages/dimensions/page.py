"""What does every dimension buy?

How many dimensions are enough, by task; the curves behind it; what breaks at a smaller size; one
thing followed through all sizes; and the shape of the space. The sections are in
components/pages/dimensions, in the order in which they stand on the page.
"""

import streamlit as st

from components import session
from components.pages.dimensions import jobs as work
from components.pages.dimensions.answer import answer, answer_place, enough
from components.pages.dimensions.controls import controls
from components.pages.dimensions.cost import cost
from components.pages.dimensions.curves import curves, curves_place
from components.pages.dimensions.follow import follow
from components.pages.dimensions.losses import breaks
from components.pages.dimensions.shape import shape
from components.widgets.jobs import while_running


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What does every dimension buy?")
    lab = controls(in_use)
    if lab is None:
        return
    jobs = work.jobs_of(lab)
    opening = jobs[0].running and work.only_looked(jobs[0].partial)

    def measured() -> None:
        found = work.found_by(jobs)
        said, drawn = answer_place(lab, jobs, found), curves_place(lab, found)
        if opening:
            found = work.first_figures(jobs)
        curves(drawn, lab, found)  # before the answer, whose tables take the browser longer
        answer(said, lab, jobs, found)
        if opening and not work.only_looked(jobs[0].partial):
            st.rerun()  # from now on the charts are there: those further down follow

    while_running("sweep", jobs, measured, every=0.25 if opening else 1.0)
    unfinished = any(job.running for job in jobs)
    suggested = None if unfinished else enough(lab, work.found_by(jobs))
    # What is further down waits for the first curves: it would take the processor from them.
    if not opening:
        cost(lab, [lab.kept, suggested or lab.full, lab.full])
    breaks(lab, suggested, waiting=unfinished)
    follow(lab, drawn=not opening)
    if not opening:
        shape(lab)


render()
