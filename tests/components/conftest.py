"""Charts are made unchecked, which is faster; here Plotly checks each property of every figure."""

import pytest

from components.charts import theme


@pytest.fixture(autouse=True)
def _checked_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "CHECKED", True)
