"""Unknown words of fastText may be asked about wherever words are: beside gensim and plain sums."""

from pathlib import Path

import numpy as np
import pytest

import models
from models import EmbeddingSpace, UnknownWord, Vocabulary
from models.maps.plane import offset_plane
from models.search.query_vectors import made_words
from models.search.questions import read
from models.sources.read import read_vectors
from models.sources.subwords import Subwords, SubwordSpace

WORDS = ["the", "king", "queen", "kingdom", "man", "woman", "été"]


@pytest.fixture
def space() -> SubwordSpace:
    """Seven words; pieces of three to five letters."""
    random = np.random.default_rng(3)
    rows = random.normal(size=(200, 6)).astype(np.float32)
    own = random.normal(size=(len(WORDS), 6)).astype(np.float32)
    pieces = Subwords(rows, 3, 5)
    vectors = pieces.compose([word.encode() for word in WORDS], own)
    return SubwordSpace("fast", Vocabulary(WORDS), vectors, subwords=pieces)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def ranked(space: EmbeddingSpace, vector: np.ndarray, *hidden: str) -> list[str]:
    """The plain way."""
    scored = {word: unit(space[word]) @ unit(vector) for word in space.words if word not in hidden}
    return sorted(scored, key=lambda word: -scored[word])


def test_neighbours_of_an_unknown_word(space: SubwordSpace) -> None:
    found = models.neighbours(space, "kings", k=7)
    assert list(found["word"]) == ranked(space, space["kings"])
    assert found["similarity"][0] == pytest.approx(
        unit(space["kings"]) @ unit(space[found["word"][0]]), abs=1e-6
    )


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
def test_a_known_and_an_unknown_word_together(space: SubwordSpace, metric: str) -> None:
    found = models.neighbours(space, ["king", "queens"], k=7, metric=metric)
    assert "king" not in set(found["word"])
    each = [space["king"], space["queens"]]
    middle = np.mean([unit(v) for v in each] if metric == "cosine" else each, axis=0)
    by_vector = models.neighbours(
        space, middle.astype(np.float32), k=7, metric=metric, exclude=["king"]
    )
    assert list(found["word"]) == list(by_vector["word"])


def test_a_formula_with_an_unknown_word(space: SubwordSpace) -> None:
    found = models.formula(space, "kings - man + woman", k=7)
    target = unit(space["kings"]) - unit(space["man"]) + unit(space["woman"])
    assert list(found["word"]) == ranked(space, target, "man", "woman")
    as_they_are = models.formula(space, "kings - man", k=7, metric="dot")
    assert "man" not in set(as_they_are["word"])
    asked = read("kings", space)
    assert list(asked.answer(space, k=7)["word"]) == ranked(space, space["kings"])


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "pairdirection"])
def test_an_analogy_with_an_unknown_word(space: SubwordSpace, method: str) -> None:
    found = models.analogy(space, "man", "kings", "woman", method=method)
    assert set(found["word"]) == set(WORDS) - {"man", "woman"}
    if method == "3cosadd":
        target = unit(space["kings"]) - unit(space["man"]) + unit(space["woman"])
        assert list(found["word"]) == ranked(space, target, "man", "woman")
    plane = offset_plane(space, "man", "kings", "woman", ["queen"])
    assert list(plane.points["word"]) == ["man", "kings", "woman", "queen"]


@pytest.mark.parametrize("word", ["", " ", "</s>", "x"])
def test_a_word_without_pieces_stays_unknown(space: SubwordSpace, word: str) -> None:
    few = SubwordSpace(
        "few", space.vocabulary, space.vectors, subwords=Subwords(space.subwords.rows, 4, 5)
    )
    with pytest.raises(UnknownWord):
        models.neighbours(few, word)
    with pytest.raises(UnknownWord):
        models.neighbours(few, ["king", word])
    with pytest.raises(UnknownWord):
        models.analogy(few, "man", word, "woman")


def test_a_word_too_short_gets_suggestions(space: SubwordSpace) -> None:
    long = SubwordSpace(
        "long", space.vocabulary, space.vectors, subwords=Subwords(space.subwords.rows, 8, 9)
    )
    with pytest.raises(UnknownWord, match="Did you mean queen"):
        models.formula(long, "quen - man")


def test_other_spaces_and_those_made_of_it_know_no_more(
    space: SubwordSpace, tiny: EmbeddingSpace
) -> None:
    for other in (tiny, models.reduce(space, dimension=3)):
        with pytest.raises(UnknownWord):
            models.neighbours(other, "kings")
    assert made_words(space, ["king", "kings", "kings"]) == ["kings"]


def test_the_neighbours_of_an_unknown_word_are_those_of_gensim(tmp_path: Path) -> None:
    from gensim.models import FastText
    from gensim.models.fasttext import load_facebook_vectors, save_facebook_model

    sentences = [[*WORDS, "a", "ü"], ["a", "ü", "king", "东京"]] * 5
    trained = FastText(
        sentences, vector_size=6, min_count=1, bucket=500, epochs=2, seed=1, workers=1
    )
    path = tmp_path / "model.bin"
    save_facebook_model(trained, str(path))
    theirs = load_facebook_vectors(str(path)).most_similar("queens", topn=5)
    ours = models.neighbours(read_vectors(path), "queens", k=5)
    assert list(ours["word"]) == [word for word, _ in theirs]
    np.testing.assert_allclose(ours["similarity"], [value for _, value in theirs], atol=1e-5)
