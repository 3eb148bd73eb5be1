"""Every trainer: it learns, says how far it is, can be ended, and does the same again by seed."""

from dataclasses import replace

import numpy as np
import pytest

from models import EmbeddingError, EmbeddingSpace, InvalidRequest
from models.training.corpora import Corpus
from models.training.epochs import Snapshot, TrainingProgress, train_epochs, trainer_of
from models.training.settings import Settings
from tests.models.training.conftest import TOPICS

SMALL = {"dimension": 12, "epochs": 6, "heldout": 0.1, "learning_rate": 0.1, "sample": 0.0}
RUNS = [
    Settings("word2vec", **SMALL),
    Settings("word2vec", architecture="cbow", **SMALL),
    Settings("word2vec", hierarchical=True, **SMALL),
    Settings("fasttext", **SMALL),
    Settings("torch", **SMALL),
    Settings("nested", **SMALL),
    Settings("glove", **{**SMALL, "epochs": 20}),
]
each_run = pytest.mark.parametrize(
    "settings", RUNS, ids=lambda s: s.describe().split(", window")[0]
)


class Ended(Exception):
    pass


def run(corpus: Corpus, settings: Settings) -> list[Snapshot]:
    return list(train_epochs(corpus, settings))


@each_run
def test_it_learns_the_topics(settings: Settings, topics: Corpus) -> None:
    seen = run(topics, settings)
    assert [snapshot.epoch for snapshot in seen] == list(range(settings.epochs + 1))
    first, last = seen[0], seen[-1]
    assert last.vectors.shape == (topics.words, 12)
    assert last.vectors.dtype == np.float32
    losses = [s.loss for s in seen if s.loss is not None]
    assert losses[-1] < losses[0]
    if settings.hierarchical:
        assert last.auc is None
    else:
        assert first.auc == pytest.approx(0.5, abs=0.06)
        assert last.auc is not None
        assert last.auc > 0.6
    assert _own_topic(topics, last) > 0.9
    assert last.words_per_second > 0
    assert last.seconds >= seen[1].seconds > first.seconds == 0


def _own_topic(corpus: Corpus, snapshot: Snapshot) -> float:
    """The share of words whose nearest neighbour, the three that stand anywhere aside, is of the
    same topic."""
    words = [word for topic in TOPICS for word in topic]
    space = EmbeddingSpace("t", corpus.vocabulary, snapshot.vectors).select(words)
    similar = space.unit(slice(None)) @ space.unit(slice(None)).T
    np.fill_diagonal(similar, -2)
    return float((similar.argmax(1) // 8 == np.arange(24) // 8).mean())


@each_run
def test_the_seed_decides(settings: Settings, topics: Corpus) -> None:
    short = replace(settings, epochs=2)
    one, same, other = (run(topics, replace(short, seed=seed))[-1].vectors for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@each_run
def test_it_ends_within_an_epoch(settings: Settings, wikipedia: Corpus) -> None:
    told: list[TrainingProgress] = []

    def stop(progress: TrainingProgress) -> None:
        told.append(progress)
        if progress.epoch == 2:
            raise Ended

    part = wikipedia.choose(np.arange(1_500))
    running = train_epochs(part, replace(settings, epochs=50), progress=stop)
    assert [next(running).epoch for _ in range(2)] == [0, 1]
    with pytest.raises(Ended):
        next(running)
    assert len(told) >= 4  # several times an epoch
    assert told[-1].share < 0.5
    assert [progress.total for progress in told] == sorted(progress.total for progress in told)


@each_run
def test_snapshots_are_copies(settings: Settings, topics: Corpus) -> None:
    seen = run(topics, replace(settings, epochs=1))
    assert not np.array_equal(seen[0].vectors, seen[1].vectors)
    with pytest.raises(ValueError):
        seen[0].vectors[0] = 0


def test_gensim_through_us_is_gensim(topics: Corpus) -> None:
    """Epoch by epoch it gives the vectors of one call of gensim with the same settings."""
    from gensim.models import Word2Vec

    settings = Settings(dimension=10, epochs=3, heldout=0.0, seed=5)
    ours = run(topics, settings)[-1].vectors
    lines = [[topics.vocabulary[int(c)] for c in line] for line in topics.sentence_codes()]
    model = Word2Vec(vector_size=10, epochs=3, sg=1, seed=5, workers=1, min_count=1)
    model.build_vocab_from_freq(
        dict(zip(topics.vocabulary, topics.counts.tolist(), strict=True)), corpus_count=len(lines)
    )
    model.train(lines, total_examples=len(lines), epochs=3)
    theirs = np.array([model.wv[word] for word in topics.vocabulary])
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_the_tree_gives_probabilities(topics: Corpus) -> None:
    """Over all words, what hierarchical softmax gives to one context sums to 1."""
    from models.training.gensim_trainer import GensimTrainer
    from models.training.heldout_contexts import HeldOut

    trainer = trainer_of(topics, replace(RUNS[2], epochs=1))
    assert isinstance(trainer, GensimTrainer)
    trainer.epoch(0, lambda share: None)
    total = 0.0
    for word in range(topics.words):
        pair = HeldOut(np.int32([4]), np.int32([word]), np.zeros((1, 1), np.int32))
        loss = trainer.loss(pair)
        assert loss is not None
        total += np.exp(-loss)
    assert total == pytest.approx(1, abs=1e-5)


def test_without_anything_held_out_nothing_is_measured(topics: Corpus) -> None:
    last = run(topics, replace(RUNS[0], heldout=0.0, epochs=1))[-1]
    assert last.auc is None
    assert last.loss is None


def test_what_is_too_large_never_starts(topics: Corpus) -> None:
    wide = replace(topics, vocabulary=range(100_000))  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="MB"):
        next(train_epochs(wide, Settings(dimension=1_000)))


def test_vectors_that_run_away_are_noticed(topics: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    class Runaway:
        tables, vectors = None, np.full((topics.words, 12), np.nan, dtype=np.float32)

        def loss(self, held: object) -> None:
            return None

    monkeypatch.setattr("models.training.epochs.trainer_of", lambda *_: Runaway())
    with pytest.raises(EmbeddingError, match="lower learning rate"):
        run(topics, RUNS[0])


def test_progress_reads_well() -> None:
    progress = TrainingProgress(3, 20, 0.5, 120_000.4, 61.0)
    assert str(progress) == "epoch 3 of 20, 120,000 words a second"
    assert progress.total == pytest.approx(0.125)
