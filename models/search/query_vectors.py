"""The rows and vectors of the words in a query. A fastText space has vectors for unknown words,
too: these may be queried, and are never an answer, as they have no row."""

from collections.abc import Sequence

import numpy as np

from models.space import EmbeddingSpace, Floats, unit_rows


def known_rows(space: EmbeddingSpace, words: Sequence[str]) -> list[int]:
    """Return the rows of those of `words` that are in the vocabulary, in their order."""
    return [row for row in map(space.find, words) if row is not None]


def vectors_of(space: EmbeddingSpace, words: Sequence[str], *, unit: bool = True) -> Floats:
    """Return the vectors of `words`, float32 (words, dimension), scaled to length 1 or as they are.

    Raises UnknownWord for the first that has none.
    """
    rows = known_rows(space, words)
    if len(rows) == len(words):
        return space.unit(rows) if unit else space.vectors[rows]
    vectors: Floats = np.stack([space[word] for word in words])
    return unit_rows(vectors) if unit else vectors


def made_words(space: EmbeddingSpace, words: Sequence[str]) -> list[str]:
    """Return those of `words` without a row, whose vectors are made of their subwords."""
    return [word for word in dict.fromkeys(words) if space.find(word) is None]
