"""The controls of the table: vocabulary, two sentences, loss, learning rate, rarer options."""

import re
from typing import Any

import streamlit as st

from components.widgets.notices import notice
from components.wording import plain
from models.errors import EmbeddingError
from models.training.lookup import LOSSES, MOST_DIMENSIONS, MOST_WORDS, Table

VOCABULARY = "good bad movie is"
FIRST, SECOND = "movie is good", "movie is bad"
_NO_WORD = "no word"
_LONGEST = 200  # characters of a line of words
_SPLIT = re.compile(r"[\s,;.!?]+")


def controls() -> Table | None:
    """Draw the controls and return the table to take apart; None, and a notice, where a choice is
    not allowed."""
    left, middle, right, size = st.columns([3, 3, 3, 2])
    texts = (
        _words(left, "Vocabulary", VOCABULARY, "vocabulary", "One row of the table for each word."),
        _words(
            middle, "First sentence", FIRST, "first", "The first batch: looked up, then a step."
        ),
        _words(right, "Second sentence", SECOND, "second", "The batch after it. May be empty."),
    )
    dimension = size.number_input(
        "embedding_dim",
        1,
        MOST_DIMENSIONS,
        8,
        key="dim",
        bind="query-params",
        help=f"Numbers a row; up to {MOST_DIMENSIONS} can be read here.",
    )
    vocabulary, first, second = (tuple(word for word in _SPLIT.split(t) if word) for t in texts)
    vocabulary = tuple(dict.fromkeys(vocabulary))
    sentences = (first, second) if second else (first,)
    options = _options(vocabulary)
    try:
        return Table(vocabulary, sentences, int(dimension), **options)
    except EmbeddingError as error:
        notice(error, key="lookup")
        return None


def is_private(table: Table) -> bool:
    """Whether a visitor has typed words of the table."""
    usual = [tuple(text.split()) for text in (VOCABULARY, FIRST, SECOND)]
    return [table.vocabulary, *table.sentences] != usual


def _words(
    column: "st.delta_generator.DeltaGenerator", label: str, usual: str, key: str, help_: str
) -> str:
    text = column.text_input(
        label, usual, key=key, bind="query-params", max_chars=_LONGEST, help=help_
    )
    return str(text or "").strip()[:_LONGEST].lower()


def _options(vocabulary: tuple[str, ...]) -> dict[str, Any]:
    """Draw the rarer options of a Table and return them."""
    with st.expander("More: the loss, the step, padding_idx, max_norm, sparse gradients"):
        one, two, three, four = st.columns(4)
        names = {said: name for name, said in LOSSES.items()}
        said = one.selectbox("Loss", list(names), key="loss", bind="query-params")
        rate = two.number_input(
            "Learning rate", 0.001, 10.0, 0.1, 0.05, key="rate", bind="query-params", format="%.3f"
        )
        seed = two.number_input("Seed", 0, 10_000, 0, key="table-seed", bind="query-params")
        padding = three.selectbox(
            "padding_idx",
            [_NO_WORD, *vocabulary[:MOST_WORDS]],
            key="padding",
            format_func=lambda word: word if word == _NO_WORD else plain(word),
            help="The row of this word begins at zero and learns nothing: for sentences filled up "
            "to one length.",
        )
        limited = four.checkbox(
            "max_norm",
            key="limited",
            bind="query-params",
            help="Rows longer than this are cut to it at the lookup, in the table itself.",
        )
        longest = four.number_input(
            "Longest row",
            0.1,
            10.0,
            1.0,
            0.1,
            key="norm",
            bind="query-params",
            disabled=not limited,
        )
        sparse = four.checkbox(
            "sparse gradients",
            key="sparse",
            bind="query-params",
            help="The gradient holds the rows looked up and nothing else; Adam becomes SparseAdam.",
        )
    return {
        "loss": names.get(str(said), "mean"),
        "rate": float(rate),
        "padding": padding if padding in vocabulary else None,
        "max_norm": float(longest) if limited else None,
        "sparse": bool(sparse),
        "seed": int(seed),
    }
