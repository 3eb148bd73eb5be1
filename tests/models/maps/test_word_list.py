"""Lists of words for a map: whatever a visitor pastes or uploads, words of the space once each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.widgets.exports import csv
from models import EmbeddingSpace, InvalidRequest
from models.maps.neighbour_graph import MOST
from models.maps.word_list import LONGEST, list_in, read_list


def test_a_word_a_line_once_each_by_frequency(glove_50: EmbeddingSpace) -> None:
    found = read_list("  dog \r\nParis\nthe\n\ndog\nqqzzyyx\n,\n", glove_50)
    assert found.words == tuple(sorted(("dog", "paris", "the", ","), key=glove_50.index))
    assert (found.known, found.missing, found.lacking) == (4, 1, ("qqzzyyx",))


def test_other_ways_to_write_a_list_are_taken_apart(glove_50: EmbeddingSpace) -> None:
    found = read_list("cat, dog; horse\tcow\nLondon Rome", glove_50)
    assert set(found.words) == {"cat", "dog", "horse", "cow", "london", "rome"}


def test_no_more_words_than_a_map_holds(glove_50: EmbeddingSpace) -> None:
    words = glove_50.vocabulary.chunk(0, MOST + 100)
    found = read_list("\n".join(reversed(words)), glove_50)
    assert found.words == tuple(words[:MOST])
    assert found.known == MOST + 100


@given(st.lists(st.integers(0, 60_000), max_size=50))
def test_words_of_a_space_come_back(glove_50: EmbeddingSpace, rows: list[int]) -> None:
    words = [glove_50.vocabulary[row] for row in rows]
    found = read_list("\n".join(words), glove_50)
    assert found.words == tuple(glove_50.vocabulary[row] for row in sorted(set(rows)))
    assert found.missing == 0


def test_a_table_that_was_downloaded_here_is_read_back(glove_50: EmbeddingSpace) -> None:
    import pandas as pd

    words = ["the", ",", "-", "=", "@", "king", '"']
    data = csv(pd.DataFrame({"word": words, "x": range(len(words))}))
    assert set(read_list(list_in(data, "vectorscope-positions.csv"), glove_50).words) == set(words)
    assert list_in(b"cat\tn\ndog\tn\n", "list.tsv") == "cat\ndog"
    assert list_in("\ufeffword\ncat".encode(), "list.txt") == "word\ncat"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"cat\0dog", "is no text"),
        (b"a" * (LONGEST + 1), "2,000,001 characters"),
        (b"a" * (4 * LONGEST + 1), "bytes; a list has at most"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        list_in(data, "mine.txt")


def test_a_broken_table_is_told() -> None:
    with pytest.raises(InvalidRequest, match="cannot be read as a table"):
        list_in(b'"' + b"a" * 200_000, "mine.csv")
