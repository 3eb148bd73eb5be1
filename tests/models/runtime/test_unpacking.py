"""What comes packed: unpacked no further than the limit, one plain sentence for all else."""

import contextlib
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import EmbeddingError
from models.runtime import unpacking
from models.runtime.unpacking import is_hidden, read_file, refuse_large, unpacked
from tests.zips import zipped

FILES = {"a.txt": b"one two", "folder/b.txt": b"three"}


def found(data: bytes, *, file: str = "my.zip", most: int = 1_000) -> list[tuple[str, bytes]]:
    return list(unpacked(data, file, wanted=lambda path: path.endswith(".txt"), most=most))


def told(data: bytes, *, file: str = "my.zip", most: int = 1_000) -> str:
    """What is said about a file that cannot be unpacked: one sentence that names it."""
    with pytest.raises(EmbeddingError) as error:
        found(data, file=file, most=most)
    said = str(error.value)
    assert file in said
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_what_is_in_it() -> None:
    assert found(zipped({**FILES, "c.png": b"no"})) == list(FILES.items())
    assert found(gzip.compress(b"one"), file="a.gz") == [("a.gz", b"one")]
    assert found(b"one", file="a") == [("a", b"one")]
    assert found(zipped({})) == []


def test_names_in_a_zip_lead_nowhere() -> None:
    names = ["../../up.txt", "/etc/..\\x/passwd.txt", "C:\\..\\.\\a.txt", ". /.."]
    paths = [path for path, _ in found(zipped(dict.fromkeys(names, b"")))]
    assert paths == ["up.txt", "etc/x/passwd.txt", "C:/a.txt"]


@pytest.mark.parametrize("path", [".a.txt", "folder/.b/a.txt", "__MACOSX/a.txt"])
def test_what_systems_add_is_hidden(path: str) -> None:
    assert is_hidden(path)
    assert not is_hidden(path.replace(".b", "b").lstrip("._"))


def test_too_large_is_said_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(51_400_000)
    said = "big.txt has 51.4 MB; at most 50 MB can be read: keep a part of it."
    for refused in (
        lambda: refuse_large(51_400_000, "big.txt"),
        lambda: found(bytes(51_400_000), file="big.txt"),
        lambda: read_file(path, "big.txt"),
    ):
        with pytest.raises(EmbeddingError) as error:
            refused()
        assert str(error.value) == said


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda data: zipped({"a.txt": data}),
        lambda data: zipped({f"{i}.txt": data[: len(data) // 4] for i in range(4)}),
    ],
)
def test_a_bomb_is_not_inflated(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What inflates to a hundred times the limit stops right after it."""
    monkeypatch.setattr(unpacking, "LARGEST", 200_000)
    bomb = pack(b"a " * 10_000_000)
    assert len(bomb) < 200_000
    assert "holds more than 0.2 MB once unpacked" in told(bomb)


def test_ten_gigabytes_are_not_inflated() -> None:
    """As much as the limit is inflated, whatever the header says."""
    block = gzip.compress(bytes(60_000_000), compresslevel=1)
    ten = block * 170  # members one after the other: 10 GB
    assert len(ten) <= unpacking.LARGEST
    assert "more than 50 MB once unpacked" in told(ten, file="bomb.gz")


def test_too_many_files_are_counted_before_they_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = zipped({f"{i}.png": b"" for i in range(101)})
    monkeypatch.setattr(unpacking, "ZipFile", None)
    assert "holds 101 files; at most 100 can be read" in told(many, most=100)
    monkeypatch.undo()
    assert found(many, most=101) == []


def test_damaged_locked_and_packed_in_another_way() -> None:
    whole = zipped(FILES)
    assert "is damaged" in told(whole[: len(whole) // 2])
    assert "is damaged" in told(gzip.compress(b"one two")[:-6])
    assert "a.txt in my.zip is packed in a way that cannot be read" in told(
        zipped(FILES, compression=zipfile.ZIP_LZMA)
    )
    locked = bytearray(whole)
    locked[6] |= 1  # the flag in the local header, and in the directory
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "is locked with a password" in told(bytes(locked))


@given(place=st.floats(0, 0.999), byte=st.integers(0, 255))
def test_one_wrong_byte_raises_nothing_but_ours(place: float, byte: int) -> None:
    for sound in (zipped(FILES), gzip.compress(b"one two")):
        spoilt = bytearray(sound)
        spoilt[int(place * len(sound))] = byte
        with contextlib.suppress(EmbeddingError):
            assert all(isinstance(content, bytes) for _, content in found(bytes(spoilt)))


def test_a_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    assert read_file(tmp_path / "a.txt", "a.txt") == b"one"
    for none in (tmp_path / "b.txt", tmp_path, Path("\0")):
        with pytest.raises(EmbeddingError, match=r"There is no file “.*”: check the path"):
            read_file(none, "b.txt")
