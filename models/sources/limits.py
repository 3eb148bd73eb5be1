"""Limits of files of vectors: the largest file that is read, and the largest upload.

VECTORSCOPE_UPLOAD_MB           the largest file that a visitor may send (200)
VECTORSCOPE_UPLOAD_UNPACKED_MB  the most that it may be once unpacked (five times as much as may be
                                sent)
VECTORSCOPE_UPLOAD_WORDS        the most words in it (500,000)
VECTORSCOPE_UPLOAD_DIMENSIONS   the most numbers for each word (4,096)
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import InvalidRequest

LONGEST_WORD = 10_000  # bytes
LONGEST_LINE = 8 << 20  # bytes
MOST_MEMBERS = 1_000  # files in an archive
_UNPACKED = 5  # times as much as may be sent, by default


@dataclass(frozen=True)
class Limits:
    """The most that is read: bytes as they are and once unpacked, words, numbers for each, and
    bytes of all words together."""

    bytes: int = 64 << 30
    inflated: int = 128 << 30
    rows: int = 20_000_000
    dimensions: int = 10_000
    text: int = 1 << 30

    @classmethod
    def for_uploads(
        cls, variables: Mapping[str, str] = os.environ, *, most: int | None = None
    ) -> "Limits":
        """Return what a visitor may send, no more than `most` MB where that is given; raise
        InvalidRequest for a setting that is no such number."""
        size = whole_number("VECTORSCOPE_UPLOAD_MB", 200, variables)
        size = size if most is None else min(size, most)
        unpacked = whole_number("VECTORSCOPE_UPLOAD_UNPACKED_MB", _UNPACKED * size, variables)
        rows = whole_number("VECTORSCOPE_UPLOAD_WORDS", 500_000, variables)
        dimensions = whole_number("VECTORSCOPE_UPLOAD_DIMENSIONS", 4_096, variables)
        text = max(1_000_000, 50 * rows)
        return cls(size * 1_000_000, unpacked * 1_000_000, rows, dimensions, text)


def whole_number(variable: str, usual: int, variables: Mapping[str, str], *, least: int = 1) -> int:
    """Return the whole number in a `variable` of the environment, or the `usual` one; raise
    InvalidRequest for anything else."""
    text = variables.get(variable, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and least <= int(text[:13]) < 10**12):
        raise InvalidRequest(
            f"{variable} is “{text[:40]}”; it must be a whole number, at least {least}."
        )
    return int(text)
