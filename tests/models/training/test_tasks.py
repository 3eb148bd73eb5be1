"""What runs as a job: light moments while it trains, the whole at the end, in a worker too."""

import pickle
import sys

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.jobs.queue import JobQueue
from models.jobs.reporter import LocalReporter
from models.training.corpora import Corpus
from models.training.settings import Settings
from models.training.tasks import measure_pip_loss, prepare, train_at_work, train_sizes
from models.training.texts import Text
from models.training.tokens import Tokens
from tests.models.training.conftest import topical

SETTINGS = Settings("torch", dimension=8, epochs=3, heldout=0.1)


def words_of(space: EmbeddingSpace) -> int:
    return len(space)


@pytest.fixture(scope="module")
def heard(topics: Corpus) -> LocalReporter:
    here = LocalReporter()
    here.result = train_at_work(  # type: ignore[attr-defined]
        here, topics, SETTINGS, shown=10, measure=words_of, measure_every=2
    )
    return here


def test_a_moment_an_epoch(heard: LocalReporter, topics: Corpus) -> None:
    moments = heard.partial
    assert [moment.epoch for moment in moments] == [0, 1, 2, 3]
    assert {moment.vectors.shape for moment in moments} == {(10, 8)}
    assert [moment.measured for moment in moments] == [topics.words, None] + [topics.words] * 2
    assert moments[0].since_start is None
    assert moments[3].since_last.touched == 1
    assert heard.message.startswith("epoch 3 of 3, ")
    assert heard.message.endswith(" seconds left")


def test_the_whole_at_the_end(heard: LocalReporter, topics: Corpus) -> None:
    result = heard.result  # type: ignore[attr-defined]
    space = result.space(topics)
    assert np.array_equal(space.vectors[:10], heard.partial[-1].vectors)
    assert space.history["auc"].tolist() == [moment.auc for moment in heard.partial]


def test_change_since_the_start_and_the_last_epoch(heard: LocalReporter) -> None:
    first, last = heard.partial[1], heard.partial[3]
    assert first.since_start.quantiles.equals(first.since_last.quantiles)
    medians = [m.quantiles["aligned"][2] for m in (last.since_start, last.since_last)]
    assert medians[0] < medians[1]


def test_it_travels_light(heard: LocalReporter) -> None:
    assert len(pickle.dumps(heard.partial[1])) < 10_000


def test_sizes_are_trained_one_after_the_other(topics: Corpus) -> None:
    here = LocalReporter()
    runs = [(2, 0), (4, 0), (4, 1)]
    frame = train_sizes(here, topics, SETTINGS, runs, measure=words_of)
    assert frame[["dimension", "seed"]].to_numpy().tolist() == [list(run) for run in runs]
    assert frame["parameters"].tolist() == [54, 108, 108]
    assert len(here.partial) == 3
    assert here.fraction == pytest.approx(1)


def test_corpora_are_prepared() -> None:
    here = LocalReporter()
    corpus = prepare(here, Text("mine", topical(50)), Tokens())
    assert corpus.title == "mine"
    assert corpus.private
    with pytest.raises(InvalidRequest, match="wikipedia or text8"):
        prepare(here, "text9", Tokens())


def test_pip_loss_as_a_job(topics: Corpus) -> None:
    assert measure_pip_loss(LocalReporter(), topics, {"signal": "lsa"}).words == topics.words


@pytest.mark.skipif(sys.platform == "win32", reason="the worker's limits are POSIX")
@pytest.mark.parametrize("method", ["word2vec", "torch"])
def test_in_a_worker(topics: Corpus, method: str) -> None:
    """It can be imported there, fits into the worker's memory, and what it hands out comes back."""
    jobs = JobQueue()
    try:
        settings = Settings(method, dimension=8, epochs=2, heldout=0.1)
        job = jobs.submit(train_at_work, topics, settings, visitor="v")
        result = job.result(timeout=120)
        assert result.vectors.shape == (topics.words, 8)
        assert [moment.epoch for moment in job.partial] == [0, 1, 2]
    finally:
        jobs.close()
