"""Word lists for a map, pasted or uploaded: one word a line, or separated by commas or spaces."""

import csv
import io
import re
from dataclasses import dataclass

import numpy as np

from models.errors import InvalidRequest, shorten
from models.maps.neighbour_graph import MOST
from models.space import EmbeddingSpace

LONGEST = 2_000_000  # characters: 50,000 words of 40
_LINES = re.compile(r"\r\n|\r|\n")
_BETWEEN = re.compile(r"[\s,;]+")
_HEADER = "word"  # what the first row of a table may say


@dataclass(frozen=True)
class WordList:
    """`words` that the space has, once each, by its frequency, the most frequent `MOST` of
    `known`; how many it `missing`, and the first `lacking` ones of these."""

    words: tuple[str, ...]
    known: int
    missing: int
    lacking: tuple[str, ...]


def read_list(text: str, space: EmbeddingSpace) -> WordList:
    """Read a word a line; a line that is no word of `space` is taken apart at commas and spaces.

    Where a space has lower-case words only, "Paris" is found as "paris".
    """
    rows: set[int] = set()
    missing: dict[str, None] = {}
    for line in _LINES.split(text[:LONGEST]):
        typed = line.strip()
        whole = _row(typed, space) is not None
        for piece in filter(None, [typed] if whole else _BETWEEN.split(typed)):
            row = _row(piece, space)
            if row is None:
                missing[piece] = None
            else:
                rows.add(row)
    first = np.sort(np.fromiter(rows, dtype=np.intp, count=len(rows)))[:MOST]
    words = tuple(space.vocabulary[int(row)] for row in first)
    return WordList(words, len(rows), len(missing), tuple(missing)[:10])


def list_in(data: bytes, file: str) -> str:
    """Return the list in a file as text, a word a line: a text as it is, of a .csv or .tsv the
    first column. Raises InvalidRequest for what is no text in UTF-8 or too long."""
    known = shorten(file)
    if len(data) > 4 * LONGEST:
        raise InvalidRequest(_too_long(known, len(data), "bytes"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest(
            f"{known} is no text in UTF-8: save it as UTF-8 text, one word a line."
        ) from None
    if len(text) > LONGEST:
        raise InvalidRequest(_too_long(known, len(text), "characters"))
    if "\0" in text:
        raise InvalidRequest(f"{known} is no text: bring one word a line.")
    ending = file.rpartition(".")[2].lower()
    return _first_column(text, known, ending) if ending in ("csv", "tsv") else text


def _first_column(text: str, file: str, ending: str) -> str:
    """Return the first cells of a table, without its header, and without the apostrophe that keeps
    a spreadsheet from taking a word for a formula."""
    try:
        table = csv.reader(io.StringIO(text), delimiter="," if ending == "csv" else "\t")
        cells = [row[0] for row in table if row]
    except csv.Error as error:
        raise InvalidRequest(f"{file} cannot be read as a table ({error}).") from None
    if cells and cells[0].strip().lower() == _HEADER:
        cells = cells[1:]
    return "\n".join(
        cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell for cell in cells
    )


def _too_long(file: str, length: int, unit: str) -> str:
    return (
        f"{file} has {length:,} {unit}; a list has at most {LONGEST:,} characters, as a map holds "
        f"{MOST:,} words: bring a part of it."
    )


def _row(typed: str, space: EmbeddingSpace) -> int | None:
    row = space.find(typed)
    return space.find(typed.lower()) if row is None else row
