"""The text of a suite, line by line: the one parser, for the built-in suites and for any file.

Three forms, recognised by the first lines: *pairs* ("king queen 8.5"), *questions* ("paris france
rome italy", sections begun by ": name") and a *category* ("album albums/records", as in BATS).
Tabs, semicolons, commas or spaces separate; everything is put in lower case; lines that begin with
# are notes. `file` is what errors call the text.
"""

import csv
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, TextIO

from models.errors import EmbeddingError, shorten

Form = Literal["pairs", "questions", "category"]
Pair = tuple[str, str, float]
Question = tuple[str, tuple[str, str, str, str]]  # its section, and a, b, c, d
Entry = tuple[str, str]  # a word and its answer
Row = tuple[int, list[str]]  # the number of a line, and its columns

# What measuring holds at once bounds these two: three vectors a question, 1,000 resamples a pair.
# The largest suites in use have 98,000 questions (BATS) and 3,500 pairs (SimVerb).
MOST_QUESTIONS = 100_000
MOST_PAIRS = 5_000
LONGEST_WORD = 200  # characters
_LONGEST_LINE = 20_000
_MOST_LINES = 1_000_000  # empty ones and notes too

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,4})?")
_NO_NUMBER = {"nan", "inf", "+inf", "-inf"}  # stands where a number should
_SCORE = re.compile(r"score|sim|human|mean|rating|judg|relat|gold|value")  # names of a column
_FORMS = (
    "a line holds two words and a score (king queen 8.5), four words (paris france rome italy) "
    "or, separated by a tab, a word and its answers (album albums)"
)


def form_of(stream: TextIO, *, file: str) -> Form:
    """Tell the form from the first lines; raise EmbeddingError for an empty or another text."""
    head = list(islice(_rows(stream, file=file, sections=True), 2))
    stream.seek(0)
    if not head:
        raise EmbeddingError(f"{_called(file)} is empty: {_FORMS}.")
    number, first = head[0]
    if first[0].startswith(":") and len(first) == 1:
        return "questions"
    if _named_score(head) is not None or len(first) == 3:
        return "pairs"
    if len(first) == 2:
        return "category"
    numeric = [_is_number(cell) for cell in first]
    if len(first) == 4 and numeric[:2] == numeric[2:]:
        return "questions"
    if any(numeric[2:]):
        raise _misread(
            file,
            number,
            f"{len(first)} columns and no header that names the score: put a line like "
            "word1,word2,score above, or keep these three columns",
        )
    raise _misread(file, number, f"“{shorten(' '.join(first))}”, but {_FORMS}")


def questions(stream: TextIO, *, file: str, section: str | None = None) -> list[Question]:
    """Read questions of four words a line; those before the first ": name" are of `section`."""
    found: list[Question] = []
    for number, fields in _rows(stream, file=file, sections=True):
        if fields[0].startswith(":") and len(fields) == 1:
            section = fields[0][1:].strip()
            if not section:
                raise _misread(file, number, 'a section without a name, expected ": name"')
            continue
        if len(fields) != 4:
            raise _misread(file, number, f"{_many(fields, 'word')} where a question has 4")
        if section is None:
            raise _misread(file, number, 'a question before the first section (": name")')
        if len(found) == MOST_QUESTIONS:
            raise _too_long(stream, file, number, f"{MOST_QUESTIONS:,} questions")
        a, b, c, d = (_word(word, file, number) for word in fields)
        found.append((section, (a, b, c, d)))
    return found


def pairs(stream: TextIO, *, file: str) -> list[Pair]:
    """Read two words and a score a line. With a header that names the score, other columns may
    stand beside it."""
    head = list(islice(_rows(stream, file=file), 2))
    stream.seek(0)
    named = _named_score(head)
    rows = _rows(stream, file=file)
    found: list[Pair] = []
    for number, fields in islice(rows, 0 if named is None else 1, None):
        if len(fields) != 3 if named is None else len(fields) <= named:
            reason = f"{_many(fields, 'column')} where two words and a score are expected"
            raise _misread(file, number, reason)
        if len(found) == MOST_PAIRS:
            raise _too_long(stream, file, number, f"{MOST_PAIRS:,} pairs")
        first, second = (_word(word, file, number) for word in fields[:2])
        found.append((first, second, _score(fields[named or 2], file, number)))
    return found


