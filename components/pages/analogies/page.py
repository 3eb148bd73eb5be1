"""Does king - man + woman give queen?

An analogy a : b :: c : ?, its ranked answers, the picture of the offset, and a panel that is honest
about what the usual figures hide.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import models
from components import session
from components.charts.bars import answer_bars
from components.charts.parallelogram import parallelogram
from components.widgets.chart import show
from components.widgets.choice import choice
from components.widgets.exports import foot
from components.widgets.notices import examples, notice
from components.widgets.subword_notice import full_dimension_notice, subword_notice
from components.widgets.words import filter_code, filter_import, word_filter
from components.wording import bold, cosine, count, listed, ordinal, plain
from models.maps.plane import OffsetPlane, offset_plane
from models.search.analogies import METHODS, Honesty, examine, expected_rank, offset_of
from models.search.follow import expected_ranks, first_from
from models.search.neighbours import EVERYONE, Filter
from models.search.query_vectors import made_words

BOXES = {"a": "a", "b": "is to b", "c": "as c is to", "expected": "expected answer"}
PRESETS = {
    "man : king :: woman": ("man", "king", "woman", "queen"),
    "france : paris :: japan": ("france", "paris", "japan", "tokyo"),
    "walk : walked :: go": ("walk", "walked", "go", "went"),
    "big : bigger :: cold": ("big", "bigger", "cold", "colder"),
    "japan : yen :: russia": ("japan", "yen", "russia", "ruble"),
    "car : cars :: mouse": ("car", "cars", "mouse", "mice"),
    "hand : glove :: foot": ("hand", "glove", "foot", "sock"),
}
NAMED = {name: method for method, name in METHODS.items()}
LONGEST_WORD = 200  # characters; anything longer is no word
EXCLUDED = "excluded"
ALLOWED = "may answer"


@dataclass(frozen=True)
class Asked:
    """The question and the convention by which it is answered."""

    a: str
    b: str
    c: str
    expected: str
    method: str
    excluded: bool
    among: Filter

    @property
    def words(self) -> tuple[str, str, str]:
        return self.a, self.b, self.c

    @property
    def unit(self) -> str:
        return "cosine" if self.method != "3cosmul" else "3CosMul score"

    @property
    def usual(self) -> bool:
        """Whether this is the convention of the published figures."""
        return self.method == "3cosadd" and self.excluded and self.among == EVERYONE


@dataclass(frozen=True, eq=False)
class Answered:
    """The answers, what stands behind them, and the rank of the expected word."""

    answers: pd.DataFrame
    honesty: Honesty
    rank: int | None


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("Does king − man + woman give queen?")
    presets = {name: dict(zip(BOXES, words, strict=True)) for name, words in PRESETS.items()}
    examples("Try", presets, key="presets")
    asked = _controls()
    if missing := [label for label in ("a", "b", "c") if not getattr(asked, label)]:
        st.info(
            f"Type a word for {listed(missing)}: three words make the question.",
            icon=":material/edit:",
        )
        return
    try:
        answered = _ask(in_use.kept, asked)
    except models.EmbeddingError as error:
        wrong = error.word if isinstance(error, models.UnknownWord) else None
        box = next((label for label in BOXES if getattr(asked, label) == wrong), "a")
        notice(error, repair=lambda word: {box: word}, key="analogies")
        full_dimension_notice(in_use, error)
        return
    answers, honesty = answered.answers, answered.honesty
    if answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
        return
    _answer(in_use, asked, answered)
    plane = _plane(in_use.kept, asked, answered)
    _evidence(asked, answers, plane)
    _honesty(asked, honesty)
    _foot(in_use, asked, answers, honesty, plane)


def _controls() -> Asked:
    typed = {}
    defaults = PRESETS["man : king :: woman"]
    for column, (key, label), default in zip(st.columns(4), BOXES.items(), defaults, strict=True):
        help_text = "May stay empty." if key == "expected" else None
        text = column.text_input(label, default, key=key, bind="query-params", help=help_text)
        typed[key] = str(text or "").strip()[:LONGEST_WORD]
    with st.expander("More: method, query words, and who may answer"):
        left, right = st.columns(2)
        method = choice("Method", list(NAMED), default="3CosAdd", key="method", place=left)
        query = choice(
            "The words a, b and c",
            [EXCLUDED, ALLOWED],
            key="query",
            place=left,
            help="The usual convention forbids them as answers.",
        )
        with right:
            among = word_filter()
    known = NAMED[method]
    return Asked(**typed, method=known, excluded=query != ALLOWED, among=among)


def _ask(space: models.EmbeddingSpace, asked: Asked) -> Answered:
    return session.remember("analogy", (space.content_id, asked), lambda: _answered(space, asked))


def _answered(space: models.EmbeddingSpace, asked: Asked) -> Answered:
    offset = offset_of(space, *asked.words)  # every question below stands on the same search
    how: dict[str, Any] = {
        "exclude_query_words": asked.excluded,
        "among": asked.among,
        "offset": offset,
    }
    answers = models.analogy(space, *asked.words, method=asked.method, **how)
    if asked.expected:
        space.index(asked.expected)
    honesty = examine(
        space, *asked.words, expected=asked.expected, among=asked.among, offset=offset
    )
    rank = None
    if asked.expected:
        rank = expected_rank(space, *asked.words, asked.expected, method=asked.method, **how)
    return Answered(answers, honesty, rank)


def _answer(in_use: session.InUse, asked: Asked, answered: Answered) -> None:
    space, answers = in_use.kept, answered.answers
    first = str(answers["word"][0])
    value = cosine(float(answers["similarity"][0]))
    field = plain(asked.among.describe(space), limit=200)
    sentence = f"{bold(first)} is first of {field} ({asked.unit} **{value}**)"
    if first == asked.expected:
        sentence += _stays_first(in_use, asked)
    elif asked.expected:
        rank = answered.rank
        barred = "is a query word, which may not answer"
        other = barred if asked.expected in asked.words else "may not answer (see “More”)"
        place = f"is **{ordinal(rank)}**" if rank else other
        sentence = f"{bold(asked.expected)} {place}; {sentence}"
    st.markdown(f"{sentence}.")
    subword_notice(space, asked.words)


def _stays_first(in_use: session.InUse, asked: Asked) -> str:
    """Say down to how few dimensions the answer stays first, under the usual convention."""
    if not asked.usual or in_use.is_cut or made_words(in_use.published, asked.words):
        return ""
    space = in_use.published
    ranks = session.remember(
        "ranks",
        (space.content_id, asked.words, asked.expected),
        lambda: expected_ranks(space, *asked.words, asked.expected),
    )
    smallest = first_from(ranks)
    return f" and stays first down to **{smallest}** dimensions" if smallest else ""


def _plane(space: models.EmbeddingSpace, asked: Asked, answered: Answered) -> OffsetPlane | None:
    shown = [str(word) for word in answered.answers["word"] if word not in asked.words][:4]
    if asked.expected and asked.expected not in (*shown, *asked.words):
        shown.append(asked.expected)
    try:
        return session.remember(
            "offset plane", answered, lambda: offset_plane(space, *asked.words, shown)
        )
    except models.InvalidRequest as error:
        st.caption(plain(str(error), limit=200))
        return None


def _evidence(asked: Asked, answers: pd.DataFrame, plane: OffsetPlane | None) -> None:
    picture, bars = st.columns([3, 2])
    with picture:
        if plane is not None:
            show(
                partial(parallelogram, plane, expected=asked.expected),
                key="parallelogram",
                alt=f"The offset from {asked.a} to {asked.b}, drawn again at {asked.c}, "
                "and the words near its end",
            )
            st.caption(
                "Solid arrows: the offset a → b, and the same offset at c. Dashed: the offset the "
                "expected word really has. Words are seen from above this plane; hovering tells "
                "how far off it they are."
            )
    with bars:
        show(
            partial(_bars, asked, answers),
            key="answers",
            alt=f"Bars of the ten best answers; first is {answers['word'][0]}",
        )


def _bars(asked: Asked, answers: pd.DataFrame) -> go.Figure:
    return answer_bars(answers, expected=asked.expected, unit=asked.unit)


def _honesty(asked: Asked, honesty: Honesty) -> None:
    st.subheader("What the usual answer hides", anchor=False)
    table = (honesty.ranks[name].tolist() for name in ("method", "query words", "first answer"))
    first = {(method, words): answer for method, words, answer in zip(*table, strict=True)}
    allowed = str(first["3CosAdd", "allowed"])
    sentence = f"With the query words allowed, 3CosAdd answers {bold(allowed)}."
    if honesty.offset_cosine is not None:
        sentence += (
            f" The offsets {plain(asked.a)} → {plain(asked.b)} and {plain(asked.c)} → "
            f"{plain(asked.expected)} have a cosine of **{cosine(honesty.offset_cosine)}** "
            "(1 would be parallel)."
        )
    rank = honesty.baselines["rank of expected"].iloc[1]
    if honesty.expected and pd.notna(rank):
        sentence += (
            f" Without any analogy, {plain(asked.expected)} is already **{ordinal(int(rank))}** "
            f"among the words nearest to {plain(asked.b)}."
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


def _foot(
    in_use: session.InUse,
    asked: Asked,
    answers: pd.DataFrame,
    honesty: Honesty,
    plane: OffsetPlane | None,
) -> None:
    words = ", ".join(map(repr, asked.words))
    among = filter_code(asked.among)
    code = (
        f"{filter_import(asked.among)}from models.search.analogies import examine\n"
        f"{in_use.code}\n"
        f'print(models.analogy(space, {words}, method="{asked.method}", '
        f"exclude_query_words={asked.excluded}{among}))\n"
        f"honesty = examine(space, {words}, expected={asked.expected!r}{among})\n"
        "print(honesty.offset_cosine, honesty.ranks, honesty.baselines, sep='\\n')"
    )
    charts = {"answers": partial(_bars, asked, answers)}
    if plane is not None:
        charts["offset"] = partial(parallelogram, plane, expected=asked.expected)
    foot(
        f"{plain(str(answers.attrs['convention']), limit=300)}; "
        f"{plain(in_use.kept.treatment, limit=300)}; {count(len(answers))} answers shown.",
        tables={"answers": answers, "methods": honesty.ranks, "baselines": honesty.baselines},
        charts=charts,
        code=code,
        key="analogies",
    )


render()
