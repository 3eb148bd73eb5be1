"""Text files: vectors of GloVe, word2vec, fastText .vec, TSV and CSV, and lists of words.

Blocks of whole lines are parsed by pyarrow to float64, which is rounded to float32: the same
numbers as Python's float() gives. What it does not take (words with spaces, rows of other length,
"+1") is parsed line by line, which finds the line at fault.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, Never

import numpy as np
from numpy.typing import NDArray

from models.errors import shorten
from models.sources.formats.layout import WORD_TITLES, Layout, is_number, recognise
from models.sources.formats.lines import Lines
from models.sources.formats.row_collector import RowCollector, WordList
from models.sources.formats.stream import Stream

Block = tuple[Sequence[bytes], NDArray[Any]]


def read_text(rows: RowCollector, word_list: WordList | None = None) -> None:
    """Read the text of `rows.stream`; its words are those of `word_list` where that is given."""
    stream = rows.stream
    lines = Lines(stream)
    layout = recognise(lines.sample(), stream, wordless=word_list is not None)
    rows.expect(layout.rows, layout.dimension, line=1 if layout.rows else None)
    rows.remarks += _remarks(lines, layout)
    for number, block in _body(lines, layout):
        words, vectors = _Parser(rows, layout, number).parse(block)
        if word_list is not None:
            words = word_list.words[rows.read : rows.read + len(vectors)]
            if len(words) < rows.wanted(len(vectors)):
                word_list.refuse_other(rows.read + len(vectors), rows)
        rows.add(words, vectors)
        rows.progress(stream.share())
        if rows.full:
            return
    if word_list is not None:
        word_list.refuse_other(rows.read, rows)
    if layout.rows is not None and rows.read != layout.rows:
        rows.remarks.append(
            f"the first line promises {layout.rows:,} words, there are {rows.read:,}"
        )


def read_vocabulary(stream: Stream, limit: int | None) -> WordList:
    """Return the words of a text; as in the Projector's metadata, the first line of a table names
    its columns, and one column alone has no name."""
    words: list[bytes] = []
    column, letters = None, 0
    text = Lines(stream)
    for _, block in text.blocks():
        lines = block.removesuffix(b"\n").split(b"\n")
        if column is None:
            titles = lines[0].decode(errors="replace").lower().split("\t")
            column = next((n for n, title in enumerate(titles) if title in WORD_TITLES), 0)
            lines = lines[1:] if len(titles) > 1 else lines
        if column or b"\t" in block:
            cells = [line.split(b"\t") for line in lines]
            words += [row[column] if column < len(row) else b"" for row in cells]
        else:
            words += lines
        letters += len(block)
        stream.refuse_text(letters)
        if len(words) > stream.limits.rows:
            raise stream.refuse(f"it holds more than {stream.limits.rows:,} words.")
        if limit is not None and len(words) > limit:
            break
    return WordList(words, tuple(f"the words were {remark}" for remark in text.remarks()))


def looks_like_numbers(stream: Stream) -> bool:
    """Whether the lines of a text are numbers alone."""
    lines = Lines(stream).sample()[:20]
    stream.seek(0)
    return bool(lines) and all(
        len(line.split()) > 1 and all(map(is_number, line.split())) for line in lines
    )


def _remarks(lines: Lines, layout: Layout) -> list[str]:
    remarks = lines.remarks()
    if layout.dropped:
        names = ", ".join(f"“{name}”" for name in layout.dropped[:5])
        remarks.append(f"columns that are no numbers left out: {names}")
    return remarks


def _body(lines: Lines, layout: Layout) -> Iterator[tuple[int, bytes]]:
    """Yield the blocks of lines() without the line that is no row. recognise() has seen no empty
    lines before it."""
    left = layout.skipped
    for first, block in lines.blocks():
        start = 0
        while left and start < len(block):
            end = block.find(b"\n", start) + 1 or len(block)
            left -= bool(block[start:end].strip())
            start = end
        yield first + block.count(b"\n", 0, start), block[start:]


class _Parser:
    """Parses one block of lines, of which the first has the number `number`."""

    def __init__(self, rows: RowCollector, layout: Layout, number: int) -> None:
        self.rows, self.layout, self.number = rows, layout, number

    def parse(self, block: bytes) -> Block:
        if not block.strip():
            return [], np.empty((0, self.layout.dimension), dtype=np.float32)
        plain = block
        if self.layout.delimiter == " ":
            plain = block.replace(b"\t", b" ").replace(b" \n", b"\n").removesuffix(b" ")
        # A lone carriage return would be taken for the end of a line.
        return (b"\r" not in plain and self._by_arrow(plain)) or self._by_line(block)

    def _by_arrow(self, block: bytes) -> Block | None:
        import pyarrow as pa
        import pyarrow.csv as pc

        layout = self.layout
        columns = layout.columns or layout.dimension + (layout.word is not None)
        numbers = layout.numbers or range(columns - layout.dimension, columns)
        names = [f"c{n}" for n in range(columns)]
        kinds: dict[str, Any] = {names[n]: pa.float64() for n in numbers}
        if layout.word is not None:
            kinds[names[layout.word]] = pa.binary()
        try:
            table = pc.read_csv(
                pa.BufferReader(block),
                read_options=pc.ReadOptions(
                    column_names=names, use_threads=False, block_size=len(block) + 1
                ),
                parse_options=pc.ParseOptions(
                    delimiter=layout.delimiter,
                    quote_char='"' if layout.delimiter in ",;" else False,
                ),
                convert_options=pc.ConvertOptions(
                    check_utf8=False,
                    column_types=kinds,
                    include_columns=list(kinds),
                    null_values=[],
                    decimal_point=layout.decimal,
                ),
                memory_pool=pa.system_memory_pool(),  # others do not return freed memory
            )
        except pa.ArrowException:
            return None
        vectors = np.empty((table.num_rows, layout.dimension), dtype=np.float32)
        with np.errstate(over="ignore"):
            for place, number in enumerate(numbers):
                vectors[:, place] = table.column(names[number]).to_numpy()
        words = [] if layout.word is None else table.column(names[layout.word]).to_pylist()
        return words, vectors

    def _by_line(self, block: bytes) -> Block:
        words: list[bytes] = []
        vectors: list[NDArray[Any]] = []
        for number, line in enumerate(block.split(b"\n"), self.number):
            if not line.strip():
                continue
            word, cells = self._split(line, number)
            words.append(word)
            try:
                vectors.append(np.array([float(cell) for cell in cells], dtype=np.float64))
            except ValueError:
                self._refuse_cells(cells, number)
        return words, np.array(vectors)

    def _split(self, line: bytes, number: int) -> tuple[bytes, Sequence[bytes | str]]:
        layout = self.layout
        if layout.delimiter != " ":
            return self._cells(line, number)
        cells = line.rsplit(None, layout.dimension)
        if layout.word is None and len(line.split()) == layout.dimension:
            return b"", line.split()
        if len(cells) == layout.dimension and line[:1] in b" \t":
            return b"", cells  # a row without its word
        if len(cells) <= layout.dimension:
            self._refuse_length(len(cells) - 1, number)
        surplus = cells[0].split()[1:]
        if surplus and all(_is_value(cell) for cell in surplus):
            self._refuse_length(layout.dimension + len(surplus), number)
        return cells[0], cells[1:]

    def _cells(self, line: bytes, number: int) -> tuple[bytes, Sequence[str]]:
        layout, text = self.layout, line.decode(errors="surrogateescape")
        try:
            cells = (
                text.split("\t")
                if layout.delimiter == "\t"
                else next(csv.reader([text], delimiter=layout.delimiter))
            )
        except csv.Error:
            raise self.rows.stream.refuse("a cell that is too long.", number) from None
        columns = layout.columns or layout.dimension
        if len(cells) != columns:
            raise self.rows.stream.refuse(
                f"{len(cells):,} cells where {columns:,} were expected. A word with “"
                f"{layout.delimiter}” in it must stand in quotation marks.",
                number,
            )
        word = b"" if layout.word is None else cells[layout.word].encode(errors="surrogateescape")
        found = [cells[n] for n in layout.numbers] if layout.numbers else cells
        if layout.decimal == ",":
            found = [cell.replace(",", ".") for cell in found]
        return word, found

    def _refuse_length(self, found: int, number: int) -> Never:
        raise self.rows.stream.refuse(
            f"{max(0, found):,} numbers where {self.layout.dimension:,} were expected. Was the "
            "file cut off there, or is the row incomplete? Mend or remove the line.",
            number,
        )

    def _refuse_cells(self, cells: Sequence[bytes | str], number: int) -> Never:
        cell = next(cell for cell in cells if not is_number(cell))
        text = cell.decode(errors="replace") if isinstance(cell, bytes) else cell
        raise self.rows.stream.refuse(
            f"“{shorten(text, limit=30)}” where one of {self.layout.dimension:,} numbers was "
            "expected. Mend or remove the line.",
            number,
        )


def _is_value(cell: bytes) -> bool:
    """Whether a part of a word with spaces is rather one number more than expected."""
    return len(cell) > 4 and b"." in cell and is_number(cell)
