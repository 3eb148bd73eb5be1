"""safetensors and NumPy's .npz: files of several arrays, of which two are words and vectors."""

import json
import math
from typing import Any
from zipfile import ZipFile

from models.errors import shorten
from models.sources.formats.npy import (
    BFLOAT16,
    Header,
    lines_of,
    read_header,
    read_matrix,
    read_words,
)
from models.sources.formats.row_collector import RowCollector, WordList
from models.sources.formats.stream import DAMAGED, Stream

_LONGEST = 4 << 20  # bytes of a header of safetensors: words may stand in it
_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": BFLOAT16, "U8": "|u1"}
_USUAL = ("vectors", "embeddings", "embedding", "embedding.weight", "weight")


def is_safetensors(head: bytes) -> bool:
    return 2 <= int.from_bytes(head[:8], "little") < 1 << 40 and head[8:10] in (b'{"', b"{ ", b"{}")


def read_npz(rows: RowCollector, archive: ZipFile, word_list: WordList | None) -> None:
    """Read an archive of arrays."""
    stream = rows.stream
    found: dict[str, Header] = {}
    for entry in archive.infolist():
        name = entry.filename.removesuffix(".npy")
        found[name] = _member(archive, name, stream)[1]
    vectors = _chosen([name for name, header in found.items() if header.is_matrix], stream)
    if word_list is None:
        texts = [name for name, header in found.items() if header.is_words]
        if not texts:
            raise stream.lacks_words(
                "there are no words in it. Write them along: numpy.savez(file, "
                "words=numpy.array(words), vectors=vectors)."
            )
        name = "words" if "words" in texts else texts[0]
        word_list = read_words(*_member(archive, name, stream), rows.limit)
    part, header = _member(archive, vectors, stream)
    rows.stream = part
    read_matrix(rows, header, word_list)
    rows.stream = stream


def _member(archive: ZipFile, name: str, stream: Stream) -> tuple[Stream, Header]:
    try:
        part = Stream(stream.name, archive.open(f"{name}.npy"), stream.limits)
    except DAMAGED as error:
        raise stream.refuse("it is damaged or locked: write it again.") from error
    return part, read_header(part)


def read_safetensors(rows: RowCollector, word_list: WordList | None) -> None:
    """Read safetensors. Its header is checked against the bytes that follow."""
    stream = rows.stream
    length = int.from_bytes(stream.exactly(8, "the header"), "little")
    if length > _LONGEST:
        raise stream.refuse(f"it says that its header has {length:,} bytes; {_LONGEST:,} are read.")
    header = _described(stream.exactly(length, "the header"), stream)
    start = 8 + length
    tensors = {name: _tensor(part, start, stream) for name, part in header.items()}
    name = _chosen([name for name, header in tensors.items() if header.is_matrix], stream)
    if word_list is None:
        word_list = _words_in(tensors, stream)
    stream.seek(tensors[name].start)
    read_matrix(rows, tensors[name], word_list)


def _described(text: bytes, stream: Stream) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or len(header) > 10_000:
        raise stream.refuse("its header cannot be read: write it again.")
    header.pop("__metadata__", None)
    return header


def _tensor(entry: Any, start: int, stream: Stream) -> Header:
    """Return the description of a tensor; raise VectorFileError where it makes no sense."""
    try:
        kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        numbers = [*shape, begin, end]
        sound = all(type(n) is int and 0 <= n < 1 << 50 for n in numbers) and len(shape) < 10
    except (KeyError, TypeError, ValueError):
        sound = False
    if not sound or not isinstance(kind, str):
        raise stream.refuse("its header describes a tensor that cannot be: write it again.")
    header = Header(_KINDS.get(kind, "|V1"), False, tuple(shape), start + begin)
    size = header.size * math.prod(header.shape)
    if kind in _KINDS and size != end - begin:
        raise stream.refuse(
            f"a tensor of {size:,} bytes lies in {end - begin:,}: the header is wrong."
        )
    if stream.size is not None and start + end > stream.size:
        raise stream.cut_off("a tensor")
    return header


def _words_in(tensors: dict[str, Header], stream: Stream) -> WordList:
    header = tensors.get("words")
    if header is None or not header.is_words:
        raise stream.lacks_words(
            "there are no words in it. Bring the vocabulary along, as a file with one word a "
            "line, or write the words into it as a tensor “words” (U8: UTF-8, one word a line)."
        )
    stream.seek(header.start)
    return WordList(lines_of(stream, header.shape[0]))


def _chosen(names: list[str], stream: Stream) -> str:
    """Return the name of the vectors among those of all matrices."""
    usual = [name for name in _USUAL if name in names]
    if len(names) == 1 or usual:
        return (usual or names)[0]
    if not names:
        raise stream.refuse(
            "there are no vectors in it: none of its arrays is (words, dimensions)."
        )
    shown = ", ".join(f"“{shorten(name, limit=20)}”" for name in names[:5])
    raise stream.refuse(f"it holds several matrices ({shown}). Call the vectors “vectors”.")
