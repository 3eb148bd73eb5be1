"""Large files out: written by a job, then fetched by the browser part by part.

Streamlit holds what it hands out in memory, as a whole. Here the file stays on the disk; what is
registered in its place reads the part that is asked for, and refuses to be read at once. Who does
not have its address, which has a secret in it, cannot ask.
"""

import secrets
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st
from starlette.exceptions import HTTPException
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import Runtime

from components import session
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import size
from models.errors import EmbeddingError
from models.sources.download_file import PART, DownloadFile, write_download
from models.sources.space_handles import SpaceHandle, handle_of
from models.sources.write import FORMATS
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_COMPONENT = "vectorscope.save_file"
_PLACE = "large-file"
_HELD, _PROBLEM = "large-file-held", "large-file-problem"
Identity = tuple[str, str, tuple[str, ...] | None]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A file that a visitor has asked for: what is in it, where it lies, and its secret."""

    identity: Identity
    handle: SpaceHandle
    file: DownloadFile
    secret: str = field(default_factory=partial(secrets.token_hex, 16), repr=False)


class Parts:
    """A file where Streamlit expects bytes: it has a length, and gives a part at a time."""

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
        """Refuse to be read as a whole, which is what this asks for."""
        raise _too_much()


def large_download(
    space: EmbeddingSpace, name: str, words: tuple[str, ...] | None, about: int, *, key: str
) -> None:
    """Draw what hands out `space`, or `words` of it, of `about` so many bytes: a button that has
    the file written, how far that is, and the button that saves it."""
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
        _give_up(error)
        st.rerun()
    while_running(_PLACE, [job], lambda: job_card(job, key=key, again=_forget))
    if job.done:
        _save(held, f"{space.name}{FORMATS[name].extension}", key=key)
    elif not job.running:
        _give_up(job.error if isinstance(job.error, EmbeddingError) else None)
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
    _forget()  # the file before makes room
    try:
        session.put(_HELD, Prepared(identity, handle_of(space), DownloadFile(about)))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)


def _forget() -> None:
    forget_job(_PLACE)
    session.put(_HELD, None)
    session.put(_PROBLEM, None)


def _give_up(error: EmbeddingError | None) -> None:
    _forget()
    session.put(_PROBLEM, error)


def _save(held: Prepared, file_name: str, *, key: str) -> None:
    try:
        file = held.file.opened()
    except EmbeddingError as error:
        _give_up(error)
        st.rerun()
    if Runtime.exists():
        _component()(
            key=f"{key}-save",
            data={
                "url": _address(held, file),
                "size": len(file),
                "part": PART,
                "name": file_name,
                "label": f"Save {file_name}, {size(len(file))}",
            },
        )


def _address(held: Prepared, file: DownloadFile) -> str:
    """Register the file and return its address, which follows from the secret among other things.
    It has to be said again in each run: what the last run did not name is dropped."""
    content = cast(bytes, Parts(file))
    kind = f"application/octet-stream; id={held.secret}"
    return Runtime.instance().media_file_mgr.add(content, kind, f"vectorscope-{_PLACE}")


def _too_much() -> HTTPException:
    return HTTPException(416, f"Ask for at most {PART} bytes at a time.")


def _component() -> "ComponentRenderer":
    """The component, its folder made known to the running server, as in word_map.py."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_COMPONENT) is None:
        family, _, name = _COMPONENT.partition(".")
        config = ComponentConfig(name=name, asset_dir="frontend")
        manifest = ComponentManifest(name=family, version="1", components=[config])
        manager.register_from_manifest(manifest, Path(__file__).parent)
    return _renderer()


@cache
def _renderer() -> "ComponentRenderer":
    return st.components.v2.component(_COMPONENT, js="save_file.js", css="save_file.css")
