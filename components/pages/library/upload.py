"""Upload of a visitor's own file: it is copied to a private folder, read into one of the visitor's
spaces, and deleted. A large file is read by a job, a small one while the page waits.
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

import models
from components import session
from components.space_expiry import keep_hours
from components.streamlit_internals import UploadedFile
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import bold, count, plain, size
from models.errors import EmbeddingError
from models.jobs.job import Job
from models.jobs.reporter import LocalReporter
from models.sources.limits import Limits
from models.sources.upload import FileNames, Upload, read_upload

_UPLOADS = "library-uploads"  # so far: part of the control's key, so that each empties it
_SEEN = "library-seen"  # the file that was read last, and its options
_PROBLEM = "library-problem"
_FOUND = "library-found"  # the name and the description of the space that was read last
_PLACE, _READING = "library-reading", "library-reading"
_AT_ONCE = 2_000_000  # bytes of a file that is read while the page waits: in less than a second
_PAGES = "components/pages"
_FORMATS = (
    "GloVe and word2vec (text, binary), fastText (.vec, .bin), .npz, safetensors, TSV, CSV, "
    "Parquet, and the Projector’s two TSV files in a .zip; as they are, or as .gz, .bz2 or "
    ".zip. Any language; what a file is, is seen from what is in it. No pickle is opened."
)


@dataclass(frozen=True, eq=False)
class Reading:
    """The reading of an uploaded file: its copy, its size in bytes, and the other arguments of
    read_upload()."""

    incoming: Upload
    size: int
    sent: FileNames
    first: int | None
    limits: Limits

    @property
    def arguments(self) -> tuple[str, FileNames, int | None, Limits]:
        return str(self.incoming.folder), self.sent, self.first, self.limits

    def job(self) -> Job[None]:
        """Return the job, which is this visitor's alone. Raises Refused where the queue is full."""
        folder = str(self.incoming.folder)
        return job_for(_PLACE, folder, read_upload, *self.arguments, private=True)


def upload() -> None:
    """Draw the upload, read a new file, and report the result."""
    limits = Limits.for_uploads(most=int(st.get_option("server.maxUploadSize")))
    left, right = st.columns([3, 1], gap="large")
    file = left.file_uploader(
        f"A file of vectors, up to {size(limits.bytes)} and {count(limits.rows)} words",
        key=f"library-file-{session.get(_UPLOADS, 0)}",
    )
    first = right.number_input(
        "Only so many words",
        1,
        limits.rows,
        None,
        placeholder="all",
        key="library-first",
        help="The first words of the file, which are the most frequent in most files.",
    )
    with right.popover("Words in another file", icon=":material/list:", width="stretch"):
        words = st.file_uploader(
            "One word a line, for vectors that come without (.npy, vectors.tsv)",
            key=f"library-words-{session.get(_UPLOADS, 0)}",
        )
    seen = (file.file_id, first, words and words.file_id) if file is not None else None
    if file is None or session.get(_SEEN) != seen:
        session.put(_SEEN, seen)
        session.put(_PROBLEM, None)
        _cancel()
        if file is not None:
            _start(file, words, int(first) if first else None, limits)
    _progress()
    _outcome()
    _warn_of_full_disk(limits)
    st.caption(_FORMATS)
    st.caption(
        "The vectors are yours alone: no other session can see or open them, the file is not kept, "
        "and all is gone with this session, or after "
        f"{'an hour' if (hours := keep_hours()) == 1 else f'{count(hours)} hours'} without a look."
    )


def _start(
    file: UploadedFile, words: UploadedFile | None, first: int | None, limits: Limits
) -> None:
    """Copy the file and begin to read it."""
    try:
        incoming = Upload(file, words)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
        return
    sent = FileNames(file.name, words.name if words is not None else None)
    reading = Reading(incoming, file.size, sent, first, limits)
    session.put(_READING, reading)
    if file.size <= _AT_ONCE:
        with st.spinner(f"Reading {plain(file.name)}"):
            _finish(reading, lambda: read_upload(LocalReporter(), *reading.arguments))


def _progress() -> None:
    """Draw the progress of the job that reads a file, and finish it."""
    reading: Reading | None = session.get(_READING)
    if reading is None:
        return
    try:
        job = reading.job()
    except EmbeddingError as error:  # the queue takes no more
        _cancel()
        session.put(_PROBLEM, error)
        return

    again = partial(forget_job, _PLACE)
    while_running(_PLACE, [job], lambda: job_card(job, key=_PLACE, again=again))
    if not (job.running or job.cancelled):
        _finish(reading, job.result)


def _finish(reading: Reading, read: Callable[[], None]) -> None:
    """Run `read`, add its space to the visitor's own, delete the copy, and draw the page anew: then
    the sidebar lists the space, and the upload is empty, which frees the file's bytes."""
    session.put(_READING, None)
    try:
        read()
        space, kind = reading.incoming.result()
        name = session.add_space(space)
        session.put(_FOUND, (name, _described(name, reading, space, kind)))
        session.put(_UPLOADS, session.get(_UPLOADS, 0) + 1)
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
    finally:
        reading.incoming.close()
    st.rerun()


def _described(name: str, reading: Reading, space: models.EmbeddingSpace, kind: str) -> str:
    """Describe the space that was read from a file, as Markdown."""
    text = (
        f"{plain(reading.sent.file)} ({kind}, {size(reading.size)}) is {bold(name)} now: "
        f"**{count(len(space))}** words of **{space.dimension}** dimensions, "
        f"{size(space.vectors.nbytes)} in memory."
    )
    remarks = "; ".join(plain(remark, limit=300) for remark in space.provenance)
    return f"{text} On reading: {remarks}." if remarks else f"{text} Nothing was left out."


def _cancel() -> None:
    """End the reading of a file, and delete its copy."""
    reading: Reading | None = session.get(_READING)
    if reading is not None:
        with suppress(EmbeddingError):
            reading.job().cancel()
        forget_job(_PLACE)
        reading.incoming.close()
        session.put(_READING, None)


def _outcome() -> None:
    """Describe the space that was read last, or say why the file could not be read."""
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="library-upload")
        return
    name, described = session.get(_FOUND, ("", ""))
    if name not in session.own_spaces():
        return
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.success(described, icon=":material/check:")
    in_use = session.get("space") == name
    right.button(
        "In use" if in_use else "Use it",
        type="primary",
        disabled=in_use,
        key="library-use-found",
        on_click=session.put,
        args=("space", name),
        width="stretch",
    )
    if in_use:
        with st.container(horizontal=True, key="library-next"):
            st.page_link(f"{_PAGES}/map/page.py", label="Its map", icon=":material/scatter_plot:")
            st.page_link(f"{_PAGES}/neighbours/page.py", label="Its words", icon=":material/hub:")
            st.page_link(
                f"{_PAGES}/compare/page.py", label="Beside another space", icon=":material/compare:"
            )


def _warn_of_full_disk(limits: Limits) -> None:
    """Warn where a file would fail while it is sent: Streamlit writes large ones to the disk."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < limits.bytes:
        st.warning(
            f"The disk of this server has {size(free)} left: a larger file fails on its way. Bring "
            "a smaller one, or packed as .gz. What is here already goes on.",
            icon=":material/info:",
        )
