"""Corpora for the tests: a small one whose structure is known, and the Wikipedia sample."""

import numpy as np
import pytest

from models.training.corpora import Corpus, corpus_of
from models.training.texts import Text
from models.training.tokens import Tokens
from models.training.wikipedia import wikipedia_sample

TOPICS = (
    ("king", "queen", "crown", "throne", "palace", "royal", "prince", "castle"),
    ("bread", "butter", "cheese", "milk", "honey", "apple", "kitchen", "oven"),
    ("river", "boat", "water", "fish", "bridge", "harbour", "sail", "stream"),
)


def topical(sentences: int = 1_200, seed: int = 0) -> str:
    """Lines of twelve words, each of one topic, with three words that stand anywhere."""
    random = np.random.default_rng(seed)
    lines = []
    for _ in range(sentences):
        words = random.choice(TOPICS[random.integers(3)], 9).tolist()
        lines.append(" ".join(random.permutation([*words, "the", "and", "of"])))
    return "\n".join(lines)


@pytest.fixture(scope="session")
def topics() -> Corpus:
    return corpus_of(Text("topics", topical()), Tokens())


@pytest.fixture(scope="session")
def wikipedia() -> Corpus:
    return corpus_of(wikipedia_sample())
