"""The controls of the Neighbours page: the question, and how it is answered."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

import models
from components import session
from components.widgets.choice import choice
from components.widgets.words import word_filter
from models.search.neighbours import Filter
from models.search.questions import Question

FULL = "all dimensions"
NOTHING = "nothing"
# By the name on the page and in the link, the name in models.
METRICS = {"cosine": "cosine", "Euclidean distance": "euclidean", "inner product": "dot"}
COUNTS = (5, 10, 15, 25, 50)


@dataclass(frozen=True)
class Options:
    """How a question is answered."""

    k: int
    against: str
    unit: str
    among: Filter

    @property
    def metric(self) -> str:
        return METRICS[self.unit]

    def answer(self, question: Question, space: models.EmbeddingSpace) -> pd.DataFrame:
        return question.answer(space, k=self.k, metric=self.metric, among=self.among)


def controls(in_use: session.InUse) -> tuple[str, Options]:
    """Draw the controls and return the text of the question and the options."""
    word, number, beside = st.columns([5, 2, 3], vertical_alignment="bottom")
    text = word.text_input(
        "Word or formula",
        "king",
        key="q",
        bind="query-params",
        placeholder="king, or king - man + woman",
        help="A word; several words with commas between them (what they share); or a formula "
        'with + and -, weights, parentheses and "quoted phrases".',
    )
    k = number.selectbox("Neighbours", COUNTS, index=1, key="k", bind="query-params")
    others = [name for name in session.space_names() if name != in_use.published.name]
    against = beside.selectbox(
        "Side by side with",
        [FULL, NOTHING, *others],
        key="against",
        bind="query-params",
        help="“All dimensions” shows a second list as soon as fewer dimensions are kept.",
    )
    with st.expander("More: similarity, and who may answer"):
        left, right = st.columns(2)
        unit = choice("Similarity", list(METRICS), default="cosine", key="metric", place=left)
        with right:
            among = word_filter()
    return str(text or ""), Options(k if k in COUNTS else 10, str(against), unit, among)
