"""A large file for a visitor to download: written to disk by a job, read in parts, and deleted with
the object that represents it.

VECTORSCOPE_DOWNLOAD_MB   how much the files of all visitors together may take (4,000)
"""

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO
from weakref import WeakSet

from models.errors import EmbeddingError, InvalidRequest
from models.runtime.progress import Reporter, local_only
from models.sources.limits import whole_number
from models.sources.space_handles import SpaceHandle
from models.sources.write import FORMATS, write_vectors

PART = 4_000_000  # bytes that are read at a time, at most
_SPARE = 200_000_000  # bytes that stay free on the disk

_alive: "WeakSet[DownloadFile]" = WeakSet()
_lock = threading.Lock()


class DownloadFile:
    """A file of about `size` bytes in a folder that only this user can open. A job writes it to
    ``path``. opened() removes its name: then only the holder of this object can read it. Raises
    EmbeddingError where the disk or the quota has no room for it."""

    def __init__(self, size: int, variables: Mapping[str, str] = os.environ) -> None:
        self.reserved = size
        try:
            folder = Path(tempfile.mkdtemp(prefix="vectorscope-"))  # mode 0700
        except OSError as error:
            raise EmbeddingError(f"No file can be laid down here ({error.strerror}).") from error
        self.path = folder / "vectors"
        self._open: list[IO[bytes]] = []  # the file, once it is opened
        self._reading = threading.Lock()
        weakref.finalize(self, _delete, folder, self._open)
        with _lock:
            _refuse_excess(size, folder, variables)
            _alive.add(self)

    def opened(self) -> "DownloadFile":
        """Open what was written; raise EmbeddingError where there is nothing."""
        if not self._open:
            try:
                file = self.path.open("rb")
            except OSError as error:
                raise EmbeddingError(
                    "The file is not where it was to be written: it was cleared away. Prepare it "
                    "again, or choose fewer words."
                ) from error
            self._open.append(file)
            self.reserved = os.fstat(file.fileno()).st_size
            with suppress(OSError):  # some systems keep the name of what is open
                self.path.unlink()
        return self

    def __len__(self) -> int:
        return self.reserved

    def read(self, start: int, stop: int) -> bytes:
        """Return these bytes; raise InvalidRequest for more than PART of them."""
        if stop - start > PART:
            raise InvalidRequest(f"At most {PART:,} bytes are read at a time.")
        with self._reading:
            if not self._open:
                raise InvalidRequest("The file is not there yet.")
            self._open[0].seek(start)
            return self._open[0].read(max(0, stop - start))


@local_only
def write_download(
    job: Reporter, handle: SpaceHandle, path: str, format: str, words: tuple[str, ...] | None = None
) -> None:
    """Write a space, or `words` of it, to `path`. Runs as a job."""
    job.report(0.0, "opening the vectors")
    space = handle.open()
    doing = f"writing {FORMATS[format].title}"
    progress = partial(job.report, message=doing)
    write_vectors(space, path, format=format, words=words, progress=progress)


def _delete(folder: Path, files: list[IO[bytes]]) -> None:
    for file in files:
        file.close()
    shutil.rmtree(folder, ignore_errors=True)


def _refuse_excess(size: int, folder: Path, variables: Mapping[str, str]) -> None:
    most = 1_000_000 * whole_number("VECTORSCOPE_DOWNLOAD_MB", 4_000, variables, least=0)
    others = sum(other.reserved for other in _alive)
    free = max(0, shutil.disk_usage(folder).free - _SPARE)
    room = min(most - others, free)
    if size > room:
        raise EmbeddingError(
            f"This file would have about {size / 1e6:,.0f} MB, and there is room for "
            f"{max(0, room) / 1e6:,.0f} MB now. Choose fewer words or dimensions, a binary format, "
            "or try again when others have taken theirs."
        )
