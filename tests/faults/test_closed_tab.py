"""A visitor closes the tab while their job runs: a real server, and visitors who speak
its protocol.

Streamlit keeps the session of a closed tab for two minutes, and for longer where nobody else goes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks._server import PROJECT, Server, serve
from tests.models.jobs.fakes import wait_until

PAGE = Path(__file__).with_name("waiting_page.py")


class Notes:
    """What has happened on the server."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def lines(self) -> list[str]:
        return self._path.read_text("utf-8").splitlines() if self._path.exists() else []

    def wait_for(self, line: str) -> None:
        wait_until(lambda: line in self.lines, seconds=30)


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notes:
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    monkeypatch.setenv("LOST", "600")
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    return Notes(tmp_path / "notes")


@contextmanager
def visit(server: Server, name: str, session: str = "") -> Iterator[ClientConnection]:
    """Open the page as `name`, and close the tab at the end."""
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    protocols = [Subprotocol(part) for part in ("streamlit", "none", session) if part]
    with connect(address, subprotocols=protocols, proxy=None, max_size=None) as tab:
        message = BackMsg()
        message.rerun_script.query_string = f"name={name}"
        tab.send(message.SerializeToString())
        yield tab


def test_the_place_goes_to_who_waits(notes: Notes) -> None:
    with serve(PAGE) as server:
        with visit(server, "anna"):
            notes.wait_for("anna began")
            with visit(server, "ben"):
                notes.wait_for("ben sees nothing amiss")
                assert "ben began" not in notes.lines
        with visit(server, "carl"):  # ben has gone too, and carl has waited longest of who is there
            notes.wait_for("carl began")
            assert notes.lines.index("anna ended") < notes.lines.index("carl began")
            assert "ben began" not in notes.lines


def test_who_comes_back_is_told(notes: Notes) -> None:
    with serve(PAGE) as server:
        with visit(server, "anna") as tab:
            notes.wait_for("anna began")
            session = session_of(tab)
        with visit(server, "ben"):
            notes.wait_for("ben began")
        with visit(server, "anna", session):
            away = "This gave way to somebody who waited, as you were away."
            notes.wait_for(f"anna sees {away}")


def session_of(tab: ClientConnection) -> str:
    """Return the name under which the browser comes back to its session."""
    while True:
        message = ForwardMsg.FromString(tab.recv(timeout=10, decode=False))
        if message.HasField("new_session"):
            return message.new_session.initialize.session_id


def test_who_does_not_come_back_leaves_nothing_running(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOST", "2")
    with serve(PAGE) as server:
        with visit(server, "anna"):
            notes.wait_for("anna began")
        notes.wait_for("anna ended")  # though nobody else has come or gone
