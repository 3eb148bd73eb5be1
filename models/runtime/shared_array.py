"""Arrays that several processes read: written once to a private file, mapped by whoever needs them.

An array that goes with every job would be copied three times for each. The file is deleted with
its array, and all of them at the latest with this process.
"""

import os
import tempfile
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class SharedArray:
    """What travels instead of an array: the path of its file; with the array itself only where it
    is `packed` for a machine that doesn't see the file."""

    path: str
    array: "NDArray[Any] | None" = field(default=None, repr=False)  # held, so that the file stays
    packed: bool = False

    def __reduce__(self) -> "tuple[type[SharedArray], tuple[Any, ...]]":
        return SharedArray, (self.path, self.array if self.packed else None, self.packed)

    def for_elsewhere(self) -> "SharedArray":
        """Return what carries the array itself, for a machine that doesn't see the file."""
        return replace(self, packed=True)

    def open(self) -> "NDArray[Any]":
        """Return the array, read-only; mapped, so that only what is touched is in memory."""
        import numpy as np

        if self.array is None:
            mapped: NDArray[Any] = np.load(self.path, mmap_mode="r", allow_pickle=False)
            return mapped
        view = self.array.view()
        view.setflags(write=False)
        return view


def share(array: "NDArray[Any]") -> SharedArray:
    """Return what travels instead of `array`; written to disk the first time. An array that is a
    file already, mapped as a whole, is not written again.

    The file lives as long as `array`. Raises EmbeddingError where there is no room on the disk.
    """
    known = _mapped_file(array)
    if known is not None:
        return SharedArray(known, array)
    with _lock:
        if id(array) not in _files():
            path = _written(array)
            _files()[id(array)] = path
            weakref.finalize(array, _delete, id(array), path)
        return SharedArray(_files()[id(array)], array)


def adopt_file(path: Path) -> "NDArray[Any]":
    """Return the array in the .npy file `path`, mapped and read-only. The file becomes this
    process's own and is deleted with the array. Raises OSError."""
    import numpy as np

    handle, own = tempfile.mkstemp(dir=_folder(), suffix=".npy")  # mode 0600
    os.close(handle)
    try:
        path.chmod(0o600)
        path.replace(own)
        mapped: NDArray[Any] = np.load(own, mmap_mode="r", allow_pickle=False)
    except BaseException:
        _unlink(own)
        raise
    weakref.finalize(mapped, _unlink, own)
    return mapped


def _mapped_file(array: "NDArray[Any]") -> str | None:
    """Return the .npy file that `array` maps from beginning to end, if it does."""
    import numpy as np

    if not isinstance(array, np.memmap) or array.filename is None:
        return None
    path = Path(array.filename)
    if path.suffix != ".npy" or not path.is_file():
        return None
    whole = np.load(path, mmap_mode="r", allow_pickle=False)
    same = (whole.shape, whole.dtype, whole.strides) == (array.shape, array.dtype, array.strides)
    return str(path.absolute()) if same and whole.offset == array.offset else None


def _written(array: "NDArray[Any]") -> str:
    import numpy as np

    path = None
    try:
        handle, path = tempfile.mkstemp(dir=_folder(), suffix=".npy")  # mode 0600
        with os.fdopen(handle, "wb") as file:
            np.save(file, array, allow_pickle=False)
    except OSError as error:
        if path is not None:
            Path(path).unlink(missing_ok=True)
        size = f"{array.nbytes / 1e6:,.0f} MB"
        raise EmbeddingError(
            f"The vectors ({size}) could not be laid down for the computation: {error.strerror}."
        ) from error
    return path


@cache
def _files() -> dict[int, str]:
    return {}


def _folder() -> str:
    """The private folder of this process; made again where somebody has cleaned up."""
    folder = _made_folder()
    Path(folder.name).mkdir(mode=0o700, exist_ok=True)
    return folder.name


@cache
def _made_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="vectorscope-", ignore_cleanup_errors=True)


def _delete(identity: int, path: str) -> None:
    _files().pop(identity, None)
    _unlink(path)


def _unlink(path: str) -> None:
    with suppress(OSError):
        Path(path).unlink()
