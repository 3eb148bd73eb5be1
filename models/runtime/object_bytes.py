"""The memory footprint of a value: bytes by buffer, so that what two values share counts once.

Arrays and tables know their sizes; a collection holds its items and a dataclass its fields. Any
other object, or one that refers to what others hold, lists what it holds in ``memory_parts()``.
"""

import mmap
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

_OVERHEAD = 1_000  # bytes of the Python objects around the numbers of one value


@dataclass
class Footprint:
    """Sizes in bytes by the identity of a buffer: the process's `own` memory, and files that are
    `mapped`, whose pages the system can take back."""

    own: dict[int, int] = field(default_factory=dict)
    mapped: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object) -> "Footprint":
        """Return the footprint of `value`."""
        found = cls({id(value): _OVERHEAD})
        for part in parts_of(value):
            found._add(part)
        return found

    def _add(self, part: Any) -> None:
        if isinstance(part, np.ndarray):
            buffer = _buffer_of(part)
            if isinstance(buffer, mmap.mmap):
                self.mapped[id(buffer)] = len(buffer)
            else:
                self.own[id(buffer)] = getattr(buffer, "nbytes", 0) or sys.getsizeof(buffer)
        elif hasattr(part, "memory_usage"):  # a table of pandas
            self.own[id(part)] = int(np.sum(part.memory_usage(deep=True)))
        elif isinstance(part, list | tuple | set | frozenset):
            # Words are counted with their list: there are too many to be counted one by one.
            words = (item for item in part if isinstance(item, str))
            self.own[id(part)] = sys.getsizeof(part) + sum(map(sys.getsizeof, words))
        else:
            self.own[id(part)] = getattr(part, "nbytes", 0) or sys.getsizeof(part)


def parts_of(value: Any) -> Iterator[Any]:
    """Yield what `value` consists of: arrays, tables, collections of words, and other objects."""
    if hasattr(value, "memory_parts"):
        held: Iterable[Any] = value.memory_parts()
    elif is_dataclass(value):
        held = [getattr(value, part.name) for part in fields(value)]
    elif isinstance(value, Mapping):
        held = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        yield value
        held = (item for item in value if not isinstance(item, str))
    else:
        yield value
        return
    for part in held:
        yield from parts_of(part)


def bytes_in(footprints: Iterable[Footprint], counted: set[int]) -> tuple[int, int]:
    """Return the bytes of own memory and of mapped files in `footprints`, without the buffers that
    were `counted` already; these are added to it."""
    own = mapped = 0
    for footprint in footprints:
        own += sum(size for buffer, size in footprint.own.items() if buffer not in counted)
        mapped += sum(size for buffer, size in footprint.mapped.items() if buffer not in counted)
        counted.update(footprint.own, footprint.mapped)
    return own, mapped


def _buffer_of(array: np.ndarray[Any, Any]) -> Any:
    """Return the object whose memory `array` is a view of."""
    found: Any = array
    while isinstance(found, np.ndarray | memoryview):
        below = found.base if isinstance(found, np.ndarray) else found.obj
        if below is None:
            break
        found = below
    return found
