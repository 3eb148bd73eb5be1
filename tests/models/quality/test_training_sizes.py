"""Training at several sizes: what is handed out, cuts and prefixes against what they are."""

from collections import deque

import numpy as np
import pytest

from models import EmbeddingSpace
from models.jobs.reporter import LocalReporter
from models.quality.training_measure import measure
from models.quality.training_sizes import (
    nested_of_text,
    nested_settings,
    pip_of_text,
    sizes_of_text,
    train_each_size,
    train_nested,
)
from models.reduction.reduce import reduce
from models.training.corpora import Corpus, corpus_of
from models.training.epochs import train_epochs
from models.training.pip_loss import pip_loss
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, TRAINED, by_size
from models.training.texts import Text
from models.training.tokens import Tokens
from models.training.wikipedia import wikipedia_sample
from tests.models.training.conftest import topical

SETTINGS = Settings(epochs=2, heldout=0.1, seed=3)


@pytest.fixture(scope="module")
def topics() -> Corpus:
    return corpus_of(Text("topics", topical()), Tokens())


@pytest.fixture(scope="module")
def sample() -> Corpus:
    """Twelve articles: enough that the suites know some words."""
    return corpus_of(Text("some", wikipedia_sample().content[:600_000]), Tokens())


def test_every_size_is_trained_and_the_largest_is_cut(topics: Corpus) -> None:
    here = LocalReporter()
    found = train_each_size(here, topics, SETTINGS, [8, 2, 4])
    assert [(run.kind, run.dimension) for run in found] == [
        (TRAINED, 2),
        (TRAINED, 4),
        (TRAINED, 8),
        (CUT, 4),
        (CUT, 2),
    ]
    assert here.partial == found
    assert {run.seed for run in found} == {3}
    assert [run.parameters for run in found[:3]] == [d * topics.words for d in (2, 4, 8)]


def test_the_figures_are_those_of_a_run_of_its_own(topics: Corpus) -> None:
    found = train_each_size(LocalReporter(), topics, SETTINGS, [4, 8])
    [last] = deque(train_epochs(topics, Settings(epochs=2, heldout=0.1, seed=3, dimension=4)), 1)
    assert (found[0].loss, found[0].auc) == (last.loss, last.auc)


def test_a_cut_is_the_largest_reduced(sample: Corpus) -> None:
    settings = Settings("torch", epochs=1, seed=1)
    found = train_each_size(LocalReporter(), sample, settings, [4, 16])
    [last] = deque(train_epochs(sample, Settings("torch", epochs=1, seed=1, dimension=16)), 1)
    space = EmbeddingSpace("same", sample.vocabulary, last.vectors)
    cut = next(run for run in found if run.kind == CUT)
    assert cut.scores == measure(reduce(space, dimension=4))
    assert cut.scores
    assert cut.auc is None


def test_the_last_prefix_is_the_nested_run_itself(topics: Corpus) -> None:
    settings = Settings(epochs=2, heldout=0.1, dimension=20, seed=5)
    found = train_nested(LocalReporter(), topics, settings)
    assert [run.dimension for run in found] == [8, 16, 20]
    assert {(run.kind, run.seed) for run in found} == {(NESTED, 5)}
    [last] = deque(train_epochs(topics, nested_settings(settings)), 1)
    assert found[-1].auc == last.auc
    assert last.loss == pytest.approx(np.mean([run.loss for run in found]))


def test_a_text_is_cut_where_it_is_trained_on(topics: Corpus) -> None:
    text = Text("topics", topical())
    assert (
        sizes_of_text(LocalReporter(), text, Tokens(), SETTINGS, [4])[0].auc
        == by_size(train_each_size(LocalReporter(), topics, SETTINGS, [4]), "auc")[4].mean
    )
    one = nested_of_text(LocalReporter(), text, Tokens(), Settings(epochs=1, dimension=8))
    assert [run.dimension for run in one] == [8]


def test_the_spectrum_is_that_of_the_text(topics: Corpus) -> None:
    found = pip_of_text(LocalReporter(), Text("topics", topical()), Tokens(), {"window": 2})
    np.testing.assert_array_equal(found.loss, pip_loss(topics, window=2).loss)


def test_a_nested_run_beside_any_method_is_a_skip_gram() -> None:
    beside = nested_settings(Settings("fasttext", architecture="cbow", hierarchical=True, seed=2))
    assert (beside.method, beside.architecture, beside.hierarchical) == (
        "nested",
        "skip-gram",
        False,
    )
    assert beside.seed == 2
