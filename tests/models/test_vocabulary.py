"""Vocabulary: a list of words in a tenth of the memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import InvalidRequest, Vocabulary

words = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1),
    unique=True,
    max_size=30,
)


@given(words)
def test_it_holds_what_it_was_given(given_words: list[str]) -> None:
    vocabulary = Vocabulary(given_words)
    assert list(vocabulary) == given_words
    assert [vocabulary[i] for i in range(len(vocabulary))] == given_words


@given(words, st.text())
def test_find_agrees_with_a_list(given_words: list[str], other: str) -> None:
    vocabulary = Vocabulary(given_words)
    for row, word in enumerate(given_words):
        assert vocabulary.find(word) == row
    assert (other in vocabulary) == (other in given_words)


@given(words, st.text(max_size=3))
def test_the_first_look_ups_agree_with_the_later_ones(given_words: list[str], other: str) -> None:
    vocabulary = Vocabulary(given_words)
    asked = [*given_words, other, *(word[:1] for word in given_words), ""] * 3
    expected = {word: row for row, word in enumerate(given_words)}
    assert [vocabulary.find(word) for word in asked] == [expected.get(word) for word in asked]


@given(words, st.integers(0, 40))
def test_a_head_is_a_prefix(given_words: list[str], count: int) -> None:
    head = Vocabulary(given_words).head(count)
    assert list(head) == given_words[:count]
    assert all((word in head) == (word in given_words[:count]) for word in given_words)


@given(words, st.text(max_size=2))
def test_starting_with_agrees_with_a_loop(given_words: list[str], prefix: str) -> None:
    found = Vocabulary(given_words).starting_with(prefix, limit=100)
    assert found == [i for i, word in enumerate(given_words) if word.startswith(prefix)]


@pytest.mark.parametrize("bad", [["a", "b", "a"], ["a", ""], ["a\nb"], ["a", "b\n"]])
def test_it_refuses_what_would_break_alignment(bad: list[str]) -> None:
    with pytest.raises(InvalidRequest):
        Vocabulary(bad)


def test_wordlike_hides_numerals_and_punctuation() -> None:
    vocabulary = Vocabulary(["the", ",", "1984", "x-ray", "o'clock", "b2b", "été", "-", "日本"])
    shown = [word for word, keep in zip(vocabulary, vocabulary.wordlike, strict=True) if keep]
    assert shown == ["the", "x-ray", "o'clock", "été", "日本"]


def test_a_lone_surrogate_is_no_word() -> None:
    assert Vocabulary(["a"]).find("\ud800") is None


def test_indexing_beyond_the_end_raises() -> None:
    with pytest.raises(IndexError):
        Vocabulary(["a"])[1]
    with pytest.raises(ValueError, match="not in the vocabulary"):
        Vocabulary(["a"]).index("b")


def test_a_vocabulary_of_lines_is_the_same() -> None:
    words = ["b", "a", "東京", "new york"]
    packed = Vocabulary.of_lines("\n".join(words).encode(), len(words))
    assert list(packed) == words
    assert [packed.find(word) for word in [*words, "c"]] == [0, 1, 2, 3, None]
