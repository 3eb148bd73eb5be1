"""NumPy's .npy without NumPy's own reader: the header is matched, not evaluated, and each number in
it is checked against the bytes that follow."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import shorten
from models.sources.formats.row_collector import RowCollector, WordList
from models.sources.formats.stream import Stream
from models.sources.limits import LONGEST_WORD

MAGIC = b"\x93NUMPY"
_BLOCK = 1 << 19  # bytes of an array that are read at a time
_KIND = re.compile(rb"'descr': *'([<>|=]?[a-zA-Z]\d{0,9})'")
_ORDER = re.compile(rb"'fortran_order': *(True|False)")
_SHAPE = re.compile(rb"'shape': *\(([\d, ]{0,100})\)")
_LONGEST = 10_000  # bytes of a header
BFLOAT16 = "<b2"  # the upper half of float32: safetensors has it, NumPy does not
_FLOATS = ("f2", "f4", "f8", BFLOAT16[1:])


@dataclass(frozen=True)
class Header:
    """The description of an array; its numbers begin `start` bytes into the file."""

    kind: str
    by_column: bool
    shape: tuple[int, ...]
    start: int

    @property
    def is_matrix(self) -> bool:
        return len(self.shape) == 2 and self.kind[1:] in _FLOATS

    @property
    def is_words(self) -> bool:
        return len(self.shape) == 1 and (self.kind[1] in "US" or self.kind == "|u1")

    @property
    def size(self) -> int:
        """Bytes of one number or word."""
        number = int(self.kind[2:] or 1)
        return 4 * number if self.kind[1] == "U" else number


def read_header(stream: Stream) -> Header:
    """Return the header and go to the first number."""
    head = stream.exactly(12, "the header")
    wide = head[6] > 1
    length = int.from_bytes(head[8:12] if wide else head[8:10], "little")
    if not head.startswith(MAGIC) or head[6] not in (1, 2, 3) or length > _LONGEST:
        raise stream.refuse("its header is not that of a .npy file: write it again (numpy.save).")
    start = (12 if wide else 10) + length
    text = head[10:] * (not wide) + stream.exactly(max(0, start - 12), "the header")
    kind, order, shape = (pattern.search(text) for pattern in (_KIND, _ORDER, _SHAPE))
    if not (kind and order and shape) or kind[1][-1:].isalpha():
        objects = kind is not None and b"O" in kind[1]
        raise stream.refuse(
            "it holds Python objects, which are never opened: a pickle can run any code. Write "
            "plain numbers and text: array.astype(numpy.float32), words.astype(str)."
            if objects
            else "it holds no plain array. Write one of float32 (words, dimensions)."
        )
    name = kind[1].decode()
    numbers = [part for part in shape[1].replace(b" ", b"").split(b",") if part]
    if any(len(part) > 18 for part in numbers):
        raise stream.refuse(f"it says that its shape is ({shorten(shape[1].decode())}).")
    return Header(
        name if name[0] in "<>|=" else f"|{name}",
        order[1] == b"True",
        tuple(map(int, numbers)),
        start,
    )


def read_npy(rows: RowCollector, word_list: WordList | None) -> None:
    """Read a .npy file, which holds vectors alone."""
    stream = rows.stream
    header = read_header(stream)
    if not header.is_matrix:
        raise stream.refuse(f"{_found(header)}. Write float32 (words, dimensions).")
    if word_list is None:
        raise stream.lacks_words(
            f"{header.shape[0]:,} vectors without words. Bring the vocabulary along, as a file "
            "with one word a line, or write both into one file: numpy.savez(file, "
            "words=words, vectors=vectors)."
        )
    read_matrix(rows, header, word_list)


def read_matrix(rows: RowCollector, header: Header, word_list: WordList) -> None:
    """Add the vectors that follow in the stream."""
    count, dimension = header.shape
    rows.expect(count, dimension)
    word_list.refuse_other(count, rows)
    if header.by_column:
        _read_columns(rows, header, word_list)
        return
    for part in _raw(rows.stream, rows.wanted(count), header.size * dimension, "the vectors"):
        vectors = _numbers(part, header).reshape(-1, dimension)
        rows.add(word_list.words[rows.read : rows.read + len(vectors)], vectors)
        rows.progress(rows.read / count)


def _read_columns(rows: RowCollector, header: Header, word_list: WordList) -> None:
    count, dimension = header.shape
    stream, wanted = rows.stream, rows.wanted(count)
    if stream.size is not None and count * dimension * header.size > stream.size:
        raise stream.cut_off("the vectors")
    vectors = np.empty((wanted, dimension), dtype=np.float32)
    for column in range(dimension):
        stream.seek(header.start + column * count * header.size)
        place = 0
        for part in _raw(stream, wanted, header.size, "the vectors"):
            numbers = _numbers(part, header)
            with np.errstate(over="ignore", invalid="ignore"):
                vectors[place : place + len(numbers), column] = numbers
            place += len(numbers)
        rows.progress((column + 1) / dimension)
    rows.add(word_list.words[:wanted], vectors)


def read_words(stream: Stream, header: Header, limit: int | None) -> WordList:
    """Return the words of an array of text, or of bytes with one word a line."""
    count = header.shape[0]
    if header.kind == "|u1":
        return WordList(lines_of(stream, count))
    if count > stream.limits.rows or not 0 < header.size <= 4 * LONGEST_WORD:
        raise stream.refuse(f"{_found(header)} for words, which is more than is read.")
    words: list[bytes] = []
    letters = 0
    for part in _raw(stream, min(count, limit or count), header.size, "the words"):
        try:
            found = np.frombuffer(part, dtype=header.kind).tolist()
        except (ValueError, SystemError):  # a letter that Unicode doesn't have
            raise stream.refuse(
                "its words hold letters that do not exist: write it again."
            ) from None
        encode = header.kind[1] == "U"
        words += [w.encode(errors="surrogatepass") for w in found] if encode else found
        letters += sum(map(len, found))
        stream.refuse_text(letters)
    return WordList(words)


def lines_of(stream: Stream, size: int) -> list[bytes]:
    """Return the words in the next `size` bytes, one a line."""
    stream.refuse_text(size)
    text = stream.exactly(size, "the words")
    if text.count(b"\n") > stream.limits.rows:
        raise stream.refuse(f"it holds more than {stream.limits.rows:,} words.")
    return text.split(b"\n")


def _numbers(raw: bytes, header: Header) -> NDArray[Any]:
    if header.kind == BFLOAT16:
        return (np.frombuffer(raw, dtype="<u2").astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(raw, dtype=header.kind)


def _raw(stream: Stream, count: int, size: int, what: str) -> Iterator[bytes]:
    """Yield `count` items of `size` bytes each, many at a time."""
    step = max(1, _BLOCK // size)
    for start in range(0, count, step):
        yield stream.exactly(min(step, count - start) * size, what)


def _found(header: Header) -> str:
    shape = " x ".join(f"{number:,}" for number in header.shape)
    total = math.prod(header.shape)
    return f"an array of {shape or total} ({shorten(header.kind, limit=10)})"
