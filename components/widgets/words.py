"""The filter of the words that may answer, shared by Map, Neighbours and Analogies."""

import pandas as pd
import streamlit as st

import models
from components import session
from components.wording import count
from models.search.neighbours import EVERYONE, Filter

_SIZES = (100_000, 40_000, 20_000, 10_000, 5_000, 1_000)
_COUNTS = {"all words": None, **{count(size): size for size in _SIZES}}
_RARE = 40_000  # from this rank on a word is rare


def word_filter() -> Filter:
    """Draw the two controls of the filter, the same on every page, and return it."""
    among = st.selectbox(
        "Most frequent words that may answer",
        list(_COUNTS),
        key="among",
        bind="query-params",
        help="Rare words are often noise: let only the N most frequent ones answer.",
    )
    letters = st.toggle(
        "Hide numerals and punctuation",
        key="letters",
        bind="query-params",
        help="Only words made of letters may answer.",
    )
    return Filter(_COUNTS.get(among), bool(letters)) if among in _COUNTS else EVERYONE


def offer_frequent(space: models.EmbeddingSpace, answers: pd.DataFrame, *, key: str) -> None:
    """Where the first answer is a rare word, offer to let only frequent words answer."""
    if len(answers) and space.index(str(answers["word"][0])) >= _RARE:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-rare"):
            st.caption("The first answer is a rare word, often noise.", width="content")
            st.button(
                "Let only the 40,000 most frequent words answer",
                key=f"{key}-frequent",
                type="tertiary",
                on_click=session.put,
                args=("among", "40,000"),
            )


def filter_code(among: Filter) -> str:
    """Return the filter as an argument in Python, empty where all words may answer."""
    if among == EVERYONE:
        return ""
    return f", among=Filter({among.most_frequent}, {among.only_words})"


def filter_import(among: Filter) -> str:
    """Return the import that `filter_code` needs."""
    return "" if among == EVERYONE else "from models.search.neighbours import Filter\n"
