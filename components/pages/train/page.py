"""Watch meaning appear.

A text is learned from while the visitor looks on: the map of its words settles epoch by epoch, the
neighbours of chosen words, loss and scores beside it. What was learned is a space for every page.
The sections are in components/pages/train, in the order in which they stand on the page.
"""

import streamlit as st

from components import session
from components.pages.train import jobs
from components.pages.train.change_over_epochs import change
from components.pages.train.curves import auc_chart, loss_chart
from components.pages.train.row_movement import change_tables
from components.pages.train.run_map import code_of_map
from components.pages.train.run_view import (
    choose_words,
    history,
    look,
    neighbours_by_epoch,
    score_table,
)
from components.pages.train.session_file import restore
from components.pages.train.start import begin
from components.pages.train.take_away import code, described, keep
from components.pages.train.two_runs import pair
from components.widgets.exports import foot
from components.widgets.jobs import job_card, while_running
from components.widgets.notices import notice
from components.widgets.text_source import (
    Source,
    choose_text,
    choose_tokens,
    cutting,
    effect,
    ended,
    outline_of,
    text_of,
)
from components.widgets.training_settings import choose_method, choose_numbers, choose_rare
from models.errors import EmbeddingError
from models.training.run import Outline, Run
from models.training.settings import Settings


def render() -> None:
    """Draw the page."""
    st.title("Watch meaning appear")
    wanted = jobs.asked()
    if wanted is not None:
        _settle(wanted)
    source, known, settings = _controls()
    begin(source, known, settings)
    _told(jobs.failed())
    words = choose_words()
    if jobs.asked() is not None and wanted is not None:
        _live(wanted, words)
        return
    shown = _chosen()
    look(shown, words)
    keep(shown)
    _foot(shown, words)
    change(shown, words)
    pair(shown, words)
    restore()


def _controls() -> tuple[Source | None, Outline | None, Settings | None]:
    """Draw all controls; what cannot be is told where it was chosen, and is None."""
    text, method, *rest = st.columns([7, 8, 4, 4, 4, 4, 4], vertical_alignment="bottom")
    chosen = choose_text(text)
    trainer = choose_method(method)
    numbers = choose_numbers(rest)
    source, known, settings, tokens = None, None, None, None
    given = text_of(chosen)
    with st.expander("More: how the text is cut into words, and rarer settings"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**The text**")
            try:
                tokens = choose_tokens()
            except EmbeddingError as error:
                notice(error, key="train-tokens")
        with right:
            st.markdown("**The method**")
            make = choose_rare(trainer)
        shown = left.container()
    if given is not None and tokens is not None:
        source = Source(given, tokens)
        known = _cut(source)
    if known is not None:
        with shown:
            effect(known)
    try:
        settings = make(numbers)
    except EmbeddingError as error:
        notice(error, key="train-settings")
    return source, known, settings


def _cut(source: Source) -> Outline | None:
    """Return what cutting the text leaves; None before that is known, and where it is nothing,
    which is told."""
    try:
        known, job = outline_of(source)
    except EmbeddingError as error:  # the queue takes no more
        notice(error, key="train-queue")
        return None
    if known is None and job is not None:
        cutting(source, job)
        if ended(job):  # just now: nothing on the page asks any more
            st.rerun()
    return known


def _settle(wanted: jobs.Asked) -> None:
    """Keep a run that is over."""
    try:
        job = jobs.job_of(wanted)
    except EmbeddingError as error:
        jobs.give_up(error)
        return
    if not job.running:
        jobs.settle(wanted, job)


def _told(error: BaseException | None) -> None:
    """Say why the last run ended early."""
    if isinstance(error, EmbeddingError):
        notice(error, key="train-failed")
    elif error is not None:
        st.warning(
            "The run failed by an error that is in the log; what it had reached is kept.",
            icon=":material/info:",
        )


def _live(wanted: jobs.Asked, words: tuple[str, ...]) -> None:
    job = jobs.job_of(wanted)

    def draw() -> None:
        job_card(job, key="train", again=lambda: None)
        look(jobs.run_of(wanted, job), words)

    while_running("train", [job], draw)
    if not job.running:  # it has ended just now: nothing on the page asks any more
        st.rerun()


def _chosen() -> Run:
    """Draw the choice of a run, where there are several, and return it."""
    known = jobs.all_runs()
    names = list(known)
    if session.get(jobs.SHOWN) not in names:
        session.put(jobs.SHOWN, names[-1])
    if len(names) == 1:
        return known[names[0]]
    chosen = st.selectbox(
        "Run", names, key=jobs.SHOWN, format_func=lambda name: jobs.title_of(known[name])
    )
    return known.get(chosen, known[names[-1]])


def _foot(run: Run, words: tuple[str, ...]) -> None:
    foot(
        described(run),
        tables={
            "figures by epoch": lambda: history(run),
            "nearest words by epoch": lambda: neighbours_by_epoch(run, words, named=8),
            "scores": lambda: score_table([run]),
            **change_tables(run),
        },
        charts={"AUC by epoch": auc_chart([run]), "loss by epoch": loss_chart([run])},
        code=code(run) + code_of_map(run),
        key="train",
    )


render()
