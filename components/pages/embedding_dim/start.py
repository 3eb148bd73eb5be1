"""Before the runs: that what is shown came with the installation; or what others would take."""

from functools import partial

import streamlit as st

from components.pages.embedding_dim import jobs as work
from components.pages.embedding_dim.controls import way_back
from components.pages.embedding_dim.jobs import Asked, Found
from components.widgets.jobs import forget_job, job_card
from components.widgets.notices import notice
from components.wording import count, listed, roughly
from models.errors import EmbeddingError
from models.training.precomputed_sizes import load_default_sweep
from models.training.size_sweep import NESTED, TRAINED


def precomputed(found: Found) -> None:
    """Say that nothing had to be trained, and what changes that."""
    trained = sum(run.kind == TRAINED for run in found.runs)
    nested = len({run.seed for run in found.runs if run.kind == NESTED})
    also = f" and {count(nested)} nested ones" if nested else ""
    st.caption(
        f":material/bolt: Precomputed: these {count(trained)} runs{also} came with the "
        "installation. Change the text, the method, a size or a setting above, and they are "
        "trained here."
    )


def begin(asked: Asked) -> None:
    """Draw the button, and how long it takes; nothing starts that cannot end well."""
    try:
        work.refuse(asked)
    except EmbeddingError as error:
        notice(error, key="sizes-refused")
        return
    left, right = st.columns([1, 4], vertical_alignment="center")
    left.button(
        f"Train {count(asked.runs)} runs",
        type="primary",
        icon=":material/play_arrow:",
        on_click=work.start,
        args=(asked,),
        width="stretch",
    )
    right.caption(
        f"About {roughly(work.expected_seconds(asked))} of one core of an ordinary machine, "
        f"{_parts(asked)}; figures are drawn as they come. {_differs(asked)}"
    )
    way_back()


def under_way(found: Found) -> None:
    """Show how far the jobs are: a card for what runs or has ended early, a line for what waits."""
    waiting = [
        (place, job) for place, job in found.jobs if job.running and job.position is not None
    ]
    rest = [(place, job) for place, job in found.jobs if (place, job) not in waiting]
    running = any(job.running for _, job in rest)
    for place, job in rest if running else [*rest, *waiting[:1]]:
        job_card(job, key=place, again=partial(forget_job, place))
    waiting = waiting if running else waiting[1:]
    if not waiting:
        return
    left, right = st.columns([6, 1], vertical_alignment="center")
    more = "one job more waits" if len(waiting) == 1 else f"{len(waiting)} jobs more wait"
    left.caption(f"{more} for a worker: {listed([_named(place) for place, _ in waiting])}.")
    right.button("Cancel all", key="sizes-cancel-all", on_click=_cancel, args=(found,))


def _cancel(found: Found) -> None:
    for _, job in found.jobs:
        if job.running:
            job.cancel()


def _named(place: str) -> str:
    kind, _, seed = place.removeprefix("sizes-").rpartition("-")
    if not seed.isdigit():
        return "the spectrum"
    return f"{'nested, ' if kind else ''}seed {seed}"


def _parts(asked: Asked) -> str:
    jobs = asked.seeds * (1 + asked.nested)
    return f"in {count(jobs)} jobs" if jobs > 1 else "in one job"


def _differs(asked: Asked) -> str:
    """Say what keeps the precomputed sweep from being shown, so that it can be had back."""
    ours = load_default_sweep()
    sizes = {run.dimension for run in ours.runs}
    parts = []
    if asked.source.text != "wikipedia":
        parts.append("the text")
    elif asked.source.tokens != ours.about.options:
        parts.append("how the text is cut")
    if asked.settings != ours.settings:
        parts.append("the settings")
    if not sizes.issuperset(asked.sizes):
        parts.append("a size")
    elif asked.nested and max(asked.sizes) != max(sizes):
        parts.append("the size of the nested run")
    return f"Not precomputed: {listed(parts)}." if parts else ""
