"""Texts to learn from: pasted or uploaded, in memory and bounded.

What is packed is unpacked no further than the limit, so a small file that would fill a disk stops
early. Paths inside an archive are names only: nothing is ever opened or written there.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from gzip import GzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from models.errors import EmbeddingError, InvalidRequest, shorten

LARGEST = 50_000_000  # bytes of an upload, packed as well as unpacked
ENDINGS = (".txt", ".gz", ".zip")
_WELCOME = "give a text file (.txt), one packed as .gz, or a .zip of text files"
_PIECE = 1 << 20  # characters handed out at a time
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_KNOWN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "packed as .bz2",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
}
# What Python's own readers raise for a file that is no sound archive.
_DAMAGED = (
    IndexError,
    *(BadZipFile, StructError, zlib.error, EOFError, OSError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True)
class Text:
    """A text and where it comes from. `private` is what a visitor gave: nothing made from it
    leaves the session. A large one is read from `path` piece by piece instead."""

    title: str
    content: str = field(default="", repr=False)
    source: str = ""
    licence: str = ""
    private: bool = True
    path: Path | None = None

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces of about a megabyte that end between two words, wherever
        the text has a space."""
        if self.path is None:
            yield from _cut(self.content)
            return
        rest = ""
        with self.path.open(encoding="utf-8") as file:
            while block := file.read(_PIECE):
                rest += block
                last = max(rest.rfind(" "), rest.rfind("\n")) + 1
                if last:
                    yield rest[:last]
                    rest = rest[last:]
        yield rest


def pasted(text: str, *, title: str = "pasted text") -> Text:
    """Return what a visitor has typed or pasted.

    Raises EmbeddingError for an empty text, a binary one or more than LARGEST bytes.
    """
    _refuse_large(len(text.encode("utf-8", "replace")), "The text")
    return Text(title, _checked(text, "The text"), source="text given by you")


def uploaded(data: bytes, file: str) -> Text:
    """Return the text of an upload called `file`: .txt in UTF-8, .gz, or a .zip of .txt files.

    Raises EmbeddingError, which says what was found, for anything else: too large, packed or
    unpacked, damaged, locked, binary, or in another encoding.
    """
    name = shorten(PurePosixPath(file.replace("\\", "/")).name or "upload.txt", limit=100)
    _refuse_large(len(data), name)
    texts = [_decoded(part, called) for called, part in _unpacked(data, name)]
    whole = "\n".join(texts)
    return Text(name, _checked(whole, name), source=f"your file {name}")


def read_text(path: Path) -> Text:
    """Return the text of a file on this machine, as uploaded() does."""
    try:
        if not path.is_file():
            known = shorten(str(path), limit=200)
            raise InvalidRequest(f"There is no file “{known}”: check the path.")
        _refuse_large(path.stat().st_size, path.name)
        return uploaded(path.read_bytes(), path.name)
    except OSError as error:
        why = error.strerror or "no reason given"
        raise EmbeddingError(f"{path.name} cannot be read ({why}): check the file.") from None


def _cut(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        stop = start + _PIECE
        if stop < len(text):
            space = max(text.rfind(" ", start, stop), text.rfind("\n", start, stop))
            stop = space + 1 if space > start else stop
        yield text[start:stop]
        start = stop


def _unpacked(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    try:
        if data.startswith(_ZIP):
            yield from _unzipped(data, file)
        elif data.startswith(_GZIP):
            inside = GzipFile(fileobj=BytesIO(data)).read(LARGEST + 1)
            _refuse_bomb(len(inside), file)
            yield file, inside
        else:
            yield file, data
    except _DAMAGED:
        raise EmbeddingError(f"{file} is damaged and cannot be unpacked: pack it anew.") from None


def _unzipped(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    held = 0
    with ZipFile(BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if _counts(entry)]
        if not entries:
            raise EmbeddingError(f"{file} holds no text file (.txt): {_WELCOME}.")
        for entry in entries:
            called = f"{shorten(entry.filename)} in {file}"
            if entry.flag_bits & 1:
                raise EmbeddingError(f"{file} is locked with a password: pack it without one.")
            if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise EmbeddingError(
                    f"{called} is packed in a way that cannot be read: pack it as an ordinary "
                    ".zip (deflate)."
                )
            with archive.open(entry) as packed:
                inside = packed.read(LARGEST + 1 - held)
            held += len(inside)
            _refuse_bomb(held, file)
            yield called, inside


def _counts(entry: ZipInfo) -> bool:
    """Tell whether an entry is a text file that is not hidden. One without an ending counts: the
    file in text8.zip has none."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not entry.is_dir() and path.suffix.lower() in {"", ".txt"} and not hidden


def _decoded(data: bytes, file: str) -> str:
    """Return `data` as text; raise EmbeddingError that says what it is instead."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise EmbeddingError(f"{file} is text in UTF-16: save it as UTF-8.")
    for start, what in _KNOWN.items():
        if data.startswith(start):
            raise EmbeddingError(f"{file} is {what}, not plain text: {_WELCOME}.")
    if b"\0" in data:
        place = data.index(b"\0")
        raise EmbeddingError(f"{file} is no text (a NUL byte at position {place:,}): {_WELCOME}.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EmbeddingError(
            f"{file} is not text in UTF-8: line {line:,} holds the byte "
            f"0x{data[error.start]:02X}, as Latin-1 or Windows-1252 would. Save it as UTF-8."
        ) from None


def _checked(text: str, file: str) -> str:
    if not text.strip():
        raise EmbeddingError(f"{file} is empty: give a text of a few thousand words or more.")
    odd = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]", text))
    if odd > len(text) // 100 + 10:
        raise EmbeddingError(
            f"{file} is no text ({odd:,} of {len(text):,} characters are control characters): "
            f"{_WELCOME}."
        )
    return text


def _refuse_large(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} has {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:.0f} MB can be read: keep a "
            "part of it."
        )


def _refuse_bomb(size: int, file: str) -> None:
    if size > LARGEST:
        raise EmbeddingError(
            f"{file} holds more than {LARGEST / 1e6:.0f} MB once unpacked, and no more can be "
            "read: keep a part of it."
        )
