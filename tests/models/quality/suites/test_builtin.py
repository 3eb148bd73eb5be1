"""The suites as published, and what is said about a file that cannot be read."""

import subprocess
import sys

import numpy as np
import pytest

from models.errors import EmbeddingError, InvalidRequest
from models.quality.suites import builtin
from models.quality.suites.builtin import (
    google_analogies,
    read_pairs,
    read_questions,
    simlex999,
    suite,
)
from models.quality.suites.builtin import wordsim353 as wordsim


def test_google_analogies() -> None:
    google = google_analogies()
    assert len(google) == 19_544
    assert len(google.sections) == 14
    assert google.question(0) == ("athens", "greece", "baghdad", "iraq")
    assert all(word == word.lower() for word in google.words)


def test_the_questions_come_from_573_pairs() -> None:
    google = google_analogies()
    sections = np.repeat(google.section, 2)
    pairs = np.column_stack([sections, google.questions.reshape(-1, 2)])
    assert len(np.unique(pairs, axis=0)) == 573


def test_five_sections_are_semantic() -> None:
    assert {name: len(part) for name, part in google_analogies().groups.items()} == {
        "semantic": 5,
        "syntactic": 9,
    }


def test_wordsim_353_keeps_the_pair_that_stands_twice() -> None:
    twice = [
        score
        for pair, score in zip(wordsim().pairs, wordsim().scores, strict=True)
        if pair == ("money", "cash")
    ]
    assert sorted(twice) == [9.08, 9.15]
    assert len(wordsim()) == 353


def test_simlex_999() -> None:
    assert len(simlex999()) == 999
    assert simlex999().pairs[0] == ("old", "new")
    assert simlex999().scores[0] == 1.58


def test_nothing_can_be_changed() -> None:
    for array in (google_analogies().questions, google_analogies().section, simlex999().scores):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_gensim_is_not_imported() -> None:
    program = (
        "import sys; from models.quality.suites.builtin import suite;"
        "[suite(n) for n in ('google-analogies', 'wordsim-353', 'simlex-999')];"
        "assert 'gensim' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_says_what_to_do_without_gensim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin, "find_spec", lambda name: None)
    google_analogies.cache_clear()
    with pytest.raises(EmbeddingError, match="pip install"):
        google_analogies()


def test_an_unknown_suite_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match=r"google-analogies, wordsim-353, simlex-999"):
        suite("sat")


ORIGIN = {"name": "mine", "title": "Mine", "source": "me"}


def test_reads_questions_in_sections() -> None:
    mine = read_questions(": One\nA b c D\n\n: two\nd c b a\n: One\na b d c\n", **ORIGIN)
    assert mine.sections == ("one", "two")
    assert mine.section.tolist() == [0, 1, 0]
    assert [mine.question(i) for i in range(2)] == [("a", "b", "c", "d"), ("d", "c", "b", "a")]


@pytest.mark.parametrize(
    ("text", "told"),
    [(": one\na b c\n", "line 2: 3 words"), ("a b c d\n", "line 1: a question before the first")],
)
def test_says_which_question_cannot_be_read(text: str, told: str) -> None:
    with pytest.raises(EmbeddingError, match=told):
        read_questions(text, **ORIGIN)


@pytest.mark.parametrize("line", ["a b", "a b c", "a b 1 2", "a b nan"])
def test_says_which_pair_cannot_be_read(line: str) -> None:
    with pytest.raises(EmbeddingError, match="Mine"):
        read_pairs(f"# notes\na b 1\n{line}\n", **ORIGIN)
