"""The session in a file: for a server that falls asleep, a tab that was closed, another day."""

from collections.abc import Mapping

import streamlit as st

from components import session
from components.pages.train import jobs
from components.widgets.text_source import TEXT8, WIKIPEDIA
from components.widgets.training_settings import KEYS
from components.wording import count, listed, plain, size
from models.errors import EmbeddingError
from models.training.session_file import LARGEST, Saved, read, weight, write
from models.training.settings import LIMITS, METHODS

_FILE = "vectorscope-session.npz"
_TOLD = "train-restored"
_WORDS = "watched"


def restore() -> None:
    """Draw Save session and Restore session."""
    st.subheader("Keep this session", anchor=False)
    runs, spaces = jobs.runs(), tuple(session.own_spaces().values())
    left, right = st.columns(2, gap="large")
    with left:
        held = weight(Saved(runs, spaces))
        st.download_button(
            "Save session",
            data=_file,
            file_name=_FILE,
            mime="application/octet-stream",
            icon=":material/save:",
            on_click="ignore",
            disabled=not (runs or spaces) or held > LARGEST,
        )
        st.caption(_holds(len(runs), len(spaces), held))
    with right:
        st.file_uploader(
            "Restore session", type=["npz"], key="train-saved", on_change=_take, help="Up to 50 MB."
        )
        for kind, text in session.get(_TOLD, []):
            (st.success if kind == "done" else st.warning)(text, icon=":material/info:")


def _holds(runs: int, spaces: int, held: int) -> str:
    if not (runs or spaces):
        return "There is nothing to save yet: train, or bring vectors, first."
    parts = [f"{count(runs)} run{'s' * (runs != 1)}"] * bool(runs)
    parts += [f"{count(spaces)} space{'s' * (spaces != 1)} of your own"] * bool(spaces)
    text = f"{listed(parts)} and the settings, at most {size(held)}"
    if held > LARGEST:
        return (
            f"{text}: more than the {size(LARGEST)} that can be brought back. Remove a space in "
            "the Library, or download its vectors by themselves."
        )
    return f"{text}. The texts themselves are not in it."


def _file() -> bytes:
    spaces = tuple(session.own_spaces().values())
    return write(Saved(jobs.runs(), spaces, _choices()))


def _choices() -> dict[str, str | int | float | bool]:
    found = {key: session.get(key) for key in ("text", "trainer", _WORDS, *KEYS.values())}
    return {key: value for key, value in found.items() if value is not None}


def _take() -> None:
    """Read what was brought: all of it, or nothing."""
    file = session.get("train-saved")
    if file is None:
        session.put(_TOLD, [])
        return
    try:
        saved = read(file.getvalue())
    except EmbeddingError as error:
        session.put(_TOLD, [("failed", plain(str(error), limit=400))])
        return
    told, names = [], []
    for space in saved.spaces:
        try:
            names.append(session.add_space(space))
        except EmbeddingError as error:
            told.append(("failed", f"{plain(space.name)}: {plain(str(error), limit=200)}"))
    jobs.restore(saved.runs)
    _choose(saved.choices)
    found = f"{count(len(saved.runs))} run{'s' * (len(saved.runs) != 1)}"
    found += f" and {listed([plain(name) for name in names])}" if names else ""
    session.put(_TOLD, [("done", f"Restored: {found}."), *told])


def _choose(choices: Mapping[str, object]) -> None:
    """Set the controls to what was chosen, where that can be."""
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
