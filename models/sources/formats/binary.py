"""Writers of binary formats: word2vec binary, NumPy's .npz and safetensors.

npz             vectors.npy float32 (words, dimension); words.npy, text of fixed width where
                that is exact and small, otherwise UTF-8 bytes, one word a line
safetensors     "vectors" F32 (words, dimension); "words" U8, UTF-8, one word a line
"""

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np

from models.sources.formats.archive import zipped
from models.sources.formats.export_selection import ExportSelection
from models.sources.formats.text import BLANKS

_WIDEST = 64  # characters of the words in a field of fixed width: 4 bytes each, for every word


def word2vec(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield word2vec binary: how many words and dimensions, then each word, a space, its numbers
    and a line end."""
    yield f"{len(chosen)} {chosen.space.dimension}\n".encode()
    for start, stop in chosen.blocks():
        words = chosen.words(start, stop, BLANKS["word2vec-binary"])
        raw, size = memoryview(chosen.vectors(start, stop).tobytes()), 4 * chosen.space.dimension
        parts: list[bytes | memoryview] = []
        for place, word in enumerate(words):
            parts += [word.encode(), b" ", raw[place * size : (place + 1) * size], b"\n"]
        yield b"".join(parts)


def npz(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield NumPy's archive, which np.load() opens without allow_pickle."""
    header = _npy_header("<f4", (len(chosen), chosen.space.dimension))
    vectors = chain([header], _raw(chosen))
    return zipped([("words.npy", True, _npy_words(chosen)), ("vectors.npy", False, vectors)])


def safetensors(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield safetensors: the length of the header, the header in JSON, the numbers."""
    numbers = 4 * len(chosen) * chosen.space.dimension
    letters = sum(map(len, _lines(chosen)))
    header: dict[str, Any] = {
        "__metadata__": {"words": "tensor “words”: UTF-8, one a line"},
        "vectors": {
            "dtype": "F32",
            "shape": [len(chosen), chosen.space.dimension],
            "data_offsets": [0, numbers],
        },
        "words": {"dtype": "U8", "shape": [letters], "data_offsets": [numbers, numbers + letters]},
    }
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)  # the numbers begin at a multiple of eight
    yield len(encoded).to_bytes(8, "little") + encoded
    yield from _raw(chosen)
    yield from _lines(chosen)


def _raw(chosen: ExportSelection) -> Iterator[bytes]:
    for start, stop in chosen.blocks():
        yield chosen.vectors(start, stop).tobytes()


def _lines(chosen: ExportSelection) -> Iterator[bytes]:
    """Yield the words as UTF-8, with a line end between them and none at the end."""
    for start, stop in chosen.blocks(step=10_000):
        lines = "\n".join(chosen.words(start, stop)).encode()
        yield lines if stop == len(chosen) else lines + b"\n"


def _npy_words(chosen: ExportSelection) -> Iterator[bytes]:
    width, exact = 1, True
    for start, stop in chosen.blocks(step=10_000):
        words = chosen.words(start, stop)
        width = max(width, *map(len, words))
        exact = exact and not any(word.endswith("\0") for word in words)  # numpy drops these
    if exact and width <= _WIDEST:
        yield _npy_header(f"<U{width}", (len(chosen),))
        for start, stop in chosen.blocks(step=10_000):
            yield np.array(chosen.words(start, stop), dtype=f"<U{width}").tobytes()
        return
    yield _npy_header("|u1", (sum(map(len, _lines(chosen))),))
    yield from _lines(chosen)


def _npy_header(kind: str, shape: tuple[int, ...]) -> bytes:
    file = BytesIO()
    header = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()
