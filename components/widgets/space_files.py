"""Download of a space as a file of any format: a small one from memory, a large one by a job."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

import streamlit as st

from components.widgets.large_download import large_download
from components.wording import size
from models.sources.write import FORMATS, chunks
from models.space import EmbeddingSpace

IN_MEMORY = 20_000_000  # bytes up to which a file is made in memory
_DIGITS = 11  # bytes of a number in text, with its space
_LETTERS = 9  # bytes of a word


def download(
    space: EmbeddingSpace, name: str, *, words: Sequence[str] | None = None, key: str
) -> None:
    """Draw the download button of `space`, or of `words` of it, in the format `name`; a large file
    has to be prepared first."""
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
    """Return the content of the file, built from one part at a time."""
    whole = BytesIO()
    whole.writelines(chunks(space, name, words))
    return whole.getvalue()  # no copy, as nothing else writes to it


def expected_bytes(space: EmbeddingSpace, name: str, words: Sequence[str] | None = None) -> int:
    """Return the approximate size of the file."""
    number = 4 if name in ("word2vec-binary", "npz", "safetensors") else _DIGITS
    return (len(space) if words is None else len(words)) * (_LETTERS + number * space.dimension)
