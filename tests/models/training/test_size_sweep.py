"""Figures of a sweep over embedding_dim: means over seeds, paired differences, and their file."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from models.training.run import SuiteScore
from models.training.size_sweep import (
    CUT,
    TRAINED,
    SizeRun,
    by_size,
    coverage,
    gain,
    runs_from_json,
    runs_table,
    runs_to_json,
    summary,
)


def run(dimension: int, seed: int, auc: float | None, *, kind: str = TRAINED) -> SizeRun:
    scores = (SuiteScore("wordsim-353", 0.3, 0.1, 0.5, 200, 353),)
    loss = None if auc is None else 3 - auc
    return SizeRun(kind, dimension, seed, loss, auc, 1.5, 100 * dimension, scores)


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=10))
def test_the_interval_is_that_of_students_t(values: list[float]) -> None:
    found = summary(values)
    assert found is not None
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    reach = t.ppf(0.975, len(values) - 1) * error
    assert found.mean == pytest.approx(np.mean(values), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(
        (np.mean(values) - reach, np.mean(values) + reach), rel=2e-3, abs=1e-3
    )
    assert (found.least, found.most, found.seeds) == (min(values), max(values), len(values))


def test_one_value_has_no_interval_and_none_no_summary() -> None:
    alone = summary([0.4])
    assert alone is not None
    assert not alone.has_interval
    assert alone.low == alone.high == 0.4
    assert summary([]) is None


def test_sizes_come_in_order_and_ways_apart() -> None:
    runs = [run(16, 0, 0.7), run(8, 0, 0.6), run(8, 1, 0.62), run(8, 0, 0.1, kind=CUT)]
    found = by_size(runs, "auc")
    assert list(found) == [8, 16]
    assert found[8].mean == pytest.approx(0.61)
    assert by_size(runs, "auc", CUT)[8].mean == 0.1


def test_a_figure_that_is_missing_or_no_number_is_left_out() -> None:
    runs = [run(8, 0, None), run(8, 1, float("nan")), run(8, 2, 0.5)]
    assert by_size(runs, "auc")[8].seeds == 1
    assert by_size(runs, "google-analogies") == {}


def test_sizes_are_compared_within_a_seed() -> None:
    """The seeds differ by far more than the sizes, which differ by 0.01 in every one of them."""
    runs = [run(8, seed, 0.5 + 0.1 * seed) for seed in range(3)]
    runs += [run(16, seed, 0.51 + 0.1 * seed) for seed in range(4)]
    found = gain(runs, "auc", 16, 8)
    assert found is not None
    assert found.seeds == 3
    assert found.mean == pytest.approx(0.01)
    assert found.high - found.low < 1e-9


def test_less_loss_is_better() -> None:
    found = gain([run(8, 0, 0.5), run(16, 0, 0.6)], "loss", 16, 8)
    assert found is not None
    assert found.mean == pytest.approx(0.1)


def test_sizes_without_a_common_seed_are_not_compared() -> None:
    assert gain([run(8, 0, 0.5), run(16, 1, 0.6)], "auc", 16, 8) is None


def test_coverage_is_that_of_the_suite() -> None:
    assert coverage([run(8, 0, 0.5)], "wordsim-353") == (200, 353)
    assert coverage([run(8, 0, 0.5)], "simlex-999") == (0, 0)


def test_runs_survive_json() -> None:
    runs = (run(8, 0, 0.5), run(16, 1, None, kind=CUT))
    assert runs_from_json(json.loads(json.dumps(runs_to_json(runs)))) == runs


def test_the_table_has_a_row_a_run() -> None:
    table = runs_table([run(8, 0, 0.5), run(16, 1, 0.6)])
    assert table["dimension"].tolist() == [8, 16]
    assert table["bytes"].tolist() == [4 * 800, 4 * 1600]
    assert table["wordsim-353 asked"].tolist() == [200, 200]
