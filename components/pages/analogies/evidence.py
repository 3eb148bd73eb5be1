"""The offset as a picture, the answers as bars, and what the usual answer hides."""

from functools import partial

import pandas as pd
import streamlit as st

import models
from components import session
from components.charts.bars import answer_bars
from components.charts.parallelogram import parallelogram
from components.pages.analogies.answer import Answered
from components.pages.analogies.controls import AnalogyQuestion
from components.widgets.chart import show
from components.wording import bold, cosine, ordinal, plain
from models.maps.plane import OffsetPlane, offset_plane
from models.search.analogies import Honesty


def plane_of(
    space: models.EmbeddingSpace, question: AnalogyQuestion, answered: Answered
) -> OffsetPlane | None:
    """Return the plane of the offset, with the first answers; None where there is no such plane."""
    shown = [str(word) for word in answered.answers["word"] if word not in question.words][:4]
    if question.expected and question.expected not in (*shown, *question.words):
        shown.append(question.expected)
    try:
        return session.remember(
            "offset plane", answered, lambda: offset_plane(space, *question.words, shown)
        )
    except models.InvalidRequest as error:
        st.caption(plain(str(error), limit=200))
        return None


def evidence(question: AnalogyQuestion, answers: pd.DataFrame, plane: OffsetPlane | None) -> None:
    """Draw the offset in its plane, beside the answers."""
    picture, bars = st.columns([3, 2])
    with picture:
        if plane is not None:
            show(
                partial(parallelogram, plane, expected=question.expected),
                key="parallelogram",
                alt=f"The offset from {question.a} to {question.b}, drawn again at {question.c}, "
                "and the words near its end",
            )
            st.caption(
                "Solid arrows: the offset a → b, and the same offset at c. Dashed: the offset the "
                "expected word really has. Words are seen from above this plane; hovering tells "
                "how far off it they are."
            )
    with bars:
        show(
            partial(answer_bars, answers, expected=question.expected, unit=question.unit),
            key="answers",
            alt=f"Bars of the ten best answers; first is {answers['word'][0]}",
        )


def hidden(question: AnalogyQuestion, honesty: Honesty) -> None:
    """Say what the usual convention hides: the query words, and how little the offset adds."""
    st.subheader("What the usual answer hides", anchor=False)
    table = (honesty.ranks[name].tolist() for name in ("method", "query words", "first answer"))
    first = {(method, words): answer for method, words, answer in zip(*table, strict=True)}
    allowed = str(first["3CosAdd", "allowed"])
    sentence = f"With the query words allowed, 3CosAdd answers {bold(allowed)}."
    if honesty.offset_cosine is not None:
        sentence += (
            f" The offsets {plain(question.a)} → {plain(question.b)} and {plain(question.c)} → "
            f"{plain(question.expected)} have a cosine of **{cosine(honesty.offset_cosine)}** "
            "(1 would be parallel)."
        )
    rank = honesty.baselines["rank of expected"].iloc[1]
    if honesty.expected and pd.notna(rank):
        sentence += (
            f" Without any analogy, {plain(question.expected)} is already **{ordinal(int(rank))}** "
            f"among the words nearest to {plain(question.b)}."
        )
    st.markdown(sentence)
    left, right = st.columns(2)
    number = {"value": st.column_config.NumberColumn(format="%.3f")}
    left.dataframe(honesty.ranks, hide_index=True, column_config=number)
    right.dataframe(honesty.baselines, hide_index=True, column_config=number)
    with st.expander("Why?"):
        st.markdown(
            "b − a + c often lands nearest to b or c themselves, and the convention of excluding "
            "the query words hides it (Rogers, Drozd and Li 2017; Nissim, van Noord and van der "
            "Goot 2020). Where the expected word is close to b or c anyway, the offset adds little "
            "(Linzen 2016). PairDirection asks for parallel offsets only (Mikolov, Yih and Zweig "
            "2013); 3CosMul balances the three similarities (Levy and Goldberg 2014)."
        )
