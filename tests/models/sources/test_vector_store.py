"""What was read once opens again; what changed is read anew; what is damaged does no harm."""

import os
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace
from models.errors import InvalidRequest, VectorFileError
from models.sources import vector_store
from models.sources.formats.vector_buffers import DiskFull, FileBuffer
from models.sources.read import read_vectors
from models.space import Floats
from tests.models.sources.conftest import put, same, written


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "1")
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(folder))
    return folder / "vectors"


@pytest.fixture
def path(space: EmbeddingSpace, tmp_path: Path) -> Path:
    return put(tmp_path, "v.txt", written(space, "glove"))


def test_a_file_is_read_once(
    store: Path, path: Path, space: EmbeddingSpace, passes: list[Path]
) -> None:
    for _ in range(3):
        found = read_vectors(path)
        same(found, space)
        assert isinstance(found.vectors, np.memmap)
        assert not found.vectors.flags.writeable
    assert len(passes) == 1
    assert [folder.suffix for folder in store.iterdir()] == [""]


def test_who_has_it_open_at_a_time_shares_one_copy(store: Path, path: Path) -> None:
    read_vectors(path)
    one, other = read_vectors(path, name="one"), read_vectors(path, name="other")
    assert one.vectors is other.vectors
    assert one.vocabulary is other.vocabulary


def test_what_changed_is_read_anew(store: Path, path: Path, passes: list[Path]) -> None:
    first = read_vectors(path)
    assert len(read_vectors(path, limit=3)) == 3
    put(path.parent, "v.txt", "a 1 2\na 3 4\n")
    for _ in range(2):
        found = read_vectors(path)
        assert (found.words, found.provenance) == (
            ["a"],
            ("1 duplicate word, such as “a”, left out",),
        )
    assert len(passes) == 3
    assert first.vectors[0, 0]  # what is held is not touched


@pytest.mark.parametrize("name", ["manifest.json", "vectors.npy", "words.txt"])
@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_what_is_damaged_is_made_again(
    name: str, content: bytes | None, store: Path, path: Path, space: EmbeddingSpace
) -> None:
    read_vectors(path)
    victim = next(store.iterdir()) / name
    victim.unlink() if content is None else victim.write_bytes(content)
    same(read_vectors(path), space)
    same(read_vectors(path), space)


def test_a_full_disk_costs_nothing_but_the_store(
    store: Path, path: Path, space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileBuffer, vectors: Floats) -> None:
        raise DiskFull

    monkeypatch.setattr(FileBuffer, "append", full)
    same(read_vectors(path), space)
    assert list(store.iterdir()) == []


def test_a_file_that_is_refused_leaves_nothing(store: Path, tmp_path: Path) -> None:
    path = put(tmp_path, "v.txt", "a 1 2\nb 1 x\n")
    with pytest.raises(VectorFileError, match="line 2: “x” where"):
        read_vectors(path)
    assert list(store.iterdir()) == []


def test_an_upload_leaves_no_trace(store: Path, path: Path, space: EmbeddingSpace) -> None:
    with path.open("rb") as file:
        same(read_vectors(file), space)
    assert not store.exists()


def test_what_was_opened_longest_ago_goes(
    store: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_store, "_limit", lambda: 20_000)
    for limit in (290, 291, 292):
        read_vectors(path, limit=limit)
        for age, folder in enumerate(sorted(store.iterdir(), key=lambda f: f.stat().st_mtime)):
            os.utime(folder / "manifest.json", (age, age))
    (folder,) = store.iterdir()
    assert "292" in (folder / "manifest.json").read_text()


def test_the_limit_must_be_a_number(
    store: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_VECTORS_MB", "many")
    with pytest.raises(InvalidRequest, match="whole number"):
        read_vectors(path)
    monkeypatch.setenv("VECTORSCOPE_VECTORS_MB", "0")
    assert not isinstance(read_vectors(path).vectors, np.memmap)
