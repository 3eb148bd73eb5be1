"""text8: the first 100 MB of cleaned English Wikipedia (Matt Mahoney), downloaded at first use.

The archive goes to a temporary file, is checked by its size and SHA-256, and only then unpacked
and renamed: a text8 that exists is complete. The site answers without encryption too, so the digest
decides, not the connection.
"""

import hashlib
import os
import shutil
import tempfile
import zlib
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.request import urlopen
from zipfile import BadZipFile, ZipFile

from models.errors import EmbeddingError
from models.runtime.cache_folder import replacing
from models.runtime.progress import ProgressCallback
from models.training.texts import Text

_BLOCK = 1 << 18
_PATIENCE = 30.0  # seconds without a byte


@dataclass(frozen=True)
class Archive:
    """A .zip of one text: its address, what it must be, and the text's size in bytes."""

    url: str
    sha256: str
    bytes: int
    member: str
    member_bytes: int


TEXT8 = Archive(
    url="http://mattmahoney.net/dc/text8.zip",
    sha256="a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
    bytes=31_344_016,
    member="text8",
    member_bytes=100_000_000,
)


def text8(
    folder: Path | None = None,
    *,
    archive: Archive = TEXT8,
    progress: ProgressCallback | None = None,
) -> Text:
    """Return text8, 17 million words; fetched to `folder` (None: the user's cache) the first time.

    `progress` gets 0 to 1 and may raise to end the download. Raises EmbeddingError where there
    is no network, the file is not the one expected, or the disk is full.
    """
    folder = folder or _cache_folder()
    path = folder / archive.member
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (path.is_file() and path.stat().st_size == archive.member_bytes):
            _fetch(archive, path, progress or (lambda share: None))
    except OSError as error:
        raise EmbeddingError(
            f"text8 could not be fetched ({_reason(error)}). It needs a network and "
            f"{(archive.bytes + archive.member_bytes) / 1e6:.0f} MB on the disk; the Wikipedia "
            "sample needs neither."
        ) from None
    return Text(
        title="text8",
        source="the first 100 MB of cleaned English Wikipedia of 2006 (Matt Mahoney)",
        licence="CC BY-SA 3.0",
        private=False,
        path=path,
    )


def _cache_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "vectorscope" / "corpora"


def _fetch(archive: Archive, path: Path, progress: ProgressCallback) -> None:
    with tempfile.TemporaryFile(dir=path.parent) as packed, replacing(path) as unpacked:
        _download(archive, packed, progress)
        _unpack(archive, packed, unpacked)


def _download(archive: Archive, file: IO[bytes], progress: ProgressCallback) -> None:
    digest, held = hashlib.sha256(), 0
    try:
        with urlopen(archive.url, timeout=_PATIENCE) as answer:
            while block := answer.read(_BLOCK):
                held += len(block)
                if held > archive.bytes:
                    break
                digest.update(block)
                file.write(block)
                progress(0.95 * held / archive.bytes)
    except HTTPException as error:
        raise OSError(type(error).__name__) from error
    if held != archive.bytes or digest.hexdigest() != archive.sha256:
        raise EmbeddingError(
            f"What {archive.url} answers is not text8: {held:,} bytes came, {archive.bytes:,} "
            "were expected, or their checksum is another. Nothing was kept. Try again later, or "
            "take the Wikipedia sample."
        )


def _unpack(archive: Archive, packed: IO[bytes], file: IO[bytes]) -> None:
    try:
        with ZipFile(packed) as zipped, zipped.open(archive.member) as text:
            shutil.copyfileobj(text, file, _BLOCK)
    except (BadZipFile, KeyError, zlib.error, EOFError) as error:
        raise OSError("the archive is damaged") from error
    if file.tell() != archive.member_bytes:
        raise OSError(f"the archive holds {file.tell():,} bytes of text")


def _reason(error: OSError) -> str:
    why = getattr(error, "reason", None) or error.strerror or error
    return str(getattr(why, "strerror", None) or why)
