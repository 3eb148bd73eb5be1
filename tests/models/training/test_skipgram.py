"""The torch trainers, each step beside a plain loop."""

from itertools import pairwise

import numpy as np
import pytest

from models.training.cooccurrence import cooccurrences
from models.training.corpora import Corpus, corpus_of
from models.training.epochs import train_epochs
from models.training.settings import Settings
from models.training.skipgram import SkipGramTrainer, nested_sizes
from models.training.texts import Text
from models.training.tokens import Tokens


def _sigmoid(x: float) -> float:
    return 1 / (1 + np.exp(-x))


def _filled(trainer: SkipGramTrainer) -> None:
    import torch

    with torch.no_grad():
        for table in (trainer.into, trainer.out):
            table.weight.copy_(torch.randn(table.weight.shape, generator=_generator()))


def _generator() -> object:
    import torch

    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("method", ["torch", "nested"])
def test_the_loss_of_a_batch_is_that_of_its_pairs(topics: Corpus, method: str) -> None:
    settings = Settings(method, dimension=20, negatives=3, window=2)
    trainer = SkipGramTrainer(topics.choose(np.arange(20)), settings)
    _filled(trainer)
    into, out = trainer.tables
    _, batch = next(iter(trainer._batches()))
    sizes = nested_sizes(20) if method == "nested" else (20,)
    expected = 0.0
    for b, i, j in batch.pairs.nonzero().tolist():
        centre, near = int(batch.centres[b, i]), int(batch.near[b, j])
        for size in sizes:
            expected -= np.log(_sigmoid(into[centre, :size] @ out[near, :size]))
            for other in batch.negatives[b].tolist():
                lost = -np.log(_sigmoid(-into[centre, :size] @ out[other, :size]))
                expected += lost * settings.negatives / batch.negatives.shape[1]
    found = float(trainer.batch_loss(batch).detach())
    assert found == pytest.approx(expected, rel=1e-4)


def test_batches_hold_the_pairs_of_windows() -> None:
    """Over an epoch every pair within the reach of its centre stands in exactly one batch."""
    lines = [" ".join(f"w{'abcdefghij'[k % 10]}{line}x" for k in range(45)) for line in "pqr"]
    corpus = corpus_of(Text("t", "\n".join(lines)), Tokens(min_count=1))
    trainer = SkipGramTrainer(corpus, Settings("torch", dimension=4, window=1, sample=0.0))
    found = []
    for _, batch in trainer._batches():
        for b, i, j in batch.pairs.nonzero().tolist():
            found.append((int(batch.centres[b, i]), int(batch.near[b, j])))
    expected = []
    for line in corpus.sentence_codes():
        expected += [pair for a, b in pairwise(line) for pair in ((a, b), (b, a))]
    assert sorted(found) == sorted((int(a), int(b)) for a, b in expected)


def test_nested_sizes_end_at_the_dimension() -> None:
    assert nested_sizes(100) == (8, 16, 32, 64, 100)
    assert nested_sizes(64) == (8, 16, 32, 64)
    assert nested_sizes(5) == (5,)


def test_nested_beginnings_are_trained_to_stand_alone(topics: Corpus) -> None:
    """The first 8 of 64 nested dimensions tell the topics apart as well as all do."""
    options = {"dimension": 64, "epochs": 5, "heldout": 0.1, "learning_rate": 0.1, "sample": 0.0}
    *_, last = train_epochs(topics, Settings("nested", **options))  # type: ignore[arg-type]
    kings = [topics.vocabulary.index(word) for word in ("king", "queen", "crown")]
    bread = [topics.vocabulary.index(word) for word in ("bread", "butter", "cheese")]
    head = last.vectors[:, :8] / np.linalg.norm(last.vectors[:, :8], axis=1)[:, None]
    assert (head[kings] @ head[kings].T).min() > (head[kings] @ head[bread].T).max()


def test_cooccurrences_are_those_of_a_plain_loop(topics: Corpus) -> None:
    part = topics.choose(np.arange(40))
    expected = np.zeros((part.words, part.words))
    for line in part.sentence_codes():
        for i in range(len(line)):
            for j in range(max(0, i - 4), min(len(line), i + 5)):
                if i != j:
                    expected[line[i], line[j]] += 1 / abs(i - j)
    assert cooccurrences(part, window=4).toarray() == pytest.approx(expected)
    plain = cooccurrences(part, window=4, weight=lambda apart: 1.0).toarray()
    assert plain.sum() == sum(2 * (4 * len(line) - 10) for line in part.sentence_codes())


def test_cooccurrences_reach_across_blocks(topics: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.training import cooccurrence

    whole = cooccurrences(topics, window=3).toarray()
    monkeypatch.setattr(cooccurrence, "_BLOCK", 17)
    part = topics.choose(np.arange(100))
    assert cooccurrences(part, window=3).sum() < whole.sum()
    monkeypatch.setattr(cooccurrence, "_BLOCK", 10**6)
    one = cooccurrences(part, window=3).toarray()
    monkeypatch.setattr(cooccurrence, "_BLOCK", 17)
    assert cooccurrences(part, window=3).toarray() == pytest.approx(one)
