"""Corpora: the counts beside a plain loop, the options and their effect, what is refused."""

import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import EmbeddingError, InvalidRequest
from models.training import corpora
from models.training.corpora import Corpus, as_corpus, corpus_of
from models.training.texts import Text, pasted
from models.training.tokens import Tokens, sentences
from tests.models.training.conftest import topical

ALL = Tokens(min_count=1)


def words_of(corpus: Corpus) -> list[list[str]]:
    return [[corpus.vocabulary[int(code)] for code in line] for line in corpus.sentence_codes()]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=8), min_size=1), st.integers(1, 3))
def test_encoded_as_a_plain_loop_would(lines: list[list[str]], least: int) -> None:
    counts = Counter(word for line in lines for word in line)
    kept = {word for word, count in counts.items() if count >= least}
    text = Text("t", "\n".join(" ".join(line) for line in lines))
    if len(kept) < 2:
        with pytest.raises(EmbeddingError):
            corpus_of(text, Tokens(min_count=least))
        return
    corpus = corpus_of(text, Tokens(min_count=least))
    expected = [[word for word in line if word in kept] for line in lines]
    assert words_of(corpus) == [line for line in expected if line]
    assert dict(zip(corpus.vocabulary, corpus.counts.tolist(), strict=True)) == {
        word: counts[word] for word in kept
    }
    assert (np.diff(corpus.counts) <= 0).all()
    assert (corpus.tokens_read, corpus.types_read) == (counts.total(), len(counts))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Tokens(), ["the", "year", "1,984", "don't", "well-known", "é"]),
        (Tokens(lower=False), ["The", "year", "1,984", "don't", "well-known", "É"]),
        (Tokens(numbers="drop"), ["the", "year", "don't", "well-known", "é"]),
        (Tokens(numbers="digits"), ["the", "year", "0,000", "don't", "well-known", "é"]),
    ],
)
def test_how_a_line_is_cut(options: Tokens, expected: list[str]) -> None:
    line = "The year 1,984: “don’t” -- well-known_É!"
    assert list(sentences([line], options)) == [expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        (
            "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
            ["\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"],
        ),
        ("الْعَرَبِيَّة، لُغَةٌ", ["الْعَرَبِيَّة", "لُغَةٌ"]),
        ("می\u200cخواهم\u200c و", ["می\u200cخواهم", "و"]),  # a joiner at the end joins nothing
        ("\u0930\u200d\u09cd\u09af\u09be", ["\u0930\u200d\u09cd\u09af\u09be"]),
        ("l’e\u0301te\u0301, A\u0300 vis-a\u0300-vis", ["l'été", "à", "vis-à-vis"]),
        ("İstanbul", ["i\u0307stanbul"]),
        ("\U00011013\U00011038\U00011046 a", ["\U00011013\U00011038\U00011046", "a"]),  # Brahmi
        ("1\ufe0f\u20e3 \u0301 \u2764\ufe0f", ["1"]),  # marks on what is no letter
    ],
)
def test_marks_belong_to_their_letters(text: str, words: list[str]) -> None:
    [found] = sentences([text], Tokens())
    assert found == [unicodedata.normalize("NFC", word) for word in words]
    assert next(sentences([unicodedata.normalize("NFD", text)], Tokens())) == found


@settings(deadline=None)  # the first call compiles a pattern of all Unicode
@given(st.text(st.sampled_from("aé\u0301\u0915\u093f\u094d\u200d\u200c '-_5."), max_size=12))
def test_words_are_cut_as_a_plain_loop_would(line: str) -> None:
    line = unicodedata.normalize("NFC", line)
    words, word = [], ""
    for character in f"{line} ":
        mark = word and (unicodedata.category(character)[0] == "M" or character in "\u200c\u200d")
        if character.isalpha() or mark:
            word += character
        else:
            words, word = [*words, word.rstrip("\u200c\u200d")], ""
    found = [part for line in sentences([line], Tokens(numbers="drop")) for part in line]
    parts = [part for word in found for part in word.replace("-", "'").split("'")]
    assert parts == [word for word in words if word]


def test_phrases_are_joined() -> None:
    text = Text("t", topical() + "\nnew york the bridge" * 20)
    corpus = corpus_of(text, Tokens(phrases=True))
    apart = corpus_of(text, Tokens())
    assert "new_york" in corpus.vocabulary
    assert "new_york" not in apart.vocabulary
    assert corpus.tokens < apart.tokens
    assert "phrases joined" in corpus.facts.describe()


