"""The files that whoever runs this server has named on its command line."""

import sys
from pathlib import Path

import streamlit as st

import models
from components import session
from components.widgets.notices import notice
from components.wording import plain
from models.errors import EmbeddingError
from models.sources.own_files import OPTION, named_on_command_line, names_of

_PROBLEM = "library-served-problem"


def served() -> None:
    """Draw the files named on the command line, each with a button; nothing where there are none.

    They are read once and then mapped, so that visitors share their pages.
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
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="library-served-problem")
        session.put(_PROBLEM, None)
    st.caption(f"{plain(OPTION)}: named by whoever started this server, for all its visitors.")


def _use(path: Path) -> None:
    try:
        session.put("space", session.add_space(models.read_vectors(path, trusted=True)))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
