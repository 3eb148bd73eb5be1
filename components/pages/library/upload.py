"""A visitor's own file: brought, read once into one of their spaces, and forgotten."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import models
from components import session
from components.lease import keep_hours
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import bold, count, plain, size
from models.errors import EmbeddingError
from models.jobs.computation import Job
from models.sources.format_name import format_name
from models.sources.limits import Limits
from models.sources.upload import FileNames, Upload, read_upload

_UPLOADS = "library-uploads"  # so far: each empties the upload
_SEEN = "library-seen"  # the file and the options that were read last
_PROBLEM, _FOUND = "library-problem", "library-found"
_PLACE, _COMING = "library-coming", "library-coming"
_AT_ONCE = 2_000_000  # bytes of a file that is read while the page waits: in less than a second
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


@dataclass(frozen=True, eq=False)
class Coming:
    """A large file that a job reads: where it lies, what it was called, the `first` words that are
    wanted, and its size in bytes."""

    incoming: Upload
    sent: FileNames
    first: int | None
    limits: Limits
    size: int

    def job(self) -> Job[None]:
        """Return the job, which is this visitor's alone. Raises Refused where the queue takes no
        more."""
        folder = str(self.incoming.folder)
        asked = (folder, self.sent, self.first, self.limits)
        return job_for(_PLACE, folder, read_upload, *asked, private=True)


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
        _drop()
    elif session.get(_SEEN) != (seen := (file.file_id, first, words and words.file_id)):
        session.put(_SEEN, seen)
        session.put(_PROBLEM, None)
        _drop()
        if file.size > _AT_ONCE:
            _lay_down(file, int(first) if first else None, words, limits)
        else:
            with st.spinner(f"Reading {plain(file.name)}"):
                _take(file, int(first) if first else None, words, limits)
            st.rerun()  # the sidebar lists the space
    _follow()
    _told()
    _warn_of_full_disk(limits)
    st.caption(_FORMATS)
    st.caption(
        "The vectors are yours alone: no other session can see or open them, the file is not kept, "
        "and all is gone with this session, or after "
        f"{'an hour' if (hours := keep_hours()) == 1 else f'{count(hours)} hours'} without a look."
    )


def allowed() -> Limits:
    """Return what a visitor may send: what is configured for files, and for all uploads."""
    return Limits.for_uploads(most=int(st.get_option("server.maxUploadSize")))


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
    """Read a file into the session."""
    try:
        kind = format_name(file, file.name, limits)
        space = models.read_vectors(file, limit=first, words=words, limits=limits)
        _keep(space, file.name, kind, file.size)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)


def _keep(space: models.EmbeddingSpace, file: str, kind: str, size: int) -> None:
    """Make what was read one of the visitor's spaces, and empty the upload, or its bytes would stay
    in memory."""
    name = session.add_space(space)
    session.put(_FOUND, Found(name, file, kind, size, space.provenance))
    session.put(_UPLOADS, session.get(_UPLOADS, 0) + 1)


def _lay_down(
    file: UploadedFile, first: int | None, words: UploadedFile | None, limits: Limits
) -> None:
    """Lay a large file down, for a job to read."""
    try:
        incoming = Upload(file, words)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
        return
    sent = FileNames(file.name, words.name if words is not None else None)
    session.put(_COMING, Coming(incoming, sent, first, limits, file.size))


def _follow() -> None:
    """Draw how far the reading of a large file is, and keep what was read."""
    coming: Coming | None = session.get(_COMING)
    if coming is None:
        return
    try:
        job = coming.job()
    except EmbeddingError as error:  # the queue takes no more
        _drop()
        session.put(_PROBLEM, error)
        return

    def draw() -> None:
        job_card(job, key="library-coming", again=partial(forget_job, _PLACE))

    while_running(_PLACE, [job], draw)
    if job.running or job.cancelled:
        return
    session.put(_COMING, None)
    try:
        job.result()
        space, kind = coming.incoming.result()
        _keep(space, coming.sent.file, kind, coming.size)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
    coming.incoming.close()
    st.rerun()


def _drop() -> None:
    """End the reading of a large file, and delete it."""
    coming: Coming | None = session.get(_COMING)
    if coming is not None:
        with suppress(EmbeddingError):
            coming.job().cancel()
        forget_job(_PLACE)
        coming.incoming.close()
        session.put(_COMING, None)


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
            st.page_link(f"{_PAGES}/map/page.py", label="Its map", icon=":material/scatter_plot:")
            st.page_link(f"{_PAGES}/neighbours/page.py", label="Its words", icon=":material/hub:")
            st.page_link(
                f"{_PAGES}/compare/page.py", label="Beside another space", icon=":material/compare:"
            )
