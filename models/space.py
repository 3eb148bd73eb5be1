"""EmbeddingSpace: words, their vectors, and what was done to the vectors."""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest, UnknownWord
from models.runtime.budget import DerivedCache
from models.runtime.mapped_array import mapped_empty
from models.vocabulary import Vocabulary

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]
Made = TypeVar("Made")

_BLOCK_BYTES = 16 << 20  # rows are read in blocks of this size where all of them are needed


def divisors_of(norms: Floats) -> Floats:
    """Return norms that can be divided by, 1 for 0: the direction of a zero vector is nothing."""
    return np.where(norms > 0, norms, np.float32(1)).astype(np.float32, copy=False)


def unit_rows(vectors: Floats) -> Floats:
    """Return the rows of `vectors` scaled to length 1; rows of zeros stay. EmbeddingSpace.unit does
    the same for words, whose lengths it keeps."""
    unit: Floats = vectors / divisors_of(np.linalg.norm(vectors, axis=1, keepdims=True))
    return unit


@dataclass(frozen=True)
class SpaceCard:
    """What is known about a space before it is loaded."""

    name: str
    title: str
    words: int
    dimension: int
    source: str
    licence: str
    bytes: int
    ready: bool
    note: str = ""
    url: str = ""


@dataclass(frozen=True, eq=False)
class EmbeddingSpace:
    """Words, the most frequent first, and one vector each.

    `vectors` is float32 (words, dimension), read-only, as published: nothing is normalised or
    centred in it. `provenance` tells in plain sentences what was done to the vectors since.
    `origin` is the space that this one was made from, None for one as published.
    """

    name: str
    vocabulary: Vocabulary
    vectors: Floats
    provenance: tuple[str, ...] = ()
    card: SpaceCard | None = None
    origin: "EmbeddingSpace | None" = field(default=None, repr=False)
    _derived: DerivedCache = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or self.vectors.dtype != np.float32:
            found = f"{self.vectors.dtype} {self.vectors.shape}"
            raise InvalidRequest(f"Vectors must be float32 (words, dimension); these are {found}.")
        if len(self.vectors) != len(self.vocabulary):
            raise InvalidRequest(
                f"{len(self.vocabulary):,} words but {len(self.vectors):,} vectors: "
                "each word needs one."
            )
        self.vectors.setflags(write=False)
        object.__setattr__(self, "_derived", DerivedCache(self))

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary

    def __getitem__(self, word: str) -> Floats:
        """Return the vector of `word`, float32 (dimension,); raise UnknownWord."""
        vector: Floats = np.ascontiguousarray(self.vectors[self.index(word)])
        return vector

    def __repr__(self) -> str:
        return f"EmbeddingSpace({self.name!r}, {len(self):,} words, {self.dimension} dimensions)"

    @property
    def words(self) -> list[str]:
        """The words as a list, the most frequent first. Built when first asked for: `vocabulary`
        answers the same questions in a tenth of the memory."""
        return self.remember("words", lambda: list(self.vocabulary))

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    @property
    def title(self) -> str:
        return self.card.title if self.card else self.name

    @property
    def published(self) -> "EmbeddingSpace":
        """The space as it was published, before anything was done to its vectors."""
        return self.origin.published if self.origin else self

    @property
    def treatment(self) -> str:
        """One line that says what was done to the vectors."""
        return "; ".join(self.provenance) or "vectors as published"

    @cached_property
    def content_id(self) -> str:
        """A name for this content: equal for equal words and vectors, as far as a digest of the
        provenance, the shape and a sample of rows can tell."""
        digest = hashlib.blake2b(digest_size=12)
        digest.update(repr((self.name, self.vectors.shape, self.provenance)).encode())
        rows = np.linspace(0, len(self) - 1, num=min(256, len(self)), dtype=np.intp)
        digest.update(np.ascontiguousarray(self.vectors[rows]).tobytes())
        digest.update("\n".join(self.vocabulary[int(row)] for row in rows).encode())
        return digest.hexdigest()

    def is_same(self, other: "EmbeddingSpace | None") -> bool:
        """Whether `other` is of the same content. It may be another object, made anew after memory
        ran short."""
        return other is not None and self.content_id == other.content_id

    @property
    def norms(self) -> Floats:
        """The Euclidean length of every vector, float32 (words,), computed once."""
        return self.remember("norms", self._lengths)

    def _lengths(self) -> Floats:
        norms: Floats = mapped_empty((len(self),))
        for start, stop in self.blocks():
            block = self.vectors[start:stop]
            norms[start:stop] = np.sqrt(np.einsum("ij,ij->i", block, block))
        norms.setflags(write=False)
        return norms

    @property
    def divisors(self) -> Floats:
        """`norms` that can be divided by, float32 (words,): the direction of zero is nothing."""
        return self.remember(("norms", "to divide by"), self._divisors)

    def _divisors(self) -> Floats:
        return self.norms if self.norms.all() else divisors_of(self.norms)

    def find(self, word: str) -> int | None:
        """Return the row of `word`, or None."""
        return self.vocabulary.find(word)

    def index(self, word: str) -> int:
        """Return the row of `word`; raise UnknownWord with up to five suggestions."""
        row = self.find(word)
        if row is None:
            from models.search.suggestions import suggest

            raise UnknownWord(word, self.title, suggest(self.vocabulary, word))
        return row

    def indices(self, words: Sequence[str]) -> Rows:
        """Return the rows of `words` in their order; raise UnknownWord for the first unknown."""
        return np.array([self.index(word) for word in words], dtype=np.intp)

    def unit(self, rows: Rows | slice | Sequence[int]) -> Floats:
        """Return the vectors of `rows` scaled to length 1, float32 (rows, dimension).

        A vector of zeros stays zero.
        """
        scaled: Floats = self.vectors[rows] / self.divisors[rows, None]
        return scaled

    def head(self, count: int) -> "EmbeddingSpace":
        """Return the space of the `count` most frequent words; vectors are a view, not a copy."""
        if count >= len(self):
            return self
        if count < 1:
            raise InvalidRequest("Keep at least one word.")
        note = f"the {count:,} most frequent of {len(self):,} words"
        return replace(
            self,
            vocabulary=self.vocabulary.head(count),
            vectors=self.vectors[:count],
            provenance=(*self.provenance, note),
            origin=self.origin and self.origin.head(count),
        )

    def remember(
        self,
        key: Hashable,
        make: Callable[[], Made],
        *,
        enough: Callable[[Made], bool] | None = None,
    ) -> Made:
        """Return what `make` returned for `key`; call it the first time, and where the
        remembered value is not `enough`. The first word of a key names the kind of thing.

        What is derived from a space (a PCA, a reduced view) is kept with the space and freed with
        it, so that nothing of a visitor's outlives the visitor; earlier where memory is short
        (budget.py), so that it may be made again. Threads that ask for the same thing at
        the same moment make it once.
        """
        return self._derived.get(key, make, enough=enough)

    def memory_parts(self) -> tuple[object, ...]:
        """Return what counts as the memory of this space: not the space that it was made from."""
        return self.vectors, self.vocabulary, self._derived

    def select(self, words: Sequence[str]) -> "EmbeddingSpace":
        """Return the space of `words` alone, in their order; the vectors are copied.

        Raises UnknownWord for one that the space lacks.
        """
        note = f"{len(words):,} chosen words of {len(self):,}"
        return replace(
            self,
            vocabulary=Vocabulary(words),
            vectors=np.ascontiguousarray(self.vectors[self.indices(words)]),
            provenance=(*self.provenance, note),
            origin=self.origin and self.origin.select(words),
        )

    def blocks(self) -> list[tuple[int, int]]:
        """Return (start, stop) of row blocks that together cover the space."""
        rows = max(1, _BLOCK_BYTES // (4 * max(1, self.dimension)))
        return [(start, min(start + rows, len(self))) for start in range(0, len(self), rows)]
