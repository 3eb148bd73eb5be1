"""What the tests of pages share: Plotly checks each property of every figure, which the pages leave
out as it is slow; and a worker with the surroundings of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.charts import theme
from components.widgets.jobs import queue


@pytest.fixture(autouse=True)
def _checked_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "CHECKED", True)


@pytest.fixture(scope="module", autouse=True)
def _no_jobs_left() -> Iterator[None]:
    """End the jobs that the pages of a file have left, so that the next file need not wait."""
    yield
    queue()._cancel_all(lambda _: True)


@pytest.fixture
def reading_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is read of files is kept, by the server and by the process that computes."""
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "10")
    queue.clear()  # type: ignore[attr-defined]  # its process was started elsewhere
    yield
    queue().close()
    queue.clear()  # type: ignore[attr-defined]
