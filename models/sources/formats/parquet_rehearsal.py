"""Reads Parquet from standard input in a process of its own, and keeps nothing.

pyarrow ends the whole process for some damaged files, which no exception tells. What has gone well
here is read again where it is wanted.

    python -m models.sources.formats.parquet_rehearsal LIMIT BYTES INFLATED ROWS DIMENSIONS TEXT
"""

import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import astuple
from io import BytesIO
from pathlib import Path
from typing import IO

from models.errors import EmbeddingError
from models.sources.formats.stream import Stream
from models.sources.limits import Limits
from models.space import Floats

_PROJECT = Path(__file__).parents[3]
_SECONDS = 300
_PIECE = 1 << 20


class Nowhere:
    """A sink that keeps nothing."""

    mapped = True

    def append(self, vectors: Floats) -> None:
        """Forget `vectors`."""

    def finish(self, rows: int, dimension: int) -> Floats:
        raise NotImplementedError


def survives(file: IO[bytes], stream: Stream, limit: int | None) -> bool:
    """Whether a process lives that reads `file`; what it then finds wrong does not matter."""
    numbers = [str(number) for number in (limit or 0, *astuple(stream.limits))]
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        while part := file.read(_PIECE):
            copy.write(part)
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
    from models.sources.formats.parquet import read_here
    from models.sources.formats.rows import Rows

    limit, *rest = map(int, numbers)
    stream = Stream("", BytesIO(), Limits(*rest))
    rows = Rows(stream, limit=limit or None, sink=Nowhere(), tell=lambda share: None)
    with suppress(EmbeddingError):
        read_here(rows, BytesIO(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main(sys.argv[1:])
