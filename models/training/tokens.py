"""Tokens: the options by which a text is cut into words, and the cutting itself.

A word is a run of letters, with apostrophes or hyphens inside; a number is a run of digits, with
points or commas inside. Everything else only separates. The marks of a letter (vowel signs,
accents, points) belong to it, as do joiners within a word; text is normalised to Unicode's form
NFC. Windows never reach across the end of a line, nor across
_LONGEST words.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from models.errors import EmbeddingError, InvalidRequest

NUMBERS = ("keep", "drop", "digits")
LARGEST_MIN_COUNT = 10_000
_LONGEST = 500  # words of a sentence; the rest is the next one
_LETTERS = r"[^\W\d_]+"
_JOINERS = "\u200c\u200d"  # between letters, of Persian or Hindi; they are not marks
_RARE = "\U00010000"  # characters from here on are no part of the Basic Multilingual Plane
_NUMBER = r"\d+(?:[.,]\d+)*"
_DIGIT = re.compile(r"\d")
# Thai, Lao, Myanmar, Khmer; kana; Han: written without spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
_WORD_LENGTH = 6  # characters: longer runs on average have not been cut into words

Sentence = list[str]


@dataclass(frozen=True)
class Tokens:
    """How a text is cut. `numbers`: "keep" them, "drop" them, or write every digit as 0 ("digits":
    1984 and 1066 are both 0000). Words seen fewer than `min_count` times are left out before
    windows are formed. `phrases` joins pairs that stand together far more often than by chance, as
    new_york (Mikolov et al. 2013, equation 6, by gensim's Phrases).
    Raises InvalidRequest for what is not allowed.
    """

    lower: bool = True
    numbers: str = "keep"
    min_count: int = 5
    phrases: bool = False

    def __post_init__(self) -> None:
        if self.numbers not in NUMBERS:
            raise InvalidRequest(f"Numbers: choose {', '.join(NUMBERS)}, not “{self.numbers}”.")
        check_whole("minimum count", self.min_count, 1, LARGEST_MIN_COUNT)

    def describe(self) -> str:
        """Say in words how a text is cut."""
        numbers = {"keep": "numbers kept", "drop": "numbers dropped", "digits": "digits as 0"}
        parts = ["lower case" if self.lower else "case kept", numbers[self.numbers]]
        parts.append(f"words seen at least {self.min_count} times")
        return ", ".join(parts + ["phrases joined"] * self.phrases)


def check_whole(name: str, value: object, least: float, most: float) -> None:
    """Raise InvalidRequest where `value` is no whole number from `least` to `most`; True and False
    are none."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= most:  # type: ignore[operator]
        given = f"{value:,}" if whole else value
        raise InvalidRequest(
            f"{name.capitalize()}: a whole number from {least:,.0f} to {most:,.0f}, not {given}."
        )


def sentences(pieces: Iterable[str], options: Tokens) -> Iterator[Sentence]:
    """Yield the sentences of a text given in pieces: its lines, cut to a length that bounds memory.

    Raises EmbeddingError for a text without spaces between its words.
    """
    cut = _cutter(options)
    for number, piece in enumerate(pieces):
        if number == 0:
            _refuse_unspaced(piece)
        for line in piece.splitlines():
            words = cut(line)
            for start in range(0, len(words), _LONGEST):
                yield words[start : start + _LONGEST]


def _cutter(options: Tokens) -> Callable[[str], Sentence]:
    numbers = options.numbers != "drop"
    plain = _token(_LETTERS, numbers=numbers)

    def cut(line: str) -> Sentence:
        line = line.replace("’", "'")
        if options.numbers == "digits":
            line = _DIGIT.sub("0", line)
        if options.lower:
            line = line.lower()
        if line.isascii():
            token = plain
        else:
            token, line = _marked(numbers=numbers), unicodedata.normalize("NFC", line)
        return token.findall(line)

    return cut


def _token(letters: str, *, numbers: bool) -> re.Pattern[str]:
    word = rf"{letters}(?:['’\-]{letters})*"
    return re.compile(f"{word}|{_NUMBER}" if numbers else word)


@cache
def _marked(*, numbers: bool) -> re.Pattern[str]:
    """Return a pattern for words whose letters may carry marks. Made when first needed, as it looks
    through all of Unicode; rare marks have a class of their own, as one class for all is slow."""
    characters = map(chr, range(sys.maxunicode + 1))
    marks = [each for each in characters if unicodedata.category(each)[0] == "M"]
    common = "".join(mark for mark in marks if mark < _RARE)
    rare = f"(?=[{_RARE}-\U0010ffff])[{''.join(mark for mark in marks if mark >= _RARE)}]"
    inside, mark = f"(?:[{common}{_JOINERS}]|{rare})", f"(?:[{common}]|{rare})"
    letters = f"{_LETTERS}(?:{inside}+{_LETTERS})*(?:{inside}*{mark})?"
    return _token(letters, numbers=numbers)


def _refuse_unspaced(text: str) -> None:
    runs = _UNSPACED.findall(text)
    letters = sum(map(len, runs))
    if letters > 0.3 * sum(map(str.isalpha, text)) and letters > _WORD_LENGTH * len(runs):
        raise EmbeddingError(
            "This text is written without spaces between its words, as Chinese, Japanese or Thai "
            "are, so its words cannot be told apart here. Put a space between the words first "
            "(a segmenter does that), then give it again."
        )
