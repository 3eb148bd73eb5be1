"""Downloads from a server of this machine that is slow, breaks off, lies and comes back."""

import gzip
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.sources import download
from models.sources.download import NotFetched, Remote, fetch, mark_used
from models.sources.first_rows import fetch_first
from models.sources.read import read_vectors
from models.sources.write import chunks
from tests.serving import serving

DATA = np.random.default_rng(0).bytes(2_000_000)


@dataclass
class Site:
    """What the server does: `content` is what it has, `answers` what it does to each request in
    turn, the last one for all others."""

    content: bytes = DATA
    answers: list[str] = field(default_factory=lambda: ["whole"])
    asked: list[str | None] = field(default_factory=list)  # the ranges
    sent: int = 0
    url: str = ""

    def remote(self, **changes: object) -> Remote:
        md5 = hashlib.md5(self.content).hexdigest()
        usual = Remote(f"{self.url}/file.gz", "file.gz", len(self.content), md5)
        return replace(usual, **changes)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site, wanted = self.site, self.headers.get("Range")
        how = site.answers[min(len(site.asked), len(site.answers) - 1)]
        site.asked.append(wanted)
        if how.isdigit():
            self.send_error(int(how))
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        ranged = wanted is not None and how != "no range"
        body = site.content[start:] if ranged else site.content
        self.send_response(206 if ranged else 200)
        if ranged:
            told = start + 7 if how == "wrong range" else start
            size = len(site.content)
            self.send_header("Content-Range", f"bytes {told}-{size - 1}/{size}")
        if how != "no length":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.pour(body[: len(body) // 2] if how == "reset" else body, slow=how == "slow")

    def pour(self, body: bytes, *, slow: bool) -> None:
        step = 20_000
        for start in range(0, len(body), step):
            try:
                self.wfile.write(body[start : start + step])
            except OSError:  # who asked has gone
                return
            self.site.sent += step
            if slow:
                threading.Event().wait(0.01)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(download, "_PAUSE", 0.001)
    found = Site()
    handler = type("OfThisSite", (Handler,), {"site": found})
    with serving(handler) as found.url:
        yield found


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


@pytest.mark.parametrize("how", ["whole", "slow", "no length"])
def test_a_file_comes_as_a_whole_and_once(site: Site, tmp_path: Path, how: str) -> None:
    site.answers, told = [how], []
    path = fetch(site.remote(), tmp_path, progress=told.append)
    assert path.read_bytes() == DATA
    assert told == sorted(told)
    assert told[-1] == 1.0
    fetch(site.remote(), tmp_path)
    assert site.asked == [None]
    assert files(tmp_path) == {"file.gz"}


def test_what_breaks_off_goes_on_from_there(site: Site, tmp_path: Path) -> None:
    site.answers = ["reset", "503", "reset", "429", "whole"]
    assert fetch(site.remote(), tmp_path).read_bytes() == DATA
    assert site.asked == [
        None,
        "bytes=1000000-",
        "bytes=1000000-",
        "bytes=1500000-",
        "bytes=1500000-",
    ]


@pytest.mark.parametrize("how", ["no range", "wrong range"])
def test_a_server_that_knows_no_ranges_is_read_from_its_beginning(
    site: Site, tmp_path: Path, how: str
) -> None:
    site.answers = ["reset", how, "no range"]
    assert fetch(site.remote(), tmp_path).read_bytes() == DATA


def test_a_wrong_checksum_keeps_nothing(site: Site, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="checksum"):
        fetch(site.remote(md5="0" * 32), tmp_path)
    assert files(tmp_path) == set()


@pytest.mark.parametrize("how", ["whole", "no length"])
@pytest.mark.parametrize("change", [-5, 5])
def test_another_size_than_published_keeps_nothing(
    site: Site, tmp_path: Path, how: str, change: int
) -> None:
    site.answers = [how]
    with pytest.raises(NotFetched):
        fetch(site.remote(bytes=len(DATA) + change, md5=None), tmp_path)
    assert "file.gz" not in files(tmp_path)


def test_a_missing_file_is_told_at_once(site: Site, tmp_path: Path) -> None:
    site.answers = ["404"]
    with pytest.raises(NotFetched, match="Not Found"):
        fetch(site.remote(), tmp_path)
    assert len(site.asked) == 1


def test_without_a_network_a_sentence_says_what_is_here(tmp_path: Path, site: Site) -> None:
    remote = replace(site.remote(), url="http://127.0.0.1:1/file.gz")
    with pytest.raises(NotFetched, match=r"needs the network; 0\.0 MB have come"):
        fetch(remote, tmp_path)


def test_cancelled_it_stops_and_goes_on_later(site: Site, tmp_path: Path) -> None:
    def tell(share: float) -> None:
        if share > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        fetch(site.remote(), tmp_path, progress=tell)
    assert files(tmp_path) == {"file.gz.partial"}
    held = (tmp_path / "file.gz.partial").stat().st_size
    assert 0.3 < held / len(DATA) < 0.6
    assert fetch(site.remote(), tmp_path).read_bytes() == DATA
    assert site.asked[1] == f"bytes={held}-"


def test_those_who_ask_at_once_download_once(site: Site, tmp_path: Path) -> None:
    site.answers = ["slow"]
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: fetch(site.remote(), tmp_path), range(4)))
    assert len(set(paths)) == len(site.asked) == 1


