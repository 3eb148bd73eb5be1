"""EmbeddingSpace: alignment, read-only vectors, norms, unknown words."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest, UnknownWord, Vocabulary


def test_it_gives_words_and_vectors(tiny: EmbeddingSpace) -> None:
    assert tiny.words == list(tiny.vocabulary)
    assert tiny["king"].dtype == np.float32
    assert "king" in tiny
    assert tiny.dimension == tiny.vectors.shape[1]
    assert len(tiny) == len(tiny.words)


def test_an_unknown_word_carries_suggestions(glove_50: EmbeddingSpace) -> None:
    with pytest.raises(UnknownWord) as caught:
        glove_50["Kign"]
    assert isinstance(caught.value, KeyError)
    assert "king" in caught.value.suggestions
    assert len(caught.value.suggestions) <= 5
    assert "“Kign” is not one of the words" in str(caught.value)


def test_suggestions_put_the_other_case_first(glove_50: EmbeddingSpace) -> None:
    with pytest.raises(UnknownWord) as caught:
        glove_50["Paris"]
    assert caught.value.suggestions[0] == "paris"


def test_vectors_cannot_be_changed(tiny: EmbeddingSpace) -> None:
    with pytest.raises(ValueError, match="read-only"):
        tiny.vectors[0, 0] = 1


def test_norms_and_units_agree_with_numpy(glove_50: EmbeddingSpace) -> None:
    rows = np.arange(0, 400_000, 997)
    expected = np.linalg.norm(glove_50.vectors[rows].astype(np.float64), axis=1)
    assert np.allclose(glove_50.norms[rows], expected, rtol=1e-5)
    assert np.allclose(np.linalg.norm(glove_50.unit(rows), axis=1), 1, atol=1e-5)


def test_a_vector_of_zeros_stays_zero() -> None:
    space = EmbeddingSpace("z", Vocabulary(["a", "b"]), np.zeros((2, 3), np.float32))
    assert not space.unit([0, 1]).any()


def test_a_head_shares_the_vectors(glove_50: EmbeddingSpace) -> None:
    head = glove_50.head(1000)
    assert len(head) == 1000
    assert np.shares_memory(head.vectors, glove_50.vectors)
    assert "the 1,000 most frequent of 400,000 words" in head.treatment


@pytest.mark.parametrize(
    "vectors", [np.zeros((2, 3)), np.zeros(2, np.float32), np.zeros((3, 3), np.float32)]
)
def test_wrong_vectors_are_refused(vectors: np.ndarray) -> None:
    with pytest.raises(InvalidRequest):
        EmbeddingSpace("bad", Vocabulary(["a", "b"]), vectors)


def test_what_is_derived_is_made_once(tiny: EmbeddingSpace) -> None:
    made: list[int] = []
    for _ in range(2):
        tiny.remember("a test", lambda: made.append(1))
    assert made == [1]


def test_content_ids_tell_spaces_apart(tiny: EmbeddingSpace) -> None:
    assert tiny.content_id != tiny.head(3).content_id
