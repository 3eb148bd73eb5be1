"""The page that compares two spaces."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.charts.bars import agreement_chart
from models.jobs.reporter import LocalReporter
from models.maps.faithfulness import faithfulness
from models.quality.comparison_tasks import Side, compare_sides
from models.reduction.reduce import reduce
from models.sources.bundled import load
from models.sources.space_handles import handle_of
from tests.components.apps import linked, said, settled


def opened(**query: str) -> AppTest:
    """The page with few words in common, as a link asks for them."""
    app = linked(**({"common": "1,000"} | query)).run()
    return app.switch_page("components/pages/compare/page.py").run()


def test_two_spaces_are_compared_word_by_word() -> None:
    app = opened()
    app.selectbox(key="common").set_value("1,000").run()
    text = said(settled(app))
    assert "drawn at random they would share" in text
    assert "Words that agree least" in text
    assert "The two maps, aligned" in str([block.value for block in app.subheader])
    assert text.count("on average are still its nearest on this map; a random map keeps") == 2
    assert [tab.label.partition("\\")[0] for tab in app.tabs] == ["Left", "Right"]


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
    here = LocalReporter()
    one = Side(handle_of(load("glove-50")), 50)
    found = compare_sides(here, (one, Side(one.handle, 10)), 500, 10, "UMAP")
    assert found.first.shape == found.second.shape == (500, 2)
    assert found.mapped == found.comparison.words
    assert 0 < found.left < 1
    space = load("glove-50")
    spaces = space, reduce(space, dimension=10)
    for each, of, places in zip(found.faithful, spaces, (found.first, found.second), strict=True):
        kept = faithfulness(of, places, list(found.mapped))["knn_overlap"].value
        assert each["knn_overlap"].value == pytest.approx(kept, abs=0.002)  # the turn rounds
    assert here.fraction > 0.9


def test_the_chart_counts_every_word_and_marks_chance() -> None:
    shared = np.random.default_rng(0).integers(0, 11, size=1_000)
    chart = agreement_chart(shared, k=10, chance=0.1)
    assert chart.data[0].customdata.sum() == 1_000
    assert chart.data[0].y[10] == (shared == 10).mean()
    assert [line.x0 for line in chart.layout.shapes] == [shared.mean(), 0.1]


def after_training(runs: int = 1) -> AppTest:
    """The page in a session in which a text was learned from, in three epochs."""
    app = linked(text="pasted text", common="1,000").run()
    app.switch_page("components/pages/train/page.py").run()
    words = ["king", "queen", "man", "woman", "boy", "girl", *(f"w{n}" for n in range(60))]
    text = " ".join(np.random.default_rng(3).choice(words, 6_000))
    app.text_area(key="train-pasted").set_value(text)
    app.number_input(key="size").set_value(8)
    app.number_input(key="epochs").set_value(3)
    app = settled(app.run())
    for _ in range(runs):
        [button] = [button for button in app.button if button.label == "Train"]
        app = settled(button.click().run())
    return app.switch_page("components/pages/compare/page.py").run()


def test_two_epochs_of_a_run_are_compared() -> None:
    app = after_training()
    epochs = [f"run 1, epoch {number} of 3" for number in (3, 2, 1, 0)]
    assert app.selectbox(key="compare-first").options[1:] == epochs
    app.selectbox(key="compare-first").set_value(epochs[2])
    app.selectbox(key="with").set_value(epochs[0]).run()
    text = said(settled(app)).replace("\\", "")
    assert "**Run 1 after epoch 1** and **Run 1 after epoch 3** share" in text
    assert "Of run 1: each epoch with all words, 16 bits a number, the last as it ended." in text
    stored = app.session_state["train-epochs"]["run 1"].values()
    assert [vectors.shape[1] for vectors in stored] == [8, 8, 8]
    app.selectbox(key="compare-first").set_value(epochs[0]).run()
    assert "same vectors" in said(app)


def test_an_epoch_is_compared_with_any_space() -> None:
    app = after_training()
    app.selectbox(key="with").set_value("run 1, epoch 2 of 3").run()
    text = said(settled(app)).replace("\\", "")
    assert "GloVe 6B" in text
    assert "**Run 1 after epoch 2** share" in text


def test_epochs_are_forgotten_with_their_runs() -> None:
    app = after_training(runs=5)
    kept = {run.name for run in app.session_state["train-runs"]}
    assert len(kept) == 4
    assert set(app.session_state["train-epochs"]) == kept
