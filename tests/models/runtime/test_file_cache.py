"""FileCache: small, whole, and never in the way."""

import errno
import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from models.errors import InvalidRequest
from models.runtime import file_cache as file_cache_module
from models.runtime.cache_folder import cache_limit, private_folder
from models.runtime.file_cache import FileCache, file_cache


@pytest.fixture(autouse=True)
def nothing_told(caplog: pytest.LogCaptureFixture) -> None:
    file_cache_module._log_once.cache_clear()


def put(kept: FileCache, name: str, content: bytes) -> None:
    kept.write(name, len(content), lambda file: file.write(content) and None)


def got(kept: FileCache, name: str) -> bytes | None:
    return kept.read(name, lambda file: file.read() or None)


def full(file: BinaryIO) -> None:
    file.write(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    kept = FileCache(tmp_path / "new", limit=100)
    assert got(kept, "a") is None
    assert kept.names() == []
    put(kept, "a", b"content")
    assert got(kept, "a") == b"content"
    assert kept.names() == ["a"]
    kept.drop("a")
    assert got(kept, "a") is None


def test_the_least_recently_used_is_deleted(tmp_path: Path) -> None:
    kept = FileCache(tmp_path, limit=30)
    for age, name in enumerate("abc"):
        put(kept, name, b"0123456789")
        os.utime(tmp_path / name, (age, age))
    assert got(kept, "a")  # used just now: b is the oldest
    put(kept, "d", b"0123456789")
    assert sorted(kept.names()) == ["a", "c", "d"]
    put(kept, "too large", b"0" * 31)
    assert sorted(kept.names()) == ["a", "c", "d"]


def test_a_file_that_is_damaged_is_deleted(tmp_path: Path) -> None:
    kept = FileCache(tmp_path, limit=100)
    put(kept, "a", b"content")
    assert kept.read("a", lambda file: None) is None
    assert kept.names() == []


def test_nothing_half_written_is_left_by_a_full_disk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = FileCache(tmp_path, limit=100)
    for name in "ab":
        kept.write(name, 10, full)
    assert list(tmp_path.iterdir()) == []
    assert caplog.text.count("No space left") == 1  # told once


def test_what_was_abandoned_is_cleared_away(tmp_path: Path) -> None:
    kept = FileCache(tmp_path, limit=100)
    for name, age in (("old.tmp", 7_200), ("new.tmp", 60)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    put(kept, "a", b"content")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "new.tmp"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_folder_that_cannot_be_used_is_no_harm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    kept = FileCache(tmp_path / "file", limit=100)  # fails for root too, unlike a read-only one
    put(kept, "a", b"content")
    assert got(kept, "a") is None
    assert kept.names() == []
    assert "cache" in caplog.text


def test_a_folder_that_is_deleted_is_made_again(tmp_path: Path) -> None:
    kept = FileCache(tmp_path / "kept", limit=100)
    put(kept, "a", b"content")
    shutil.rmtree(tmp_path / "kept")
    assert got(kept, "a") is None
    put(kept, "a", b"content")
    assert got(kept, "a") == b"content"


def test_a_crowd_finds_whole_files_only(tmp_path: Path) -> None:
    kept = FileCache(tmp_path, limit=3_000)

    def visit(number: int) -> bool:
        name = str(number % 5)
        put(kept, name, name.encode() * 1_000)
        return got(kept, name) in (None, name.encode() * 1_000)

    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(visit, range(200)))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3_000 + 8 * 1_000


def test_it_stands_where_the_environment_says(tmp_path: Path) -> None:
    kept = file_cache("graphs", {"VECTORSCOPE_CACHE": str(tmp_path / "here")})
    assert kept is not None
    put(kept, "a", b"content")
    assert (tmp_path / "here" / "graphs" / "a").read_bytes() == b"content"
    assert file_cache("graphs", {"VECTORSCOPE_CACHE_MB": "0"}) is None


def test_where_others_can_write_nothing_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They could put graphs of their own there."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    keep = partial(file_cache, "graphs")
    assert keep({"VECTORSCOPE_CACHE": str(tmp_path / "open")}) is None
    assert "others can write it" in caplog.text
    assert keep({}) is None
    monkeypatch.setenv("HOME", str(tmp_path))
    named = {"VECTORSCOPE_CACHE": str(tmp_path / "open")}
    assert keep(named) is None  # the folder that was named, or none
    assert keep({}) is not None
    assert private_folder("graphs", named) == tmp_path / ".cache" / "vectorscope" / "graphs"


def test_the_limit_is_a_number() -> None:
    assert cache_limit({}) == 200_000_000
    assert cache_limit({"VECTORSCOPE_CACHE_MB": "0.5"}) == 500_000
    for bad in ("much", "-1", "nan", "inf"):
        with pytest.raises(InvalidRequest, match="VECTORSCOPE_CACHE_MB"):
            cache_limit({"VECTORSCOPE_CACHE_MB": bad})
