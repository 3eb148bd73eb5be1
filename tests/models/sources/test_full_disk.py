"""The disk runs full in the middle of a download: a sentence, and later it goes on from there."""

import errno
import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from models import EmbeddingSpace, Vocabulary
from models.sources import download
from models.sources.download import NotFetched, fetch
from models.sources.first_rows import fetch_first
from models.sources.read import read_vectors
from models.sources.write import chunks
from tests.models.sources.test_download import DATA, Handler, Site, files
from tests.serving import serving


class Disk:
    """A disk that takes `room` bytes more of what is being fetched, as the system tells it: a part
    is written, and then nothing."""

    def __init__(self) -> None:
        self.room = 1 << 40

    def writer(self, file: "int | Path", mode: str) -> IO[bytes]:
        disk = self

        class Raw(io.FileIO):
            def write(self, data: Any, /) -> int:
                if disk.room <= 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                written = super().write(memoryview(data)[: disk.room]) or 0
                disk.room -= written
                return written

        return io.BufferedWriter(Raw(file if isinstance(file, int) else str(file), mode))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """What is fetched is written to this disk, by either way."""
    disk, usual = Disk(), Path.open

    def open_(path: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode == "ab" and path.suffix == ".partial":
            return disk.writer(path, "ab")
        return usual(path, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", open_)
    monkeypatch.setattr(os, "fdopen", disk.writer)
    return disk


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(download, "_PAUSE", 0.001)
    found = Site()
    with serving(type("OfThisSite", (Handler,), {"site": found})) as found.url:
        yield found


@pytest.mark.parametrize("room", [0, 1, 700_001, 1_999_999])
def test_a_download_that_finds_the_disk_full_says_so_and_goes_on_later(
    site: Site, disk: Disk, tmp_path: Path, room: int
) -> None:
    disk.room = room
    with pytest.raises(NotFetched, match=r"file\.gz could not be kept: the disk is full\."):
        fetch(site.remote(), tmp_path)
    assert len(site.asked) == 1  # asking again is of no use
    held = (tmp_path / "file.gz.partial").read_bytes()
    assert held == DATA[:room]
    with pytest.raises(NotFetched, match="the disk is full"):  # as long as it is
        fetch(site.remote(), tmp_path)
    disk.room = 1 << 40
    assert fetch(site.remote(), tmp_path).read_bytes() == DATA
    assert site.asked[-1] == (f"bytes={room}-" if room else None)
    assert files(tmp_path) == {"file.gz"}


@pytest.fixture
def space() -> EmbeddingSpace:
    words = [f"wörd{number}" for number in range(20_000)]
    vectors = np.random.default_rng(1).standard_normal((20_000, 20), np.float32)
    return EmbeddingSpace("s", Vocabulary(words), vectors)


@pytest.mark.parametrize("kind", ["word2vec", "word2vec-binary"])
@pytest.mark.parametrize("room", [0, 5, 400_000])
def test_first_rows_that_find_the_disk_full_say_so_and_come_later(
    site: Site, disk: Disk, tmp_path: Path, space: EmbeddingSpace, kind: str, room: int
) -> None:
    site.content = gzip.compress(b"".join(chunks(space, kind)), 1)
    binary = kind == "word2vec-binary"
    disk.room = room
    with pytest.raises(NotFetched, match=r"(the disk is full|No space left on device)"):
        fetch_first(site.remote(), tmp_path, 15_000, binary=binary)
    assert files(tmp_path) <= {"file.gz.partial"}  # nothing that could be taken for whole
    before = (tmp_path / "file.gz.partial").stat().st_size
    disk.room = 1 << 40
    found = read_vectors(fetch_first(site.remote(), tmp_path, 15_000, binary=binary))
    assert found.words == space.words[:15_000]
    np.testing.assert_array_equal(found.vectors, space.vectors[:15_000])
    assert site.asked[-1] == (f"bytes={before}-" if before else None)


def test_rows_that_do_not_fit_beside_what_has_come(
    site: Site, disk: Disk, tmp_path: Path, space: EmbeddingSpace
) -> None:
    """What comes fits, and what is made of it does not."""
    site.content = gzip.compress(b"".join(chunks(space, "word2vec")), 1)
    fetch(site.remote(), tmp_path)
    disk.room = 100_000
    with pytest.raises(NotFetched, match=r"could not be kept .*No space left on device"):
        fetch_first(site.remote(), tmp_path, 15_000, binary=False)
    assert files(tmp_path) == {"file.gz"}
    disk.room = 1 << 40
    assert len(read_vectors(fetch_first(site.remote(), tmp_path, 15_000, binary=False))) == 15_000
