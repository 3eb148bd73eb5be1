"""Files that outlive a process: computed once, found again by the next one that asks.

VECTORSCOPE_CACHE      the folder; without it one of this user's, as the system has it
VECTORSCOPE_CACHE_MB   how much it may hold (200); 0 keeps nothing

What cannot be kept or read is computed again: a folder that is full, read-only, gone or somebody
else's costs time and nothing else, and is told once in the log.
"""

import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from models.errors import InvalidRequest

Read = TypeVar("Read")

_ABANDONED = 3_600.0  # seconds after which a file that was never finished is nobody's
_PARTIAL = ".partial"
_log = logging.getLogger(__name__)


class FileCache:
    """The files of one `purpose`, of together at most `limit` bytes; the least recently used is
    deleted first. Several processes may use the same folder."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit

    def names(self) -> list[str]:
        """Return the names of the files that are there; none where the folder cannot be read."""
        try:
            return [path.name for path in self._folder.iterdir() if path.suffix != _PARTIAL]
        except FileNotFoundError:
            return []
        except OSError as error:
            _tell_once(f"nothing can be read ({error.strerror})")
            return []

    def read(self, name: str, read: Callable[[BinaryIO], Read | None]) -> Read | None:
        """Return what `read` makes of the file `name`; None where there is none. A file of which
        it makes None is damaged, and deleted."""
        path = self._folder / name
        try:
            with path.open("rb") as file:
                found = read(file) if _is_own(file) else None
            if found is not None:
                with suppress(OSError):  # a folder that can only be read is still good for that
                    os.utime(path)
                return found
            _log.warning("cache: %s was damaged, and is made again", name)
            path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            _tell_once(f"nothing can be read ({error.strerror})")
        return None

    def write(self, name: str, size: int, write: Callable[[BinaryIO], None]) -> None:
        """Have `write` make the file `name` of `size` bytes, which is there as a whole or not at
        all."""
        if size > self._limit:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(size)
            self._put(name, write)
        except OSError as error:
            _tell_once(f"nothing can be kept ({error.strerror})")

    def drop(self, name: str) -> None:
        """Delete the file `name`, if it is there."""
        with suppress(OSError):
            (self._folder / name).unlink()

    def _put(self, name: str, write: Callable[[BinaryIO], None]) -> None:
        handle, partial = tempfile.mkstemp(dir=self._folder, suffix=_PARTIAL)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(partial).replace(self._folder / name)
        except BaseException:
            with suppress(OSError):
                Path(partial).unlink()
            raise

    def _make_room(self, size: int) -> None:
        """Delete until `size` more bytes are within the limit."""
        states = {path: state for path in self._folder.iterdir() if (state := _state_of(path))}
        for path, state in list(states.items()):
            if path.suffix == _PARTIAL and time.time() - state.st_mtime > _ABANDONED:
                self.drop(path.name)
                del states[path]
        held = sum(state.st_size for state in states.values())
        for path in sorted(states, key=lambda path: states[path].st_mtime):
            if held + size <= self._limit:
                return
            if path.suffix != _PARTIAL:
                self.drop(path.name)
                held -= states[path].st_size


def file_cache(purpose: str, variables: Mapping[str, str] = os.environ) -> FileCache | None:
    """Return the files kept for `purpose`; None where there is no place for them. A folder that is
    named is the only one."""
    limit = cache_limit(variables)
    if not limit:
        return None
    folder = private_folder(purpose, variables)
    wanted = variables.get("VECTORSCOPE_CACHE")
    if folder is None or (wanted and Path(wanted).absolute() != folder.parent):
        where = wanted or "every folder there could be"
        _tell_once(f"{where} cannot be written, or others can write it: nothing is kept")
        return None
    return FileCache(folder, limit=limit)


def cache_limit(variables: Mapping[str, str]) -> int:
    """Return how many bytes may be kept on disk. Raises InvalidRequest for what is no number."""
    text = variables.get("VECTORSCOPE_CACHE_MB", "")
    try:
        megabytes = float(text or 200)
    except ValueError:
        megabytes = -1.0
    if not 0 <= megabytes < float("inf"):
        raise InvalidRequest(f"VECTORSCOPE_CACHE_MB is “{text}”; it must be a number, 0 or more.")
    return int(megabytes * 1_000_000)


def private_folder(purpose: str, variables: Mapping[str, str]) -> Path | None:
    """Return a folder for `purpose` that can be written and that nobody else can write: what lies
    in it is believed. None where there is no such place."""
    for folder in _candidates(purpose, variables):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            if _is_ours(folder):
                return folder
        except OSError:
            continue
    return None


def _candidates(purpose: str, variables: Mapping[str, str]) -> Iterator[Path]:
    if variables.get("VECTORSCOPE_CACHE"):
        yield Path(variables["VECTORSCOPE_CACHE"]).absolute() / purpose
    if variables.get("XDG_CACHE_HOME"):
        yield Path(variables["XDG_CACHE_HOME"]) / "vectorscope" / purpose
    if variables.get("HOME"):
        yield Path(variables["HOME"]) / ".cache" / "vectorscope" / purpose
    user = os.getuid() if hasattr(os, "getuid") else "own"
    yield Path(tempfile.gettempdir()) / f"vectorscope-{user}" / purpose


def _is_ours(folder: Path) -> bool:
    """The folder and the one around it: whoever owns that one could put another in its place."""
    if not hasattr(os, "getuid"):
        return True
    states = [folder.stat(), folder.parent.stat()]
    others = stat.S_IWGRP | stat.S_IWOTH
    return all(s.st_uid == os.getuid() and not s.st_mode & others for s in states)


def _is_own(file: BinaryIO) -> bool:
    """Whether this user has written `file`."""
    return not hasattr(os, "getuid") or os.fstat(file.fileno()).st_uid == os.getuid()


def _state_of(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:  # another process was faster
        return None


@cache
def _told() -> set[str]:
    return set()


def _tell_once(reason: str) -> None:
    """Say in the log, once a process, why less is kept than could be."""
    if reason not in _told():
        _told().add(reason)
        _log.warning("cache: %s", reason)
