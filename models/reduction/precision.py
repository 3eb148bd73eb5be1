"""Fewer bytes a number: vectors in float16, int8 and one bit, read back as float32.

Every precision treats each dimension (or each number) by itself, so that a cut of the quantised
matrix is the quantised cut.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.space import Floats

BITS = {"float32": 32, "float16": 16, "int8": 8, "1-bit": 1}
PRECISIONS = tuple(BITS)
ReadBack = Callable[[Floats], NDArray[Any]]  # what a block of rows is after it was stored

_STEPS = 255
_ROWS = 4_096  # read at once: a float64 block of 384 dimensions is 12 MB
_NOISE = 1e-6  # of the widest dimension: what varies by less is rounding of float32, not data


def bytes_per_word(dimension: int, precision: str = "float32") -> int:
    """Return the bytes that one vector takes when stored; bits are padded to whole bytes.

    The two numbers a dimension that int8 needs to be read (one for 1-bit) serve all words and
    aren't counted.
    """
    check_precision(precision)
    return (dimension * BITS[precision] + 7) // 8


def quantised(vectors: Floats, precision: str) -> Floats:
    """Return float32 (words, dimension): `vectors` as they are read back from `precision`.

    int8: per dimension 255 equal steps from its least to its greatest value. 1-bit: the sign of
    the vector minus the mean of all, as +1 and -1; zero counts as +1, and so does a dimension that
    does not vary beyond rounding, as its signs would be noise of full weight.
    """
    check_precision(precision)
    if precision == "float32":
        return vectors
    read_back = {"float16": _halves, "int8": _steps, "1-bit": _signs}[precision](vectors)
    out = np.empty(vectors.shape, dtype=np.float32, order="F")
    for start in range(0, len(vectors), _ROWS):
        rows = slice(start, start + _ROWS)
        out[rows] = read_back(vectors[rows])
    return out


def precision_note(dimension: int, precision: str) -> str:
    """Return what a space of this precision says in its provenance; float32 says nothing."""
    cost = bytes_per_word(dimension, precision)
    unit = "byte" if cost == 1 else "bytes"
    return {
        "float32": "",
        "float16": f"rounded to float16 and read back ({cost} {unit} a word)",
        "int8": (
            f"quantised to int8, {_STEPS} steps from the least to the greatest value of each "
            f"dimension, and read back ({cost} {unit} a word)"
        ),
        "1-bit": (
            "quantised to 1 bit, the sign of the centred vector, and read back as +1 and −1 "
            f"({cost} {unit} a word)"
        ),
    }[precision]


def check_precision(precision: str) -> None:
    """Raise InvalidRequest for an unknown precision."""
    if precision not in BITS:
        raise InvalidRequest(f"“{precision}” is no precision. Choose {', '.join(PRECISIONS)}.")


def _halves(vectors: Floats) -> ReadBack:
    largest = float(np.finfo(np.float16).max)
    least, greatest = float(vectors.min()), float(vectors.max())
    if max(-least, greatest) > largest:
        raise InvalidRequest(
            f"float16 holds numbers up to {largest:,.0f}; these vectors run from {least:,.4g} to "
            f"{greatest:,.4g}. Choose int8, or scale them."
        )
    return lambda block: block.astype(np.float16)


def _steps(vectors: Floats) -> ReadBack:
    low = vectors.min(axis=0).astype(np.float64)
    step = (vectors.max(axis=0) - low) / _STEPS
    divisor = np.where(step > 0, step, 1)  # a constant dimension stays what it is
    return lambda block: low + np.rint((block - low) / divisor) * step  # codes 0 to 255


def _signs(vectors: Floats) -> ReadBack:
    mean: NDArray[np.float64] = vectors.mean(axis=0, dtype=np.float64)
    spread = np.maximum(vectors.max(axis=0) - mean, mean - vectors.min(axis=0))
    varies = spread > _NOISE * spread.max()
    return lambda block: np.where((block < mean) & varies, -1, 1)
