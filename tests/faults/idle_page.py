"""A page for test_unused_space.py: its visitor brings a space and looks at nothing any more. An
hour of the server is a second here.

What happens is noted in the file that the environment names.
"""

import os
import time
import weakref
from functools import partial
from pathlib import Path

import streamlit as st

from components import session, space_expiry, streamlit_internals
from components.pages.server import upkeep
from components.pages.server.upkeep import begin
from components.widgets.sidebar import sidebar
from tests.components.pages.test_own_spaces import made

space_expiry._now = lambda: 3_600 * time.monotonic()
streamlit_internals.is_server, upkeep._EVERY = (lambda: True), 0.5


def note(line: str) -> None:
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as notes:
        notes.write(f"{line}\n")


def arrive() -> None:
    name = session.add_space(made("brought"))
    session.put("space", name)
    weakref.finalize(session.own_spaces()[name], note, "the space is gone")


def render() -> None:
    space = session.current().kept
    note(f"in use: {space.name}")
    for expired in session.expired_spaces():
        note(f"expired: {expired}")
    held = session.remember("answer", "any", partial(list, [space]))
    st.fragment(lambda: st.write(len(held)))()
    st.download_button("Take", data=partial(repr, space), on_click="ignore")


if not session.get("was here"):
    session.put("was here", True)
    arrive()
begin()
sidebar("Idle")
render()
upkeep.settle("Idle")
