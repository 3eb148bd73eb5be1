"""fastText's .bin: settings, words, and the input matrix of words and of hashed subwords."""

import struct
from dataclasses import dataclass

import numpy as np

from models.sources.formats.row_collector import RowCollector
from models.sources.formats.stream import Stream
from models.sources.limits import LONGEST_WORD
from models.sources.subwords import Subwords
from models.space import Floats

MAGIC = struct.pack("<i", 793712314)
_SETTINGS = struct.Struct("<12id")
_COUNTS = struct.Struct("<3i2q")
_STEP = 1 << 20  # bytes of the dictionary that are read at a time
_BLOCK = 1 << 22  # bytes of vectors that are computed at a time


@dataclass(frozen=True)
class _Model:
    dimension: int
    buckets: int
    shortest: int
    longest: int
    words: list[bytes]


def read_fasttext(rows: RowCollector) -> None:
    """Read a model's words and the vectors that it gives them."""
    stream = rows.stream
    model = _described(rows)
    if stream.exactly(1, "the input matrix") != b"\0":
        raise stream.refuse("it is quantised (.ftz), which is not read. Bring the model as .bin.")
    count, dimension = struct.unpack("<2q", stream.exactly(16, "the input matrix"))
    if dimension != model.dimension or not len(model.words) <= count <= 1 << 40:
        raise stream.refuse("its words and its matrix do not belong together: fetch it again.")
    size = 4 * count * dimension
    if stream.size is not None and size > stream.size - stream.position:
        raise stream.cut_off("the input matrix")
    rows.expect(len(model.words), dimension)
    start = stream.position if stream.path else None
    matrix = _matrix(rows, count)
    subwords = _subwords(rows, model, matrix, start)
    step = max(1, _BLOCK // (4 * dimension))
    for start in range(0, rows.wanted(len(model.words)), step):
        words = model.words[start : start + step]
        own: Floats = np.ascontiguousarray(matrix[start : start + len(words)])
        rows.add(words, subwords.compose(words, own) if subwords else own)
        rows.progress(rows.read / len(model.words))
    rows.subwords = subwords


def _described(rows: RowCollector) -> _Model:
    stream = rows.stream
    stream.read(4)
    version = struct.unpack("<i", stream.exactly(4, "the settings"))[0]
    settings = _SETTINGS.unpack(stream.exactly(_SETTINGS.size, "the settings"))
    dimension, (buckets, shortest, longest) = settings[0], settings[8:11]
    if version != 12:
        raise stream.refuse(f"it is of version {version} of fastText; version 12 can be read.")
    size, count, _, _, pruned = _COUNTS.unpack(stream.exactly(_COUNTS.size, "the dictionary"))
    if pruned > 0:
        raise stream.refuse("its pieces were pruned (quantised), which is not read: bring a .bin.")
    if not 0 < count <= size or buckets < 0 or not -1 <= shortest <= 100 or longest > 100:
        raise stream.refuse("its settings cannot be: fetch it again.")
    rows.expect(count, dimension)
    if size > stream.limits.rows:
        raise stream.refuse(f"it says that it holds {size:,} words and labels.")
    words = _words(stream, size)
    return _Model(dimension, buckets, max(1, shortest), longest, words[:count])


def _words(stream: Stream, count: int) -> list[bytes]:
    """Return the words: each ends with a zero, its frequency and its kind follow."""
    words: list[bytes] = []
    buffer, place, letters = b"", 0, 0
    while len(words) < count:
        end = buffer.find(b"\0", place)
        if end < 0 or end + 10 > len(buffer):
            if len(buffer) - place > LONGEST_WORD + 10:
                raise stream.refuse(f"there is no end to word {len(words) + 1:,}: fetch it again.")
            if not stream.head(1):
                raise stream.cut_off("the dictionary")
            letters += place
            stream.refuse_text(letters)
            buffer, place = buffer[place:] + stream.read(_STEP), 0
            continue
        words.append(buffer[place:end])
        place = end + 10
    stream.seek(stream.position - (len(buffer) - place))
    return words


def _matrix(rows: RowCollector, count: int) -> Floats:
    """Return the input matrix: mapped where the file is the server's own, read otherwise."""
    stream, dimension = rows.stream, rows.dimension
    shape = (count, dimension)
    if stream.path:
        mapped: Floats = np.memmap(stream.path, "<f4", "r", stream.position, shape)
        return mapped
    rows.refuse_excess(count)
    matrix = np.empty(shape, dtype="<f4")
    step = max(1, _BLOCK // (4 * dimension))
    for start in range(0, count, step):
        stop = min(start + step, count)
        part = stream.exactly(4 * dimension * (stop - start), "the input matrix")
        matrix[start:stop] = np.frombuffer(part, dtype="<f4").reshape(-1, dimension)
    return matrix


def _subwords(
    rows: RowCollector, model: _Model, matrix: Floats, start: int | None
) -> Subwords | None:
    if model.longest < 1 or not model.buckets:
        return None
    if len(matrix) != len(model.words) + model.buckets:
        # Labels of a classifier are no words; their rows are not in the input matrix.
        raise rows.stream.refuse("its matrix has other rows than words and pieces: fetch it again.")
    first = len(model.words)
    offset = None if start is None else start + 4 * first * model.dimension
    return Subwords(matrix[first:], model.shortest, model.longest, offset)
