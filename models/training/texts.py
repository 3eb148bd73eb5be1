"""Texts to learn from: pasted or uploaded, in memory and bounded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from models.errors import EmbeddingError, shorten
from models.runtime.unpacking import is_hidden, read_file, refuse_large, unpacked

MOST_FILES = 10_000  # in a .zip
_WELCOME = "give a text file (.txt), one packed as .gz, or a .zip of text files"
_PIECE = 1 << 20  # characters of a piece
_KNOWN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "packed as .bz2",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
}


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
    refuse_large(len(text.encode("utf-8", "replace")), "The text")
    return Text(title, _checked(text, "The text"), source="text given by you")


def uploaded(data: bytes, file: str) -> Text:
    """Return the text of an upload called `file`: .txt in UTF-8, .gz, or a .zip of .txt files.

    Raises EmbeddingError, which says what was found, for anything else: too large, packed or
    unpacked, damaged, locked, binary, or in another encoding.
    """
    name = shorten(PurePosixPath(file.replace("\\", "/")).name or "upload.txt", limit=100)
    parts = unpacked(data, name, wanted=_counts, most=MOST_FILES)
    texts = [
        _decoded(part, name if path == name else f"{shorten(path)} in {name}")
        for path, part in parts
    ]
    if not texts:
        raise EmbeddingError(f"{name} holds no text file (.txt): {_WELCOME}.")
    whole = "\n".join(texts)
    return Text(name, _checked(whole, name), source=f"your file {name}")


def read_text(path: Path) -> Text:
    """Return the text of a file on this machine, as uploaded() does."""
    return uploaded(read_file(path, path.name), path.name)


def _cut(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        stop = start + _PIECE
        if stop < len(text):
            space = max(text.rfind(" ", start, stop), text.rfind("\n", start, stop))
            stop = space + 1 if space > start else stop
        yield text[start:stop]
        start = stop


def _counts(path: str) -> bool:
    """Tell whether an entry is a text file that is not hidden. One without an ending counts: the
    file in text8.zip has none."""
    return PurePosixPath(path).suffix.lower() in {"", ".txt"} and not is_hidden(path)


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
