"""The answer in a sentence, and the results that the page is drawn from."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

import models
from components import session
from components.pages.analogies.controls import AnalogyQuestion
from components.widgets.subword_notice import subword_notice
from components.wording import bold, cosine, ordinal, plain
from models.search.analogies import Honesty, examine, expected_rank, offset_of
from models.search.follow import expected_ranks, first_from
from models.search.objectives import Convention
from models.search.query_vectors import made_words


@dataclass(frozen=True, eq=False)
class Answered:
    """The answers, the comparisons of examine(), and the rank of the expected word."""

    answers: pd.DataFrame
    honesty: Honesty
    rank: int | None


def answer_of(space: models.EmbeddingSpace, question: AnalogyQuestion) -> Answered:
    """Return the answers to `question` in `space`. Raises UnknownWord."""
    return session.remember(
        "analogy", (space.content_id, question), lambda: _answered(space, question)
    )


def _answered(space: models.EmbeddingSpace, question: AnalogyQuestion) -> Answered:
    words, expected, convention = question.words, question.expected, question.convention
    offset = offset_of(space, *words)  # shared by all searches below
    answers = models.analogy(
        space,
        *words,
        method=convention.method,
        exclude_query_words=convention.exclude_query_words,
        among=convention.among,
        offset=offset,
    )
    rank = None
    if expected:
        space.index(expected)
        rank = expected_rank(space, words, expected, convention, offset=offset)
    honesty = examine(space, *words, expected=expected, among=convention.among, offset=offset)
    return Answered(answers, honesty, rank)


def answer_sentence(in_use: session.InUse, question: AnalogyQuestion, answered: Answered) -> None:
    """Say which word is first, and the rank of the expected one."""
    space, answers = in_use.kept, answered.answers
    first = str(answers["word"][0])
    value = cosine(float(answers["similarity"][0]))
    field = plain(question.convention.among.describe(space), limit=200)
    sentence = f"{bold(first)} is first of {field} ({question.unit} **{value}**)"
    if first == question.expected:
        sentence += _stays_first(in_use, question)
    elif question.expected:
        rank = answered.rank
        barred = "is a query word, which may not answer"
        other = barred if question.expected in question.words else "may not answer (see “More”)"
        place = f"is **{ordinal(rank)}**" if rank else other
        sentence = f"{bold(question.expected)} {place}; {sentence}"
    st.markdown(f"{sentence}.")
    subword_notice(space, question.words)


def _stays_first(in_use: session.InUse, question: AnalogyQuestion) -> str:
    """Say down to how few dimensions the answer stays first, under the usual convention."""
    if (
        question.convention != Convention()
        or in_use.is_cut
        or made_words(in_use.published, question.words)
    ):
        return ""
    space = in_use.published
    ranks = session.remember(
        "ranks",
        (space.content_id, question.words, question.expected),
        lambda: expected_ranks(space, *question.words, question.expected),
    )
    smallest = first_from(ranks)
    return f" and stays first down to **{smallest}** dimensions" if smallest else ""
