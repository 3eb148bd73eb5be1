"""What does every dimension buy?

How many dimensions are enough, by task; the curves behind it; what breaks at a smaller size; one
thing followed through all sizes; and the shape of the space. The sections are in
components/laboratory, in the order in which they stand on the page.
"""

import streamlit as st

from components import session
from components.laboratory import work
from components.laboratory.answer import answer, enough
from components.laboratory.breaks import breaks
from components.laboratory.controls import controls
from components.laboratory.cost import cost
from components.laboratory.curves import curves
from components.laboratory.follow import follow
from components.laboratory.shape import shape
from components.widgets.jobs import while_running

_SEEN = "first-curves-seen"


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What does every dimension buy?")
    lab = controls(in_use)
    if lab is None:
        return
    jobs = work.jobs_of(lab)
    opening = jobs[0].running and not work.looked(jobs)

    def measured() -> None:
        seen = opening and session.get(_SEEN) == repr(lab.plan)
        found = work.found_by(jobs)
        answer(lab, jobs, found)
        curves(lab, found)
        if seen:
            st.rerun()  # the first curves are on the screen: now the charts below them
        if opening and work.looked(jobs):
            session.put(_SEEN, repr(lab.plan))

    while_running("sweep", jobs, measured, every=0.2 if opening else 0.5)
    unfinished = any(job.running for job in jobs)
    suggested = None if unfinished else enough(lab, work.found_by(jobs))
    cost(lab, [lab.kept, suggested or lab.full, lab.full])
    breaks(lab, suggested, waiting=unfinished)
    follow(lab, drawn=not opening)  # a browser that draws all at once shows nothing for long
    shape(lab)


render()
