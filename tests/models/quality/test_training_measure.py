"""A run that is looked at: what is handed out is light, and is what the vectors say."""

import pickle

import numpy as np
import pytest

from models.jobs.reporter import LocalReporter
from models.quality.evaluate import evaluate
from models.quality.training_measure import _nearest, content_of, measure, outline, watch_text
from models.space import EmbeddingSpace
from models.training.settings import Settings
from models.training.texts import pasted
from models.training.tokens import Tokens
from models.training.train import train
from tests.models.training.conftest import topical

TEXT = pasted(topical(400))


def test_watching_changes_no_number() -> None:
    here, settings = LocalReporter(), Settings(dimension=5, epochs=3)
    trained = watch_text(here, TEXT, Tokens(), settings)
    alone = train(TEXT, dimension=5, epochs=3)
    np.testing.assert_array_equal(trained.vectors, alone.vectors)
    assert [glimpse.epoch for glimpse in here.partial] == [0, 1, 2, 3]


def test_nearest_words_are_those_of_a_plain_loop() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    rows, cosines = _nearest(vectors)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for row in range(40):
        found = sorted(
            ((float(unit[row] @ unit[o]), o) for o in range(40) if o != row), reverse=True
        )
        assert rows[row].tolist() == [other for _, other in found[:8]]
        np.testing.assert_allclose(cosines[row], [value for value, _ in found[:8]], atol=1e-3)


def test_two_words_have_one_neighbour_each() -> None:
    here = LocalReporter()
    watch_text(here, pasted("a b " * 200), Tokens(), Settings(dimension=1, epochs=1))
    last = here.partial[-1]
    assert last.nearest.tolist() == [[1], [0]]
    assert last.positions.shape == (2, 2)


def test_a_long_run_keeps_maps_of_some_epochs() -> None:
    here = LocalReporter()
    watch_text(here, TEXT, Tokens(), Settings(dimension=2, epochs=130))
    mapped = [glimpse.epoch for glimpse in here.partial if glimpse.positions is not None]
    assert len(here.partial) == 131
    assert (mapped[0], mapped[-1]) == (0, 130)
    assert len(mapped) <= 62
    looked = [glimpse.epoch for glimpse in here.partial if glimpse.nearest is not None]
    assert looked[:3] == [0, 1, 13]
    assert looked[-1] == 130
    measured = [glimpse for glimpse in here.partial if glimpse.since_start is not None]
    assert len(measured) == 130


def test_a_run_of_the_usual_size_stays_below_ten_megabytes() -> None:
    words = " ".join(
        f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(2_000)
    )
    here = LocalReporter()
    watch_text(here, pasted((words + "\n") * 5), Tokens(), Settings(epochs=2))
    size = sum(len(pickle.dumps(glimpse)) for glimpse in here.partial[:-1]) / 2
    assert 21 * size < 10_500_000


def test_figures_are_those_of_evaluate(glove_50: EmbeddingSpace) -> None:
    head = glove_50.head(3_000)
    found = {score.suite: score for score in measure(head)}
    expected = evaluate(head, "wordsim-353")
    assert found["wordsim-353"].value == expected.value
    assert (found["wordsim-353"].total, found["wordsim-353"].asked) == (expected.total, 353)
    assert len(found) == 3


def test_words_of_no_suite_give_no_figures() -> None:
    here = LocalReporter()
    watch_text(here, pasted("zyx yxz " * 50), Tokens(), Settings(dimension=2, epochs=1))
    assert here.partial[-1].scores == ()


def test_an_outline_costs_what_its_corpus_does() -> None:
    from models.training.corpora import corpus_of

    known, corpus = outline(LocalReporter(), TEXT, Tokens()), corpus_of(TEXT)
    settings = Settings()
    assert settings.expected_seconds(known.corpus) == settings.expected_seconds(corpus)
    assert known.about.describe() == corpus.describe()
    assert known.counts.tolist() == corpus.counts.tolist()


@pytest.mark.parametrize("other", ["wikipedia", pasted("another text")])
def test_texts_have_names_of_their_own(other: object) -> None:
    assert content_of(TEXT) == content_of(pasted(TEXT.content))
    assert content_of(TEXT) != content_of(other)  # type: ignore[arg-type]
