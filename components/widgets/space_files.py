"""A space as a file: in which formats, how large, and what makes it when somebody asks."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

import streamlit as st

from components.widgets.large_files import large_download
from components.wording import size
from models.sources.write import FORMATS, chunks
from models.space import EmbeddingSpace

IN_MEMORY = 20_000_000  # bytes up to which a file is made when it is asked for, as a whole
_DIGITS = 11  # bytes of a number in text, its blank included
_LETTERS = 9  # bytes of a word


def download(
    space: EmbeddingSpace, name: str, *, words: Sequence[str] | None = None, key: str
) -> None:
    """Draw the button that hands out `space`, or `words` of it, in the format `name`; of a large
    file the one that has it prepared first."""
    form, about = FORMATS[name], expected_bytes(space, name, words)
    if about > IN_MEMORY:
        large_download(space, name, None if words is None else tuple(words), about, key=key)
        return
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
