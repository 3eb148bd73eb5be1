"""Texts in .gz and .zip files, decompressed in memory up to a limit: a bomb stops there. Paths in
an archive are only names: nothing is ever opened or written at them.
"""

import zlib
from collections.abc import Callable, Iterator
from gzip import GzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from models.errors import EmbeddingError, InvalidRequest, shorten

LARGEST = 50_000_000  # bytes, packed as well as unpacked
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
ZIP_ENTRY = b"PK\x01\x02"  # before each file in the list at the end of an archive
# What the readers of Python's library raise for a damaged archive.
DAMAGED = (
    IndexError,
    *(BadZipFile, StructError, zlib.error, EOFError, OSError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError),
)


def unpacked(
    data: bytes, file: str, *, wanted: Callable[[str], bool], most: int
) -> Iterator[tuple[str, bytes]]:
    """Yield the files in `data` by their paths: those of a .zip that are `wanted`, the one in a
    .gz, or `data` itself called `file`.

    Raises EmbeddingError for what is too large, damaged, locked, or a .zip of more than `most`.
    """
    refuse_large(len(data), file)
    try:
        if data.startswith(_ZIP):
            yield from _unzipped(data, file, wanted, most)
        elif data.startswith(_GZIP):
            inside = GzipFile(fileobj=BytesIO(data)).read(LARGEST + 1)
            _refuse_swollen(len(inside), file)
            yield file, inside
        else:
            yield file, data
    except DAMAGED:
        raise EmbeddingError(f"{file} is damaged and cannot be unpacked: pack it anew.") from None


def read_file(path: Path, file: str) -> bytes:
    """Return the bytes of a file on disk, which errors call `file`."""
    try:
        if not path.is_file():
            known = shorten(str(path), limit=200)
            raise InvalidRequest(f"There is no file “{known}”: check the path.")
        refuse_large(path.stat().st_size, file)
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "no reason given"
        raise EmbeddingError(f"{file} cannot be read ({why}): check the file.") from None


def is_hidden(path: str) -> bool:
    """Tell whether a file is one that systems add: hidden, or in a folder that is."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)


def refuse_large(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} has {_size(size)}; at most {_size(LARGEST)} can be read: keep a part of it."
        )


def refuse_many(count: int, file: str, most: int) -> None:
    if count > most:
        raise EmbeddingError(
            f"{file} holds {count:,} files; at most {most:,} can be read: leave some out."
        )


def _unzipped(
    data: bytes, file: str, wanted: Callable[[str], bool], most: int
) -> Iterator[tuple[str, bytes]]:
    # Before zipfile lists them: a list of a million files would be large itself.
    refuse_many(data.count(ZIP_ENTRY), file, most)
    held = 0
    with ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            path = _path(entry)
            if entry.is_dir() or not path or not wanted(path):
                continue
            _refuse_packing(entry, path, file)
            with archive.open(entry) as packed:
                inside = packed.read(LARGEST + 1 - held)
            held += len(inside)
            _refuse_swollen(held, file)
            yield path, inside


def _path(entry: ZipInfo) -> str:
    """Return the path inside an archive without steps upwards: it is only a name."""
    parts = entry.filename.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip(". "))


def _refuse_packing(entry: ZipInfo, path: str, file: str) -> None:
    if entry.flag_bits & 1:
        raise EmbeddingError(f"{file} is locked with a password: pack it without one.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise EmbeddingError(
            f"{shorten(path)} in {file} is packed in a way that cannot be read: pack it as an "
            "ordinary .zip (deflate)."
        )


def _refuse_swollen(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} holds more than {_size(LARGEST)} once unpacked, and no more can be read: "
            "keep a part of it."
        )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB".replace(".0 MB", " MB")
