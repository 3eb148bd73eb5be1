"""The words of a space, held compactly.

A Python list of 400,000 words takes 45 to 75 MB and a dictionary of them 30 more. One buffer of
UTF-8 with its offsets takes 5 MB, and a sorted order (made when first asked for, 1.6 MB) finds a
word by bisection in some microseconds.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest, shorten

_SORTED_BY = 16  # bytes of a word; words that begin alike are compared in full
_CHUNK = 20_000  # words decoded at a time: 2 MB of passing strings
_SCANS = 40  # look-ups before it pays to sort
_WORDLIKE = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\Z").match


class Vocabulary(Sequence[str]):
    """An immutable sequence of distinct words, the most frequent first."""

    def __init__(self, words: Iterable[str]) -> None:
        """Pack `words`.

        Raises InvalidRequest for a word that occurs twice, is empty or holds a line end.
        """
        packed = list(words)
        text = "\n".join(packed)
        if packed and text.count("\n") != len(packed) - 1:
            raise InvalidRequest("A word must not contain a line end.")
        self._buffer = text.encode()
        self._offsets = _line_offsets(self._buffer, len(packed))
        self._scans = 0
        self._refuse_doubles()

    @classmethod
    def of_lines(cls, buffer: bytes, count: int) -> "Vocabulary":
        """Return the vocabulary of `count` words, UTF-8, one a line without a last line end, that
        are known to be distinct, not empty and whole: what read_vectors() has seen to."""
        found = cls.__new__(cls)
        found._buffer = buffer
        found._offsets = _line_offsets(buffer, count)
        found._scans = 0
        return found

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                return self.chunk(start, stop)
            return [self[i] for i in range(start, stop, step)]
        if not -len(self) <= index < len(self):
            raise IndexError(f"word {index} of {len(self)}")
        return self._encoded(index % len(self)).decode()

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _CHUNK):
            yield from self.chunk(start, start + _CHUNK)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) is not None

    def __repr__(self) -> str:
        return f"Vocabulary({len(self):,} words)"

    def memory_parts(self) -> tuple[object, ...]:
        """Return what takes memory: the text, its offsets, and what was computed from them."""
        return tuple(vars(self).values())

    def chunk(self, start: int, stop: int) -> list[str]:
        """Return the words from `start` up to `stop`, decoded in one go."""
        stop = min(stop, len(self))
        if start >= stop:
            return []
        last = self._offsets[stop] - 1  # without the line end
        return self._buffer[self._offsets[start] : last].decode().split("\n")

    def find(self, word: str) -> int | None:
        """Return the row of `word`, or None."""
        try:
            wanted = word.encode()
        except UnicodeEncodeError:  # a lone surrogate, as a hostile client may send
            return None
        if "_order" not in self.__dict__ and self._scans < _SCANS:
            self._scans += 1
            return self._scan_for(wanted)
        place = self._first_not_below(wanted)
        if place < len(self):
            row = int(self._order[place])
            if self._encoded(row) == wanted:
                return row
        return None

    def index(self, word: str, start: int = 0, stop: int | None = None) -> int:
        """Return the row of `word`; raise ValueError where it is missing, as a list does."""
        row = self.find(word)
        if row is None or row < start or (stop is not None and row >= stop):
            raise ValueError(f"{shorten(word)!r} is not in the vocabulary")
        return row

    def starting_with(self, prefix: str, *, limit: int) -> list[int]:
        """Return the rows of up to `limit` words that begin with `prefix`, in order of rank."""
        wanted = prefix.encode(errors="ignore")
        first = self._first_not_below(wanted)
        last = self._first_not_below(wanted + b"\xff")
        return sorted(int(row) for row in self._order[first:last])[:limit]

    def head(self, count: int) -> "Vocabulary":
        """Return the `count` most frequent words; the text is shared, not copied."""
        if count >= len(self):
            return self
        head = Vocabulary.__new__(Vocabulary)
        head._buffer = self._buffer
        head._offsets = self._offsets[: count + 1]
        head._scans = 0
        return head

    @cached_property
    def wordlike(self) -> NDArray[np.bool_]:
        """Tell for each word whether it is made of letters, with inner hyphens or apostrophes."""
        mask = np.fromiter((_WORDLIKE(word) is not None for word in self), bool, len(self))
        mask.setflags(write=False)
        return mask

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        """The rows in the byte order of their words, sorted by their first letters as numbers:
        400,000 Python strings would fragment tens of megabytes of memory."""
        keys = [self._letters(place) for place in range(_SORTED_BY - 8, -1, -8)]
        order = np.lexsort(keys).astype(np.int32)
        alike = np.ones(max(0, len(order) - 1), dtype=bool)  # a word and the one after it
        for key in keys:
            alike &= key[order[1:]] == key[order[:-1]]
        for start, stop in _runs(alike):
            order[start:stop] = sorted(order[start:stop], key=lambda row: self._encoded(int(row)))
        order.setflags(write=False)
        return order

    def _letters(self, place: int) -> NDArray[np.uint64]:
        """Return eight bytes of every word from `place` on as one number, zeros after its end."""
        text = np.frombuffer(self._buffer, dtype=np.uint8)
        begin, end = self._offsets[:-1] + place, self._offsets[1:] - 1
        number = np.zeros(len(self), dtype=np.uint64)
        for step in range(8):
            inside = begin + step < end
            letter = np.where(inside, text[np.minimum(begin + step, len(text) - 1)], 0)
            number = (number << np.uint64(8)) | letter.astype(np.uint64)
        return number

    def _scan_for(self, wanted: bytes) -> int | None:
        """Find a word by going through the text, some tenths of a millisecond: the first few times
        this is less work than sorting 400,000 words."""
        count = len(self)
        if not wanted or b"\n" in wanted or not count:
            return None
        for row in (0, count - 1):  # these two don't stand between two line ends
            if self._encoded(row) == wanted:
                return row
        place = self._buffer.find(b"\n" + wanted + b"\n", 0, int(self._offsets[-1]))
        return int(np.searchsorted(self._offsets, place + 1)) if place >= 0 else None

    def _encoded(self, row: int) -> bytes:
        return self._buffer[self._offsets[row] : self._offsets[row + 1] - 1]

    def _first_not_below(self, wanted: bytes) -> int:
        return bisect_left(self._order, wanted, key=lambda row: self._encoded(int(row)))

    def _refuse_doubles(self) -> None:
        encoded = self._buffer.split(b"\n") if len(self) else []
        if len(set(encoded)) == len(encoded) and b"" not in encoded:
            return
        seen: set[bytes] = set()
        for row, word in enumerate(encoded):
            if not word:
                raise InvalidRequest(f"Word {row + 1} is empty.")
            if word in seen:
                shown = shorten(word.decode())
                raise InvalidRequest(f"“{shown}” stands twice, the second time as word {row + 1}.")
            seen.add(word)


def _runs(alike: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of each run of things of which each is like the one after it."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], alike, [False]]).astype(np.int8)))
    for start, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield start, last + 1


def _line_offsets(buffer: bytes, count: int) -> NDArray[np.int64]:
    """Return where each of `count` lines begins, and one past the last line's end."""
    offsets = np.zeros(count + 1, dtype=np.int64)
    if count:
        ends = np.flatnonzero(np.frombuffer(buffer, dtype=np.uint8) == ord("\n"))
        offsets[1:count] = ends + 1
        offsets[count] = len(buffer) + 1
    offsets.setflags(write=False)
    return offsets
