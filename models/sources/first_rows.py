"""Downloads of the first rows of a compressed word2vec file, without the rest.

A file of vectors begins with its most frequent words: 50,000 of the three million of Google News
are a sixtieth of it. The downloaded bytes stay as the beginning of the whole file.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from models.errors import InvalidRequest
from models.runtime.cache_folder import PARTIAL, replacing
from models.runtime.progress import ProgressCallback, ignore
from models.sources.download import (
    NotFetched,
    Remote,
    exclusive,
    mark_used,
    reserve,
    stream,
)
from models.sources.limits import LONGEST_LINE

_INFLATED = 1 << 20  # bytes that are unpacked at a time
_LONGEST = 1_000  # bytes of a header or a word
_ROOM = 14  # bytes of a number in text, its blank included, at most


def fetch_first(
    remote: Remote,
    folder: Path,
    rows: int,
    *,
    binary: bool,
    limit: int | None = None,
    progress: ProgressCallback = ignore,
) -> Path:
    """Return the path of a word2vec file with the first `rows` of `remote`, a .gz of a word2vec
    file (`binary` or text) with more rows than that.

    Raises as fetch() does.
    """
    if rows < 1:
        raise InvalidRequest("Take at least one word.")
    path = first_path(remote.name.removesuffix(".gz"), folder, rows)
    with exclusive(folder / remote.name, progress), _failures(remote, path):
        if path.is_file():
            mark_used(path)
            return path
        unpacked = _inflated(stream(remote, folder, progress))
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
            row_end = partial(_binary_row_end, 4 * dimension) if binary else _line_end
            for done in _write_rows(buffer, unpacked, file, rows, row_end):
                progress(done / rows)
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


def _write_rows(
    buffer: bytes,
    unpacked: Iterator[bytes],
    file: IO[bytes],
    rows: int,
    row_end: Callable[[bytes, int], int],
) -> Iterator[int]:
    """Write rows of the file until there are `rows`; yield how many there are."""
    done, start = 0, 0
    while done < rows:
        end = row_end(buffer, start)
        if end:
            done, start = done + 1, end
            continue
        if len(buffer) - start > LONGEST_LINE:
            raise ValueError("a row without an end")
        file.write(buffer[:start])
        yield done
        buffer, start = buffer[start:] + _next(unpacked), 0
    file.write(buffer[:start])
    yield done


def _line_end(buffer: bytes, start: int) -> int:
    """Return where the line ends that begins at `start`; 0 where it is not complete."""
    return buffer.find(b"\n", start) + 1


def _binary_row_end(size: int, buffer: bytes, start: int) -> int:
    """Return where the row ends that begins at `start`: a word, a blank, numbers of `size` bytes.
    0 where it is not complete."""
    blank = buffer.find(b" ", start, start + _LONGEST)
    if blank < 0 and len(buffer) - start >= _LONGEST:
        raise ValueError("a word without an end")
    end = blank + 1 + size
    return end if blank >= 0 and end <= len(buffer) else 0


def _next(unpacked: Iterator[bytes]) -> bytes:
    part = next(unpacked, None)
    if part is None:
        raise EOFError("fewer rows than the file says")
    return part


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
