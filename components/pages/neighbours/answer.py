"""The answer in a sentence, and the lists of neighbours: one, or two side by side."""

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import models
from components.charts.bars import answer_bars
from components.pages.neighbours.controls import Options
from components.widgets.chart import show
from components.widgets.subword_notice import subword_notice
from components.wording import bold, cosine, count, listed, plain
from models.search.questions import Question


def answer_sentence(
    space: models.EmbeddingSpace, question: Question, answers: pd.DataFrame, options: Options
) -> None:
    """Say which word is nearest."""
    if answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
        return
    first = answers.iloc[0]
    st.markdown(
        f"{bold(str(first['word']))} is nearest to {plain(question.text)} of "
        f"{plain(options.among.describe(space), limit=200)} "
        f"({options.unit} **{cosine(float(first.iloc[2]))}**)."
    )
    subword_notice(space, question.words)


def one_list(answers: pd.DataFrame, options: Options) -> None:
    """Draw the answers of one space."""
    chart, table = st.columns([3, 2])
    with chart:
        _bars(answers, options, key="neighbours-bars")
    with table:
        _table(answers)


def two_lists(
    ours: tuple[models.EmbeddingSpace, pd.DataFrame],
    theirs: tuple[models.EmbeddingSpace, pd.DataFrame],
    options: Options,
) -> None:
    """Draw the answers of two spaces side by side, and say what they share."""
    shared = frozenset(ours[1]["word"]) & frozenset(theirs[1]["word"])
    lost = [plain(str(word)) for word in theirs[1]["word"] if word not in shared]
    sentence = f"**{len(shared)} of {len(theirs[1])}** neighbours are the same on both sides."
    if lost:
        shown = lost if len(lost) <= 5 else [*lost[:4], f"{len(lost) - 4} more"]
        sentence += f" Missing on the left: {listed(shown)}."
    if len(ours[0]) != len(theirs[0]):
        sentence += (
            f" The left has {count(len(ours[0]))} words, the right {count(len(theirs[0]))}: a word "
            "that one side lacks cannot be shared."
        )
    st.markdown(sentence)
    for column, (space, frame) in zip(st.columns(2), (ours, theirs), strict=True):
        with column:
            full = space.published.dimension
            kept = f"{space.dimension} of {full}" if space.dimension < full else f"all {full}"
            st.subheader(f"{plain(space.name)}: {kept} dimensions", anchor=False)
            _bars(frame, options, key=f"bars-{space.name}-{space.dimension}", shared=shared)
            with st.expander("As a table"):
                _table(frame)


def _bars(
    answers: pd.DataFrame, options: Options, *, key: str, shared: frozenset[str] | None = None
) -> None:
    best = listed([str(word) for word in answers["word"][:3]])
    show(
        partial(chart_of, answers, options, shared=shared),
        key=key,
        alt=f"Bars of {options.unit} for {len(answers)} neighbours; the nearest are {best}",
    )


def chart_of(
    answers: pd.DataFrame, options: Options, *, shared: frozenset[str] | None = None
) -> go.Figure:
    """Draw the answers as bars."""
    return answer_bars(answers, value=str(answers.columns[2]), shared=shared, unit=options.unit)


def _table(answers: pd.DataFrame) -> None:
    st.dataframe(
        answers,
        hide_index=True,
        height=min(38 + 35 * len(answers), 420),
        column_config={str(answers.columns[2]): st.column_config.NumberColumn(format="%.3f")},
    )


def reading(space: models.EmbeddingSpace) -> None:
    """Explain what similar means here."""
    example = ""
    if "good" in space and "bad" in space:
        good, bad = space.unit(space.indices(["good", "bad"]))
        example = f" (good and bad: **{cosine(float(good @ bad))}** here)"
    st.caption(
        "Similar means used in similar contexts, not meaning the same: opposites score high too"
        f"{example}."
    )
    with st.expander("Why?"):
        st.markdown(
            "These vectors are learned from the words around a word. “Good” and “bad” stand in the "
            "same sentences, so their vectors point the same way (the distributional hypothesis: "
            "Harris 1954, Firth 1957). Cosine compares directions and forgets lengths; the inner "
            "product favours long vectors, which belong to frequent words; Euclidean distance "
            "counts both."
        )
