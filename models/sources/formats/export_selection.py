"""The words and vectors of a space that are exported, block by block."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.errors import InvalidRequest
from models.space import EmbeddingSpace, Floats, Rows

_NUMBERS = 1 << 18  # in a block: a megabyte of vectors, some megabytes of text
_CHUNK = 20_000  # words that are looked through at a time


@dataclass(eq=False)
class ExportSelection:
    """Rows of a space (None: all). `done` is the share of them that has been written."""

    space: EmbeddingSpace
    rows: Rows | None = None
    done: float = 0.0
    _renamed: dict[str, dict[int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.space) if self.rows is None else len(self.rows)

    def blocks(self, *, step: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield (start, stop) of blocks of rows; `done` follows them."""
        step = step or max(1, _NUMBERS // max(1, self.space.dimension))
        for start in range(0, len(self), step):
            stop = min(start + step, len(self))
            yield start, stop
            self.done = stop / len(self)

    def vectors(self, start: int, stop: int) -> Floats:
        """Return the vectors of these places, little-endian float32 (places, dimension)."""
        chosen = slice(start, stop) if self.rows is None else self.rows[start:stop]
        found: Floats = np.ascontiguousarray(self.space.vectors[chosen], dtype="<f4")
        return found

    def words(self, start: int, stop: int, blanks: re.Pattern[str] | None = None) -> list[str]:
        """Return the words of these places; what `blanks` finds in one is written "_"."""
        renamed = self.renamed(blanks)
        return [renamed.get(start + i, w) for i, w in enumerate(self._original(start, stop))]

    def renamed(self, blanks: re.Pattern[str] | None) -> dict[int, str]:
        """Return the words in which `blanks` finds something, by place, as they are written: each
        with a name that no other word has."""
        if blanks is None:
            return {}
        if blanks.pattern not in self._renamed:
            self._renamed[blanks.pattern] = self._rename(blanks)
        return self._renamed[blanks.pattern]

    def _rename(self, blanks: re.Pattern[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        taken: set[str] = set()
        for start in range(0, len(self), _CHUNK):
            words = self._original(start, min(start + _CHUNK, len(self)))
            for place, word in enumerate(words, start):
                if not blanks.search(word):
                    continue
                name = blanks.sub("_", word)
                while name in taken or name in self.space:
                    name += "_"
                taken.add(name)
                found[place] = name
        return found

    def _original(self, start: int, stop: int) -> list[str]:
        vocabulary = self.space.vocabulary
        if self.rows is None:
            return vocabulary.chunk(start, stop)
        return [vocabulary[int(row)] for row in self.rows[start:stop]]


def select(space: EmbeddingSpace, words: Sequence[str] | None) -> ExportSelection:
    """Select `words` (None: all) of `space`; raise UnknownWord, InvalidRequest for no word."""
    if words is None:
        return ExportSelection(space)
    rows = space.indices(list(dict.fromkeys(words)))
    if not len(rows):
        raise InvalidRequest("Choose at least one word to write.")
    return ExportSelection(space, rows)
