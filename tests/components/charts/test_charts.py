"""Charts: a result goes in, a figure comes out that says what the result says."""

import numpy as np
import pandas as pd

from components.charts import theme
from components.charts.bars import answer_bars
from components.charts.parallelogram import parallelogram
from models import EmbeddingSpace
from models.maps.plane import offset_plane

ANSWERS = pd.DataFrame({"rank": [1, 2], "word": ["queen", "<b>x"], "similarity": [0.85, -0.2]})


def test_bars_begin_at_zero_and_name_their_words() -> None:
    drawn = answer_bars(ANSWERS)
    low, high = drawn.layout.xaxis.range
    assert low < -0.2
    assert high > 0.85
    assert list(drawn.layout.yaxis.ticktext) == ["queen", "&lt;b&gt;x"]
    assert list(drawn.data[0].text) == ["0.850", "−0.200"]


def test_the_expected_answer_is_green_and_a_lone_one_is_hatched() -> None:
    drawn = answer_bars(ANSWERS, expected="queen", shared=frozenset(["queen"]))
    assert list(drawn.data[0].marker.color) == [theme.EXPECTED, theme.LOST]
    assert list(drawn.data[0].marker.pattern.shape) == ["", "/"]


def test_no_answers_are_an_empty_chart() -> None:
    assert len(answer_bars(ANSWERS.head(0)).data[0].x) == 0


def test_the_parallelogram_has_its_arrows_and_words(glove_50: EmbeddingSpace) -> None:
    plane = offset_plane(glove_50, "man", "king", "woman", ["queen", "throne"])
    drawn = parallelogram(plane, expected="queen")
    first, second, real = drawn.data[:3]
    offset = np.subtract([first.x[1], first.y[1]], [first.x[0], first.y[0]])
    again = np.subtract([second.x[1], second.y[1]], [second.x[0], second.y[0]])
    assert np.allclose(offset, again, atol=1e-5)
    assert real.line.dash == "dash"
    written = {str(word) for trace in drawn.data for word in (trace.text or ())}
    assert {"man", "king", "woman", "queen", "throne"} <= written
