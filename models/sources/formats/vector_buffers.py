"""Buffers for vectors while they are read: in memory, or in a file from which they are mapped."""

from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from models.runtime.memory import anonymous_pages
from models.space import Floats

_PIECE = 1 << 20  # bytes


class DiskFull(Exception):
    """The disk has no room for the vectors: they are read into memory instead."""


class MemoryBuffer:
    """A growing buffer in memory: blocks that are freed one by one as they are joined, so that at
    most one of them exists twice."""

    mapped = False

    def __init__(self) -> None:
        self._pieces: list[NDArray[np.float32]] = []
        self._room = 0  # numbers that the last piece still takes

    def append(self, vectors: Floats) -> None:
        numbers = vectors.ravel()
        while len(numbers):
            if not self._room:
                self._room = _PIECE // 4
                self._pieces.append(np.frombuffer(anonymous_pages(_PIECE), dtype=np.float32))
            count = min(self._room, len(numbers))
            start = _PIECE // 4 - self._room
            self._pieces[-1][start : start + count] = numbers[:count]
            self._room -= count
            numbers = numbers[count:]

    def finish(self, rows: int, dimension: int) -> Floats:
        vectors = np.empty(rows * dimension, dtype=np.float32)
        self._pieces.reverse()
        place = 0
        while self._pieces:
            piece = self._pieces.pop()[: len(vectors) - place]
            vectors[place : place + len(piece)] = piece
            place += len(piece)
        return vectors.reshape(rows, dimension)


class FileBuffer:
    """A growing buffer in a .npy file, from which the vectors are mapped."""

    mapped = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] = path.open("wb")
        self._header(1, 1)

    def append(self, vectors: Floats) -> None:
        try:
            self._file.write(np.ascontiguousarray(vectors).data)
        except OSError as error:
            raise DiskFull from error

    def finish(self, rows: int, dimension: int) -> Floats:
        try:
            self._file.seek(0)
            self._header(rows, dimension)  # numpy leaves room for its numbers to grow
            self._file.close()
            mapped: Floats = np.load(self._path, mmap_mode="r", allow_pickle=False)
        except OSError as error:
            raise DiskFull from error
        return mapped

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()

    def _header(self, rows: int, dimension: int) -> None:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, dimension)}
        np.lib.format.write_array_header_1_0(self._file, header)


VectorBuffer = MemoryBuffer | FileBuffer
