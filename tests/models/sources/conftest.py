"""Files of vectors as people have them."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace, Vocabulary
from models.sources import read as files
from models.sources import vector_store
from models.sources.read import read_vectors
from models.sources.write import chunks

Read = Callable[..., EmbeddingSpace]


class Named(io.BytesIO):
    """An upload: bytes with a name."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


@pytest.fixture
def read() -> Read:
    """Read bytes as an upload called vectors."""

    def read(data: bytes | str, **options: object) -> EmbeddingSpace:
        raw = data.encode() if isinstance(data, str) else data
        return read_vectors(Named(raw, "vectors"), **options)  # type: ignore[arg-type]

    return read


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read and not load_stored."""
    found: list[Path] = []
    read = files._read

    def counted(path: Path, *rest: object) -> vector_store.FileContents:
        found.append(path)
        return read(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "_read", counted)
    return found


@pytest.fixture
def space() -> EmbeddingSpace:
    """300 words in 8 dimensions."""
    words = [f"w{i}" for i in range(290)] + ["=1+2", "<b>x</b>", "東京", "שלום", "été", "a\u00a0b"]
    words += ["1984", "3.14", ",", ";"]
    vectors = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    return EmbeddingSpace("small", Vocabulary(words), vectors)


def written(space: EmbeddingSpace, kind: str) -> bytes:
    return b"".join(chunks(space, kind))


def same(found: EmbeddingSpace, wanted: EmbeddingSpace) -> None:
    assert found.words == wanted.words
    np.testing.assert_array_equal(found.vectors, wanted.vectors)


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path
