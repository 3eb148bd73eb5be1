"""Files of vectors that are named on the command line of the server, for all its visitors."""

import sys
import time
from pathlib import Path

import streamlit as st

import models
from components import session
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import plain
from models.errors import EmbeddingError
from models.sources.read import opens_at_once
from models.sources.server_files import OPTION, named_on_command_line, names_of, read_server_file

_PLACE = "library-served-job"
_REQUEST = "library-served-request"  # the path that is being read, and the minute of the request
_PROBLEM = "library-served-problem"
_SAME = 60.0  # seconds within which visitors who ask for the same file share a job


def server_files() -> None:
    """Draw the choice of a file, if any is named. A job reads it once; then it is mapped, so that
    visitors share its memory."""
    if not any(part.startswith(OPTION) for part in sys.argv):
        return
    st.header("Files of this server")
    try:
        named = names_of(named_on_command_line(sys.argv))
    except EmbeddingError as error:
        notice(error, key="library-served")
        return
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    name = left.selectbox("File", list(named), key="library-served")
    if name in named:
        right.button(
            "Use it", key="library-served-use", on_click=_use, args=(named[name],), width="stretch"
        )
    if session.get(_REQUEST) is not None:
        _progress(*session.get(_REQUEST))
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="library-served-problem")
        session.put(_PROBLEM, None)
    st.caption(f"{plain(OPTION)}: named by whoever started this server, for all its visitors.")


def _use(path: Path) -> None:
    """Use a file that was read before; have a job read one that was not."""
    forget_job(_PLACE)
    session.put(_REQUEST, None)
    if opens_at_once(path, trusted=True):
        _open(path)
    else:
        session.put(_REQUEST, (path, int(time.time() // _SAME)))


def _progress(path: Path, minute: int) -> None:
    """Draw the progress of the reading, and use the file once it is read."""
    key = f"file of this server: {path} {minute}"
    try:
        job = job_for(_PLACE, key, read_server_file, str(path))
    except EmbeddingError as error:  # the queue takes no more
        _fail(error)
        return
    while_running(_PLACE, [job], lambda: job_card(job, key=_PLACE, again=lambda: _use(path)))
    if isinstance(job.error, EmbeddingError):
        _fail(job.error)
    elif job.done:
        session.put(_REQUEST, None)
        _open(path)
        st.rerun()


def _open(path: Path) -> None:
    try:
        session.request_space(session.add_space(models.read_vectors(path, trusted=True)))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)


def _fail(error: EmbeddingError) -> None:
    forget_job(_PLACE)
    session.put(_REQUEST, None)
    session.put(_PROBLEM, error)
