"""Downloads of the first rows of a compressed word2vec file, without the rest.

A file of vectors begins with its most frequent words: 50,000 of the three million of Google News
are a sixtieth of it. The downloaded bytes stay as the beginning of the whole file.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.errors import InvalidRequest
from models.runtime.cache_folder import PARTIAL, replacing
from models.sources.download import (
    NotFetched,
    Progress,
    Remote,
    exclusive,
    mark_used,
    reserve,
    stream,
)

_INFLATED = 1 << 20  # bytes that are unpacked at a time, whatever they were packed to
_LONGEST = 1_000  # bytes of a header or a word
_ROOM = 14  # bytes of a number in text, its blank included, at most


def fetch_first(
    remote: Remote,
    folder: Path,
    rows: int,
    *,
    binary: bool,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Return the path of a word2vec file with the first `rows` of `remote`, a .gz of a word2vec
    file (`binary` or text) with more rows than that.

    Raises as fetch() does.
    """
    if rows < 1:
        raise InvalidRequest("Take at least one word.")
    path = first_path(remote.name.removesuffix(".gz"), folder, rows)
    report = progress or (lambda share: None)
    with exclusive(folder / remote.name, report), _failures(remote, path):
        if path.is_file():
            mark_used(path)
            return path
        unpacked = _inflated(stream(remote, folder, report))
        buffer = b""
        while b"\n" not in buffer and len(buffer) < _LONGEST:
            buffer += _next(unpacked)
        head, _, buffer = buffer.partition(b"\n")
        total, dimension = (int(number) for number in head.split())
        if rows >= total:
            raise InvalidRequest(f"{remote.name} has {total:,} words: fetch it as a whole.")
        size = rows * dimension * (4 if binary else _ROOM)
        reserve(folder, size, limit, keep=remote.name.removesuffix(".gz"))
        with replacing(path) as file:
            file.write(b"%d %d\n" % (rows, dimension))
            cut = _binary_rows if binary else _text_rows
            for done in cut(buffer, unpacked, file, rows, dimension):
                report(done / rows)
    return path


def first_path(name: str, folder: Path, rows: int) -> Path:
    """Return the path of the first `rows` of the set `name`."""
    return folder / f"{name}.first-{rows}.w2v"


@contextmanager
def _failures(remote: Remote, path: Path) -> Iterator[None]:
    """Raise NotFetched for a damaged file, which is deleted, and for a disk that is full."""
    try:
        yield
    except InvalidRequest:
        raise
    except (zlib.error, EOFError, ValueError) as error:
        for name in (remote.name, f"{remote.name}{PARTIAL}"):
            path.with_name(name).unlink(missing_ok=True)
        raise NotFetched(
            f"{remote.name} is damaged, or not a file of word vectors as it should be. Nothing was "
            "kept. Try again."
        ) from error
    except OSError as error:
        raise NotFetched(f"{path.name} could not be kept ({error.strerror}).") from error


def _text_rows(
    buffer: bytes, unpacked: Iterator[bytes], file: IO[bytes], rows: int, dimension: int
) -> Iterator[int]:
    """Write lines until there are `rows`; yield how many there are."""
    done = 0
    while True:
        count = buffer.count(b"\n")
        if done + count >= rows:
            end = -1
            for _ in range(rows - done):
                end = buffer.index(b"\n", end + 1)
            file.write(buffer[: end + 1])
            yield rows
            return
        file.write(buffer)
        done += count
        yield done
        buffer = _next(unpacked)


def _binary_rows(
    buffer: bytes, unpacked: Iterator[bytes], file: IO[bytes], rows: int, dimension: int
) -> Iterator[int]:
    """Write words and their numbers until there are `rows`; yield how many there are."""
    done, start = 0, 0
    while done < rows:
        blank = buffer.find(b" ", start, start + _LONGEST)
        end = blank + 1 + 4 * dimension
        if blank >= 0 and end <= len(buffer):
            done, start = done + 1, end
            continue
        if blank < 0 and len(buffer) - start >= _LONGEST:
            raise ValueError("a word without an end")
        file.write(buffer[:start])
        yield done
        buffer, start = buffer[start:] + _next(unpacked), 0
    file.write(buffer[:start])
    yield done


def _next(unpacked: Iterator[bytes]) -> bytes:
    try:
        return next(unpacked)
    except StopIteration:
        raise EOFError("fewer rows than the file says") from None


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of a .gz, in parts of at most _INFLATED bytes."""
    unpacker = zlib.decompressobj(wbits=31)
    for block in packed:
        rest = block
        while rest and not unpacker.eof:
            part = unpacker.decompress(rest, _INFLATED)
            rest = unpacker.unconsumed_tail
            if part:
                yield part
    if not unpacker.eof:
        raise EOFError("cut off")
