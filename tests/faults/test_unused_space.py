"""A tab stays open and nobody looks: the server lets go of what its visitor has brought, whatever
the page still holds of it."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks._server import PROJECT, serve
from tests.faults.test_closed_tab import Notes, visit

PAGE = Path(__file__).with_name("idle_page.py")


def test_what_was_brought_is_gone_though_the_tab_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes(tmp_path / "notes")
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("VECTORSCOPE_KEEP_HOURS", "3")
    with serve(PAGE) as server, visit(server, "anna") as tab:
        end = time.monotonic() + 60
        while "the space is gone" not in notes.lines and time.monotonic() < end:
            with suppress(TimeoutError):
                tab.recv(timeout=0.2)  # as a browser does
        assert "the space is gone" in notes.lines
        assert notes.lines[0] == "in use: my-brought"
        assert "in use: glove-50" in notes.lines
        assert "expired: my-brought" in notes.lines
        assert "Traceback" not in server.read_log()
