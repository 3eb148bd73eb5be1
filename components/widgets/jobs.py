"""Long work on a page: started once for all visitors, with its progress and a way to stop it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.wording import plain
from models.jobs import Job, submit


@st.cache_resource(max_entries=12, show_spinner=False)
def shared_job(key: str, _work: Callable[[Job[Any]], Any]) -> Job[Any]:
    """Return the job of this `key`; submit it the first time. For work on what is shared alone:
    every visitor sees the same job, and its result is found again as long as the server runs."""
    return submit(_work)


def job_card(job: Job[Any], *, key: str, job_key: str, work: Callable[[Job[Any]], Any]) -> None:
    """Show how far `job` is, with Cancel; or why it ended early, with Start again."""
    if job.running:
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.progress(job.fraction, text=job.message)
        right.button("Cancel", key=f"{key}-cancel", on_click=job.cancel)
    elif job.cancelled or job.error is not None:
        why = "Stopped." if job.cancelled else f"It failed: {plain(str(job.error), limit=300)}"
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.warning(f"{why} What was found until then is shown.", icon=":material/info:")
        right.button(
            "Start again", key=f"{key}-again", on_click=shared_job.clear, args=(job_key, work)
        )
