"""Room for large results in a file without a name: pages that the system can write out and take
back where memory is short, where it could not take a process's own."""

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
    size = 4 * rows * columns
    if size >= _LARGE and hasattr(os, "posix_fallocate"):
        try:
            with tempfile.TemporaryFile() as file:
                # Taken now: a page for which no room is found later would end the process.
                os.posix_fallocate(file.fileno(), 0, size)
                pages = mmap.mmap(file.fileno(), size)
            return np.ndarray((rows, columns), dtype=np.float32, buffer=pages, order="F")
        except OSError:
            pass
    return np.empty((rows, columns), dtype=np.float32, order="F")


def laid_down(tables: Sequence[NDArray[np.float16]]) -> NDArray[np.float16]:
    """Return `tables` of one shape as one array (tables, ...), read-only, in a file that is gone
    with it; in memory where the disk has no room."""
    shape = (len(tables), *tables[0].shape)
    try:
        with tempfile.TemporaryFile() as file:
            for table in tables:
                file.write(table.astype("<f2", copy=False).tobytes())
            file.flush()
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # full, or nothing to map
        found = np.stack([*tables]).astype(np.float16)
        found.setflags(write=False)
        return found
    return np.ndarray(shape, dtype="<f2", buffer=pages)
