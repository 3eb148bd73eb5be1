"""The page that compares two spaces."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.charts.agreement import agreement_chart
from models.jobs.reporter import Here
from models.quality.compare_at_work import Side, compare_sides
from models.sources.bundled import load
from models.sources.handles import handle_of
from tests.components.apps import settled

APP = Path(__file__).parents[2] / "app.py"


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info]
    return "\n".join(str(block.value) for block in blocks)


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("components/pages/compare.py").run()
    return app


def test_two_spaces_are_compared_word_by_word() -> None:
    app = opened()
    app.selectbox(key="common").set_value("1,000").run()
    text = said(settled(app))
    assert "drawn at random they would share" in text
    assert "Words that agree least" in text
    assert "The two maps, aligned" in str([block.value for block in app.subheader])


def test_a_space_can_be_compared_with_itself_at_another_size() -> None:
    app = opened()
    app.selectbox(key="common").set_value("1,000").run()
    app.selectbox(key="with").set_value("glove-50").run()
    assert "same vectors" in said(app)
    app.number_input(key="with-glove-50-dimensions").set_value(10).run()
    assert "cut to 10" in said(settled(app))


@pytest.mark.parametrize("word", ["", "<b>x</b>", "zzzzqqq", "a" * 5_000])
def test_a_word_that_neither_has_is_told(word: str) -> None:
    app = opened()
    app.text_input(key="word").set_value(word).run()
    text = said(app)
    assert not word or "has no word" in text


def test_the_job_gives_figures_and_two_maps_of_the_same_words() -> None:
    here = Here()
    one = Side(handle_of(load("glove-50")), 50)
    found = compare_sides(here, (one, Side(one.handle, 10)), 500, 10, "UMAP")
    assert found.first.shape == found.second.shape == (500, 2)
    assert found.mapped == found.comparison.words
    assert 0 < found.left < 1
    assert here.fraction > 0.9


def test_the_chart_counts_every_word_and_marks_chance() -> None:
    shared = np.random.default_rng(0).integers(0, 11, size=1_000)
    chart = agreement_chart(shared, k=10, chance=0.1)
    assert chart.data[0].customdata.sum() == 1_000
    assert chart.data[0].y[10] == (shared == 10).mean()
    assert [line.x0 for line in chart.layout.shapes] == [shared.mean(), 0.1]
