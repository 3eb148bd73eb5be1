"""Save and restore the session: a visitor's runs, spaces and choices, in one file."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from components import session
from components.widgets.text_source import TEXT8, WIKIPEDIA
from components.widgets.training_runs import add_run, next_name, runs
from components.widgets.training_settings import KEYS
from components.wording import counted, listed, plain, size
from models.errors import EmbeddingError
from models.training.session_file import (
    LARGEST,
    SavedSession,
    read_session,
    session_bytes,
    write_session,
)
from models.training.settings import LIMITS, METHODS

_FILE = "vectorscope-session.npz"
_OUTCOME = "train-restored"
_WORDS = "watched"


def session_file() -> None:
    """Draw Save session and Restore session."""
    st.subheader("Keep this session", anchor=False)
    saved = _session()
    left, right = st.columns(2, gap="large")
    with left:
        held = session_bytes(saved)
        st.download_button(
            "Save session",
            data=lambda: write_session(_session()),
            file_name=_FILE,
            mime="application/octet-stream",
            icon=":material/save:",
            on_click="ignore",
            disabled=not (saved.runs or saved.spaces) or held > LARGEST,
        )
        st.caption(_content(len(saved.runs), len(saved.spaces), held))
    with right:
        st.file_uploader(
            "Restore session", type=["npz"], key="train-saved", on_change=_take, help="Up to 50 MB."
        )
        for kind, text in session.get(_OUTCOME, []):
            (st.success if kind == "done" else st.warning)(text, icon=":material/info:")


def _content(runs: int, spaces: int, held: int) -> str:
    if not (runs or spaces):
        return "There is nothing to save yet: train, or bring vectors, first."
    parts = [counted(runs, "run")] * bool(runs)
    parts += [f"{counted(spaces, 'space')} of your own"] * bool(spaces)
    text = f"{listed(parts)} and the settings, at most {size(held)}"
    if held > LARGEST:
        return (
            f"{text}: more than the {size(LARGEST)} that can be brought back. Remove a space in "
            "the Library, or download its vectors by themselves."
        )
    return f"{text}. The texts themselves are not in it."


def _session() -> SavedSession:
    keys = ("text", "trainer", _WORDS, *KEYS.values())
    choices = {key: value for key in keys if (value := session.get(key)) is not None}
    return SavedSession(runs(), tuple(session.own_spaces().values()), choices)


def _take() -> None:
    """Restore the upload: all of it, or nothing."""
    file = session.get("train-saved")
    if file is None:
        session.put(_OUTCOME, [])
        return
    try:
        saved = read_session(file.getvalue())
    except EmbeddingError as error:
        session.put(_OUTCOME, [("failed", plain(str(error), limit=400))])
        return
    failed, names = [], []
    for space in saved.spaces:
        try:
            names.append(session.add_space(space))
        except EmbeddingError as error:
            failed.append(("failed", f"{plain(space.name)}: {plain(str(error), limit=200)}"))
    for run in saved.runs:
        add_run(replace(run, name=next_name(), precomputed=False))
    _choose(saved.choices)
    spaces = f" and {listed([plain(name) for name in names])}" if names else ""
    restored = f"Restored: {counted(len(saved.runs), 'run')}{spaces}."
    session.put(_OUTCOME, [("done", restored), *failed])


def _choose(choices: Mapping[str, object]) -> None:
    """Set the controls to the saved values that are allowed."""
    if choices.get("text") in (WIKIPEDIA, TEXT8):  # the texts of visitors are not saved
        session.put("text", choices["text"])
    if choices.get("trainer") in METHODS:
        session.put("trainer", choices["trainer"])
    words = choices.get(_WORDS)
    if isinstance(words, str) and len(words) <= 200:
        session.put(_WORDS, words)
    for name, key in KEYS.items():
        value, (low, high) = choices.get(key), LIMITS[name]
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            session.put(key, value)
