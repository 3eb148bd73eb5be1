"""The text of suites: its forms as people write them, and what is said of a line that is none."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import EmbeddingError
from models.quality.suites import suite_text
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite, wordsim353
from models.quality.suites.suite_files import read_suite

PAIRS = "king queen 8.5\nking apple 1\nman woman 8.3\n"
QUESTIONS = "man king woman queen\nman woman king queen\n"
NOUNS = "album\talbums/records\ncar\tcars\nyear\tyears\n"
LETTERS = st.characters(codec="utf-8", categories=("L", "N"), max_codepoint=0x2FFF)
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(str.lower)


def pairs_of(text: str) -> SimilaritySuite:
    suite = read_suite(text.encode(), file="mine.txt")
    assert isinstance(suite, SimilaritySuite)
    return suite


def questions_of(text: str, *, file: str = "mine.txt") -> AnalogySuite:
    suite = read_suite(text.encode(), file=file)
    assert isinstance(suite, AnalogySuite)
    return suite


def told(text: str) -> str:
    """What is said about a text that cannot be read: one sentence."""
    with pytest.raises(EmbeddingError) as error:
        read_suite(text.encode(), file="mine.txt")
    said = str(error.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


# Pairs of words with a score.


@pytest.mark.parametrize("mark", [" ", "\t", ",", ";", ", ", "   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "# notes\n\n", "Word 1,Word 2,Score\n"])
def test_reads_pairs_however_they_are_written(mark: str, end: str, start: str) -> None:
    lines = PAIRS.replace(" ", mark).replace("\n", end)
    if start.startswith("Word"):
        start = start.replace(" ", "").replace(",", mark)
    suite = pairs_of(start.replace("\n", end) + lines.upper())
    assert suite.pairs == (("king", "queen"), ("king", "apple"), ("man", "woman"))
    assert suite.scores.tolist() == [8.5, 1, 8.3]


def test_a_header_tells_which_column_is_the_score() -> None:
    """The columns of SimLex-999's own file."""
    text = (
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\tSD(SimLex)\nold\tnew\tA\t1.58\t2.72\t0.41\n"
        "smart\tintelligent\tA\t9.2\t1.75\t0.67\nhard\tdifficult\tA\t8.77\t3.76\t1.19\n"
    )
    assert pairs_of(text).scores.tolist() == [1.58, 9.2, 8.77]


def test_a_spreadsheet_quotes_and_fills_up() -> None:
    text = '"Word 1","Word 2","Human (mean)",\n"a","b",1,\n"c","d",2,\n"a","New York",3,\n'
    assert pairs_of(text).pairs[2] == ("a", "new york")


def test_more_columns_without_a_header_are_refused() -> None:
    for line in ("take remove V 6.81", "take remove 6.81 V", "take remove 6.81 7 8"):
        assert "no header that names the score" in told(f"{line}\n" * 3)


def test_a_tab_before_the_score_alone_is_no_category() -> None:
    assert len(pairs_of("a b\t1\nc d\t2\ne f\t3\n")) == 3


def test_pairs_that_stand_twice_are_kept() -> None:
    rows = zip(wordsim353().pairs, wordsim353().scores, strict=True)
    suite = pairs_of("".join(f"{first},{second},{score}\n" for (first, second), score in rows))
    assert suite.pairs == wordsim353().pairs
    assert suite.scores.tolist() == wordsim353().scores.tolist()


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.tuples(WORDS, WORDS, st.floats(-1e6, 1e6)), min_size=3, max_size=20).filter(
        lambda rows: len({score for *_, score in rows}) > 1
    ),
    mark=st.sampled_from("\t; "),
)
def test_what_was_written_is_read(rows: list[tuple[str, str, float]], mark: str) -> None:
    suite = pairs_of("a,b,score\n".replace(",", mark) + "".join(_line(row, mark) for row in rows))
    assert list(suite.pairs) == [(first, second) for first, second, _ in rows]
    assert suite.scores.tolist() == [score for *_, score in rows]


def _line(row: tuple[str, str, float], mark: str) -> str:
    return mark.join(map(str, row)) + "\n"


@pytest.mark.parametrize("score", ["nan", "inf", "-inf", "1e999", "8,5", "1_0", "much", "٣"])
def test_a_score_is_a_number(score: str) -> None:
    said = told(f"a\tb\t1\na\tc\t{score}\na\td\t3\n")
    assert said == (f"mine.txt, line 2: “{score}” where a score is expected; write it like 8.5.")


def test_a_correlation_needs_three_pairs_that_differ() -> None:
    assert "too few pairs of words (2): a correlation needs 3 at least" in told("a b 1\nc d 2\n")
    assert "all 3 pairs the score 7, so there is nothing" in told("a b 7\nc d 7\ne f 7.0\n")


# Questions of four words.


def test_reads_questions_with_and_without_sections() -> None:
    assert questions_of(QUESTIONS, file="royal.txt").sections == ("royal",)
    suite = questions_of(": One\n# a note\n" + QUESTIONS + ": two\na b c d\n: empty\n")
    assert suite.sections == ("one", "two")
    assert suite.section.tolist() == [0, 0, 1]
    assert suite.question(0) == ("man", "king", "woman", "queen")
    assert suite.groups == {}


def test_googles_names_make_groups_and_others_none() -> None:
    suite = questions_of(f": family\n{QUESTIONS}: gram1-adverbs\n{QUESTIONS}")
    assert suite.groups == {"semantic": (0,), "syntactic": (1,)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QUESTIONS + "king queen 8.5\n", "mine.txt, line 3: 3 words where a question has 4."),
        (": one\na b\n", "mine.txt, line 2: 2 words where a question has 4."),
        (PAIRS + "a b c d\n", "mine.txt, line 4: 4 columns where two words and a score"),
        (PAIRS + "a b\n", "mine.txt, line 4: 2 columns where two words and a score"),
        (NOUNS + "a b c\n", "mine.txt, line 4: “a b c” where a word and its answers"),
        ("a,b,1\n,b,2\n", "mine.txt, line 2: an empty column where a word is expected"),
        (": \n" + QUESTIONS, "mine.txt, line 1: a section without a name"),
        ("<html>\n<p>\n", "mine.txt, line 1: “<html>”, but a line holds two words and a score"),
        ("the 1000\nof 900\n", "line 1: “the 1000” where a word and its answers are expected"),
        ("a b " + "c" * 201 + " d\n", "line 1: a word of 201 characters, at most 200"),
        ("word " * 10_000, "line 1: more than 20,000 characters"),
        (": one\n: two\n", "names sections but has no question"),
        ("", "mine.txt is empty"),
        ("\n# nothing but notes\n", "mine.txt is empty"),
    ],
)
def test_says_where_a_file_breaks_off(text: str, said: str) -> None:
    assert re.search(said, told(text))


def test_more_than_can_be_measured_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite_text, "MOST_PAIRS", 4)
    monkeypatch.setattr(suite_text, "MOST_QUESTIONS", 5)
    assert told("a b 1\n" * 7 + "a b 2") == (
        "mine.txt has 8 lines; at most 4 pairs can be read: keep a part of it."
    )
    assert "has 6 lines; at most 5 questions can be read" in told(QUESTIONS * 3)
    assert "has 6 lines; at most 2 lines of one category" in told(NOUNS * 2)
    assert "has 2,000,000 lines; at most 1,000,000 can be read" in told("\n" * 2_000_000)
