"""A zip archive as a stream of bytes: only what was just compressed is in memory."""

from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Member = tuple[str, bool, Iterator[bytes]]  # a name, whether it is worth packing, its parts


def zipped(members: Sequence[Member]) -> Iterator[bytes]:
    """Yield a zip of `members` part by part."""
    buffer = _Sink()
    with ZipFile(buffer, "w", compresslevel=1) as archive:
        for name, packed, parts in members:
            archive.compression = ZIP_DEFLATED if packed else ZIP_STORED
            with archive.open(name, "w", force_zip64=True) as file:
                for part in parts:
                    file.write(part)
                    yield buffer.flushed()
    yield buffer.flushed()


class _Sink(RawIOBase):
    """A file that cannot seek, whose content is removed by flushed()."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flushed(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