def entries(stream: TextIO, *, file: str) -> list[Entry]:
    """Read a category: a word and its answers a line, "/" between them; the first one counts."""
    found: list[Entry] = []
    for number, fields in _rows(stream, file=file):
        if len(fields) != 2 or _is_number(fields[1]):
            reason = f"“{shorten(' '.join(fields))}” where a word and its answers are expected"
            raise _misread(file, number, reason)
        if len(found) * (len(found) + 1) > MOST_QUESTIONS:
            raise _too_long(stream, file, number, f"{len(found)} lines of one category")
        answer = fields[1].split("/")[0].strip()
        found.append((_word(fields[0], file, number), _word(answer, file, number)))
    return found


def _rows(stream: TextIO, *, file: str, sections: bool = False) -> Iterator[Row]:
    """Yield the columns of each line that holds something; ": name" is one where `sections`."""
    separator: str | None = None
    begun = False
    for number, line in _lines(stream, file):
        if sections and line.startswith(":"):
            yield number, [line]
            continue
        if not begun:
            separator, begun = _separator(line), True
        yield number, _split(line, separator)


def _lines(stream: TextIO, file: str) -> Iterator[tuple[int, str]]:
    """Yield lines in lower case, numbered from 1, without notes and empty ones.

    One line at a time, and none longer than it may be: 50 MB of text need not fit twice.
    """
    number = 0
    while line := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise _misread(file, number, f"more than {_LONGEST_LINE:,} characters; {_FORMS}")
        if number > _MOST_LINES:
            raise _too_long(stream, file, number, f"{_MOST_LINES:,}")
        line = line.removeprefix("\ufeff") if number == 1 else line
        if (stripped := line.strip().lower()) and not stripped.startswith("#"):
            yield number, stripped


def _separator(line: str) -> str | None:
    """Return what separates the columns, None for white space."""
    found = next((mark for mark in "\t;," if mark in line), None)
    words = line.split()
    both = len(words) == 4 or (len(words) == 3 and _is_number(words[2]))
    # "king queen<TAB>8.5" mixes space and tab: no word of it holds a space
    return None if found == "\t" and line.count("\t") == 1 and both else found


def _split(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    read = csv.reader([line], delimiter=separator, skipinitialspace=True)  # knows "quoted" ones
    fields = [field.strip() for field in next(read)]
    while len(fields) > 1 and not fields[-1]:  # spreadsheets fill short lines up
        fields.pop()
    return fields


def _named_score(head: list[Row]) -> int | None:
    """Return the column of the score where the first of two lines is a header, else None."""
    if len(head) < 2:
        return None
    (_, names), (_, values) = head
    for place, (name, value) in enumerate(zip(names, values, strict=False)):
        named = _SCORE.search(name) or (len(names) == 3 and names[0].startswith("word"))
        numeric = _is_number(value) or value in _NO_NUMBER
        if place >= 2 and named and numeric and not _is_number(name):
            return place
    return None


def _is_number(cell: str) -> bool:
    return len(cell) < 40 and _NUMBER.fullmatch(cell) is not None


def _score(cell: str, file: str, number: int) -> float:
    score = float(cell) if _is_number(cell) else math.nan
    if not math.isfinite(score):
        reason = f"“{shorten(cell)}” where a score is expected; write it like 8.5"
        raise _misread(file, number, reason)
    return score


def _word(word: str, file: str, number: int) -> str:
    if not word:
        raise _misread(file, number, "an empty column where a word is expected")
    if len(word) > LONGEST_WORD:
        reason = f"a word of {len(word):,} characters, at most {LONGEST_WORD} are expected"
        raise _misread(file, number, reason)
    return word


def _too_long(stream: TextIO, file: str, number: int, limit: str) -> EmbeddingError:
    count, last = number, "\n"
    while chunk := stream.read(1 << 20):
        count, last = count + chunk.count("\n"), chunk[-1]
    count += last != "\n"
    return EmbeddingError(
        f"{_called(file)} has {count:,} lines; at most {limit} can be read: keep a part of it."
    )


def _many(fields: list[str], thing: str) -> str:
    return f"{len(fields):,} {thing}{'' if len(fields) == 1 else 's'}"


def _misread(file: str, number: int, found: str) -> EmbeddingError:
    return EmbeddingError(f"{_called(file)}, line {number:,}: {found}.")


def _called(file: str) -> str:
    return shorten(file, limit=100)
