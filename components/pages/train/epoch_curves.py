"""Loss, AUC and benchmark scores by epoch, of one run or of two, with a caption to each chart."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components import session
from components.charts import theme
from components.charts.training import Line, by_epoch
from components.widgets.chart import show
from components.wording import cosine, count, percent
from models.training.run import EpochRecord, Run, SuiteScore

SUITE_NAMES = {
    "google-analogies": "Google analogies",
    "wordsim-353": "WordSim-353",
    "simlex-999": "SimLex-999",
}
SUITE_COLOURS = {
    "google-analogies": theme.EXPECTED,
    "wordsim-353": theme.ASKED,
    "simlex-999": theme.FALSE_FRIEND,
}
AUC, LOSS, SCORES = "AUC by epoch", "loss by epoch", "scores by epoch"
_TITLES = {
    AUC: "True contexts told from random ones",
    LOSS: "The trainer's own loss",
    SCORES: "Benchmarks",
}
_FIGURES = {AUC: "auc", LOSS: "loss"}  # the attribute of a record
_OPTIONS: dict[str, dict[str, Any]] = {
    AUC: {"unit": "AUC", "level": (0.5, "chance")},
    LOSS: {"unit": "loss"},
    SCORES: {"unit": "score", "zero": True},
}


def epoch_curve(name: str, runs: Sequence[Run], *, key: str = "train") -> None:
    """Draw one of the charts by epoch, of one run or of two together."""
    st.markdown(f"**{_TITLES[name]}**")
    show(chart_by_epoch(name, runs), key=f"{key}-{name}", alt=_alt(name, runs))
    st.caption(_caption(name, runs))


def chart_by_epoch(name: str, runs: Sequence[Run]) -> "partial[go.Figure]":
    """Return the function that draws a chart; its lines are cached until a run has a new epoch."""
    identity = tuple((run.name, len(run.records)) for run in runs)
    lines = session.remember(f"train-{name}-{len(runs)}", identity, lambda: _lines(name, runs))
    epochs = max(run.settings.epochs for run in runs)
    return partial(by_epoch, lines, epochs=epochs, **_OPTIONS[name])


def score_sentence(score: SuiteScore) -> str:
    """Say a score with its interval and coverage."""
    value, low, high = score_figures(score)
    known = f"{count(score.total)} of {count(score.asked)} known"
    return f"{SUITE_NAMES[score.suite]} {value} ({low} to {high}; {known})"


def score_figures(score: SuiteScore) -> tuple[str, str, str]:
    """Return the value of a score and its interval as they are written."""
    write = percent if score.suite == "google-analogies" else cosine
    return write(score.value), write(score.low), write(score.high)


def _lines(name: str, runs: Sequence[Run]) -> tuple[Line, ...]:
    if name == SCORES:
        return tuple(_score_line(suite, runs[0].records) for suite in SUITE_NAMES)
    return tuple(
        Line(
            run.name,
            tuple(record.epoch for record in run.records),
            tuple(getattr(record, _FIGURES[name]) for record in run.records),
            colour,
        )
        for run, colour in zip(runs, (theme.ASKED, theme.NEIGHBOUR), strict=False)
    )


def _score_line(suite: str, records: Sequence[EpochRecord]) -> Line:
    found = [(g.epoch, s) for g in records for s in g.scores if s.suite == suite]
    return Line(
        SUITE_NAMES[suite],
        tuple(epoch for epoch, _ in found),
        tuple(score.value for _, score in found),
        SUITE_COLOURS[suite],
        tuple(score.low for _, score in found),
        tuple(score.high for _, score in found),
    )


def _caption(name: str, runs: Sequence[Run]) -> str:
    if name == SCORES:
        found = [score_sentence(score) for score in runs[0].scores]
        return "; ".join(found) + "." if found else "None of the suites' words is known."
    if name == LOSS:
        objectives = dict.fromkeys(run.settings.objective for run in runs)
        return f"{'; '.join(objectives).capitalize()}. It compares a run with itself alone."
    if all(record.auc is None for run in runs for record in run.records):
        return "There is none: too little text to hold any back, or hierarchical softmax."
    return (
        "Held-out true contexts against words drawn by their frequency: 0.5 is chance, 1 never "
        "wrong. It compares trainers and sizes."
    )


def _alt(name: str, runs: Sequence[Run]) -> str:
    if name == SCORES:
        return "; ".join(score_sentence(score) for score in runs[0].scores) or "No scores yet"
    parts = []
    for run in runs:
        known = [v for g in run.records if (v := getattr(g, _FIGURES[name])) is not None]
        if known:
            parts.append(f"{run.name}: from {known[0]:.3f} to {known[-1]:.3f}")
    return f"{name.capitalize()}. {'; '.join(parts)}" if parts else f"{name.capitalize()}: none"
