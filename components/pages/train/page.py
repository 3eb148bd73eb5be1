"""Watch meaning appear.

A model trains on a text while the visitor looks on: the map of its words settles epoch by epoch,
beside the neighbours of chosen words, loss and scores. The result is a space for every page. The
sections of the page are the other files of this folder.
"""

import streamlit as st

from components import session
from components.pages.train import jobs
from components.pages.train.change_over_epochs import change_over_epochs, change_tables
from components.pages.train.controls import controls
from components.pages.train.epoch_curves import AUC, LOSS, chart_by_epoch
from components.pages.train.run_map import code_of_map
from components.pages.train.run_view import (
    choose_words,
    history,
    neighbours_by_epoch,
    run_view,
    score_table,
)
from components.pages.train.session_file import session_file
from components.pages.train.take_away import code, described, take_away
from components.pages.train.two_runs import two_runs
from components.widgets.exports import foot
from components.widgets.jobs import job_card, while_running
from components.widgets.notices import notice
from components.widgets.training_runs import SHOWN, all_runs, title_of
from models.errors import EmbeddingError
from models.training.run import Run


def render() -> None:
    """Draw the page."""
    st.title("Watch meaning appear")
    jobs.add_ended_run()
    controls()
    _failure(jobs.failed())
    words = choose_words()
    if (request := jobs.requested()) is not None:
        _live(request, words)
        return
    run = _choose_run()
    run_view(run, words)
    take_away(run)
    _foot(run, words)
    change_over_epochs(run, words)
    two_runs(run, words)
    session_file()


def _failure(error: BaseException | None) -> None:
    """Say why the last run ended early."""
    if isinstance(error, EmbeddingError):
        notice(error, key="train-failed")
    elif error is not None:
        st.warning(
            "The run failed by an error that is in the log; what it had reached is kept.",
            icon=":material/info:",
        )


def _live(request: jobs.TrainingRequest, words: tuple[str, ...]) -> None:
    job = request.job()

    def draw() -> None:
        job_card(job, key="train", again=lambda: None)
        records = tuple(job.partial)
        identity = (request.name, len(records))
        run = session.remember("train-live", identity, lambda: request.run(records))
        run_view(run, words)

    while_running("train", [job], draw)
    if not job.running:  # it has ended just now: nothing on the page polls any more
        st.rerun()


def _choose_run() -> Run:
    """Draw the choice of a run, where there are several, and return it."""
    known = all_runs()
    names = list(known)
    if session.get(SHOWN) not in names:
        session.put(SHOWN, names[-1])
    if len(names) == 1:
        return known[names[0]]
    chosen = st.selectbox("Run", names, key=SHOWN, format_func=lambda name: title_of(known[name]))
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
        charts={name: chart_by_epoch(name, [run]) for name in (AUC, LOSS)},
        code=code(run) + code_of_map(run),
        key="train",
    )


render()