def test_a_full_disk_is_told(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Usage = type(download.shutil.disk_usage(tmp_path))
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    with pytest.raises(NotFetched, match="0 MB are free on the disk"):
        fetch(site.remote(), tmp_path)
    assert site.asked == []


def test_what_was_used_longest_ago_makes_room(site: Site, tmp_path: Path) -> None:
    for name, age in (
        ("abandoned.tmp", 4_000),
        ("old.gz", 200),
        ("new.gz", 100),
        ("being-fetched.gz.partial", 0),
    ):
        (tmp_path / name).write_bytes(bytes(1_000_000))
        then = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    fetch(site.remote(), tmp_path, limit=4_000_000)
    assert files(tmp_path) == {"new.gz", "being-fetched.gz.partial", "file.gz"}
    with pytest.raises(NotFetched, match="VECTORSCOPE_CATALOGUE_MB"):
        fetch(site.remote(name="other.gz"), tmp_path, limit=1_000_000)


def test_what_is_used_stays_and_keeps_the_time_of_its_change(site: Site, tmp_path: Path) -> None:
    """The one that came first is in use, so that the one that came later makes room."""
    for name, age in (("first.gz", 200), ("later.gz", 100)):
        (tmp_path / name).write_bytes(bytes(1_000_000))
        then = int((tmp_path / name).stat().st_mtime) - age
        os.utime(tmp_path / name, (then, then))
    changed = (tmp_path / "first.gz").stat().st_mtime_ns
    mark_used(tmp_path / "first.gz")
    assert (tmp_path / "first.gz").stat().st_mtime_ns == changed
    fetch(site.remote(), tmp_path, limit=3_000_000)
    assert files(tmp_path) == {"first.gz", "file.gz"}
    there = (tmp_path / "file.gz").stat().st_mtime_ns
    fetch(site.remote(), tmp_path)  # it is here: used, and nothing else
    assert (tmp_path / "file.gz").stat().st_mtime_ns == there
    mark_used(tmp_path / "gone.gz")


@pytest.fixture
def space() -> EmbeddingSpace:
    rng = np.random.default_rng(1)
    words = [f"wörd{number}" for number in range(20_000)]
    return EmbeddingSpace("s", Vocabulary(words), rng.standard_normal((20_000, 20), np.float32))


@pytest.mark.parametrize("kind", ["word2vec", "word2vec-binary"])
@pytest.mark.parametrize("rows", [1, 2, 1_500, 19_999])
def test_the_first_rows_are_those_of_the_whole(
    site: Site, tmp_path: Path, space: EmbeddingSpace, kind: str, rows: int
) -> None:
    site.content = gzip.compress(b"".join(chunks(space, kind)), 1)
    site.answers = ["reset", "slow"]
    binary = kind == "word2vec-binary"
    path = fetch_first(site.remote(), tmp_path, rows, binary=binary)
    found = read_vectors(path)
    assert found.words == space.words[:rows]
    assert np.array_equal(found.vectors, space.vectors[:rows])
    if rows <= 1_500:
        assert site.sent < 0.6 * len(site.content)  # the rest never came
    assert fetch(site.remote(), tmp_path).read_bytes() == site.content  # completed
    assert fetch_first(site.remote(), tmp_path, 7, binary=binary).is_file()  # from what is here
    if rows <= 1_500:
        assert site.asked[-1] is not None


def test_rows_that_are_cut_off_or_no_rows_are_told(
    site: Site, tmp_path: Path, space: EmbeddingSpace
) -> None:
    whole = b"".join(chunks(space, "word2vec"))
    for content in (whole[:5_000], b"<html>" * 1_000, b"3 x\n", b""):
        site.content = gzip.compress(content)
        with pytest.raises(NotFetched, match="damaged"):
            fetch_first(site.remote(), tmp_path, 10_000, binary=False)
        assert files(tmp_path) == set()
    site.content = whole  # not packed at all
    with pytest.raises(NotFetched, match="damaged"):
        fetch_first(site.remote(), tmp_path, 10, binary=False)
    site.content = gzip.compress(whole)
    with pytest.raises(InvalidRequest, match="20,000 words"):
        fetch_first(site.remote(), tmp_path, 20_000, binary=False)


def test_a_bomb_is_not_unpacked_as_a_whole(site: Site, tmp_path: Path) -> None:
    site.content = gzip.compress(b"5 2\n" + bytes(60_000_000), 9)
    peak: Callable[[], int] = _traced()
    with pytest.raises(NotFetched, match="damaged"):
        fetch_first(site.remote(), tmp_path, 3, binary=True)
    assert peak() < 20_000_000


def _traced() -> Callable[[], int]:
    import tracemalloc

    tracemalloc.start()

    def peak() -> int:
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    return peak
