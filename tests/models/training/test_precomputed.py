"""The run and the sweep that come with the installation are what their cards say."""

import hashlib
import json

import numpy as np
import pytest

from models.quality.size_answer import recommended, verdicts
from models.quality.training_measure import measure
from models.training.corpora import Corpus
from models.training.precomputed import (
    RUN_FILE,
    SEEDS,
    SIZES,
    SWEEP_FILE,
    load_default,
    load_default_sweep,
)
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, TRAINED, by_size

CARD = json.loads((RUN_FILE.parent / "card.json").read_text("utf-8"))


def test_files_are_those_of_the_card_and_small() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in RUN_FILE.parent.iterdir()
        if path.name != "card.json"
    }
    assert found == CARD["files"]
    assert RUN_FILE.stat().st_size < 3_000_000
    for name in ("source", "licence", "url", "note", "what_was_done", "command", "built_with"):
        assert CARD[name], name


def test_it_has_the_settings_that_the_page_proposes() -> None:
    run = load_default()
    assert run.settings == Settings()
    assert run.finished
    assert run.precomputed
    assert run.facts.content == CARD["run"]["about"]["content"]


def test_it_was_learned_from_the_sample_as_it_is_cut_now(wikipedia: Corpus) -> None:
    about = load_default().facts
    assert wikipedia.content_id == about.content
    assert (wikipedia.tokens_read, wikipedia.types_read) == (about.tokens_read, about.types_read)


def test_its_vectors_give_its_figures() -> None:
    run = load_default()
    for stored, found in zip(run.scores, measure(run.space()), strict=True):
        assert stored.suite == found.suite
        assert found.value == pytest.approx(stored.value, abs=0.01)  # float16


def test_its_neighbours_are_those_of_its_vectors() -> None:
    run = load_default()
    assert run.vectors is not None
    row = run.vocabulary.index("music")
    unit = run.vectors[: run.shown] / np.linalg.norm(run.vectors[: run.shown], axis=1)[:, None]
    found = np.argsort(-(unit @ unit[row]))[1:6].tolist()
    assert [near for near, _ in run.records[-1].neighbours(row)][:5] == found


def test_the_sweep_is_the_file_of_its_card() -> None:
    card = json.loads((SWEEP_FILE.parent / "card.json").read_text("utf-8"))
    digest = hashlib.sha256(SWEEP_FILE.read_bytes()).hexdigest()
    assert card["files"] == {SWEEP_FILE.name: digest}
    for field in ("title", "source", "licence", "url", "note", "what_was_done", "built_with"):
        assert card[field], field


def test_every_size_is_there_with_every_seed() -> None:
    sweep = load_default_sweep()
    pairs = {(run.dimension, run.seed) for run in sweep.runs if run.kind == TRAINED}
    assert pairs == {(size, seed) for size in SIZES for seed in SEEDS}
    assert set(by_size(sweep.runs, "wordsim-353", CUT)) == set(SIZES[:-1])
    assert set(by_size(sweep.runs, "auc", NESTED)) == set(SIZES)
    assert sweep.settings == Settings()
    assert sweep.facts.words == 9_370


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
