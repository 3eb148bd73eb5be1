"""Texts from visitors: what is read, and the plain sentence for what cannot be."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from models import EmbeddingError
from models.runtime import unpacking
from models.training import texts
from models.training.texts import Text, pasted, read_text, uploaded


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (b"one two", "a.txt"),
        (b"\xef\xbb\xbfone two", "a.txt"),
        (gzip.compress(b"one two", mtime=0), "a.txt.gz"),
        (zipped(a_txt=b"one two", readme_md=b"# no"), "a.zip"),
        (zipped(text8=b"one two"), "text8.zip"),
    ],
)
def test_what_is_read(data: bytes, file: str) -> None:
    text = uploaded(data, f"folder/{file}")
    assert (text.content, text.title, text.private) == ("one two", file, True)


def test_files_of_an_archive_are_joined() -> None:
    assert uploaded(zipped(a_txt=b"one", b_txt=b"two"), "a.zip").content == "one\ntwo"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"caf\xe9 au lait", "line 1 holds the byte 0xE9"),
        ("word".encode("utf-16"), "UTF-16"),
        (b"a\0b", "NUL byte at position 1"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x01\x02\x03\x04" * 100, "control characters"),
        (b"\x1f\x8bdamaged", "damaged"),
        (b"PK\x03\x04damaged", "damaged"),
        (zipped(a_docx=b"word"), "no text file"),
    ],
)
def test_what_is_found_is_said(data: bytes, says: str) -> None:
    with pytest.raises(EmbeddingError, match=says):
        uploaded(data, "my.txt")


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 2_000_000)
    with pytest.raises(EmbeddingError, match="The text has 3 MB; at most 2 MB"):
        pasted("a" * 3_000_000)
    with pytest.raises(EmbeddingError, match="more than 2 MB once unpacked"):
        uploaded(zipped(a_txt=b"a" * 3_000_000), "a.zip")


def test_an_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_FILES", 1)
    with pytest.raises(EmbeddingError, match="holds 2 files; at most 1 can be read"):
        uploaded(zipped(a_txt=b"one", b_txt=b"two"), "a.zip")


def test_pieces_end_between_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_PIECE", 10)
    content = "alpha beta gamma delta äöü epsilon eta\nzeta averyveryverylongword end"
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    for text in (Text("a", content), Text("a", path=path)):
        assert "".join(text.pieces()) == content
    assert [word for piece in Text("a", path=path).pieces() for word in piece.split()] == (
        content.split()
    )


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one two", encoding="utf-8")
    assert read_text(path).content == "one two"
    with pytest.raises(EmbeddingError, match="There is no file"):
        read_text(tmp_path / "b.txt")
