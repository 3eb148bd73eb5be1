"""What is held out, and the measure on it, beside plain loops and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from models.training.corpora import Corpus, corpus_of
from models.training.heldout_contexts import (
    auc,
    contexts,
    hold_out,
    keep_share,
    negative_sampling_loss,
    noise,
)
from models.training.settings import Settings
from models.training.texts import Text
from models.training.tokens import Tokens

scores = st.lists(st.integers(-3, 3), min_size=1, max_size=20)


@tried(deadline=None)
@given(scores, scores)
def test_the_auc_is_that_of_sklearn(true: list[int], others: list[int]) -> None:
    found = auc(np.float32(true), np.float32(others)[:, None])
    labels = [1] * len(true) + [0] * len(others)
    assert found == pytest.approx(roc_auc_score(labels, true + others))


def test_the_loss_is_that_of_the_paper() -> None:
    true, others = np.float32([0.5, -2]), np.float32([[1, 0], [3, -1]])
    expected = 0.0
    for positive, negatives in zip(true, others, strict=True):
        expected -= np.log(1 / (1 + np.exp(-positive)))
        expected -= sum(np.log(1 / (1 + np.exp(negative))) for negative in negatives)
    assert negative_sampling_loss(true, others) == pytest.approx(expected / 2)


@pytest.mark.parametrize("window", [1, 3])
def test_contexts_are_those_of_a_plain_loop(window: int) -> None:
    """All lie within the window, in one sentence, and with windows of full width all are found."""
    corpus = corpus_of(Text("t", "a b c d e f\nb a\nc c c"), Tokens(min_count=1))

    class Widest:
        def random(self, size: int) -> np.ndarray:
            return np.zeros(size)

        def integers(self, low: int, high: int, size: int) -> np.ndarray:
            return np.full(size, high - 1)

    settings = Settings(window=window, sample=0.0)
    found = contexts(corpus, settings, Widest())  # type: ignore[arg-type]
    expected = []
    for line in corpus.sentence_codes():
        for i in range(len(line)):
            near = [j for j in range(len(line)) if 0 < abs(i - j) <= window]
            expected += [(line[i], line[j]) for j in near]
    assert sorted(map(tuple, found.tolist())) == sorted(expected)
    drawn = contexts(corpus, settings, np.random.default_rng(0)).tolist()
    assert set(map(tuple, drawn)) <= set(expected)


def test_held_out_sentences_are_not_trained_on(topics: Corpus) -> None:
    rest, held = hold_out(topics, Settings(heldout=0.1))
    assert held is not None
    assert 0.88 < rest.tokens / topics.tokens < 0.92
    assert held.others.shape == (len(held), 5)
    again, same = hold_out(topics, Settings(heldout=0.1))
    other, _ = hold_out(topics, Settings(heldout=0.1, seed=1))
    assert same is not None
    assert np.array_equal(rest.codes, again.codes)
    assert np.array_equal(held.others, same.others)
    assert not np.array_equal(rest.codes, other.codes)


def test_a_short_text_spares_nothing() -> None:
    corpus = corpus_of(Text("t", "a b c a b c"), Tokens(min_count=1))
    assert hold_out(corpus, Settings()) == (corpus, None)


def test_the_measure_of_a_table_that_knows_the_topics(topics: Corpus) -> None:
    """Rows that are one topic's axis score true contexts higher; rows of noise are chance."""
    from tests.models.training.conftest import TOPICS

    _, held = hold_out(topics, Settings(heldout=0.1))
    assert held is not None
    table = np.zeros((topics.words, 3), dtype=np.float32)
    for axis, words in enumerate(TOPICS):
        table[[topics.vocabulary.index(word) for word in words], axis] = 1
    assert auc(*held.scores(table, table)) > 0.65
    random = np.random.default_rng(0).standard_normal((2, topics.words, 8)).astype(np.float32)
    assert 0.35 < auc(*held.scores(random[0], random[1])) < 0.65


def test_draws_of_words() -> None:
    assert noise(np.array([16, 1])) == pytest.approx([8 / 9, 1 / 9])
    corpus = corpus_of(Text("t", "a " * 90 + "b " * 10), Tokens(min_count=1))
    share = keep_share(corpus, 0.1)
    assert share == pytest.approx([np.sqrt(0.1 / 0.9) + 0.1 / 0.9, 1])
    assert keep_share(corpus, 0.0).tolist() == [1, 1]
