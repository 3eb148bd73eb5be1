"""What was read once from a file of the server's own, kept so that it opens again in milliseconds.

A folder for each file, keyed by its path, size and time of change: vectors.npy, which is mapped,
words.txt, and the manifest, which is written last: its presence means complete.

VECTORSCOPE_VECTORS_MB   how much may be kept (10,000); 0 keeps nothing, as VECTORSCOPE_CACHE_MB=0
"""

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from models.runtime.cache_folder import TEMPORARY, cache_limit, make_room, private_folder
from models.sources.formats.vector_buffers import DiskFull, FileBuffer, MemoryBuffer, VectorBuffer
from models.sources.limits import whole_number
from models.sources.subwords import Subwords
from models.space import Floats
from models.vocabulary import Vocabulary

_VERSION = 1
_MANIFEST = "manifest.json"
_Identity = tuple[str, int, int, int]

_vectors: WeakValueDictionary[_Identity, Floats] = WeakValueDictionary()  # what is open now
_words: WeakValueDictionary[_Identity, Vocabulary] = WeakValueDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class FileContents:
    """What a file holds, before it has a name. `read` is how many rows were looked at."""

    vocabulary: Vocabulary
    vectors: Floats
    remarks: tuple[str, ...]
    read: int
    subwords: Subwords | None = None


def key_of(paths: Sequence[Path], wish: object) -> str:
    """Return the name under which what is read from `paths` is kept."""
    digest = hashlib.blake2b(repr((_VERSION, wish)).encode(), digest_size=16)
    for path in paths:
        with suppress(OSError):
            state = path.stat()
            digest.update(repr((str(path), state.st_size, state.st_mtime_ns)).encode())
    return digest.hexdigest()


def holds(key: str, variables: Mapping[str, str] = os.environ) -> bool:
    """Whether there is something under `key`; true as well where nothing is kept at all, as
    waiting for it would be of no use."""
    top = _folder(variables)
    return top is None or (top / key / _MANIFEST).is_file()


def load_stored(
    key: str, source: Path, variables: Mapping[str, str] = os.environ
) -> FileContents | None:
    """Return what is kept under `key` of the file `source`; None where there is nothing sound."""
    top = _folder(variables)
    if top is None or not (folder := top / key).is_dir():
        return None
    try:
        said = json.loads((folder / _MANIFEST).read_text("utf-8"))
        vectors, words = _shared(folder, said["words"])
        if vectors.shape != (said["words"], said["dimension"]) or vectors.dtype != np.float32:
            raise ValueError("the vectors are others than the manifest tells")
        pieces = said["subwords"] and _mapped(source, **said["subwords"])
        os.utime(folder / _MANIFEST)
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return FileContents(words, vectors, tuple(said["remarks"]), said["read"], pieces)


def _shared(folder: Path, count: int) -> tuple[Floats, Vocabulary]:
    """Return what lies in `folder`: the same objects to all who have it open at a time."""
    state = (folder / "vectors.npy").stat()
    identity = (str(folder), state.st_ino, state.st_size, state.st_mtime_ns)
    with _lock:
        vectors, words = _vectors.get(identity), _words.get(identity)
        if vectors is None or words is None:
            vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
            words = Vocabulary.of_lines((folder / "words.txt").read_bytes(), count)
            _vectors[identity], _words[identity] = vectors, words
    return vectors, words


def made(
    key: str,
    source: Path,
    read: Callable[[VectorBuffer], FileContents],
    variables: Mapping[str, str] = os.environ,
) -> FileContents:
    """Return what `read` makes of a buffer, and keep it where there is room."""
    top = _folder(variables)
    if top is None:
        return read(MemoryBuffer())
    try:
        partial = Path(tempfile.mkdtemp(dir=top, suffix=TEMPORARY))
    except OSError:
        return read(MemoryBuffer())
    try:
        parts = _kept(top / key, partial, source, read)
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # gone by now where all went well
    if parts is None:  # the disk was full
        return read(MemoryBuffer())
    with suppress(OSError):
        make_room(top, 0, _limit(variables), keep=key)
    return load_stored(key, source, variables) or parts


def _kept(
    folder: Path, partial: Path, source: Path, read: Callable[[VectorBuffer], FileContents]
) -> FileContents | None:
    buffer = None
    try:
        buffer = FileBuffer(partial / "vectors.npy")
        parts = read(buffer)
        pieces = parts.subwords and _said(parts.subwords)
        said = {
            "words": len(parts.vocabulary),
            "dimension": parts.vectors.shape[1],
            "remarks": parts.remarks,
            "read": parts.read,
            "subwords": pieces,
        }
        (partial / "words.txt").write_bytes("\n".join(parts.vocabulary).encode())
        (partial / _MANIFEST).write_text(json.dumps(said), "utf-8")
        if not parts.subwords or pieces:
            with suppress(OSError):  # another process was faster
                partial.rename(folder)
        return parts
    except (DiskFull, OSError):
        return None
    finally:
        if buffer is not None:
            buffer.close()


def _said(pieces: Subwords) -> dict[str, int] | None:
    """Return where the pieces are mapped from; None for those that are not."""
    if pieces.offset is None:
        return None
    buckets, dimension = pieces.rows.shape
    return {
        "offset": pieces.offset,
        "buckets": buckets,
        "dimension": dimension,
        "shortest": pieces.shortest,
        "longest": pieces.longest,
    }


def _mapped(
    source: Path, *, offset: int, buckets: int, dimension: int, shortest: int, longest: int
) -> Subwords:
    shape = (buckets, dimension)
    rows: Floats = np.memmap(source, dtype="<f4", mode="r", offset=offset, shape=shape)
    return Subwords(rows, shortest, longest, offset)


def _folder(variables: Mapping[str, str]) -> Path | None:
    if not cache_limit(variables) or not _limit(variables):
        return None
    return private_folder("vectors", variables)


def _limit(variables: Mapping[str, str]) -> int:
    return 1_000_000 * whole_number("VECTORSCOPE_VECTORS_MB", 10_000, variables, least=0)
