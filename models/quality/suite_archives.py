"""The text files of a suite, from disk, from a folder, from a .zip or a .gz: in memory, bounded.

What is packed is unpacked no further than the limit, and paths inside an archive are names only:
nothing is ever opened or written there.
"""

import zlib
from gzip import GzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from models.errors import EmbeddingError, shorten

Texts = dict[str, bytes]  # text files by their path

LARGEST = 50_000_000  # bytes, packed as well as unpacked
MOST_FILES = 1_000  # in a folder or a .zip
WELCOME = "give a text file, one packed as .gz, or a .zip of text files"

_GZIP, _ZIP, _ZIP_ENTRY = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"PK\x01\x02"
_TEXTS = {".txt", ".tsv", ".csv"}
_NOTES = {"readme", "licence", "license"}
# What Python's own readers raise for a file that is no sound archive.
_DAMAGED = (
    IndexError,
    *(BadZipFile, StructError, zlib.error, EOFError, OSError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError),
)


def unpack(data: bytes, file: str) -> Texts:
    """Return the text files in `data`: of a .zip, of a .gz, or `data` itself called `file`.

    Raises EmbeddingError for what is too large, damaged, locked, or holds no text file.
    """
    _refuse_large(len(data), file)
    try:
        if data.startswith(_ZIP):
            return _unzipped(data, file)
        if data.startswith(_GZIP):
            data = GzipFile(fileobj=BytesIO(data)).read(LARGEST + 1)
            _refuse_bomb(len(data), file)
    except _DAMAGED:
        raise EmbeddingError(f"{file} is damaged and cannot be unpacked: pack it anew.") from None
    return {file: data}


def read_file(path: Path, file: str) -> bytes:
    """Return the bytes of a file on disk, which errors call `file`."""
    try:
        if not path.is_file():
            known = shorten(str(path), limit=200)
            raise EmbeddingError(f"There is no file “{known}”: check the path.")
        _refuse_large(path.stat().st_size, file)
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "no reason given"
        raise EmbeddingError(f"{file} cannot be read ({why}): check the file.") from None


def read_folder(folder: Path, file: str) -> Texts:
    """Return the text files in `folder` and below, by their paths from there, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    kept = {name: path for name, path in sorted(found.items()) if _counts(name) and path.is_file()}
    _refuse_number(len(kept), file)
    _refuse_large(sum(path.stat().st_size for path in kept.values()), file)
    return {name: read_file(path, name) for name, path in kept.items()}


def _unzipped(data: bytes, file: str) -> Texts:
    # Before zipfile lists them: a list of a million files would be large itself.
    _refuse_number(max(1, data.count(_ZIP_ENTRY)), file)
    texts: Texts = {}
    with ZipFile(BytesIO(data)) as archive:
        entries = {_path(entry): entry for entry in archive.infolist() if not entry.is_dir()}
        kept = {path: entry for path, entry in sorted(entries.items()) if _counts(path)}
        _refuse_number(len(kept), file)
        held = 0
        for path, entry in kept.items():
            _refuse_packing(entry, path, file)
            with archive.open(entry) as packed:
                texts[path] = packed.read(LARGEST + 1 - held)
            held += len(texts[path])
            _refuse_bomb(held, file)
    return texts


def _path(entry: ZipInfo) -> str:
    """Return the path inside an archive without steps upwards: it only names a section."""
    parts = entry.filename.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip(". "))


def _counts(path: str) -> bool:
    """Tell whether this is a text file that is neither hidden nor a note beside the others."""
    pure = PurePosixPath(path)
    hidden = any(part.startswith((".", "__MACOSX")) for part in pure.parts)
    return pure.suffix.lower() in _TEXTS and pure.stem.lower() not in _NOTES and not hidden


def _refuse_packing(entry: ZipInfo, path: str, file: str) -> None:
    if entry.flag_bits & 1:
        raise EmbeddingError(f"{file} is locked with a password: pack it without one.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise EmbeddingError(
            f"{shorten(path)} in {file} is packed in a way that cannot be read: pack it as an "
            "ordinary .zip (deflate)."
        )


def _refuse_large(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} has {_size(size)}; at most {_size(LARGEST)} can be read: keep a part of it."
        )


def _refuse_bomb(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} holds more than {_size(LARGEST)} once unpacked, and no more can be read: "
            "keep a part of it."
        )


def _refuse_number(count: int, file: str) -> None:
    if not count:
        raise EmbeddingError(f"{file} holds no text file (.txt, .tsv or .csv): {WELCOME}.")
    if count > MOST_FILES:
        raise EmbeddingError(
            f"{file} holds {count:,} files; at most {MOST_FILES:,} can be read: leave some out."
        )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB".replace(".0 MB", " MB")
