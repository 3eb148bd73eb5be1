"""text8 from a server of this machine: complete or not there at all."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from models import EmbeddingError
from models.training.corpora import corpus_of
from models.training.text8 import TEXT8, Archive, text8

WORDS = b"anarchism originated as a term of abuse " * 2_000


def packed() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("text8", WORDS)
    return held.getvalue()


@pytest.fixture
def archive() -> Iterator[Archive]:
    data = packed()
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path == "/text8.zip" else 404)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Archive(
        url=f"http://127.0.0.1:{server.server_port}/text8.zip",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        member="text8",
        member_bytes=len(WORDS),
    )
    server.shutdown()
    server.server_close()
    thread.join()


def test_fetched_once_and_read(archive: Archive, tmp_path: Path) -> None:
    told: list[float] = []
    text = text8(tmp_path, archive=archive, progress=told.append)
    again = text8(tmp_path, archive=replace(archive, url="http://127.0.0.1:1/gone"))
    assert text == again
    assert told[-1] == pytest.approx(0.95)
    assert [path.name for path in tmp_path.iterdir()] == ["text8"]
    assert corpus_of(text).counts.tolist() == [2_000] * 7
    assert not text.private


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sha256": "0" * 64}, "is not text8"),
        ({"bytes": 10}, "is not text8"),
        ({"bytes": 10**6}, "is not text8"),
        ({"member": "text9"}, "damaged"),
        ({"member_bytes": 7}, "bytes of text"),
        ({"url": "http://127.0.0.1:1/text8.zip"}, "could not be fetched"),
    ],
)
def test_nothing_is_kept_of_what_is_wrong(
    archive: Archive, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    with pytest.raises(EmbeddingError, match=says):
        text8(tmp_path, archive=replace(archive, **change))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_not_found_is_said(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="Not Found"):
        text8(tmp_path, archive=replace(archive, url=archive.url + "x"))


def test_a_download_can_be_ended(archive: Archive, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise StopIteration  # not an OSError, as InterruptedError is

    with pytest.raises(StopIteration):
        text8(tmp_path, archive=archive, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddingError, match="could not be fetched"):
        text8(tmp_path / "file" / "folder", archive=archive)


def test_the_real_one_is_as_published() -> None:
    assert (TEXT8.bytes, TEXT8.member_bytes) == (31_344_016, 100_000_000)
    assert len(TEXT8.sha256) == 64
