"""Which words were read before, in little memory."""

from collections.abc import Sequence

import numpy as np

_RECENT = 1 << 13  # words


class Seen:
    """Words that were read: the last ones themselves, the others by Python's hash, which is keyed
    and has 64 bits: a tenth of the memory, and one in 10^7 that a word of a million is taken for
    another."""

    def __init__(self, *, recent: int = _RECENT) -> None:
        self._most = recent
        self._recent: set[bytes] = set()
        self._older = np.empty(0, dtype=np.int64)  # hashes in order

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)

    def take_all(self, words: Sequence[bytes]) -> bool:
        """Take up `words`; return False, and take up none, where one of them was there."""
        new = set(words)
        if len(new) < len(words) or not self._recent.isdisjoint(new):
            return False
        if len(self._older):
            hashes = np.fromiter(map(hash, words), np.int64, len(words))
            places = np.minimum(np.searchsorted(self._older, hashes), len(self._older) - 1)
            if (self._older[places] == hashes).any():
                return False
        self._recent |= new
        if len(self._recent) > self._most:
            hashes = np.fromiter(map(hash, self._recent), np.int64, len(self._recent))
            self._older = np.unique(np.concatenate([self._older, hashes]))
            self._recent = set()
        return True
