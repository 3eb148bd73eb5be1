"""The store of vectors on disk: a file on the server is read once, and its content is stored so
that it can be mapped in milliseconds.

Each file has a folder, keyed by its path, size and time of change: vectors.npy, which is mapped,
words.txt, and the manifest. An upload is never stored here.

VECTORSCOPE_VECTORS_MB   how much may be stored (10,000); 0 stores nothing, as does
                         VECTORSCOPE_CACHE_MB=0
"""

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
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

_VERSION = 3
_VECTORS, _WORDS, _MANIFEST = "vectors.npy", "words.txt", "manifest.json"
_Identity = tuple[str, int, int, int]

_vectors: WeakValueDictionary[_Identity, Floats] = WeakValueDictionary()  # what is open now
_words: WeakValueDictionary[_Identity, Vocabulary] = WeakValueDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class FileContents:
    """The content of a file of vectors; `read` is the number of rows that were looked at."""

    vocabulary: Vocabulary
    vectors: Floats
    remarks: tuple[str, ...]
    read: int
    subwords: Subwords | None = None


def key_of(paths: Sequence[Path], options: object) -> str:
    """Return the key of what is read from `paths` with these `options`."""
    digest = hashlib.blake2b(repr((_VERSION, options)).encode(), digest_size=16)
    for path in paths:
        with suppress(OSError):
            state = path.stat()
            digest.update(repr((str(path), state.st_size, state.st_mtime_ns)).encode())
    return digest.hexdigest()


def is_stored(key: str) -> bool:
    """Whether there is something under `key`; also true where nothing is stored at all, as there is
    nothing to wait for then."""
    top = _folder()
    return top is None or (top / key / _MANIFEST).is_file()


def load_stored(key: str, source: Path) -> FileContents | None:
    """Return the content of the file `source` stored under `key`; None where there is none, or a
    damaged one, which is deleted."""
    top = _folder()
    if top is None or not (folder := top / key).is_dir():
        return None
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        vectors, words = _shared(folder, manifest["words"])
        shape = (manifest["words"], manifest["dimension"])
        if vectors.shape != shape or vectors.dtype != np.float32:
            raise ValueError("the vectors are not those of the manifest")
        subwords = manifest["subwords"] and _map_subwords(source, *manifest["subwords"])
        os.utime(folder / _MANIFEST)
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return FileContents(words, vectors, tuple(manifest["remarks"]), manifest["read"], subwords)


def read_and_store(
    key: str, source: Path, read: Callable[[VectorBuffer], FileContents]
) -> FileContents:
    """Return what `read` returns, which is called with a buffer for the vectors; store it under
    `key` where there is room."""
    top = _folder()
    if top is None:
        return read(MemoryBuffer())
    try:
        with tempfile.TemporaryDirectory(
            dir=top, suffix=TEMPORARY, ignore_cleanup_errors=True
        ) as temporary:
            contents = _write(Path(temporary), read)
            if contents.subwords is None or contents.subwords.offset is not None:
                with suppress(OSError):  # another process was faster
                    Path(temporary).rename(top / key)
    except (DiskFull, OSError):
        return read(MemoryBuffer())
    with suppress(OSError):
        make_room(top, 0, _limit(), keep=key)
    return load_stored(key, source) or contents


def _write(folder: Path, read: Callable[[VectorBuffer], FileContents]) -> FileContents:
    with closing(FileBuffer(folder / _VECTORS)) as buffer:
        contents = read(buffer)
    subwords = contents.subwords
    manifest = {
        "words": len(contents.vocabulary),
        "dimension": contents.vectors.shape[1],
        "remarks": contents.remarks,
        "read": contents.read,
        "subwords": subwords
        and (subwords.offset, subwords.rows.shape, subwords.shortest, subwords.longest),
    }
    (folder / _WORDS).write_bytes("\n".join(contents.vocabulary).encode())
    (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return contents


def _shared(folder: Path, count: int) -> tuple[Floats, Vocabulary]:
    """Return the vectors and words in `folder`, the same objects as long as anyone uses them."""
    state = (folder / _VECTORS).stat()
    identity = (str(folder), state.st_ino, state.st_size, state.st_mtime_ns)
    with _lock:
        vectors, words = _vectors.get(identity), _words.get(identity)
        if vectors is None or words is None:
            vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)
            words = Vocabulary.of_lines((folder / _WORDS).read_bytes(), count)
            _vectors[identity], _words[identity] = vectors, words
    return vectors, words


def _map_subwords(
    source: Path, offset: int, shape: list[int], shortest: int, longest: int
) -> Subwords:
    rows: Floats = np.memmap(source, dtype="<f4", mode="r", offset=offset, shape=tuple(shape))
    return Subwords(rows, shortest, longest, offset)


def _folder() -> Path | None:
    if not cache_limit(os.environ) or not _limit():
        return None
    return private_folder("vectors", os.environ)


def _limit() -> int:
    return 1_000_000 * whole_number("VECTORSCOPE_VECTORS_MB", 10_000, os.environ, least=0)
