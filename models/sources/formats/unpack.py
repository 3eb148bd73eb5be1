"""File formats by their first bytes, and compressed files. One layer is unpacked, never two, and no
name in an archive is ever used as a path."""

import bz2
import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Never
from zipfile import ZipFile, ZipInfo

from models.errors import VectorFileError, shorten
from models.sources.formats import fasttext, npy, parquet
from models.sources.formats.layout import header, is_number
from models.sources.formats.stream import DAMAGED, Stream
from models.sources.formats.tensors import is_safetensors
from models.sources.formats.word2vec_reading import LONGEST_HEADER
from models.sources.limits import MOST_MEMBERS, Limits

_LOOK = 1 << 16  # bytes
_KINDS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    npy.MAGIC: "npy",
    parquet.MAGIC: "parquet",
    fasttext.MAGIC: "fasttext",
}
_STRANGE = (
    (b"\xfd7zXZ\0", "packed as .xz"),
    (b"\x28\xb5\x2f\xfd", "packed as .zst"),
    (b"7z\xbc\xaf\x27\x1c", "packed as .7z"),
    (b"Rar!\x1a\x07", "packed as .rar"),
    (b"PK\x05\x06", "an empty archive"),
    (b"\x89HDF\r\n", "HDF5"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"GGUF", "a language model (GGUF)"),
)
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_DIRECTORY = 1 << 20  # bytes of the list of files in an archive, read by zipfile before all else


def kind_of(stream: Stream) -> str:
    """Return what the stream holds: "gzip", "bzip2", "zip", "npy", "parquet", "fasttext",
    "safetensors", "pickle", "word2vec-binary" or "text". Raises VectorFileError for other things.
    """
    head = stream.head(_LOOK)
    if not head:
        raise stream.refuse("it is empty.")
    for magic, kind in _KINDS.items():
        if head.startswith(magic):
            return kind
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bzip2"
    if is_safetensors(head):
        return "safetensors"
    if len(head) > 2 and head[0] == 0x80 and head[1] in range(2, 6):
        return "pickle"
    _refuse_strange(head, stream)
    return "word2vec-binary" if _is_binary(head) else "text"


def _refuse_strange(head: bytes, stream: Stream) -> None:
    for magic, what in _STRANGE:
        if head.startswith(magic):
            raise stream.refuse(f"it is {what}, which is not read. {_WELCOME}")
    if head[257:262] == b"ustar":
        raise stream.refuse(f"it is an archive (tar), which is not read: unpack it. {_WELCOME}")


def refuse_pickle(stream: Stream) -> Never:
    raise stream.refuse(
        "it is a Python pickle, which is never opened: it could run any code. From gensim, "
        "write it anew: KeyedVectors.load(file).save_word2vec_format(new, binary=True)."
    )


_WELCOME = (
    "Bring GloVe or word2vec (text, binary), fastText (.vec, .bin), .npz, safetensors, TSV, CSV or "
    "Parquet; as it is, or as .gz, .bz2 or .zip."
)


def _is_binary(head: bytes) -> bool:
    """Whether a line with the numbers of words and dimensions is followed by anything but a word
    and numbers in digits."""
    first, end, rest = head.partition(b"\n")
    promised = header(first) if end and len(first) < LONGEST_HEADER else None
    if not promised or not rest:
        return False
    line, end, _ = rest.partition(b"\n")
    cells = line.split()[1:]
    if not end and len(rest) > 1_000:
        cells = cells[:-1]  # the last one may be cut
    if cells and all(is_number(cell) for cell in cells[-3:]):
        return False
    return _CONTROL.search(rest) is not None or not _is_utf8(rest)  # or a row with a fault


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start > len(text) - 4  # a letter cut in two
    return True


def opened(file: IO[bytes], name: str, limits: Limits, *, path: Path | None = None) -> Stream:
    """Return the stream of `file`, not unpacked; refuse one that is too large."""
    try:
        size = file.seek(0, 2)
        file.seek(0)
    except DAMAGED as error:
        raise VectorFileError(name, "it cannot be read from its beginning.") from error
    if size > limits.bytes:
        raise VectorFileError(
            name,
            f"it has {size / 1e6:,.0f} MB, and at most {limits.bytes / 1e6:,.0f} MB are read. "
            "Bring fewer words, or pack it.",
        )
    return Stream(name, file, limits, size=size, path=path, share=lambda: file.tell() / size)


@contextmanager
def unzipped(file: IO[bytes], stream: Stream, kind: str) -> Iterator[Stream]:
    """Give what is packed in a .gz or .bz2 file; refuse what is packed twice."""
    unpacker: Any = gzip.GzipFile(fileobj=file) if kind == "gzip" else bz2.BZ2File(file)
    with unpacker:
        inner = Stream(stream.name, unpacker, stream.limits, share=stream.share)
        if kind_of(inner) in {"gzip", "bzip2", "zip", "parquet"}:
            raise stream.refuse("it is packed twice: unpack it once and bring what comes out.")
        yield inner


@contextmanager
def archived(file: IO[bytes], stream: Stream) -> Iterator[ZipFile]:
    """Give the archive; refuse one that is damaged or holds too many files."""
    try:
        if _directory_size(file) > _DIRECTORY:
            raise _too_many(stream)
        archive = ZipFile(file)
    except DAMAGED as error:
        raise stream.damaged() from error
    with archive:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise _too_many(stream)
        yield archive


def _too_many(stream: Stream) -> VectorFileError:
    return stream.refuse(f"it holds more than {MOST_MEMBERS:,} files: bring the one of vectors.")


def _directory_size(file: IO[bytes]) -> int:
    """Return how many bytes the archive's list of files has, as zipfile will read it."""
    size = file.seek(0, 2)
    start = max(0, size - (1 << 16) - 22 - 76)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return 0
    found = int.from_bytes(tail[end + 12 : end + 16], "little")
    large = tail[max(0, end - 76) : end]
    if large[:4] == b"PK\x06\x06" and large[56:60] == b"PK\x06\x07":
        found = max(found, int.from_bytes(large[40:48], "little"))
    return found


def members(archive: ZipFile) -> list[ZipInfo]:
    """Return the files in an archive, without what systems add to it."""
    return [
        entry
        for entry in archive.infolist()
        if entry.filename
        and not entry.filename.endswith("/")
        and not entry.filename.startswith("__MACOSX/")
        and not entry.filename.rpartition("/")[2].startswith(".")
    ]


def is_npz(archive: ZipFile, stream: Stream) -> bool:
    """Whether every file in the archive is an array."""
    entries = archive.infolist()
    return bool(entries) and all(
        entry.filename.endswith(".npy") and _begins(archive, entry, stream) for entry in entries
    )


def _begins(archive: ZipFile, entry: ZipInfo, stream: Stream) -> bool:
    with part_of(archive, entry, stream) as part:
        return part.head(6) == npy.MAGIC


@contextmanager
def part_of(archive: ZipFile, entry: ZipInfo, stream: Stream) -> Iterator[Stream]:
    """Give one file of an archive."""
    if entry.flag_bits & 1:
        raise stream.refuse("it is locked with a password: unpack it and bring what comes out.")
    name = shorten(f"{stream.name}: {entry.filename.rpartition('/')[2]}")
    try:
        file = archive.open(entry)
    except DAMAGED as error:
        raise stream.damaged() from error
    with file:
        yield Stream(name, file, stream.limits, share=stream.share)
