"""A cache of neighbour graphs on disk, for later processes.

Only graphs of bundled spaces and of spaces reduced from them are written, never those of a
visitor's vectors. A file holds the indices, the distances and a digest of both; its name is a
digest of the vectors, the metric and the version of the algorithm.
"""

import hashlib
import os
from collections.abc import Callable
from typing import IO

import numpy as np
from numpy.typing import NDArray

from models.runtime.file_cache import FileCache, file_cache
from models.sources.space_handles import is_shared
from models.space import EmbeddingSpace, Floats, Rows

Arrays = tuple[NDArray[np.int32], Floats]  # indices and distances, each (n, k)

_VERSION = 1  # of the algorithm and the format: files of another version are not read
_FEWEST = 2_000  # words; smaller graphs are computed as fast as they are read
_BLOCK = 4_096  # rows digested at a time
_DIGEST = 32  # bytes


def stored_graph(
    space: EmbeddingSpace, rows: Rows, k: int, metric: str, make: Callable[[], Arrays]
) -> Arrays:
    """Return the graph of `rows` from the cache, else what `make` returns, which is then written
    there. A file with more than `k` neighbours serves too."""
    cache = file_cache("graphs") if len(rows) >= _FEWEST and is_shared(space) else None
    if cache is None:
        return make()
    key = _key(space, rows, metric)
    wide = sorted(found for name in cache.names() if (found := _width(name, key)) is not None)
    for width in wide:
        arrays = _read(cache, key, len(rows), width) if width >= k else None
        if arrays is not None:
            return arrays
    made = make()
    _write(cache, key, made)
    for width in wide:
        if width < k:
            cache.drop(_name(key, width))
    return made


def _key(space: EmbeddingSpace, rows: Rows, metric: str) -> str:
    """Return a digest of every vector and of how they are compared. A content_id would not do, as
    it covers a sample of the rows."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((_VERSION, metric, len(rows), space.dimension)).encode())
    for start in range(0, len(rows), _BLOCK):
        digest.update(np.ascontiguousarray(space.vectors[rows[start : start + _BLOCK]]).data)
    return digest.hexdigest()


def _name(key: str, width: int) -> str:
    return f"{key}-{width}.graph"


def _width(name: str, key: str) -> int | None:
    """Return how many neighbours the file `name` holds, if it is one of `key`."""
    stem, _, width = name.removesuffix(".graph").rpartition("-")
    return int(width) if stem == key and width.isdecimal() else None


def _read(cache: FileCache, key: str, count: int, width: int) -> Arrays | None:
    name, size = _name(key, width), count * width

    def read(file: IO[bytes]) -> Arrays | None:
        # Read and not mapped: a mapped file that somebody cuts short ends the process.
        if os.fstat(file.fileno()).st_size != 8 * size + _DIGEST:
            return None
        indices = np.fromfile(file, dtype="<i4", count=size)
        distances = np.fromfile(file, dtype="<f4", count=size)
        if file.read() != _digest(name, indices, distances):
            return None
        for array in (indices, distances):
            array.setflags(write=False)
        return indices.reshape(count, width), distances.reshape(count, width)

    return cache.read(name, read)


def _write(cache: FileCache, key: str, graph: Arrays) -> None:
    indices, distances = graph
    name = _name(key, indices.shape[1])

    def write(file: IO[bytes]) -> None:
        little = indices.astype("<i4", copy=False), distances.astype("<f4", copy=False)
        for array in little:
            file.write(np.ascontiguousarray(array).data)
        file.write(_digest(name, *little))

    cache.write(name, indices.nbytes + distances.nbytes + _DIGEST, write)


def _digest(name: str, indices: NDArray[np.int32], distances: Floats) -> bytes:
    digest = hashlib.blake2b(name.encode(), digest_size=_DIGEST)
    for array in (indices, distances):
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
