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

from models.runtime.file_cache import file_cache
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
    there. A file with more than `k` neighbours serves too, and replaces one with fewer."""
    cache = file_cache("graphs") if len(rows) >= _FEWEST and is_shared(space) else None
    if cache is None:
        return make()
    name = f"{_key(space, rows, metric)}.graph"
    found = cache.read(name, lambda file: _read(file, name, len(rows)))
    if found is None or found[0].shape[1] < k:
        found = make()
        size = found[0].nbytes + found[1].nbytes + _DIGEST
        cache.write(name, size, lambda file: _write(file, name, *found))
    return found


def _key(space: EmbeddingSpace, rows: Rows, metric: str) -> str:
    """Return a digest of all vectors and the metric (a content_id covers only a sample of rows)."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((_VERSION, metric, len(rows), space.dimension)).encode())
    for start in range(0, len(rows), _BLOCK):
        digest.update(np.ascontiguousarray(space.vectors[rows[start : start + _BLOCK]]).data)
    return digest.hexdigest()


def _read(file: IO[bytes], name: str, count: int) -> Arrays | None:
    """Return the graph of `count` words in a file; None where it is damaged."""
    # Read and not mapped: a mapped file that somebody cuts short ends the process.
    width, rest = divmod(os.fstat(file.fileno()).st_size - _DIGEST, 8 * count)
    if rest or width < 1:
        return None
    indices = np.fromfile(file, dtype="<i4", count=count * width)
    distances = np.fromfile(file, dtype="<f4", count=count * width)
    if file.read() != _digest(name, indices, distances):
        return None
    for array in (indices, distances):
        array.setflags(write=False)
    return indices.reshape(count, width), distances.reshape(count, width)


def _write(file: IO[bytes], name: str, indices: NDArray[np.int32], distances: Floats) -> None:
    little = indices.astype("<i4", copy=False), distances.astype("<f4", copy=False)
    for array in little:
        file.write(np.ascontiguousarray(array).data)
    file.write(_digest(name, *little))


def _digest(name: str, indices: NDArray[np.int32], distances: Floats) -> bytes:
    digest = hashlib.blake2b(name.encode(), digest_size=_DIGEST)
    for array in (indices, distances):
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
