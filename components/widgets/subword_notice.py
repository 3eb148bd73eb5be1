"""Words that a space of fastText lacks and has vectors for all the same: said where they are asked
about, and where they are not to be had."""

from collections.abc import Sequence

import streamlit as st

import models
from components import session
from components.wording import bold, listed, plain
from models.search.query_vectors import made_words


def tell_made(space: models.EmbeddingSpace, words: Sequence[str]) -> None:
    """Say which of `words`, which `space` has answered, have a vector made of their pieces."""
    made = [bold(word) for word in made_words(space, words)]
    if made:
        several = len(made) > 1
        whose = "vectors of" if several else "vector of"
        of_what = (
            "are made of their pieces: they are" if several else "is made of its pieces: it is"
        )
        st.caption(
            f"The {whose} {listed(made)} {of_what} not among the words of {plain(space.title)}."
        )


def tell_lost_pieces(in_use: session.InUse, error: models.EmbeddingError) -> None:
    """Where a word is unknown only because fewer dimensions are kept, say so: what is made of
    pieces is made at all dimensions alone."""
    if not in_use.is_cut or not isinstance(error, models.UnknownWord):
        return
    try:
        in_use.published[error.word]
    except models.UnknownWord:
        return
    st.caption(
        f"At all {in_use.published.dimension} dimensions {bold(error.word)} has a vector, made of "
        "its pieces: move *Dimensions kept* to its right end."
    )
