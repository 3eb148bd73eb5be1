"""word2vec binary: "words dimensions", then each word, a space and its numbers."""

import numpy as np

from models.sources.formats.layout import header
from models.sources.formats.row_collector import RowCollector
from models.sources.limits import LONGEST_WORD

LONGEST_HEADER = 100  # bytes
_FIRST, _LARGEST = 1 << 16, 1 << 17  # bytes of a block


def read_word2vec(rows: RowCollector) -> None:
    """Read the binary format of `rows.stream`."""
    stream = rows.stream
    first = stream.head(LONGEST_HEADER).partition(b"\n")[0]
    promised, dimension = header(first) or (0, 0)
    rows.expect(promised, dimension, line=1)
    stream.read(len(first) + 1)
    wanted = rows.wanted(promised)
    if stream.size is not None and wanted * (4 * dimension + 2) > stream.size:
        raise stream.refuse(
            f"it promises {promised:,} words of {dimension:,} dimensions, which take at least "
            f"{promised * (4 * dimension + 2):,} bytes; it has {stream.size:,}. It was cut off, "
            "or its first line is wrong: fetch or write it again."
        )
    rest = _read(rows, wanted, dimension)
    if wanted == promised and (rest + stream.head(2)).strip(b"\n"):
        raise stream.refuse(
            f"it goes on after the {promised:,} words of {dimension:,} dimensions that its first "
            "line promises: that line is wrong."
        )


def _read(rows: RowCollector, wanted: int, dimension: int) -> bytes:
    stream, size, rest = rows.stream, _FIRST, b""
    while rows.read < wanted:
        piece = stream.read(size)
        buffer = rest + piece
        words, numbers, place = _rows_in(buffer, wanted - rows.read, 4 * dimension)
        if words:
            vectors = np.frombuffer(b"".join(numbers), dtype="<f4").reshape(-1, dimension)
            rows.add(words, vectors)
        rest = buffer[place:]
        if rows.read < wanted:
            if len(rest) > LONGEST_WORD and b" " not in rest[: LONGEST_WORD + 1]:
                raise stream.refuse(
                    f"there is no end to word {rows.read + 1:,}. It is damaged, or its first line "
                    "says another number of dimensions than it has."
                )
            if len(piece) < size:
                raise stream.cut_off(f"word {rows.read + 1:,}")
        rows.progress(rows.read / wanted)
        size = min(2 * size, _LARGEST)
    return rest


def _rows_in(buffer: bytes, most: int, size: int) -> tuple[list[bytes], list[bytes], int]:
    """Return the words and numbers of the rows that are whole, and where the next one begins."""
    words: list[bytes] = []
    numbers: list[bytes] = []
    place = 0
    while len(words) < most:
        space = buffer.find(b" ", place, place + LONGEST_WORD + 1)
        if space < 0 or space + 1 + size > len(buffer):
            break
        words.append(buffer[place:space].lstrip(b"\n"))
        place = space + 1 + size
        numbers.append(buffer[space + 1 : place])
    return words, numbers, place
