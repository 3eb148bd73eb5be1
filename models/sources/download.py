"""Downloads that can be resumed: a file is verified, and is there completely or not at all.

The bytes received so far are stored beside the file as .partial, and the next attempt continues
there. A second thread or process that wants the same file waits for the first under a lock.
"""

import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from filelock import FileLock, Timeout

from models.errors import EmbeddingError
from models.runtime.cache_folder import LOCK, PARTIAL, make_room
from models.runtime.progress import ProgressCallback, ignore

_BLOCK = 1 << 18
_TIMEOUT = 30.0  # seconds without a byte
_TRIES = 4  # in a row without a byte
_PAUSE = 0.5  # seconds before the second try; twice as long before each further one
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class Remote:
    """A file on the network: its address, its local name, its size and its published MD5 (None:
    none is published)."""

    url: str
    name: str
    bytes: int
    md5: str | None = None


class NotFetched(EmbeddingError):
    """A download that failed; the text says why and what can be done."""


def fetch(
    remote: Remote, folder: Path, *, limit: int | None = None, progress: ProgressCallback = ignore
) -> Path:
    """Return the path of the complete file in `folder`, downloaded where it is not there.

    `limit` is how many bytes `folder` may hold: what was used longest ago is deleted. `progress`
    gets a share, 0 to 1, and may raise to end the download; the next one continues it. Raises
    NotFetched.
    """
    path = folder / remote.name
    with exclusive(path, progress):
        if path.is_file():
            mark_used(path)
            return path
        reserve(folder, remote.bytes, limit, keep=remote.name)
        digest, held = hashlib.md5(usedforsecurity=False), 0
        for block in stream(remote, folder, progress):
            digest.update(block)
            held += len(block)
            progress(held / remote.bytes)
        if remote.md5 is not None and digest.hexdigest() != remote.md5:
            _partial(remote, folder).unlink()
            raise NotFetched(
                f"{remote.name} came as a whole, but its checksum (MD5) is not the one that was "
                "published: it was damaged on its way, or is another file. Nothing was kept. Try "
                "again."
            )
        _partial(remote, folder).replace(path)
    return path


def stream(remote: Remote, folder: Path, progress: ProgressCallback = ignore) -> Iterator[bytes]:
    """Yield the file from its beginning: the bytes in `folder`, then those of the network, which
    are stored there. A caller that stops iterating ends the download. Only under exclusive()."""
    whole = folder / remote.name
    held = 0
    for block in _read(whole if whole.is_file() else _partial(remote, folder)):
        held += len(block)
        yield block
    if whole.is_file():
        return
    try:
        with _partial(remote, folder).open("ab") as file:
            for block in _received(remote, held, progress):
                _write(file, block, remote)
                yield block
    except _Another as error:
        _partial(remote, folder).unlink(missing_ok=True)
        raise NotFetched(str(error)) from None


@contextmanager
def exclusive(path: Path, progress: ProgressCallback = ignore) -> Iterator[None]:
    """Lock the file `path` among all threads and processes; wait for it, reporting 0."""
    lock = FileLock(path.with_name(path.name + LOCK))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not lock.is_locked:
            try:
                lock.acquire(blocking=False)
            except Timeout:
                progress(0.0)
                time.sleep(0.05)
    except OSError as error:
        raise NotFetched(f"{path.name} cannot be kept here ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()


def mark_used(path: Path) -> None:
    """Set the time of the last access to now, so that make_room() deletes others first. The time of
    change stays, as it is part of the file's identity. Set explicitly, as file systems may not
    record reads (noatime)."""
    with suppress(OSError):  # a read-only folder can still be read
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def reserve(folder: Path, size: int, limit: int | None, *, keep: str) -> None:
    """Make room for `size` bytes in `folder`: the least recently used files are deleted, except
    those whose names begin with `keep`. Raises NotFetched where limit or disk are too small."""
    if limit is not None and size > limit:
        raise NotFetched(
            f"{keep} takes {size / 1e6:,.0f} MB, and this server keeps {limit / 1e6:,.0f} MB of "
            "downloads at most. Take fewer words, or have whoever runs the server allow more "
            "(VECTORSCOPE_CATALOGUE_MB)."
        )
    make_room(folder, size, limit, keep=keep)
    own = sum(path.stat().st_size for path in folder.glob(f"{keep}*"))
    if (free := shutil.disk_usage(folder).free) < size - own:
        raise NotFetched(
            f"{keep} takes {size / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free on the disk."
        )


class _Another(Exception):
    """The network sends another file than the one that was published."""


def _received(remote: Remote, held: int, progress: ProgressCallback) -> Iterator[bytes]:
    """Yield what follows the first `held` bytes; ask again where the connection breaks."""
    failures = 0
    while held < remote.bytes:
        try:
            for block in _one_answer(remote, held):
                held, failures = held + len(block), 0
                yield block
            if held < remote.bytes:
                raise OSError("the connection ended early")
        except (OSError, HTTPException) as error:
            failures += 1
            if failures == _TRIES or _is_final(error):
                raise NotFetched(
                    f"{remote.name} could not be fetched ({_reason(error)}). It needs the "
                    f"network; {held / 1e6:,.1f} MB have come, and the next attempt goes on from "
                    "there."
                ) from None
            progress(held / remote.bytes)
            time.sleep(_PAUSE * 2 ** (failures - 1))


def _one_answer(remote: Remote, held: int) -> Iterator[bytes]:
    """Yield what one answer holds after the first `held` bytes of the file."""
    request = Request(remote.url, headers={"Accept-Encoding": "identity"})
    if held:
        request.add_header("Range", f"bytes={held}-")
    with urlopen(request, timeout=_TIMEOUT) as answer:
        if remote.url.startswith("https:") and not answer.url.startswith("https:"):
            raise _Another(f"{remote.name} is no longer offered by a secure connection.")
        begins, size = 0, answer.headers.get("Content-Length")
        if answer.status == 206:
            found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            begins, size = (int(found[1]), found[2]) if found else (-1, None)
            if not 0 <= begins <= held:
                raise OSError("the server sent another part than was asked for")
        if size is not None and size.isdigit() and int(size) != remote.bytes:
            raise _other_size(remote, int(size))
        skip, came = held - begins, begins
        while block := answer.read1(_BLOCK):
            came += len(block)
            if came > remote.bytes:
                raise _other_size(remote, came)
            rest = block[skip:]
            skip = max(0, skip - len(block))
            if rest:
                yield rest


def _other_size(remote: Remote, size: int) -> _Another:
    return _Another(
        f"What the network answers is not {remote.name}: {size:,} bytes or more, where "
        f"{remote.bytes:,} were published. Nothing was kept."
    )


def _is_final(error: Exception) -> bool:
    """Whether asking again is of no use: not for a server that is busy or broken."""
    return isinstance(error, HTTPError) and error.code < 500 and error.code not in {408, 416, 429}


def _reason(error: Exception) -> str:
    why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return str(getattr(why, "strerror", None) or why) or type(error).__name__


def _read(path: Path) -> Iterator[bytes]:
    if path.is_file():
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_BLOCK), b"")


def _write(file: IO[bytes], block: bytes, remote: Remote) -> None:
    try:
        file.write(block)
        file.flush()
    except OSError as error:
        with suppress(OSError):  # closing writes the rest, which fails again
            file.close()
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "the disk is full" if full else error.strerror
        raise NotFetched(f"{remote.name} could not be kept: {why}.") from error


def _partial(remote: Remote, folder: Path) -> Path:
    return folder / f"{remote.name}{PARTIAL}"
