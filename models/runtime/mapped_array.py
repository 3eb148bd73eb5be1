"""Large arrays in mapped temporary files without names: where memory is short the system can write
their pages to disk, which it cannot do with the private memory of a process.
"""

import math
import mmap
import os
import tempfile
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LARGE = 1 << 20  # bytes from which a file is used


def mapped_empty(
    shape: tuple[int, ...], dtype: DTypeLike = np.float32, *, order: Literal["C", "F"] = "C"
) -> NDArray[Any]:
    """Return an array to be filled. A large one is in a file, which is deleted with the array; in
    memory where the disk has no room for it."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    return np.frombuffer(_buffer(size), dtype).reshape(shape, order=order)


def _buffer(size: int) -> mmap.mmap | bytearray:
    if size >= _LARGE and hasattr(os, "posix_fallocate"):
        try:
            with tempfile.TemporaryFile() as file:
                # Reserved now: a page that finds the disk full later would end the process.
                os.posix_fallocate(file.fileno(), 0, size)
                return mmap.mmap(file.fileno(), size)
        except OSError:
            pass
    return bytearray(size)
