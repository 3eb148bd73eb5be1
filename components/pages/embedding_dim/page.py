"""How large should embedding_dim be?

Vectors trained at several sizes with several seeds, beside the largest cut by PCA, a nested run,
rules of thumb and the PIP loss of the text. The sections are beside this file.
"""

from functools import partial

import streamlit as st

from components.pages.embedding_dim import jobs
from components.pages.embedding_dim.answer import answer
from components.pages.embedding_dim.controls import controls, way_back
from components.pages.embedding_dim.foot import foot_of, why
from components.pages.embedding_dim.jobs import SizeRequest, SizeResults
from components.pages.embedding_dim.size_curves import draw_curves
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.notices import notice
from components.wording import count, listed, roughly
from models.errors import EmbeddingError
from models.training.precomputed import load_default_sweep
from models.training.size_sweep import NESTED, TRAINED


def render() -> None:
    """Draw the page."""
    st.title("How large should embedding_dim be?")
    request = controls()
    if request is None:
        return
    found = jobs.precomputed_results(request)
    if found is not None:
        _precomputed(found)
        _results(request, found)
    elif jobs.is_started(request):
        _live(request)
    else:
        _start(request)


def _results(request: SizeRequest, found: SizeResults) -> None:
    """Draw the answer, the evidence and the foot."""
    answer(request, found)
    charts = draw_curves(request, found)
    why()
    foot_of(request, found, charts)


def _live(request: SizeRequest) -> None:
    """Draw the results so far of runs that were started."""
    try:
        running = [job for _, job in jobs.results_so_far(request).jobs]
    except EmbeddingError as error:  # too many of this visitor's jobs wait
        notice(error, key="sizes-jobs")
        return

    def draw() -> None:
        found = jobs.results_so_far(request)
        _progress(found)
        _results(request, found)

    while_running("sizes", running, draw, every=1.0)


def _precomputed(found: SizeResults) -> None:
    """Say that the results are precomputed, and which choices need training."""
    trained = sum(run.kind == TRAINED for run in found.runs)
    nested = len({run.seed for run in found.runs if run.kind == NESTED})
    also = f" and {count(nested)} nested ones" if nested else ""
    st.caption(
        f":material/bolt: Precomputed: these {count(trained)} runs{also} came with the "
        "installation. Change the text, the method, a size or a setting above, and they are "
        "trained here."
    )


def _start(request: SizeRequest) -> None:
    """Draw the button and the expected time, or why the runs are too large."""
    try:
        jobs.refuse_too_large(request)
    except EmbeddingError as error:
        notice(error, key="sizes-refused")
        return
    number = request.seeds * (1 + request.nested)
    left, right = st.columns([1, 4], vertical_alignment="center")
    left.button(
        f"Train {count(request.runs)} runs",
        type="primary",
        icon=":material/play_arrow:",
        on_click=jobs.start,
        args=(request,),
        width="stretch",
    )
    right.caption(
        f"About {roughly(request.seeds * sum(request.seconds))} of one core of an ordinary "
        f"machine, in {'one job' if number == 1 else f'{number} jobs'}; figures are drawn as they "
        f"come. {_differs(request)}"
    )
    way_back()


def _progress(found: SizeResults) -> None:
    """Show the progress of the jobs: a card for each that runs or has failed, a line for those that
    wait."""
    waiting = [each for each in found.jobs if each[1].running and each[1].position is not None]
    cards = [each for each in found.jobs if each not in waiting]
    if waiting and not any(job.running for _, job in cards):
        cards.append(waiting.pop(0))
    for place, job in cards:
        job_card(job, key=place, again=partial(forget_job, place))
    if not waiting:
        return
    left, right = st.columns([6, 1], vertical_alignment="center")
    more = "one job more waits" if len(waiting) == 1 else f"{len(waiting)} jobs more wait"
    left.caption(f"{more} for a worker: {listed([_named(place) for place, _ in waiting])}.")
    right.button("Cancel all", key="sizes-cancel-all", on_click=_cancel, args=(found,))


def _cancel(found: SizeResults) -> None:
    for _, job in found.jobs:
        if job.running:
            job.cancel()


def _named(place: str) -> str:
    kind, _, seed = place.removeprefix("sizes-").rpartition("-")
    if not seed.isdigit():
        return "the spectrum"
    return f"{'nested, ' if kind else ''}seed {seed}"


def _differs(request: SizeRequest) -> str:
    """Say which choices differ from those of the precomputed sweep."""
    ours = load_default_sweep()
    sizes = {run.dimension for run in ours.runs}
    parts = []
    if request.source.text != "wikipedia":
        parts.append("the text")
    elif request.source.tokens != ours.facts.options:
        parts.append("how the text is cut")
    if request.settings != ours.settings:
        parts.append("the settings")
    if not sizes.issuperset(request.sizes):
        parts.append("a size")
    elif request.nested and max(request.sizes) != max(sizes):
        parts.append("the size of the nested run")
    return f"Not precomputed: {listed(parts)}." if parts else ""


render()
