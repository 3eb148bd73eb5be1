"""Notices about words outside the vocabulary whose vector fastText composes from subwords."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

import models
from components import session
from components.wording import bold, listed, plain
from models.search.query_vectors import made_words


def subword_notice(space: models.EmbeddingSpace, words: Sequence[str]) -> None:
    """Say which of the query `words` have a vector composed from subwords in `space`."""
    made = [bold(word) for word in made_words(space, words)]
    if made:
        several = len(made) > 1
        verb = "are made of their pieces: they are" if several else "is made of its pieces: it is"
        st.caption(
            f"The vector{'s' * several} of {listed(made)} {verb} not among the words of "
            f"{plain(space.title)}."
        )


def full_dimension_notice(in_use: session.InUse, error: models.EmbeddingError) -> None:
    """Say so where a word is unknown only in the reduced space: vectors are composed from subwords
    at the full dimension alone."""
    if in_use.is_cut and isinstance(error, models.UnknownWord):
        with suppress(models.UnknownWord):
            in_use.published[error.word]
            st.caption(
                f"At all {in_use.published.dimension} dimensions {bold(error.word)} has a vector, "
                "made of its pieces: move *Dimensions kept* to its right end."
            )
