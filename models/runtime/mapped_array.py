"""Large arrays in a temporary file without a name, which is mapped: where memory is short the
system can write its pages out and take them back, which it cannot do with the memory of a process.
"""

import math
import mmap
import os
import tempfile
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LARGE = 1 << 20  # bytes from which a file pays


def mapped_empty(
    shape: tuple[int, ...], dtype: DTypeLike = np.float32, *, order: Literal["C", "F"] = "C"
) -> NDArray[Any]:
    """Return an array to be filled. A large one lies in a file, which is gone with the array; in
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
