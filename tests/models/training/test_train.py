"""models.train(): from a text to a space that every other function takes."""

from pathlib import Path

import numpy as np
import pytest

import models
from models import EmbeddingError, InvalidRequest
from models.training.corpora import Corpus
from models.training.epochs import Snapshot
from models.training.tokens import Tokens
from models.training.train import TrainedSpace
from tests.models.training.conftest import topical

QUICK = {"dimension": 8, "epochs": 2, "heldout": 0.1}


@pytest.fixture(scope="module")
def space(topics: Corpus) -> TrainedSpace:
    return models.train(topics, **QUICK)


def test_the_space_says_how_it_was_made(space: TrainedSpace, topics: Corpus) -> None:
    assert (len(space), space.dimension) == (topics.words, 8)
    assert "14,400 tokens of 27 words" in space.treatment
    assert "skip-gram, 5 negatives, window 5, 8 dimensions, 2 epochs, seed 0" in space.treatment
    assert space.title == "topics, word2vec (gensim), 8 dimensions"


def test_the_history_has_a_row_an_epoch(space: TrainedSpace) -> None:
    assert space.history is not None
    assert space.history["epoch"].tolist() == [0, 1, 2]
    assert space.history["auc"].between(0, 1).all()
    assert space.history["loss"].notna().all()


def test_other_functions_take_it_and_history_stays(space: TrainedSpace) -> None:
    assert len(models.neighbours(space, "king", k=5)) == 5
    smaller = models.reduce(space, dimension=3)
    assert isinstance(smaller, TrainedSpace)
    assert smaller.history is space.history
    assert isinstance(space.head(5), TrainedSpace)


@pytest.mark.parametrize("kind", ["path", "text"])
def test_from_a_file_or_a_text(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(topical(100), encoding="utf-8")
    source = path if kind == "path" else topical(100)
    seen: list[Snapshot] = []
    space = models.train(
        source, "torch", tokens=Tokens(min_count=2), on_snapshot=seen.append, **QUICK
    )
    assert [snapshot.epoch for snapshot in seen] == [0, 1, 2]
    assert np.array_equal(space.vectors, seen[-1].vectors)


def test_hierarchical_softmax_has_no_auc(topics: Corpus) -> None:
    space = models.train(topics, hierarchical=True, **QUICK)
    assert space.history is not None
    assert space.history["auc"].isna().all()


def test_what_cannot_be_trained_is_said(topics: Corpus) -> None:
    with pytest.raises(InvalidRequest, match="“size” is no setting"):
        models.train(topics, size=3)
    with pytest.raises(InvalidRequest, match="Epochs"):
        models.train(topics, epochs=10_000)
    with pytest.raises(EmbeddingError, match="No word is seen"):
        models.train("a b c d")
