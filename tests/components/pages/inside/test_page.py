"""The page that takes nn.Embedding apart: what it says is what torch did."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.charts.heatmap import heatmap, short
from components.pages.inside.steps import answer, code, frame
from models.jobs.reporter import LocalReporter
from models.training.lookup import Table, take_apart
from tests.components.apps import linked, page_file, settled

PAGE = page_file("inside")
WORDS = ("good", "bad", "movie", "is")
USUAL = Table(WORDS, (("movie", "is", "good"), ("movie", "is", "bad")))


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.markdown, *app.caption, *app.warning]
    return "\n".join(str(block.value) for block in blocks)


def page() -> AppTest:
    return linked(PAGE).run()


def test_the_page_says_what_a_mean_gives_to_three_rows() -> None:
    text = said(settled(page()))
    assert "1/24 = 0.0417" in text
    assert "**bad** gets none" in text
    assert "Adam moves **good** although this sentence lacks it" in text


def test_another_sentence_is_taken_apart_anew() -> None:
    app = settled(page())
    app.text_input(key="first").set_value("good good is").run()
    assert "a word that stands twice sums both" in said(settled(app))


def test_a_word_without_a_row_is_told_and_the_calculator_stays() -> None:
    app = settled(page())
    app.text_input(key="first").set_value("terrible <b>movie</b>").run()
    text = said(app)
    assert "has no row" in text
    assert "**1,500,000** parameters" in text


@pytest.mark.parametrize("text", ["", "   ", "a " * 5_000, "\x00\u202e", "[x](javascript:1)"])
def test_an_absurd_vocabulary_is_answered_with_a_sentence(text: str) -> None:
    app = page()
    app.text_input(key="vocabulary").set_value(text).run()
    assert not app.exception
    assert app.warning


def test_the_calculator_counts_what_is_asked() -> None:
    app = page()
    app.number_input(key="rows").set_value(10_000).run()
    app.number_input(key="columns").set_value(100).run()
    assert "**1,000,000** parameters: **4.0 MB** in use and **16 MB**" in said(app).replace(
        "4 MB", "4.0 MB"
    )


def test_padding_alone_reaches_no_row() -> None:
    table = Table(WORDS, (("is",),), padding="is")
    assert "No row gets a gradient" in answer(table, take_apart(LocalReporter(), table)["SGD"][0])


def test_the_script_of_the_page_gives_the_numbers_of_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import torch

    names: dict[str, object] = {}
    with torch.random.fork_rng(devices=[]):
        exec(code(USUAL), names)  # noqa: S102  # the script is ours, made of checked words
    assert "0.0417" in capsys.readouterr().out
    table = names["table"]
    assert isinstance(table, torch.nn.Embedding)
    last = take_apart(LocalReporter(), USUAL)["SGD"][1]
    np.testing.assert_allclose(
        table.weight.detach().numpy(), last.table + last.moved, rtol=1e-5, atol=1e-6
    )


def test_the_table_that_is_downloaded_holds_every_number() -> None:
    found = frame(USUAL, take_apart(LocalReporter(), USUAL))
    assert len(found) == 2 * 2 * 3 * 4  # optimisers, steps, kinds, words
    row = found[(found["what"] == "gradient") & (found["word"] == "bad") & (found["step"] == 1)]
    assert not row[[str(i) for i in range(8)]].to_numpy().any()


def test_a_heatmap_shows_its_numbers_around_zero() -> None:
    chart = heatmap(np.array([[0.0, -1.5], [1 / 24, 1e-7]], dtype=np.float32), ["<b>", "is"])
    cells = chart.data[0]
    assert (cells.zmin, cells.zmax) == (-1.5, 1.5)
    assert [list(row) for row in cells.text] == [["0", "−1.50"], ["0.04", "≈0"]]
    assert chart.layout.yaxis.ticktext == ("0  &lt;b&gt;", "1  is")


def test_numbers_of_cells_are_short() -> None:
    found = [short(0, 4), short(-0.04166, 4), short(12.3456, 2), short(-1e-6, 4)]
    assert found == ["0", "−0.0417", "12.35", "≈0"]
