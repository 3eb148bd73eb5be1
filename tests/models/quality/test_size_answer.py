"""What runs of a few seeds can tell about the size, and what they cannot."""

from dataclasses import replace

import pytest

from models.quality.size_answer import (
    BEST,
    CHANCES,
    ENOUGH,
    NONE,
    ONE_SEED,
    ONE_SIZE,
    UNSURE,
    frame,
    recommended,
    verdict,
    verdicts,
)
from models.training.run import SuiteScore
from models.training.size_sweep import TRAINED, SizeRun

LUCK = (-0.03, 0.0, 0.03)  # of three seeds, shared by all sizes of each


def runs(by_size: dict[int, float], *, noise: float = 0.0, seeds: int = 3) -> list[SizeRun]:
    """AUCs by size; `noise` is what differs between sizes within a seed."""
    return [
        SizeRun(TRAINED, size, seed, None, auc + LUCK[seed] + noise * (-1) ** (seed + size), 1.0, 1)
        for size, auc in by_size.items()
        for seed in range(seeds)
    ]


def test_nothing_is_gained_beyond_the_size_where_the_curve_is_flat() -> None:
    found = verdict(runs({8: 0.6, 16: 0.7, 32: 0.8, 64: 0.801, 128: 0.8}), "auc")
    assert (found.state, found.enough, found.best, found.largest) == (ENOUGH, 32, 64, 128)
    assert found.gained is not None
    assert found.gained.mean == pytest.approx(0.0, abs=1e-9)


def test_a_curve_that_still_rises_is_best_at_its_end() -> None:
    found = verdict(runs({8: 0.6, 16: 0.7, 32: 0.8}), "auc")
    assert (found.state, found.enough, found.best) == (BEST, 32, 32)
    assert found.gained is not None
    assert found.gained.mean == pytest.approx(0.1)


def test_seeds_that_differ_more_than_sizes_cannot_tell() -> None:
    sizes = {8: 0.70, 15: 0.72, 32: 0.73}
    found = verdict(runs(sizes, noise=0.03), "auc")
    assert found.state == UNSURE
    assert found.alike < found.best
    assert not found.told


def test_one_seed_and_one_size_cannot_tell() -> None:
    assert verdict(runs({8: 0.6, 16: 0.7}, seeds=1), "auc").state == ONE_SEED
    assert verdict(runs({8: 0.6}), "auc").state == ONE_SIZE


def test_what_is_no_better_than_chance_tells_nothing() -> None:
    assert verdict(runs({8: 0.50, 16: 0.51}), "auc").state == CHANCES


def test_the_size_to_take_is_one_that_every_measure_leaves() -> None:
    scored = {8: 0.2, 16: 0.3, 32: 0.4, 64: 0.41}
    both = [
        replace(run, scores=(SuiteScore("simlex-999", scored[run.dimension], 0, 1, 500, 999),))
        for run in runs({8: 0.7, 16: 0.8, 32: 0.8, 64: 0.8})
    ]
    by_auc, by_simlex = (verdict(both, measure) for measure in ("auc", "simlex-999"))
    assert (by_auc.least, by_simlex.least) == (16, 32)
    assert recommended([by_auc, by_simlex]) == 32
    assert recommended(verdicts([])) == 0


def test_what_cannot_be_told_still_rules_out_what_is_surely_worse() -> None:
    found = verdict(runs({8: 0.55, 15: 0.72, 32: 0.73}, noise=0.03), "auc")
    assert (found.state, found.least) == (UNSURE, 15)


@pytest.mark.parametrize("known", [0, 12])
def test_a_suite_that_can_hardly_be_asked_tells_nothing(known: int) -> None:
    scores = (SuiteScore("wordsim-353", 0.9, 0.8, 1.0, known, 353),) if known else ()
    few = [SizeRun(TRAINED, d, s, None, 0.7, 1.0, 1, scores) for d in (8, 16) for s in (0, 1, 2)]
    found = verdict(few, "wordsim-353")
    assert (found.state, found.best, found.total) == (NONE, 0, known)


def test_nothing_measured_is_told_for_every_measure() -> None:
    assert {found.state for found in verdicts([])} == {NONE}


def test_the_order_of_runs_changes_nothing() -> None:
    given = runs({8: 0.6, 16: 0.7, 32: 0.8, 64: 0.801})
    assert verdict(given, "auc") == verdict(given[::-1], "auc")


def test_the_table_says_what_each_measure_told() -> None:
    table = frame(verdicts(runs({8: 0.6, 16: 0.7, 32: 0.7})))
    assert table["told"].tolist() == [ENOUGH, NONE, NONE, NONE]
    assert table["enough"][0] == 16
