"""The layout of a text of vectors, recognised by its first lines, never by its name."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import shorten
from models.sources.formats.stream import Stream

_HEADER = re.compile(rb"(\d{1,40})[ \t]+(-?\d{1,40})\s*\Z")
_COUNT = re.compile(rb"-?\d+\Z")
_LOOKED_AT = 200  # lines
# Titles of a column of words.
WORD_TITLES = ("word", "words", "token", "term", "label", "name", "key", "text", "lemma", "item")
_KNOWN = (
    "Text of vectors has one word a line and then its numbers: GloVe, word2vec, fastText .vec, "
    "TSV or CSV"
)


@dataclass(frozen=True)
class Layout:
    """The places of word and numbers in a line. `delimiter` " " means any run of blanks: the word
    is all that precedes the last `dimension` numbers. Otherwise a line has `columns` cells: the
    word in cell `word` (None: there is none), the numbers in cells `numbers`."""

    delimiter: str
    dimension: int
    skipped: int = 0  # lines before the first row
    rows: int | None = None  # that the header promises
    columns: int = 0
    word: int | None = 0
    numbers: tuple[int, ...] = ()
    decimal: str = "."
    dropped: tuple[str, ...] = ()  # names of columns that are neither


def header(line: bytes) -> tuple[int, int] | None:
    """Return the words and dimensions that the first line of word2vec's formats promises."""
    found = _HEADER.match(line)
    return (int(found[1]), int(found[2])) if found else None


