"""The sweep that comes with the installation: complete, as its card says, and as it must look."""

import hashlib
import json

import pytest

from models.quality.size_answer import recommended, verdicts
from models.training.precomputed_sizes import (
    FILE,
    FOLDER,
    SEEDS,
    SIZES,
    load_default_sweep,
    settings,
)
from models.training.size_sweep import CUT, NESTED, TRAINED, by_size


def test_it_is_the_file_of_its_card() -> None:
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    digest = hashlib.sha256((FOLDER / FILE).read_bytes()).hexdigest()
    assert card["files"] == {FILE: digest}
    for field in ("title", "source", "licence", "url", "note", "what_was_done", "built_with"):
        assert card[field], field


def test_every_size_is_there_with_every_seed() -> None:
    sweep = load_default_sweep()
    pairs = {(run.dimension, run.seed) for run in sweep.runs if run.kind == TRAINED}
    assert pairs == {(size, seed) for size in SIZES for seed in SEEDS}
    assert set(by_size(sweep.runs, "wordsim-353", CUT)) == set(SIZES[:-1])
    assert set(by_size(sweep.runs, "auc", NESTED)) == set(SIZES)
    assert sweep.settings == settings()
    assert sweep.about.words == 9_370


def test_figures_rise_and_then_flatten() -> None:
    found = by_size(load_default_sweep().runs, "auc")
    assert found[8].mean < found[16].mean < found[32].mean
    rest = [found[size].mean for size in SIZES[2:]]
    assert max(rest) - min(rest) < 0.25 * (found[32].mean - found[8].mean)


def test_an_answer_is_in_it_and_what_it_cannot_tell() -> None:
    told = {one.measure: one for one in verdicts(load_default_sweep().runs)}
    assert told["auc"].told
    assert told["auc"].enough in (16, 32)
    assert told["wordsim-353"].total == 239
    assert recommended(list(told.values())) == 32


def test_more_dimensions_take_longer() -> None:
    seconds = by_size(load_default_sweep().runs, "seconds")
    assert seconds[256].least > 1.5 * seconds[8].least > 0


def test_the_spectrum_has_an_optimum_with_a_flat_range_around_it() -> None:
    pip = load_default_sweep().pip
    low, high = pip.flat(0.05)
    assert low < pip.optimum < high
    assert pip.flat(0.10)[0] <= low
    assert pip.loss[pip.optimum] == pytest.approx(pip.loss[1:].min())
