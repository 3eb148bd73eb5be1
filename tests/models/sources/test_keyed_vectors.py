"""gensim's .kv is read from a path of the server's own, and no code in it runs."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace
from models.errors import VectorFileError
from models.sources.read import read_vectors
from tests.models.sources.conftest import put, same


def saved(space: EmbeddingSpace, folder: Path, **options: int) -> Path:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(space.dimension)
    vectors.add_vectors(space.words, space.vectors)
    vectors.save(str(folder / "v.kv"), **options)
    return folder / "v.kv"


@pytest.mark.parametrize("apart", [1, 10**7])
def test_it_is_read_where_it_is_trusted(space: EmbeddingSpace, apart: int, tmp_path: Path) -> None:
    path = saved(space, tmp_path, sep_limit=apart)
    assert (tmp_path / "v.kv.vectors.npy").exists() == (apart == 1)
    same(read_vectors(path, trusted=True), space)
    same(read_vectors(path, trusted=True, limit=3), space.head(3))
    with pytest.raises(VectorFileError, match="pickle, which is never opened"):
        read_vectors(path)
    with path.open("rb") as upload, pytest.raises(VectorFileError, match="never opened"):
        read_vectors(upload, trusted=True)


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.exit, ("a pickle was opened",)


@pytest.mark.parametrize("content", [Harm(), {"index_to_key": [Harm()]}, [1], None, "text"])
def test_nothing_in_another_pickle_runs(content: object, tmp_path: Path) -> None:
    path = put(tmp_path, "v.kv", pickle.dumps(content, protocol=4))
    with pytest.raises(VectorFileError, match="no KeyedVectors of gensim 4"):
        read_vectors(path, trusted=True)


def test_a_damaged_one_is_refused_or_read(space: EmbeddingSpace, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    data = saved(space, tmp_path).read_bytes()
    for _ in range(100):
        changed = bytearray(data)
        for place in random.integers(0, len(data), 3):
            changed[place] = random.integers(256)
        try:
            read_vectors(put(tmp_path, "changed.kv", changed), trusted=True)
        except VectorFileError as error:
            last = error
    assert last.file == "changed.kv"
