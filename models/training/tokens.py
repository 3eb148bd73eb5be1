"""Tokens: how a text is cut into words, as choices that can be shown.

A word is a run of letters, with apostrophes or hyphens inside; a number is a run of digits, with
points or commas inside. Everything else only separates. Windows never reach across the end of a
line, nor across _LONGEST words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from models.errors import EmbeddingError, InvalidRequest

NUMBERS = ("keep", "drop", "digits")
LARGEST_MIN_COUNT = 10_000
_LONGEST = 500  # words of a sentence; the rest is the next one
_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
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
    windows are laid. `phrases` joins pairs that stand together far more often than by chance, as
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
        if not is_whole(self.min_count) or not 1 <= self.min_count <= LARGEST_MIN_COUNT:
            raise InvalidRequest(
                f"The minimum count is a whole number from 1 to {LARGEST_MIN_COUNT:,}, not "
                f"{self.min_count}."
            )

    def describe(self) -> str:
        """Say in words how a text is cut."""
        numbers = {"keep": "numbers kept", "drop": "numbers dropped", "digits": "digits as 0"}
        parts = ["lower case" if self.lower else "case kept", numbers[self.numbers]]
        parts.append(f"words seen at least {self.min_count} times")
        return ", ".join(parts + ["phrases joined"] * self.phrases)


def is_whole(value: object) -> bool:
    """Tell whether `value` is a whole number; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


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
    find = (_WORD if options.numbers == "drop" else _TOKEN).findall

    def cut(line: str) -> Sentence:
        line = line.replace("’", "'")
        if options.numbers == "digits":
            line = _DIGIT.sub("0", line)
        words: Sentence = find(line.lower() if options.lower else line)
        return words

    return cut


def _refuse_unspaced(text: str) -> None:
    runs = _UNSPACED.findall(text)
    letters = sum(map(len, runs))
    if letters > 0.3 * sum(map(str.isalpha, text)) and letters > _WORD_LENGTH * len(runs):
        raise EmbeddingError(
            "This text is written without spaces between its words, as Chinese, Japanese or Thai "
            "are, so its words cannot be told apart here. Put a space between the words first "
            "(a segmenter does that), then give it again."
        )
