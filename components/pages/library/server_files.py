"""The files that whoever runs this server has named on its command line."""

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
_WANTED = "library-served-wanted"  # the path that is read, and when it was asked for
_PROBLEM = "library-served-problem"
_SAME = 60.0  # seconds in which who asks for the same shares one job


def served() -> None:
    """Draw the files named on the command line, each with a button; nothing where there are none.

    They are read once, by a job, and then mapped, so that visitors share their pages.
    """
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
    _follow()
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="library-served-problem")
        session.put(_PROBLEM, None)
    st.caption(f"{plain(OPTION)}: named by whoever started this server, for all its visitors.")


def _use(path: Path) -> None:
    """Open what was read before; have a job read what was not."""
    forget_job(_PLACE)
    session.put(_WANTED, None)
    if opens_at_once(path, trusted=True):
        _open(path)
    else:
        session.put(_WANTED, (path, int(time.time() // _SAME)))


def _follow() -> None:
    """Draw how far the reading is, and use what was read."""
    wanted: tuple[Path, int] | None = session.get(_WANTED)
    if wanted is None:
        return
    path, _ = wanted
    try:
        job = job_for(_PLACE, f"file of this server: {wanted}", read_server_file, str(path))
    except EmbeddingError as error:  # the queue takes no more
        _give_up(error)
        return

    def draw() -> None:
        job_card(job, key="library-served-job", again=lambda: _use(path))

    while_running(_PLACE, [job], draw)
    if isinstance(job.error, EmbeddingError):
        _give_up(job.error)
    elif job.done:
        session.put(_WANTED, None)
        _open(path)
        st.rerun()


def _open(path: Path) -> None:
    try:
        session.use_next(session.add_space(models.read_vectors(path, trusted=True)))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)


def _give_up(error: EmbeddingError) -> None:
    forget_job(_PLACE)
    session.put(_WANTED, None)
    session.put(_PROBLEM, error)
