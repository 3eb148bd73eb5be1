"""The run that comes with the installation is what its card says."""

import hashlib
import json

import numpy as np
import pytest

from models.quality.training_measure import measure
from models.training.corpora import Corpus
from models.training.precomputed import FILE, FOLDER, load_default
from models.training.settings import Settings

CARD = json.loads((FOLDER / "card.json").read_text("utf-8"))


def test_files_are_those_of_the_card_and_small() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path.name != "card.json"
    }
    assert found == CARD["files"]
    assert (FOLDER / FILE).stat().st_size < 3_000_000
    for name in ("source", "licence", "url", "note", "what_was_done", "command", "built_with"):
        assert CARD[name], name


def test_it_has_the_settings_that_the_page_proposes() -> None:
    run = load_default()
    assert run.settings == Settings()
    assert run.finished
    assert run.precomputed
    assert run.about.content == CARD["run"]["about"]["content"]


def test_it_was_learned_from_the_sample_as_it_is_cut_now(wikipedia: Corpus) -> None:
    about = load_default().about
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
    assert [near for near, _ in run.glimpses[-1].neighbours(row)][:5] == found
