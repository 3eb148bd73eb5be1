"""Texts from visitors: what is read, and the plain sentence for what cannot be."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from models import EmbeddingError
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
        (gzip.compress(b"one two"), "a.txt.gz"),
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


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(zipped(a_txt=b"one two"))
    data[6] |= 1  # the flag in the local header, and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EmbeddingError, match="password"):
        uploaded(bytes(data), "a.zip")


@pytest.mark.parametrize("pack", [lambda text: zipped(a_txt=text), gzip.compress])
def test_a_bomb_is_not_inflated(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What inflates to a thousand times the limit stops right after it."""
    monkeypatch.setattr(texts, "LARGEST", 100_000)
    bomb = pack(b"a " * 10_000_000)  # type: ignore[operator]
    assert len(bomb) < 100_000
    with pytest.raises(EmbeddingError, match="once unpacked"):
        uploaded(bomb, "bomb.zip")


def test_ten_gigabytes_announced_are_not_believed() -> None:
    """As much as the limit is inflated, whatever the header says."""
    block = io.BytesIO()
    with gzip.open(block, "wb", compresslevel=1) as file:
        for _ in range(60):
            file.write(b"a" * 1_000_000)
    ten = block.getvalue() * 170  # members one after the other: 10 GB
    assert len(ten) <= texts.LARGEST
    with pytest.raises(EmbeddingError, match="more than 50 MB once unpacked"):
        uploaded(ten, "bomb.gz")


def test_too_large_is_said_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LARGEST", 2_000_000)
    with pytest.raises(EmbeddingError, match="has 3 MB; at most 2 MB"):
        uploaded(b"a" * 3_000_000, "a.txt")
    with pytest.raises(EmbeddingError, match="The text has 3 MB"):
        pasted("a" * 3_000_000)


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
