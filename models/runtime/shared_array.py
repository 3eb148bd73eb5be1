"""Arrays that several processes read: written once to a private file, and mapped by each reader.

An array sent with every job would be copied three times for each. A file is deleted with its
array, or at the latest with this process.
"""

import os
import tempfile
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError

_paths: dict[int, str] = {}  # of the files that were written, by the identity of their arrays
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class SharedArray:
    """A reference to an array that is sent to another process: the path of its file. A `packed` one
    carries the array itself, for a machine that cannot read the file."""

    path: str
    array: NDArray[Any] | None = field(default=None, repr=False)  # its file exists as long as it
    packed: bool = False

    def __reduce__(self) -> "tuple[type[SharedArray], tuple[Any, ...]]":
        return SharedArray, (self.path, self.array if self.packed else None, self.packed)

    def for_elsewhere(self) -> "SharedArray":
        """Return a packed reference, for a machine that cannot read the file."""
        return replace(self, packed=True)

    def open(self) -> NDArray[Any]:
        """Return the array, read-only; mapped, so that only what is touched is in memory."""
        if self.array is None:
            return _map(self.path)
        view = self.array.view()
        view.setflags(write=False)
        return view


def share(array: NDArray[Any]) -> SharedArray:
    """Return a reference to `array`, which is written to disk the first time; an array that maps a
    whole file is not.

    The file lives as long as `array`. Raises EmbeddingError where there is no room on the disk.
    """
    known = _mapped_file(array)
    if known is not None:
        return SharedArray(known, array)
    with _lock:
        if id(array) not in _paths:
            _paths[id(array)] = path = _write(array)
            weakref.finalize(array, _delete, path, id(array))
        return SharedArray(_paths[id(array)], array)


def adopt_file(path: Path) -> NDArray[Any]:
    """Return the array in the .npy file `path`, mapped and read-only. The file becomes this
    process's own and is deleted with the array. Raises OSError."""
    own = _new_file()
    try:
        path.chmod(0o600)
        path.replace(own)
        mapped = _map(own)
    except BaseException:
        _delete(own)
        raise
    weakref.finalize(mapped, _delete, own)
    return mapped


def _map(path: str | Path) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped


def _mapped_file(array: NDArray[Any]) -> str | None:
    """Return the .npy file that `array` maps from beginning to end, if it does."""
    if not isinstance(array, np.memmap) or array.filename is None:
        return None
    path = Path(array.filename)
    if path.suffix != ".npy" or not path.is_file():
        return None
    whole = np.load(path, mmap_mode="r", allow_pickle=False)
    same = (whole.shape, whole.dtype, whole.strides) == (array.shape, array.dtype, array.strides)
    return str(path.absolute()) if same and whole.offset == array.offset else None


def _write(array: NDArray[Any]) -> str:
    path = None
    try:
        path = _new_file()
        with Path(path).open("wb") as file:
            np.save(file, array, allow_pickle=False)
    except OSError as error:
        if path is not None:
            _delete(path)
        size = f"{array.nbytes / 1e6:,.0f} MB"
        raise EmbeddingError(
            f"The vectors ({size}) could not be laid down for the computation: {error.strerror}."
        ) from error
    return path


def _new_file() -> str:
    handle, path = tempfile.mkstemp(dir=_folder(), suffix=".npy")  # mode 0600
    os.close(handle)
    return path


def _folder() -> str:
    """Return the private folder of this process; made again where somebody has deleted it."""
    folder = _made_folder()
    Path(folder.name).mkdir(mode=0o700, exist_ok=True)
    return folder.name


@cache
def _made_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="vectorscope-", ignore_cleanup_errors=True)


def _delete(path: str, identity: int | None = None) -> None:
    if identity is not None:
        _paths.pop(identity, None)
    with suppress(OSError):
        Path(path).unlink()
