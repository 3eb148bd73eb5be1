"""A space as a file: in which formats, how large, and what makes it when somebody asks."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

import streamlit as st

from components.wording import size
from models.errors import InvalidRequest
from models.sources.writing import FORMATS, chunks
from models.space import EmbeddingSpace

LARGEST = 100_000_000  # bytes: the whole file is in the server's memory while it is downloaded
_DIGITS = 11  # bytes of a number in text, its blank included
_LETTERS = 9  # bytes of a word


def download(
    space: EmbeddingSpace, name: str, *, words: Sequence[str] | None = None, key: str
) -> None:
    """Draw the button that hands out `space`, or `words` of it, in the format `name`.

    Raises InvalidRequest for a file that is too large to be handed out.
    """
    form, about = FORMATS[name], expected_bytes(space, name, words)
    if about > LARGEST:
        binary = "" if name in _BINARY else ", or a binary format, which is a third as large"
        raise InvalidRequest(
            f"This file would have about {size(about)}, and up to {size(LARGEST)} are handed out. "
            f"Choose fewer words or dimensions{binary}."
        )
    st.download_button(
        f"Download {form.title}, about {size(about)}",
        data=partial(made, space, name, words),
        file_name=f"{space.name}{form.extension}",
        mime=form.mime,
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )


def made(space: EmbeddingSpace, name: str, words: Sequence[str] | None = None) -> bytes:
    """Return the file; its parts are made one after the other, and are never there twice."""
    whole = BytesIO()
    for part in chunks(space, name, words):
        whole.write(part)
    return whole.getvalue()  # which is no copy, as nothing else writes to it


def expected_bytes(space: EmbeddingSpace, name: str, words: Sequence[str] | None = None) -> int:
    """Return about how large the file is."""
    number = 4 if name in _BINARY else _DIGITS
    return (len(space) if words is None else len(words)) * (_LETTERS + number * space.dimension)


_BINARY = {"word2vec-binary", "npz", "safetensors"}
