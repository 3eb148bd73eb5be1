"""Spaces of fastText, in which an unknown word has a vector: the mean of those of its subwords."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.space import EmbeddingSpace, Floats

_END = b"</s>"  # of a sentence: the one word without subwords


@dataclass(frozen=True, eq=False)
class Subwords:
    """The vectors of subwords (character n-grams), float32 (buckets, dimension), by their hash. A
    subword has `shortest` to `longest` letters, counting the brackets around a word. `offset` is
    the position of the vectors, in bytes, in the file that they are mapped from."""

    rows: Floats
    shortest: int
    longest: int
    offset: int | None = None

    def vector_of(self, word: str) -> Floats | None:
        """Return the mean of the vectors of the subwords of `word`, float32 (dimension,); None for
        a word that has none."""
        from models.sources.subwords_kernel import add_subwords

        if not word.strip() or word.encode(errors="replace") == _END:
            return None
        found = np.zeros(self.rows.shape[1], dtype=np.float32)
        encoded = np.frombuffer(b"<" + word.encode(errors="replace")[:10_000] + b">", np.uint8)
        count = add_subwords(encoded, self.shortest, self.longest, self.rows, found)
        found /= np.float32(max(1, count))
        return found if count else None

    def compose(self, words: Sequence[bytes], own: Floats) -> Floats:
        """Return the vectors of `words` (words, dimension) as fastText gives them: the mean of
        each word's `own` row and those of its subwords."""
        from models.sources.subwords_kernel import compose

        marked = [b"" if word == _END else b"<" + word + b">" for word in words]
        offsets = np.concatenate([[0], np.cumsum([len(word) for word in marked])]).astype(np.int64)
        text = np.frombuffer(b"".join(marked) or b" ", dtype=np.uint8)
        out = np.empty(own.shape, dtype=np.float32)
        compose(text, offsets, self.shortest, self.longest, own, self.rows, out)
        return out


@dataclass(frozen=True, eq=False)
class SubwordSpace(EmbeddingSpace):
    """A space of fastText: ``space["unseen"]`` is the mean of the vectors of its subwords, so that
    neighbours, formulas and analogies take unknown words, too; the answers are words of the
    vocabulary. A space that was derived from this one has no such vectors."""

    subwords: Subwords | None = None

    def __getitem__(self, word: str) -> Floats:
        """Return the vector of `word`, that of its subwords where it is unknown; raise UnknownWord
        where it has none."""
        if self.subwords is not None and self.origin is None and self.find(word) is None:
            found = self.subwords.vector_of(word)
            if found is not None and len(found) == self.dimension:
                return found
        return super().__getitem__(word)

    def memory_parts(self) -> tuple[object, ...]:
        held = (self.subwords.rows,) if self.subwords else ()
        return (*super().memory_parts(), *held)


def with_subwords(space: EmbeddingSpace, subwords: Subwords | None) -> EmbeddingSpace:
    """Return `space` with vectors for unknown words where there are `subwords`."""
    if subwords is None:
        return space
    parts = space.name, space.vocabulary, space.vectors, space.provenance, space.card
    return SubwordSpace(*parts, subwords=subwords)