def is_number(text: bytes | str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def recognise(lines: Sequence[bytes], stream: Stream, *, wordless: bool) -> Layout:
    """Return the layout of a text that begins with `lines`; raise VectorFileError where there is
    none. `wordless`: the words are known from elsewhere, so that all columns are numbers."""
    if not lines:
        raise stream.refuse("it is empty.")
    promised = header(lines[0])
    if promised and _is_header(promised, lines[1:3]):
        rows, dimension = promised
        _refuse_other(dimension, lines[1:_LOOKED_AT], stream)
        return Layout(" ", dimension, skipped=1, rows=rows)
    lines = lines[:_LOOKED_AT]
    if wordless:
        return _numbers_alone(lines, stream)
    return _of_cells(lines, stream) or _of_blanks(lines, stream)


def _is_header(promised: tuple[int, int], following: Sequence[bytes]) -> bool:
    """A word that is a number, with a vector of one number, looks the same."""
    lengths = {len(line.split()) for line in following}
    return not lengths or promised[1] == 1 or lengths != {2}


def _refuse_other(dimension: int, lines: Sequence[bytes], stream: Stream) -> None:
    """More numbers than promised would be taken for parts of the words."""
    found = Counter(map(_numbers_at_end, lines))
    usual = max(found, key=lambda n: (found[n], n), default=dimension)
    if dimension > 0 and usual > dimension:
        raise stream.refuse(
            f"{usual:,} numbers where {dimension:,} were expected by the first line, which says "
            "how many words and dimensions there are. Mend or remove it.",
            2,
        )


def _of_blanks(lines: Sequence[bytes], stream: Stream) -> Layout:
    """Return the layout of most lines; the first may be one with spaces in its word."""
    found = Counter(n for line in lines if (n := _numbers_at_end(line)))
    if not found:
        shown = shorten(lines[0][:80].decode(errors="replace"), limit=50)
        what = "binary data" if any(b"\0" in line for line in lines) else f"“{shown}”"
        raise stream.refuse(f"it begins with {what}, which is no vector. {_KNOWN}.", 1)
    dimension = max(found, key=lambda n: (found[n], n))
    firsts = [line.split(None, 1)[0] for line in lines]
    if dimension > 1 and all(is_number(w) and not _COUNT.match(w) for w in firsts):
        raise stream.lacks_words(
            "its lines hold numbers alone, without words. Bring the vocabulary along, as a file "
            "with one word a line (metadata.tsv of the Embedding Projector).",
            1,
        )
    return Layout(" ", dimension)


def _numbers_at_end(line: bytes) -> int:
    """Return how many of the cells behind the first are numbers, counted from the end."""
    cells = line.split()[1:]
    count = 0
    for cell in reversed(cells):
        if not is_number(cell):
            break
        count += 1
    return count


def _numbers_alone(lines: Sequence[bytes], stream: Stream) -> Layout:
    separator = "," if lines[0].count(b",") > len(lines[0].split()) else None
    cells = lines[0].decode(errors="replace").split(separator)
    if not all(map(is_number, cells)):
        raise stream.refuse(
            "numbers alone are expected where the words come from another file; its first line "
            f"begins with “{shorten(cells[0] if cells else '', limit=30)}”.",
            1,
        )
    return Layout(separator or " ", len(cells), word=None)


def _of_cells(lines: Sequence[bytes], stream: Stream) -> Layout | None:
    """Return the layout of CSV in its varieties; None where lines have no such cells."""
    texts = [line.decode(errors="replace") for line in lines]
    for delimiter in (",", ";", "\t"):
        if sum(delimiter in text for text in texts) < 0.9 * len(texts):
            continue
        table = _cells(texts, delimiter)
        width = Counter(map(len, table)).most_common(1)[0][0]
        table = [row for row in table if len(row) == width]
        decimals = (".",) if delimiter == "," else (".", ",")
        found = [_columns(table, delimiter, decimal) for decimal in decimals]
        best = max((one for one in found if one), key=lambda one: one.dimension, default=None)
        if best:
            return best
    return None


def _cells(texts: Sequence[str], delimiter: str) -> list[list[str]]:
    if delimiter == "\t":
        return [text.split("\t") for text in texts]
    try:
        return [*csv.reader(texts, delimiter=delimiter)]
    except csv.Error:  # a cell longer than the module bears
        return [[]]


def _columns(table: list[list[str]], delimiter: str, decimal: str) -> Layout | None:
    if not table or len(table[0]) < 2:
        return None
    titles, body = table[0], table[1:] or table
    places = range(len(titles))
    numeric = {c for c in places if all(_is_cell(row[c], decimal) for row in body)}
    titled = len(table) > 1 and _is_title(titles, numeric, decimal)
    word = _word_column(titles if titled else [], body, numeric)
    if word is None:
        return None
    numbers = tuple(c for c in places if c in numeric and c != word)
    if titled and _counts(body, numbers) and titles[numbers[0]].strip() in {"", "Unnamed: 0"}:
        numbers = numbers[1:]  # the index that pandas writes
    if not numbers:
        return None
    rest = [c for c in places if c != word and c not in numbers]
    return Layout(
        delimiter,
        len(numbers),
        skipped=int(titled),
        columns=len(titles),
        word=word,
        numbers=numbers,
        decimal=decimal,
        dropped=tuple(shorten(titles[c], limit=20) for c in rest if titled),
    )


def _is_cell(text: str, decimal: str) -> bool:
    return is_number(text.replace(",", ".") if decimal == "," else text)


def _is_title(titles: Sequence[str], numeric: set[int], decimal: str) -> bool:
    """Whether the first line names columns: one of numbers is no number there, or they are counted
    through."""
    named = [titles[c].strip() for c in sorted(numeric)]
    if any(not _is_cell(name, decimal) for name in named):
        return True
    first_word = titles[0].strip().lower()
    counted = [str(n) for n in range(len(named) + 1)]
    return first_word in {"", *WORD_TITLES} and named in (counted[:-1], counted[1:])


def _word_column(titles: Sequence[str], body: list[list[str]], numeric: set[int]) -> int | None:
    for place, title in enumerate(titles):
        if title.strip().lower() in WORD_TITLES:
            return place
    texts = [c for c in range(len(body[0])) if c not in numeric]
    if texts:
        return texts[0]
    whole = all(_COUNT.match(row[0].encode()) for row in body)
    return 0 if whole else None  # numbers of articles are words, too


def _counts(body: list[list[str]], numbers: Sequence[int]) -> bool:
    return len(numbers) > 1 and [row[numbers[0]] for row in body] == [
        str(n) for n in range(len(body))
    ]
