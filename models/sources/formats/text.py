"""Vectors as text: a word a line, then its numbers."""

import re
from collections.abc import Iterator

import numpy as np

from models.sources.formats.archive import zipped
from models.sources.formats.export_selection import ExportSelection
from models.space import Floats

# What a word cannot hold in a format: it would end there, or begin a new line. Word2vec's own
# programs stop at any of these in both formats; other spaces of Unicode are letters to them.
_GAP = re.compile(r"[ \t\n\v\f\r]")
# Of the TSV pair: tabs, all that ends a line somewhere, and blanks at the ends of a line, which
# the Projector trims.
_LINE_END = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]|^\s|\s$")
BLANKS = {"word2vec": _GAP, "word2vec-binary": _GAP, "glove": _GAP, "projector": _LINE_END}


def word2vec(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield word2vec text: how many words and dimensions, then what glove() writes."""
    yield f"{len(chosen)} {chosen.space.dimension}\n".encode()
    yield from glove(chosen)


def glove(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield GloVe text: no header."""
    for start, stop in chosen.blocks():
        lines = printed(chosen.vectors(start, stop), " ")
        words = chosen.words(start, stop, _GAP)
        parts = [f"{word} {line}\n" for word, line in zip(words, lines, strict=True)]
        yield "".join(parts).encode()


def projector(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield a zip with vectors.tsv and metadata.tsv. One column has no name, as the Projector
    wants it."""
    blocks, long_blocks = chosen.blocks(), chosen.blocks(step=10_000)
    vectors = (printed(chosen.vectors(start, stop), "\t") for start, stop in blocks)
    words = (chosen.words(start, stop, _LINE_END) for start, stop in long_blocks)
    members = {"metadata.tsv": words, "vectors.tsv": vectors}
    return zipped([(name, True, map(_encoded, parts)) for name, parts in members.items()])


def _encoded(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def printed(vectors: Floats, delimiter: str) -> list[str]:
    """Return a line for every vector: the shortest digits that read back as the same float32."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows, dimension = vectors.shape
    if not dimension:
        return [""] * rows
    numbers = pc.cast(pa.array(vectors.ravel()), pa.string())
    ends = np.arange(0, rows * dimension + 1, dimension, dtype=np.int32)
    lines: list[str] = pc.binary_join(
        pa.ListArray.from_arrays(pa.array(ends), numbers), delimiter
    ).to_pylist()
    return lines