def test_long_lines_are_cut() -> None:
    corpus = corpus_of(Text("t", "a b " * 1_000), ALL)
    assert np.diff(corpus.starts).tolist() == [500] * 4


def test_the_id_names_the_content() -> None:
    one, same, other = (corpus_of(Text("t", t), ALL) for t in ("a b a", "a  b, a", "a b b"))
    assert one.content_id == same.content_id != other.content_id


def test_a_part_keeps_the_rows_of_words(topics: Corpus) -> None:
    part = topics.choose(np.array([3, 7]))
    assert words_of(part) == [words_of(topics)[3], words_of(topics)[7]]
    assert part.vocabulary is topics.vocabulary


def test_arrays_cannot_be_written(topics: Corpus) -> None:
    with pytest.raises(ValueError):
        topics.codes[0] = 1


def test_words_stand_by_frequency(topics: Corpus) -> None:
    assert topics.counts.sum() == topics.tokens
    assert (np.diff(topics.counts) <= 0).all()
    assert set(topics.vocabulary[:3]) == {"the", "and", "of"}


def test_the_wikipedia_sample_is_the_known_one(wikipedia: Corpus) -> None:
    """106 articles, about 450,000 tokens through gensim's own WikiCorpus."""
    assert 440_000 < wikipedia.tokens_read < 500_000
    assert 8_000 < wikipedia.words < 12_000
    assert wikipedia.vocabulary[0] == "the"
    assert not wikipedia.private
    assert wikipedia.licence


@pytest.mark.parametrize("make", [str, Path])
def test_from_a_path_a_text_or_a_corpus(make: type, tmp_path: Path, topics: Corpus) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one two one two one", encoding="utf-8")
    found = as_corpus(make(path), ALL)
    assert found.counts.tolist() == [3, 2]
    assert as_corpus("one two one two one", ALL).content_id == found.content_id
    assert as_corpus(topics) is topics


def test_progress_can_end_the_reading() -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        corpus_of(Text("t", "a b\n" * 5_000), ALL, progress=stop)


# What cannot be learned from.


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("...!?", ALL, "holds 0 words"),
        ("word", ALL, "holds 1 words"),
        ("word " * 50, Tokens(), "one word alone"),
        ("a b c d e", Tokens(), "No word is seen at least 5 times"),
        ("a a a a a a b", Tokens(), "Only one word is seen"),
        ("我们都知道这个世界上没有什么东西是永远不变的" * 20, ALL, "without spaces"),
        ("ภาษาไทยเขียนติดกันโดยไม่มีการเว้นวรรคระหว่างคำ" * 20, ALL, "without spaces"),
    ],
)  # fmt: skip
def test_a_plain_sentence_says_why(text: str, options: Tokens, says: str) -> None:
    with pytest.raises(EmbeddingError, match=says):
        corpus_of(pasted(text), options)


def test_segmented_chinese_is_fine() -> None:
    corpus = corpus_of(pasted("我们 都 知道 这个 世界 上 没有 什么 东西 " * 20))
    assert corpus.words == 9


def test_too_many_words_names_the_count_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpora, "MOST_WORDS", 100)
    text = "\n".join(f"{'w' * (i % 40 + 1)}x{'v' * (i // 40)} " * (1 + i % 3) for i in range(240))
    with pytest.raises(EmbeddingError, match="minimum count to 3, which leaves 80"):
        corpus_of(Text("t", text), ALL)


def test_two_hundred_thousand_distinct_words() -> None:
    letters = "abcdefghij"
    names = ("".join(letters[int(d)] for d in f"{n:06d}") for n in range(200_000))
    text = Text("t", " ".join(names))
    with pytest.raises(EmbeddingError, match="200,000 different words"):
        corpus_of(text, ALL)
    with pytest.raises(EmbeddingError, match="No word is seen at least 5 times"):
        corpus_of(text, Tokens())


@pytest.mark.parametrize("bad", [{"numbers": "x"}, {"min_count": 0}, {"min_count": 2.5}])
def test_options_are_checked(bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        Tokens(**bad)  # type: ignore[arg-type]
