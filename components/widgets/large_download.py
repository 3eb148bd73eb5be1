"""Download of a large file: written to disk by a job, then fetched by the browser in parts.

Streamlit would hold the whole file in memory. Here an object that reads single parts from the disk
stands in for the content, and its URL holds a secret that only this visitor has.
"""

import secrets
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st
from starlette.exceptions import HTTPException

from components import session, streamlit_internals
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import size
from models.errors import EmbeddingError
from models.sources.download_file import PART, DownloadFile, write_download
from models.sources.space_handles import SpaceHandle, handle_of
from models.sources.write import FORMATS
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    from components.streamlit_internals import ComponentRenderer

_COMPONENT = "vectorscope.save_file"
_PLACE = "large-file"
_HELD, _PROBLEM = "large-file-held", "large-file-problem"
Identity = tuple[str, str, tuple[str, ...] | None]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A requested file: its space, format and words, the file on the disk, and its secret."""

    identity: Identity
    handle: SpaceHandle
    file: DownloadFile
    secret: str = field(default_factory=partial(secrets.token_hex, 16), repr=False)


class Parts:
    """A substitute for the bytes of a file: it has a length, and reads one part at a time."""

    def __init__(self, file: DownloadFile) -> None:
        self._file = file

    def __len__(self) -> int:
        return len(self._file)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        if stop - start > PART:
            raise _too_much()
        return self._file.read(start, stop)

    def encode(self, encoding: str = "utf-8") -> bytes:
        """Refuse: Streamlit calls this to read the whole content."""
        raise _too_much()


def large_download(
    space: EmbeddingSpace, name: str, words: tuple[str, ...] | None, about: int, *, key: str
) -> None:
    """Draw the download of `space`, or of `words` of it, about `about` bytes: a button that has
    the file written, then its progress, then the button that saves it."""
    identity = (space.content_id, name, words)
    held: Prepared | None = session.get(_HELD)
    if held is None or held.identity != identity:
        _offer(space, identity, about, key=key)
        return
    try:
        job = job_for(
            _PLACE,
            held.secret,
            write_download,
            held.handle,
            str(held.file.path),
            name,
            words,
            private=True,
        )
    except EmbeddingError as error:  # the queue takes no more
        _cancel(error)
        st.rerun()
    while_running(_PLACE, [job], lambda: job_card(job, key=key, again=_cancel))
    if job.done:
        _save(held, f"{space.name}{FORMATS[name].extension}", key=key)
    elif not job.running:
        _cancel(job.error if isinstance(job.error, EmbeddingError) else None)
        st.rerun()


def _offer(space: EmbeddingSpace, identity: Identity, about: int, *, key: str) -> None:
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key=f"{key}-problem")
        session.put(_PROBLEM, None)
    st.button(
        f"Prepare {FORMATS[identity[1]].title}, about {size(about)}",
        icon=":material/hourglass_top:",
        key=f"{key}-prepare",
        on_click=_prepare,
        args=(space, identity, about),
        help="A file of this size is written first, and then comes in parts. One at a time.",
    )


def _prepare(space: EmbeddingSpace, identity: Identity, about: int) -> None:
    _cancel()  # and delete the file before
    try:
        session.put(_HELD, Prepared(identity, handle_of(space), DownloadFile(about)))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)


def _cancel(problem: EmbeddingError | None = None) -> None:
    forget_job(_PLACE)
    session.put(_HELD, None)
    session.put(_PROBLEM, problem)


def _save(held: Prepared, file_name: str, *, key: str) -> None:
    try:
        file = held.file.opened()
    except EmbeddingError as error:
        _cancel(error)
        st.rerun()
    if streamlit_internals.has_runtime():
        streamlit_internals.register_component(_COMPONENT, Path(__file__).parent, "frontend")
        kind = f"application/octet-stream; id={held.secret}"  # the URL holds a hash of it
        content, place = cast(bytes, Parts(file)), f"vectorscope-{_PLACE}"
        _component()(
            key=f"{key}-save",
            data={
                "url": streamlit_internals.serve_media(content, kind, place),
                "size": len(file),
                "part": PART,
                "name": file_name,
                "label": f"Save {file_name}, {size(len(file))}",
            },
        )


def _too_much() -> HTTPException:
    return HTTPException(416, f"Ask for at most {PART} bytes at a time.")


@cache
def _component() -> "ComponentRenderer":
    return st.components.v2.component(_COMPONENT, js="save_file.js", css="save_file.css")
