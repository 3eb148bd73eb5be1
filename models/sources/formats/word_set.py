"""A compact set of words, to find duplicates while a file is read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.runtime.memory import anonymous_pages

_RECENT = 1 << 13  # words
_FIRST_ROOM = 1 << 18  # hashes: unused pages take no memory


class WordSet:
    """A set of words: the last ones themselves, the others by Python's keyed 64-bit hash. It takes
    a tenth of the memory of a set; the probability that any of a million words collides with
    another is 1 in 10^7."""

    def __init__(self, *, recent: int = _RECENT) -> None:
        self._most = recent
        self._recent: set[bytes] = set()
        self._room = _room(_FIRST_ROOM)  # filled in place: copies would fragment the heap
        self._count = 0

    def __len__(self) -> int:
        return len(self._recent) + self._count

    def add_all(self, words: Sequence[bytes]) -> bool:
        """Add `words`; return False, and add none, where one of them is a duplicate."""
        new = set(words)
        if len(new) < len(words) or not self._recent.isdisjoint(new):
            return False
        older = self._room[: self._count]  # in order
        if len(older):
            hashes = np.fromiter(map(hash, words), np.int64, len(words))
            places = np.minimum(np.searchsorted(older, hashes), len(older) - 1)
            if (older[places] == hashes).any():
                return False
        self._recent |= new
        if len(self._recent) > self._most:
            self._age()
        return True

    def _age(self) -> None:
        """Merge the hashes of the recent words into the older ones."""
        count = self._count + len(self._recent)
        if count > len(self._room):
            larger = _room(max(count, 2 * len(self._room)))
            larger[: self._count] = self._room[: self._count]
            self._room = larger
        hashes = np.fromiter(map(hash, self._recent), np.int64, len(self._recent))
        hashes.sort()
        self._room[self._count : count] = hashes
        self._room[:count].sort(kind="stable")  # two runs in order: one merge
        self._count = count
        self._recent = set()


def _room(count: int) -> NDArray[np.int64]:
    return np.frombuffer(anonymous_pages(8 * count), dtype=np.int64)
