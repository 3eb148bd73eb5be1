"""A visitor's own file: brought, read once into one of their spaces, and forgotten."""

import shutil
import tempfile
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import models
from components import session
from components.widgets.notices import notice
from components.wording import bold, count, plain, size
from models.errors import EmbeddingError
from models.sources.format_name import format_name
from models.sources.limits import Limits

_UPLOADS = "library-uploads"  # so far: each empties the upload
_SEEN = "library-seen"  # the file and the options that were read last
_PROBLEM, _FOUND = "library-problem", "library-found"
_PAGES = "components/pages"
_FORMATS = (
    "GloVe and word2vec (text, binary), fastText (.vec, .bin), .npz, safetensors, TSV, CSV, "
    "Parquet, and the Projector’s two TSV files in a .zip; as they are, or as .gz, .bz2 or "
    ".zip. Any language; what a file is, is seen from what is in it. No pickle is opened."
)


@dataclass(frozen=True)
class Found:
    """What a file has become: the space's name, and what was seen in the file."""

    name: str
    file: str
    format: str
    bytes: int
    remarks: tuple[str, ...]


def bring() -> None:
    """Draw the upload, read what was brought, and say what was found."""
    limits = allowed()
    left, right = st.columns([3, 1], gap="large")
    with left:
        file = st.file_uploader(
            f"A file of vectors, up to {size(limits.bytes)} and {count(limits.rows)} words",
            key=f"library-file-{session.get(_UPLOADS, 0)}",
        )
    with right:
        first = st.number_input(
            "Only so many words",
            1,
            limits.rows,
            None,
            placeholder="all",
            key="library-first",
            help="The first words of the file, which are the most frequent in most files.",
        )
        words = None
        with st.popover("Words in another file", icon=":material/list:", width="stretch"):
            words = st.file_uploader(
                "One word a line, for vectors that come without (.npy, vectors.tsv)",
                key=f"library-words-{session.get(_UPLOADS, 0)}",
            )
    if file is None:
        session.put(_PROBLEM, None)
        session.put(_SEEN, None)
    elif session.get(_SEEN) != (seen := (file.file_id, first, words and words.file_id)):
        session.put(_SEEN, seen)
        with st.spinner(f"Reading {plain(file.name)}"):
            _take(file, int(first) if first else None, words, limits)
        st.rerun()  # the sidebar lists the space
    _told()
    _warn_of_full_disk(limits)
    st.caption(_FORMATS)
    st.caption(
        "The vectors are yours alone: no other session can see or open them, the file is not kept, "
        "and all is gone with this session."
    )


def allowed() -> Limits:
    """Return what a visitor may send: what is configured for files, and for all uploads."""
    limits = Limits.for_uploads()
    most = min(limits.bytes, int(st.get_option("server.maxUploadSize")) * 1_000_000)
    return replace(limits, bytes=most, inflated=min(limits.inflated, 5 * most))


def _warn_of_full_disk(limits: Limits) -> None:
    """Say so where a file would fail on its way: Streamlit lays large ones down as they come."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < limits.bytes:
        st.warning(
            f"The disk of this server has {size(free)} left: a larger file fails on its way. Bring "
            "a smaller one, or packed as .gz. What is here already goes on.",
            icon=":material/info:",
        )


def described(found: Found, space: models.EmbeddingSpace) -> str:
    """Return what was found in a file, as Markdown."""
    text = (
        f"{plain(found.file)} ({found.format}, {size(found.bytes)}) is {bold(found.name)} now: "
        f"**{count(len(space))}** words of **{space.dimension}** dimensions, "
        f"{size(space.vectors.nbytes)} in memory."
    )
    remarks = "; ".join(plain(remark, limit=300) for remark in found.remarks)
    return f"{text} On reading: {remarks}." if remarks else f"{text} Nothing was left out."


def _take(
    file: UploadedFile, first: int | None, words: UploadedFile | None, limits: Limits
) -> None:
    """Read a file into the session; empty the upload where it went well, or the bytes would stay
    in memory."""
    session.put(_PROBLEM, None)
    try:
        kind = format_name(file, file.name, limits)
        space = models.read_vectors(file, limit=first, words=words, limits=limits)
        name = session.add_space(space)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
        return
    session.put(_FOUND, Found(name, file.name, kind, file.size, space.provenance))
    session.put(_UPLOADS, session.get(_UPLOADS, 0) + 1)


def _told() -> None:
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="library-upload")
        return
    found: Found | None = session.get(_FOUND)
    space = session.own_spaces().get(found.name) if found is not None else None
    if found is None or space is None:
        return
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.success(described(found, space), icon=":material/check:")
    in_use = session.get("space") == found.name
    right.button(
        "In use" if in_use else "Use it",
        type="primary",
        disabled=in_use,
        key="library-use-found",
        on_click=session.put,
        args=("space", found.name),
        width="stretch",
    )
    if in_use:
        with st.container(horizontal=True, key="library-next"):
            st.page_link(f"{_PAGES}/map.py", label="Its map", icon=":material/scatter_plot:")
            st.page_link(f"{_PAGES}/neighbours.py", label="Its words", icon=":material/hub:")
            st.page_link(
                f"{_PAGES}/compare.py", label="Beside another space", icon=":material/compare:"
            )
