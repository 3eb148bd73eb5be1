"""Bytes are arithmetic; times are only looked at loosely, as the machine is everybody's."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.quality.metrics.cost import costs


def test_bytes_of_every_size_and_precision(glove_100: EmbeddingSpace) -> None:
    found = costs(glove_100, [50, 5, 50], queries=3).set_index(["dimension", "precision"])
    assert found.index.get_level_values(0).unique().tolist() == [5, 50]
    each = found["bytes_per_word"].to_dict()
    assert {key[1]: value for key, value in each.items() if key[0] == 50} == {
        "float32": 200, "float16": 100, "int8": 50, "1-bit": 7,
    }  # fmt: skip
    assert (found["bytes"] == 40_000 * found["bytes_per_word"]).all()


def test_times_are_measured_once_a_size(glove_100: EmbeddingSpace) -> None:
    found = costs(glove_100, [2, 100], precisions=["float32", "int8"], queries=5)
    assert (found["query_ms"] > 0).all()
    assert found["query_ms"].nunique() == 2
    assert found["queries"].between(3, 5).all()


def test_tiny_spaces_do(tiny: EmbeddingSpace) -> None:
    found = costs(tiny, [1, 3], queries=1)
    assert np.isfinite(found["query_ms"]).all()
    assert len(found) == 8
    assert len(costs(tiny, [])) == 0


def test_bad_questions_are_one_sentence(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="3 dimensions"):
        costs(tiny, [4])
    with pytest.raises(InvalidRequest, match="no precision"):
        costs(tiny, [2], precisions=["int4"])
    with pytest.raises(InvalidRequest, match="at least one search"):
        costs(tiny, [2], queries=0)
