"""The rows of a file while it is read: faulty rows are handled and counted, for all formats."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import OverBudget, VectorFileError, shorten
from models.runtime.budget import budget
from models.runtime.progress import ProgressCallback
from models.sources.formats.stream import Stream, is_utf8
from models.sources.formats.vector_buffers import VectorBuffer
from models.sources.formats.word_set import WordSet
from models.sources.limits import LONGEST_WORD
from models.space import Floats
from models.vocabulary import Vocabulary

_CHECK = 32 << 20  # bytes of vectors between two checks of the budget
_ONE = re.compile("(word|row)s")
_NOT_UTF8 = "words with letters that are not UTF-8"


class RowCollector:
    """Words and vectors of one file, in its order; of equal words only the first is taken."""

    def __init__(
        self, stream: Stream, *, limit: int | None, buffer: VectorBuffer, tell: ProgressCallback
    ) -> None:
        self.stream, self.limit, self.dimension = stream, limit, 0
        self.buffer = buffer
        self.read = 0  # rows of the file, taken or left out
        self.remarks: list[str] = []
        self.subwords: Any = None  # of fastText, for words that are not in the file
        self._tell = tell
        self._known = WordSet()
        self._text = BytesIO()  # one buffer: many small ones would fragment the heap
        self._letters = 0
        self._left_out: Counter[str] = Counter()
        self._zero = 0
        self._examples: dict[str, str] = {}
        self._checked = 0

    @property
    def full(self) -> bool:
        """Whether as many rows as wanted have been read."""
        return self.limit is not None and self.read >= self.limit

    def expect(self, rows: int | None, dimension: int, *, line: int | None = None) -> None:
        """Set the dimension, and the number of rows where the file says it; raise VectorFileError
        where one of them is more than allowed."""
        limits = self.stream.limits
        if not 1 <= dimension <= limits.dimensions:
            raise self.stream.refuse(
                f"it says that vectors have {_big(dimension)} dimensions; 1 to "
                f"{limits.dimensions:,} can be read.",
                line,
            )
        if rows is not None and rows < 1:
            raise self.stream.refuse("it says that it holds no words.", line)
        wanted = min(n for n in (rows, self.limit, limits.rows + 1) if n is not None)
        if wanted > limits.rows:
            if rows is not None:
                raise self._too_many(rows, line)
            wanted = 0
        self.dimension = dimension
        size = self.stream.size
        if rows is not None and (size is None or wanted * dimension <= size):
            self.refuse_excess(wanted)

    def wanted(self, rows: int) -> int:
        """Return how many of the next `rows` are still wanted."""
        return rows if self.limit is None else max(0, min(rows, self.limit - self.read))

    def add(self, words: Sequence[bytes], vectors: NDArray[Any]) -> None:
        """Add rows: `vectors` (rows, dimension) of any floats."""
        count = self.wanted(len(words))
        words = words[:count]
        with np.errstate(over="ignore", invalid="ignore"):
            numbers: Floats = np.ascontiguousarray(vectors[:count], dtype=np.float32)
        self.read += count
        finite = np.isfinite(np.einsum("ij->i", numbers)) if count else np.ones(0, dtype=bool)
        if not finite.all():  # a sum of large numbers can be infinite, too
            finite = np.isfinite(numbers).all(axis=1)
        keep = self._take_block(words, finite)
        if keep is not None:
            numbers = numbers[keep]
        self._zero += int(len(numbers) - np.count_nonzero(numbers.any(axis=1)))
        if len(self._known) > self.stream.limits.rows:
            raise self._too_many(None, None)
        if 4 * self.dimension * len(self._known) > self._checked:
            self.refuse_excess(len(self._known))
            self._checked = 4 * self.dimension * len(self._known) + _CHECK
        self.buffer.append(numbers)

    def progress(self, share: float) -> None:
        """Report the share of the file that has been read."""
        self._tell(max(share, self.read / self.limit) if self.limit else share)

    def finish(self) -> tuple[Vocabulary, Floats]:
        """Return the words and their vectors; raise VectorFileError where there are none."""
        if not len(self._known):
            why = f": {self._faults()[0]}" if self._left_out else ""
            raise self.stream.refuse(f"there is no word with a vector in it{why}.")
        count = len(self._known)
        if 2 * self._left_out[_NOT_UTF8] > max(20, self.read):
            raise self.stream.refuse(
                "most of its words are not text (UTF-8). Is it damaged, or does it say another "
                "number of dimensions than it has?"
            )
        buffer = self._text.getvalue()
        return Vocabulary.of_lines(buffer, count), self.buffer.finish(count, self.dimension)

    def all_remarks(self) -> tuple[str, ...]:
        """Return what was done to the rows, in sentences for a person."""
        zero = "1 word has" if self._zero == 1 else f"{self._zero:,} words have"
        zeros = [f"{zero} a vector of zeros, which is near nothing"] if self._zero else []
        return (*self.remarks, *self._faults(), *zeros)

    def _faults(self) -> list[str]:
        found = []
        for reason, count in self._left_out.items():
            what = _ONE.sub(r"\1", reason, count=1) if count == 1 else reason
            example = self._examples.get(reason)
            done = "read with “\N{REPLACEMENT CHARACTER}”" if reason == _NOT_UTF8 else "left out"
            first = f", such as “{example}”" if example else ""
            found.append(f"{count:,} {what}{first}, {done}")
        return found

    def _take_block(
        self, words: Sequence[bytes], finite: NDArray[np.bool_]
    ) -> "NDArray[Any] | None":
        """Take the words of a block; return the positions of those taken, None for all."""
        if not words:
            return None
        if b"" not in words and finite.all() and _sound(words) and self._known.add_all(words):
            self._append(b"\n".join(words))
            return None
        taken = ((i, self._take(word, bool(finite[i]))) for i, word in enumerate(words))
        found = {i: word for i, word in taken if word is not None}
        if found:
            self._append(b"\n".join(found.values()))
        return np.array([*found], dtype=np.intp)

    def _append(self, text: bytes) -> None:
        self._letters += len(text) + 1
        self.stream.refuse_text(self._letters)
        self._text.write(text if not self._text.tell() else b"\n" + text)

    def _take(self, word: bytes, finite: bool) -> bytes | None:
        """Take one word; return it as valid UTF-8, None where it is left out."""
        if len(word) > LONGEST_WORD:
            raise self.stream.refuse(
                f"a word of {len(word):,} bytes (“{shorten(word[:60].decode(errors='replace'))}”); "
                f"words have at most {LONGEST_WORD:,}. Is this a file of vectors?"
            )
        if not is_utf8(word):
            word = word.decode(errors="replace").encode()
            self._count(_NOT_UTF8, word)
        if not word:
            reason = "rows without a word"
        elif b"\n" in word:
            reason = "words with a line end in them"
        elif not finite:
            reason = "words whose numbers are not finite (NaN or infinity)"
        elif self._known.add_all([word]):
            return word
        else:
            reason = "duplicate words"
        self._count(reason, word)
        return None

    def _count(self, reason: str, word: bytes) -> None:
        self._left_out[reason] += 1
        if word:
            self._examples.setdefault(reason, shorten(word.decode(), limit=30))

    def _too_many(self, rows: int | None, line: int | None) -> VectorFileError:
        most = self.stream.limits.rows
        found = f"it says that it holds {_big(rows)} words" if rows else "it holds more words"
        return self.stream.refuse(
            f"{found}; at most {most:,} are read. Ask for the first ones (limit) or bring fewer.",
            line,
        )

    def refuse_excess(self, words: int) -> None:
        """Raise VectorFileError where so many words are more than this server may hold."""
        try:
            budget().refuse_excess(
                "the space in it",
                words=words,
                dimension=self.dimension,
                mapped=self.buffer.mapped,
            )
        except OverBudget as error:
            raise self.stream.refuse(str(error)) from None


@dataclass(frozen=True)
class WordList:
    """Words that stand in another file than their vectors, or were found before them; `remarks` say
    what was done to read them."""

    words: Sequence[bytes]
    remarks: tuple[str, ...] = ()

    def refuse_other(self, count: int, rows: RowCollector) -> None:
        """Raise VectorFileError unless `count` vectors, or those that are wanted, have a word."""
        enough = len(self.words) >= min(count, rows.limit) if rows.limit else False
        if count != len(self.words) and not enough:
            raise rows.stream.refuse(
                f"{count:,} vectors but {len(self.words):,} words: each word needs one vector. "
                "Bring the vocabulary that belongs to these vectors."
            )


def _sound(words: Sequence[bytes]) -> bool:
    """Whether all `words`, at least one, are UTF-8, on one line and not too long."""
    text = b"\n".join(words)
    one_line_each = text.count(b"\n") == len(words) - 1
    return one_line_each and max(map(len, words)) <= LONGEST_WORD and is_utf8(text)


def _big(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**15 else f"about 10^{len(str(abs(number))[:40])}"
