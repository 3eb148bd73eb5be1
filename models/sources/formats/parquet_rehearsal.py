"""Parquet, read in another process before it is read in this one.

pyarrow ends the whole process for some damaged files, without an exception. The other process gets
the file as its standard input and stores nothing.

    python -m models.sources.formats.parquet_rehearsal LIMIT BYTES INFLATED ROWS DIMENSIONS TEXT
"""

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import astuple
from io import BytesIO
from pathlib import Path
from typing import IO

from models.errors import EmbeddingError
from models.runtime.progress import ignore
from models.sources.formats.parquet import read_table
from models.sources.formats.row_collector import RowCollector
from models.sources.formats.stream import Stream
from models.sources.formats.vector_buffers import MemoryBuffer
from models.sources.limits import Limits
from models.space import Floats

_PROJECT = Path(__file__).parents[3]
_SECONDS = 300
_PIECE = 1 << 20


def read_parquet(rows: RowCollector, file: IO[bytes]) -> None:
    """Read the open `file`, after another process has read it without being ended by it."""
    try:
        sound = _can_be_read(file, rows.stream, rows.limit)
    except OSError as error:
        why = error.strerror or "no room on the disk"
        raise rows.stream.refuse(f"it could not be laid down to be looked at ({why}).") from error
    if not sound:
        raise rows.stream.refuse("it is damaged, or no Parquet that can be read.")
    read_table(rows, file)


def _can_be_read(file: IO[bytes], stream: Stream, limit: int | None) -> bool:
    """Whether a process that reads `file` ends by itself; what it finds wrong does not matter."""
    numbers = [str(number) for number in (limit or 0, *astuple(stream.limits))]
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, _PIECE)
        copy.seek(0)
        file.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "models.sources.formats.parquet_rehearsal", *numbers],
                stdin=copy,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_PROJECT,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def main(numbers: list[str]) -> None:
    """Read standard input with these limits."""
    limit, *rest = map(int, numbers)
    stream = Stream("", BytesIO(), Limits(*rest))
    rows = RowCollector(stream, limit=limit or None, buffer=_Discard(), tell=ignore)
    with suppress(EmbeddingError):
        read_table(rows, BytesIO(sys.stdin.buffer.read()))


class _Discard(MemoryBuffer):
    """A buffer that stores nothing."""

    mapped = True

    def append(self, vectors: Floats) -> None:
        """Drop `vectors`."""


if __name__ == "__main__":
    main(sys.argv[1:])
