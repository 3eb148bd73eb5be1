"""Jobs on a page: submitted for this visitor, with progress, cancel, restart and result."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import streamlit as st

from components import session, streamlit_internals
from components.wording import ordinal, plain, roughly
from models.errors import EmbeddingError, InvalidRequest
from models.jobs.errors import GaveWay
from models.jobs.job import Job
from models.jobs.queue import JobQueue, start_jobs
from models.quality.metrics.score import NothingToMeasure

_HELD = "jobs"  # this visitor's, by their place on the page
_QUEUED = 3.0  # seconds between two updates of a job that waits behind others


class _Visitor:
    """A visitor's name. The session holds the only reference, so that it ends with the session."""

    def __init__(self) -> None:
        self.name = uuid4().hex


@st.cache_resource(show_spinner=False)
def queue() -> JobQueue:
    """Return the queue of this server."""
    return start_jobs()


def job_for(
    place: str, key: str, function: Callable[..., Any], *arguments: Any, private: bool = False
) -> Job[Any]:
    """Return this visitor's job for `key`, submitted at the first call.

    `function` takes a Reporter and `arguments`, and is importable in another process. Each `place`
    on the page has one job: a call with another key cancels the one before. `key` names the content
    and all parameters: visitors share results, unless they are `private`, as all must be that is
    computed from a visitor's own data.
    """
    held = session.remember(_HELD, "all", dict[str, tuple[str, Job[Any]]])
    known = held.get(place)
    if known is not None and known[0] == key:
        return known[1]
    if known is not None:
        known[1].cancel()
    job = queue().submit(function, *arguments, visitor=_visitor(), key=key, private=private)
    held[place] = (key, job)
    return job


def forget_job(*places: str) -> None:
    """Forget the jobs of these places, so that the next job_for() submits them anew."""
    held = session.remember(_HELD, "all", dict[str, tuple[str, Job[Any]]])
    for place in places:
        held.pop(place, None)


def while_running(
    key: str, jobs: Sequence[Job[Any]], draw: Callable[[], None], *, every: float = 1.0
) -> None:
    """Draw a part of the page again every `every` seconds as long as one of `jobs` runs, and the
    whole page once at the end. While all of them wait behind other jobs it is drawn less often, as
    many waiting visitors would keep the server busy with nothing else."""
    pace = f"pace:{key}"

    def part() -> None:
        now = _pace(jobs, every)
        draw()
        if session.get(pace) not in (None, now):  # it has ended, or its turn has come
            session.put(pace, None)
            st.rerun()
        session.put(pace, now)

    session.put(pace, now := _pace(jobs, every))
    st.fragment(part, run_every=now)()


def _pace(jobs: Sequence[Job[Any]], every: float) -> float | None:
    """Return after how many seconds to look again; None where nothing runs any more."""
    positions = [job.position or 0 for job in jobs if job.running]
    if not positions:
        return None
    return max(every, _QUEUED) if min(positions) > 1 else every


def job_section(
    place: str,
    job: Job[Any],
    draw: Callable[[Any], None],
    *,
    key: str | None = None,
    every: float = 1.0,
) -> None:
    """Show the progress of the job of `place`, and `draw` its result once there is one."""

    def part() -> None:
        job_card(job, key=key or place, again=partial(forget_job, place))
        if job.done:
            draw(job.result())

    while_running(place, [job], part, every=every)


def job_card(job: Job[Any], *, key: str, again: Callable[[], None], narrow: bool = False) -> None:
    """Show the progress of `job`, with Cancel; or why it ended early, with Start again, which calls
    `again` to forget the job. `narrow`: the button stands below, as in the sidebar."""
    if job.running:
        left, right = _places(narrow=narrow)
        left.progress(job.fraction, text=_state(job))
        right.button("Cancel", key=f"{key}-cancel", on_click=job.cancel)
    elif isinstance(job.error, InvalidRequest | NothingToMeasure):
        # Nothing went wrong: this cannot be asked for.
        st.info(plain(str(job.error), limit=400), icon=":material/info:")
    elif job.cancelled or job.error is not None:
        why = "Stopped." if job.cancelled else _why(job.error)
        left, right = _places(narrow=narrow)
        left.warning(f"{why} What was found until then is shown.", icon=":material/info:")
        right.button("Start again", key=f"{key}-again", on_click=again)


def _places(*, narrow: bool) -> "list[st.delta_generator.DeltaGenerator]":
    if narrow:
        return [st.container(), st.container()]
    return st.columns([6, 1], vertical_alignment="center")


def _visitor() -> str:
    """The name of this visitor for the queue, which drops it when the session ends."""
    visitor = session.remember("visitor", "this", _Visitor)
    if not session.get("visitor-is-known"):
        queue().track_visitor(visitor.name, visitor, streamlit_internals.connection_check())
        session.put("visitor-is-known", True)
    return visitor.name


def _state(job: Job[Any]) -> str:
    position = job.position
    if position is not None:
        return "next in the queue" if position == 1 else f"{ordinal(position)} in the queue"
    rest = job.seconds_left
    return f"{job.message}, about {roughly(rest)} left" if rest is not None else job.message


def _why(error: BaseException | None) -> str:
    """Return the text of an EmbeddingError; any other error is a bug, and in the log."""
    text = str(error) if isinstance(error, EmbeddingError) else "an error that is in the log."
    return f"{'' if isinstance(error, GaveWay) else 'It failed: '}{plain(text, limit=300)}"
