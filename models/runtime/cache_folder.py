"""Folders of cached files that outlive a process: where they are, and what is deleted when.

VECTORSCOPE_CACHE      the folder; without it the system's cache folder of this user
VECTORSCOPE_CACHE_MB   how much the cache of results may hold (200); 0 stores nothing
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from platformdirs import user_cache_path

from models.errors import InvalidRequest

PARTIAL = ".partial"  # ends the name of a download that the next attempt continues
TEMPORARY = ".tmp"  # ends the name of a file or folder that nobody can continue
LOCK = ".lock"
_ACTIVE = 3_600.0  # seconds after its last change during which a file may still be written


def cache_limit(variables: Mapping[str, str]) -> int:
    """Return how many bytes of results may be stored; raise InvalidRequest for no number."""
    text = variables.get("VECTORSCOPE_CACHE_MB", "")
    try:
        megabytes = float(text or 200)
    except ValueError:
        megabytes = -1.0
    if not 0 <= megabytes < float("inf"):
        raise InvalidRequest(f"VECTORSCOPE_CACHE_MB is “{text}”; it must be a number, 0 or more.")
    return int(megabytes * 1_000_000)


def private_folder(purpose: str, variables: Mapping[str, str]) -> Path | None:
    """Return a folder for `purpose` that only this user can write, as its content is trusted; None
    where there is no such folder."""
    for top in _candidates(variables):
        folder = top / purpose
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            if _is_private(folder):
                return folder
        except OSError:
            continue
    return None


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a new file to write, which becomes `path` when it is complete and is deleted
    otherwise."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=TEMPORARY)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(temporary).replace(path)
    finally:
        with suppress(OSError):  # renamed where all went well
            Path(temporary).unlink()


def make_room(folder: Path, size: int, limit: int | None, *, keep: str | None = None) -> None:
    """Delete from `folder` what was used longest ago until `size` more bytes are within `limit`
    (None: any number), and temporary files of processes that have ended.

    An entry is a file, or a folder with files. Nothing that is being written is deleted, nor what
    has a name that begins with `keep`: this is counted as a part of `size`.
    """
    entries = sorted(entry for path in folder.iterdir() if (entry := _entry(path)))
    kept = [entry for entry in entries if keep and entry.path.name.startswith(keep)]
    own = sum(entry.size for entry in kept)
    held = sum(entry.size for entry in entries) - own + max(size, own)
    for entry in entries:
        unfinished = entry.path.suffix in {PARTIAL, TEMPORARY}
        if entry in kept or (unfinished and time.time() - entry.used < _ACTIVE):
            continue
        if entry.path.suffix == TEMPORARY or (limit is not None and held > limit):
            held -= entry.size
            if entry.path.is_dir():
                shutil.rmtree(entry.path, ignore_errors=True)
                continue
            with suppress(OSError):
                entry.path.unlink()


def _candidates(variables: Mapping[str, str]) -> Iterator[Path]:
    if variables.get("VECTORSCOPE_CACHE"):
        yield Path(variables["VECTORSCOPE_CACHE"]).absolute()
    own = user_cache_path("vectorscope", appauthor=False)
    if own.is_absolute():  # a user without a home has none
        yield own
    user = os.getuid() if hasattr(os, "getuid") else "own"
    yield Path(tempfile.gettempdir()) / f"vectorscope-{user}"


def _is_private(folder: Path) -> bool:
    """Whether only this user can write the folder and its parent, in which it could be replaced."""
    if not hasattr(os, "getuid"):
        return True
    states = [folder.stat(), folder.parent.stat()]
    others = stat.S_IWGRP | stat.S_IWOTH
    return all(s.st_uid == os.getuid() and not s.st_mode & others for s in states)


class _Entry(NamedTuple):
    used: float
    size: int
    path: Path


def _entry(path: Path) -> _Entry | None:
    """Return size and last use of a file, or of the files in a folder."""
    if path.suffix == LOCK:
        return None
    try:
        states = [file.stat() for file in (path.iterdir() if path.is_dir() else [path])]
        states = states or [path.stat()]
    except OSError:  # another process has deleted it
        return None
    used = max(max(state.st_atime, state.st_mtime) for state in states)
    return _Entry(used, sum(state.st_size for state in states), path)
