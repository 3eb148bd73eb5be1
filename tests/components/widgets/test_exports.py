"""What a visitor takes away: CSV without formulas, HTML without a network."""

import io

import pandas as pd

from components.charts.bars import answer_bars
from components.widgets.exports import csv, page


def test_no_cell_is_a_spreadsheet_formula() -> None:
    words = ["=1+1", "+x", "-", "@me", "fine", "a=b", "\tx"]
    read = pd.read_csv(io.BytesIO(csv(pd.DataFrame({"word": words, "value": range(7)}))))
    assert list(read["word"]) == ["'=1+1", "'+x", "'-", "'@me", "fine", "a=b", "'\tx"]
    assert list(read["value"]) == list(range(7))


def test_negative_numbers_stay_numbers() -> None:
    read = pd.read_csv(io.BytesIO(csv(pd.DataFrame({"similarity": [-0.5, 0.25]}))))
    assert list(read["similarity"]) == [-0.5, 0.25]


def test_a_chart_is_one_file_that_needs_no_network() -> None:
    answers = pd.DataFrame({"word": ["<script>alert(1)</script>"], "similarity": [0.5]})
    html = page(answer_bars(answers), "20,000 words; PCA \\(46\\.1 %\\) <b>").decode()
    assert "20,000 words; PCA (46.1 %) &lt;b&gt;</p>" in html
    assert "cdn.plot.ly" not in html.split("</script>")[-2]
    assert "<script src=" not in html
    assert "<script>alert(1)" not in html
