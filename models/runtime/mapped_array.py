"""Room for large results in a file without a name: pages that the system can write out and take
back where memory is short, where it could not take a process's own."""

import math
import mmap
import os
import tempfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LARGE = 1 << 20  # bytes from which a file is worth its while


def room_for(rows: int, columns: int) -> NDArray[np.float32]:
    """Return room for float32 (rows, columns), column-major, to be filled. Large ones lie in a
    file, which is gone with the array; in memory where the disk has no room for it."""
    return np.frombuffer(_room(4 * rows * columns), np.float32).reshape((rows, columns), order="F")


def laid_down(tables: Sequence[NDArray[np.float16]]) -> NDArray[np.float16]:
    """Return `tables` of one shape as one array (tables, ...), read-only, in such room."""
    shape = (len(tables), *tables[0].shape)
    found = np.frombuffer(_room(2 * math.prod(shape)), np.float16).reshape(shape)
    for place, table in zip(found, tables, strict=True):
        place[:] = table
    found.setflags(write=False)
    return found


def _room(size: int) -> mmap.mmap | bytearray:
    if size >= _LARGE and hasattr(os, "posix_fallocate"):
        try:
            with tempfile.TemporaryFile() as file:
                # Taken now: a page for which no room is found later would end the process.
                os.posix_fallocate(file.fileno(), 0, size)
                return mmap.mmap(file.fileno(), size)
        except OSError:
            pass
    return bytearray(size)
