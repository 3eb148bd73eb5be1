"""GloVe in torch: each part beside a plain loop."""

from dataclasses import replace

import numpy as np
import pytest

from models import EmbeddingError
from models.training.cooccurrence import cooccurrences, nonzero_entries
from models.training.corpora import Corpus, corpus_of
from models.training.epochs import train_epochs
from models.training.glove import ALPHA, GloVeTrainer
from models.training.settings import Settings
from models.training.texts import Text
from models.training.tokens import Tokens

SMALL = Settings("glove", dimension=6)


def _few(topics: Corpus) -> Corpus:
    """So little text that most words have never met."""
    return topics.choose(np.arange(6))


def test_places_are_those_that_are_not_zero(topics: Corpus) -> None:
    matrix = cooccurrences(_few(topics), window=3)
    known, dense = nonzero_entries(matrix), matrix.toarray()
    rows, columns, values = known.at(np.arange(len(known)))
    assert dense[rows, columns] == pytest.approx(values)
    assert len(known) == (dense > 0).sum()
    everywhere = np.indices(dense.shape).reshape(2, -1)
    assert np.array_equal(known.holds(*everywhere).reshape(dense.shape), dense > 0)
    chance = np.outer(dense.sum(1), dense.sum(0)) / dense.sum()
    assert known.by_chance(*everywhere).reshape(dense.shape) == pytest.approx(chance, rel=1e-6)


@pytest.mark.parametrize("x_max", [10, 100])
def test_without_chance_the_loss_is_that_of_the_paper(topics: Corpus, x_max: float) -> None:
    trainer = GloVeTrainer(topics, SMALL, chance=0.0, x_max=x_max)
    words, near = (t.weight.detach().numpy() for t in (trainer.words, trainer.near))
    expected = found = 0.0
    for i, line in enumerate(cooccurrences(topics, window=5).toarray()):
        for j in line.nonzero()[0]:
            missed = words[i, :6] @ near[j, :6] + words[i, 6] + near[j, 6] - np.log(line[j])
            expected += 0.5 * min(1, (line[j] / x_max) ** 0.75) * missed**2
    for _, batch in trainer._batches():
        found += float(trainer.batch_loss(*batch).detach())
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_run_without_chance_is_the_recipe_of_the_paper(topics: Corpus) -> None:
    settings = Settings("glove", dimension=6, epochs=2, heldout=0.0, chance=False)
    *_, last = train_epochs(topics, settings)
    alone = GloVeTrainer(topics, settings, chance=0.0, x_max=100)
    for number in range(2):
        alone.epoch(number, lambda share: None)
    assert np.array_equal(last.vectors, alone.vectors)
    *_, usual = train_epochs(topics, replace(settings, chance=True))
    assert not np.allclose(usual.vectors, last.vectors)


@pytest.mark.parametrize("x_max", [0.2, 10.0])
def test_with_chance_all_places_weigh_as_the_paper_has_it(topics: Corpus, x_max: float) -> None:
    """Over many epochs what is drawn weighs what a loop over all places says."""
    few = _few(topics)
    trainer = GloVeTrainer(few, SMALL, chance=0.5, x_max=x_max)
    dense = cooccurrences(few, window=5).toarray()
    counts = dense + 0.5 * np.outer(dense.sum(1), dense.sum(0)) / dense.sum()
    expected = np.minimum(counts / x_max, 1) ** ALPHA
    found = np.zeros_like(expected)
    for _ in range(400):
        for _, (rows, columns, seen, weights) in trainer._batches():
            np.add.at(found, (rows.numpy(), columns.numpy()), weights.numpy() / 400)
            assert seen.numpy() == pytest.approx(counts[rows, columns], rel=1e-4)
    assert found[dense > 0] == pytest.approx(expected[dense > 0], rel=1e-4)
    assert found[dense == 0].sum() == pytest.approx(expected[dense == 0].sum(), rel=0.02)
    assert np.corrcoef(found[dense == 0], expected[dense == 0])[0, 1] > 0.95


def test_biases_begin_at_what_chance_explains(topics: Corpus) -> None:
    trainer = GloVeTrainer(topics, SMALL, chance=2.0)
    word, near = (t.weight.detach().numpy()[:, -1] for t in (trainer.words, trainer.near))
    dense = cooccurrences(topics, window=5).toarray()
    chance = 2 * np.outer(dense.sum(1), dense.sum(0)) / dense.sum()
    assert word[:, None] + near == pytest.approx(np.log(chance), rel=1e-5)


def test_steps_are_those_of_adagrad(topics: Corpus) -> None:
    trainer = GloVeTrainer(topics, SMALL, chance=0.0)
    before = trainer.words.weight.detach().numpy().copy()
    (_, batch), *others = trainer._batches()
    assert not others  # one step is an epoch
    trainer.batch_loss(*batch).backward()  # type: ignore[no-untyped-call]
    assert trainer.words.weight.grad is not None
    gradient = trainer.words.weight.grad.numpy().copy()
    trainer._step.step()
    expected = before - 0.05 * gradient / np.sqrt(1 + gradient**2)
    assert trainer.words.weight.detach().numpy() == pytest.approx(expected, abs=1e-6)


def test_words_that_never_meet_are_refused() -> None:
    lines = corpus_of(Text("t", "one\ntwo\none\ntwo"), Tokens(min_count=1))
    with pytest.raises(EmbeddingError, match="nothing for GloVe to count"):
        GloVeTrainer(lines, SMALL)


def test_a_word_without_a_neighbour_stays_where_it_begins() -> None:
    corpus = corpus_of(Text("t", "one two\none two\nthree\nthree"), Tokens(min_count=1))
    trainer = GloVeTrainer(corpus, SMALL)
    alone = corpus.vocabulary.index("three")
    before = trainer.words.weight.detach().numpy().copy()
    for number in range(3):
        trainer.epoch(number, lambda share: None)
    moved = (trainer.words.weight.detach().numpy() != before).any(axis=1)
    assert moved.tolist() == [row != alone for row in range(3)]
