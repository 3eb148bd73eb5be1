"""fastText's .bin beside gensim, for words of the vocabulary and for others."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from models import UnknownWord
from models.errors import VectorFileError
from models.sources.read import read_vectors
from models.sources.subwords import SubwordSpace
from tests.models.sources.conftest import Read, put

SENTENCES = [["the", "été", "東京", "king", "queen", "kingdom"], ["a", "ü", "king", "</s>"]] * 5


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    path = tmp_path_factory.mktemp("fasttext") / "model.bin"
    trained = FastText(
        SENTENCES, vector_size=6, min_count=1, bucket=500, epochs=2, seed=1, workers=1
    )
    save_facebook_model(trained, str(path))
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_vectors_are_those_of_gensim(model: Path, packed: bool, tmp_path: Path) -> None:
    from gensim.models.fasttext import load_facebook_vectors

    theirs = load_facebook_vectors(str(model))
    path = put(tmp_path, "m.bin.gz", gzip.compress(model.read_bytes())) if packed else model
    ours = read_vectors(path)
    assert isinstance(ours, SubwordSpace)
    assert ours.words == theirs.index_to_key
    for word in [*(w for w in ours.words if w != "</s>"), "unseen", "Königin", "京", "kings"]:
        np.testing.assert_allclose(ours[word], theirs[word], atol=1e-6, err_msg=word)


def test_a_space_made_from_it_has_the_words_alone(model: Path) -> None:
    import models

    small = models.reduce(read_vectors(model), dimension=3)
    with pytest.raises(UnknownWord):
        small["unseen"]
    assert len(read_vectors(model).head(3)["unseen"]) == 6


def test_its_first_words(model: Path) -> None:
    whole, few = read_vectors(model), read_vectors(model, limit=2)
    assert few.words == whole.words[:2]
    np.testing.assert_array_equal(few.vectors, whole.vectors[:2])


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.6, 0.9])
def test_a_model_cut_off_is_refused(model: Path, share: float, read: Read) -> None:
    data = model.read_bytes()
    inner = len(data) - 4 * 6 * 9 - 17  # without the output matrix, which is not read
    with pytest.raises(VectorFileError, match="vectors: "):
        read(data[: int(share * inner)])


def test_it_opens_again(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "1")
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    first, again = read_vectors(model), read_vectors(model)
    np.testing.assert_array_equal(again["unseen"], first["unseen"])
    np.testing.assert_array_equal(again.vectors, first.vectors)
    assert isinstance(again.vectors, np.memmap)
