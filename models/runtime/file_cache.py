"""A cache of results on disk: what one process has computed is read by the next.

What cannot be stored or read is computed again: where the folder is full, read-only, missing or of
another user, the log says so once.
"""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, TypeVar

from models.runtime.cache_folder import TEMPORARY, cache_limit, make_room, private_folder, replacing

Read = TypeVar("Read")

_log = logging.getLogger(__name__)


class FileCache:
    """Files in one folder, of together at most `limit` bytes; the least recently used is deleted
    first. Several processes may use the same folder."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit

    def names(self) -> list[str]:
        """Return the names of the files; none where the folder cannot be read."""
        try:
            return [path.name for path in self._folder.iterdir() if path.suffix != TEMPORARY]
        except FileNotFoundError:
            return []
        except OSError as error:
            _log_once(f"nothing can be read ({error.strerror})")
            return []

    def read(self, name: str, read: Callable[[IO[bytes]], Read | None]) -> Read | None:
        """Return what `read` returns for the file `name`; None where there is none. A file for
        which it returns None is damaged, and deleted."""
        path = self._folder / name
        try:
            with path.open("rb") as file:
                found = read(file) if _is_own(file) else None
            if found is not None:
                with suppress(OSError):  # a read-only folder is still good for reading
                    os.utime(path)
                return found
            _log.warning("cache: %s was damaged, and is made again", name)
            path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            _log_once(f"nothing can be read ({error.strerror})")
        return None

    def write(self, name: str, size: int, write: Callable[[IO[bytes]], None]) -> None:
        """Have `write` make the file `name` of `size` bytes, completely or not at all."""
        if size > self._limit:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_room(self._folder, size, self._limit)
            with replacing(self._folder / name) as file:
                write(file)
        except OSError as error:
            _log_once(f"nothing can be kept ({error.strerror})")

    def drop(self, name: str) -> None:
        """Delete the file `name`, if it is there."""
        with suppress(OSError):
            (self._folder / name).unlink()


def file_cache(purpose: str, variables: Mapping[str, str] = os.environ) -> FileCache | None:
    """Return the cache for `purpose`; None where no folder can be used. Where the environment
    names a folder, no other is used."""
    limit = cache_limit(variables)
    if not limit:
        return None
    folder = private_folder(purpose, variables)
    wanted = variables.get("VECTORSCOPE_CACHE")
    if folder is None or (wanted and Path(wanted).absolute() != folder.parent):
        where = wanted or "every folder there could be"
        _log_once(f"{where} cannot be written, or others can write it: nothing is kept")
        return None
    return FileCache(folder, limit=limit)


def _is_own(file: IO[bytes]) -> bool:
    """Whether this user has written `file`."""
    return not hasattr(os, "getuid") or os.fstat(file.fileno()).st_uid == os.getuid()


@cache
def _log_once(reason: str) -> None:
    """Log, once a process, why something is not stored or read."""
    _log.warning("cache: %s", reason)
