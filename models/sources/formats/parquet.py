"""Parquet: a column of words, and numbers in columns of their own or as one list."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import shorten
from models.sources.formats.row_collector import RowCollector
from models.sources.formats.stream import DAMAGED

MAGIC = b"PAR1"
_NUMBERS = 1 << 20  # in a batch


def read_table(rows: RowCollector, file: Any) -> None:
    """Read the open `file`. Some damaged files make pyarrow end the process."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, thrift_string_size_limit=1 << 24) as table:
            columns = _columns(rows, table)
        # One word repeated a million times stays one.
        with pq.ParquetFile(file, read_dictionary=columns[:1]) as table:
            _read(rows, table, columns)
    except (pa.ArrowException, MemoryError, TypeError, AttributeError, *DAMAGED) as error:
        raise rows.stream.refuse("it is damaged, or no Parquet that can be read.") from error


def _columns(rows: RowCollector, table: Any) -> list[str]:
    """Return the names of the column of words and of those of numbers."""
    import pyarrow.types as kinds

    stream, fields = rows.stream, [*table.schema_arrow]
    _refuse_size(rows, table.metadata)
    if len(fields) > stream.limits.dimensions + 10:
        raise stream.refuse(f"it has {len(fields):,} columns.")
    texts = [f for f in fields if kinds.is_string(f.type) or kinds.is_large_string(f.type)]
    lists = [f for f in fields if kinds.is_list(f.type) or kinds.is_fixed_size_list(f.type)]
    floats = [f for f in fields if kinds.is_floating(f.type)]
    if not texts or not (lists or floats):
        names = ", ".join(f"“{shorten(f.name, limit=20)}”" for f in fields[:5])
        raise stream.refuse(
            f"its columns ({names}) hold no words with numbers. One column of text is needed, and "
            "one of lists of numbers, or one of numbers for each dimension."
        )
    if not lists:
        rows.expect(table.metadata.num_rows, len(floats))
    return [texts[0].name, *(f.name for f in lists[:1] or floats)]


def _refuse_size(rows: RowCollector, about: Any) -> None:
    """Refuse what says that it is larger than allowed: unpacked, or as numbers. Repeated numbers
    take next to nothing in the file."""
    groups = [about.row_group(n) for n in range(about.num_row_groups)]
    numbers = sum(g.column(n).num_values for g in groups for n in range(g.num_columns))
    size = max(sum(group.total_byte_size for group in groups), 8 * numbers)
    if not 0 <= size <= rows.stream.limits.inflated:
        found = f"{size / 1e6:,.0f} MB once unpacked"
        raise rows.stream.refuse(f"it takes {found}, more than is read: bring fewer words.")


def _read(rows: RowCollector, table: Any, columns: list[str]) -> None:
    count = table.metadata.num_rows
    step = max(1, _NUMBERS // (max(1_000, rows.dimension)))
    for batch in table.iter_batches(batch_size=step, columns=columns, use_threads=False):
        words = _words(rows, batch.column(columns[0]))
        if not rows.dimension or len(columns) == 2 < rows.dimension + 1:
            vectors = _from_lists(rows, batch.column(columns[1]), count)
        else:
            vectors = np.empty((len(words), len(columns) - 1), dtype=np.float32)
            for place, name in enumerate(columns[1:]):
                vectors[:, place] = batch.column(name).to_numpy(zero_copy_only=False)
        rows.add(words, vectors)
        rows.progress(rows.read / max(1, count))
        if rows.full:
            return


def _words(rows: RowCollector, column: Any) -> list[bytes]:
    rows.stream.refuse_text(column.dictionary.nbytes)
    words = [word.encode() if word else b"" for word in column.dictionary.to_pylist()]
    return [b"" if place is None else words[place] for place in column.indices.to_pylist()]


def _from_lists(rows: RowCollector, column: Any, count: int) -> NDArray[Any]:
    lengths = set(column.value_lengths().to_pylist())
    known = {rows.dimension} if rows.dimension else lengths
    if len(lengths) != 1 or lengths != known or None in lengths:
        found = ", ".join(map(str, sorted(n or 0 for n in lengths | known)[:5]))
        raise rows.stream.refuse(f"its lists of numbers differ in length ({found}).")
    if not rows.dimension:
        rows.expect(count, lengths.pop())
    flat = column.flatten().to_numpy(zero_copy_only=False)
    numbers: NDArray[Any] = np.asarray(flat, dtype=np.float64).reshape(-1, rows.dimension)
    return numbers
