"""A run that is looked at: what is handed out is light, and is what the vectors say."""

import pickle
import sys

import numpy as np
import pytest

from models.jobs.queue import JobQueue
from models.jobs.reporter import LocalReporter
from models.quality.evaluate import evaluate
from models.quality.training_measure import _nearest, measure, watch, watch_text
from models.space import EmbeddingSpace
from models.training.corpora import Corpus, corpus_of
from models.training.settings import Settings
from models.training.tasks import outline
from models.training.texts import pasted
from models.training.tokens import Tokens
from models.training.train import train
from tests.models.training.conftest import topical

TEXT = pasted(topical(400))


@pytest.fixture(scope="module")
def topics() -> Corpus:
    return corpus_of(pasted(topical()))


@pytest.fixture(scope="module")
def watched(topics: Corpus) -> LocalReporter:
    here = LocalReporter()
    settings = Settings("torch", dimension=8, epochs=12, heldout=0.1)
    here.result = watch(here, topics, settings, shown=10)  # type: ignore[attr-defined]
    return here


def test_a_record_an_epoch(watched: LocalReporter, topics: Corpus) -> None:
    records = watched.partial
    assert [record.epoch for record in records] == list(range(13))
    assert {record.vectors.shape for record in records[:-1]} == {(10, 8)}
    assert records[0].since_start is None
    assert records[3].since_last.touched == 1
    assert records[3].since_last.words == topics.words
    assert watched.message.startswith("epoch 12 of 12, ")
    assert watched.fraction == pytest.approx(1)


def test_all_vectors_at_the_end(watched: LocalReporter, topics: Corpus) -> None:
    vectors = watched.result  # type: ignore[attr-defined]
    assert vectors.shape == (topics.words, 8)
    assert watched.partial[-1].vectors is None  # they are the result
    assert not np.array_equal(vectors[:10].astype(np.float16), watched.partial[-2].vectors)


def test_change_since_the_start_and_the_last_epoch(watched: LocalReporter) -> None:
    first, last = watched.partial[1], watched.partial[3]
    assert first.since_start.quantiles.equals(first.since_last.quantiles)
    medians = [m.quantiles["aligned"][2] for m in (last.since_start, last.since_last)]
    assert medians[0] < medians[1]


def test_records_travel_light(watched: LocalReporter) -> None:
    assert len(pickle.dumps(watched.partial[1])) < 10_000


@pytest.mark.skipif(sys.platform == "win32", reason="the worker's limits are POSIX")
@pytest.mark.parametrize("method", ["word2vec", "torch"])
def test_in_a_worker(topics: Corpus, method: str) -> None:
    """It can be imported there, fits into the worker's memory, and what it hands out comes back."""
    jobs = JobQueue()
    try:
        settings = Settings(method, dimension=8, epochs=2, heldout=0.1)
        job = jobs.submit(watch, topics, settings, visitor="v")
        assert job.result(timeout=120).shape == (topics.words, 8)
        assert [record.epoch for record in job.partial] == [0, 1, 2]
    finally:
        jobs.close()


def test_watching_changes_no_number() -> None:
    here, settings = LocalReporter(), Settings(dimension=5, epochs=3)
    trained = watch_text(here, TEXT, Tokens(), settings)
    alone = train(TEXT, dimension=5, epochs=3)
    np.testing.assert_array_equal(trained, alone.vectors)
    assert [record.epoch for record in here.partial] == [0, 1, 2, 3]


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
    mapped = [record.epoch for record in here.partial if record.positions is not None]
    assert len(here.partial) == 131
    assert (mapped[0], mapped[-1]) == (0, 130)
    assert len(mapped) <= 62
    looked = [record.epoch for record in here.partial if record.nearest is not None]
    assert looked[:3] == [0, 1, 13]
    assert looked[-1] == 130
    measured = [record for record in here.partial if record.since_start is not None]
    assert len(measured) == 130


def test_a_run_of_the_usual_size_stays_below_ten_megabytes() -> None:
    words = " ".join(
        f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(2_000)
    )
    here = LocalReporter()
    watch_text(here, pasted((words + "\n") * 5), Tokens(), Settings(epochs=2))
    size = sum(len(pickle.dumps(record)) for record in here.partial[:-1]) / 2
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
    known, corpus = outline(LocalReporter(), TEXT, Tokens()), corpus_of(TEXT)
    settings = Settings()
    assert settings.expected_seconds(known.facts) == settings.expected_seconds(corpus)
    assert known.facts.describe() == corpus.facts.describe()
    assert known.counts.tolist() == corpus.counts.tolist()
