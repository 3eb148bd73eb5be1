"""Long work on a page: started once for all visitors, with its progress and a way to stop it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import streamlit as st

from components import session
from components.wording import plain, roughly
from models.errors import EmbeddingError
from models.jobs import Job, submit


@st.cache_resource(max_entries=32, show_spinner=False)
def shared_job(key: str, _work: Callable[[Job[Any]], Any]) -> Job[Any]:
    """Return the job of this `key`; submit it the first time. For work on what is shared alone:
    every visitor sees the same job, and its result is found again as long as the server runs."""
    return submit(_work)


def own_job(key: str, identity: Hashable, work: Callable[[Job[Any]], Any]) -> Job[Any]:
    """Return this visitor's job for `identity`; submit it the first time, and cancel the job that
    stood under `key` before. For work on what is the visitor's alone."""
    return session.remember(
        f"job:{key}", identity, lambda: submit(work), drop=lambda job: job.cancel()
    )


def while_running(key: str, jobs: Sequence[Job[Any]], draw: Callable[[], None]) -> None:
    """Draw a part of the page again each second as long as one of `jobs` runs, and the whole page
    once at the end, so that it stops asking."""
    was_running = f"was-running:{key}"

    def part() -> None:
        running = any(job.running for job in jobs)
        draw()
        if session.get(was_running) and not running:
            session.put(was_running, False)
            st.rerun()
        session.put(was_running, running)

    running = any(job.running for job in jobs)
    st.fragment(part, run_every=0.5 if running else None)()


def job_card(job: Job[Any], *, key: str, again: Callable[[], None]) -> None:
    """Show how far `job` is, with Cancel; or why it ended early, with Start again, which calls
    `again` to forget the job."""
    if job.running:
        left, right = st.columns([6, 1], vertical_alignment="center")
        rest = job.seconds_left
        soon = f", about {roughly(rest)} left" if rest is not None else ""
        left.progress(job.fraction, text=f"{job.message}{soon}")
        right.button("Cancel", key=f"{key}-cancel", on_click=job.cancel)
    elif job.cancelled or job.error is not None:
        why = "Stopped." if job.cancelled else f"It failed: {plain(_why(job.error), limit=300)}"
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.warning(f"{why} What was found until then is shown.", icon=":material/info:")
        right.button("Start again", key=f"{key}-again", on_click=again)


def _why(error: BaseException | None) -> str:
    """An error meant for a person speaks for itself; anything else is a bug, and is in the log."""
    return str(error) if isinstance(error, EmbeddingError) else "an error that is in the log."
