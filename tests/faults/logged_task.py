"""A job that notes in a file when it begins and when it is ended."""

import time
from concurrent.futures import CancelledError
from pathlib import Path

from models.jobs.reporter import Reporter


def wait_and_log(reporter: Reporter, name: str, notes: str) -> None:
    """Wait for ever."""
    _note(notes, f"{name} began")
    try:
        while True:
            reporter.report(0.5, "waiting")
            time.sleep(0.01)
    except CancelledError:
        _note(notes, f"{name} ended")
        raise


def _note(notes: str, line: str) -> None:
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
