"""How much memory a thing holds, buffer by buffer, so that what two things share counts once."""

import mmap
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MethodType, ModuleType
from typing import Any, TypeVar

import numpy as np

Apart = TypeVar("Apart")

_SHELL = 1_000  # bytes of the objects around the numbers of one thing
_SILENT = (type, FunctionType, MethodType, ModuleType)
_COLLECTIONS = (list, tuple, set, frozenset)


@dataclass
class Weight:
    """Bytes by buffer: of one's `own` memory, and `mapped` from files, which the system can take
    back."""

    own: dict[int, int] = field(default_factory=dict)
    mapped: dict[int, int] = field(default_factory=dict)

    @property
    def own_bytes(self) -> int:
        return sum(self.own.values())

    @property
    def mapped_bytes(self) -> int:
        return sum(self.mapped.values())


class Buffers:
    """The sum of many weights: bytes by buffer, each counted once however many things share it."""

    def __init__(self) -> None:
        self.total = 0
        self._known: dict[int, tuple[int, int]] = {}  # size, and how many share it

    def add(self, sizes: Mapping[int, int]) -> None:
        for buffer, found in sizes.items():
            size, sharers = self._known.get(buffer, (found, 0))
            self._known[buffer] = size, sharers + 1
            if not sharers:
                self.total += size

    def take(self, sizes: Mapping[int, int]) -> None:
        for buffer in sizes:
            size, sharers = self._known.pop(buffer)
            if sharers > 1:
                self._known[buffer] = size, sharers - 1
            else:
                self.total -= size


def weigh(thing: object, *, apart: type[Apart]) -> tuple[Weight, list[Apart]]:
    """Return the weight of `thing`, arrays, text, tables, collections and what objects hold of
    them, and what it holds of the type `apart`, which is not weighed. An object with a method
    ``weighed()`` says what of it counts."""
    weight, found, seen = Weight(), list[Apart](), set[int]()
    waiting: list[Any] = [thing]
    weight.own[id(thing)] = _SHELL
    while waiting:
        part = waiting.pop()
        if part is None or isinstance(part, _SILENT) or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, apart):
            found.append(part)
        elif isinstance(part, np.ndarray):
            _weigh_array(part, weight)
        elif hasattr(part, "memory_usage"):  # a table of pandas
            usage = part.memory_usage(deep=True)
            weight.own[id(part)] = int(np.sum(usage))
        elif isinstance(getattr(part, "nbytes", None), int):
            weight.own[id(part)] = part.nbytes
        else:
            weight.own[id(part)] = weight.own.get(id(part), 0) + sys.getsizeof(part)
            waiting.extend(_parts(part, weight))
    return weight, found


def _weigh_array(array: np.ndarray[Any, Any], weight: Weight) -> None:
    root: Any = array
    while isinstance(root, np.ndarray | memoryview):
        below = root.base if isinstance(root, np.ndarray) else root.obj
        if below is None:
            break
        root = below
    if isinstance(root, mmap.mmap):
        weight.mapped[id(root)] = len(root)
    else:
        weight.own[id(root)] = int(getattr(root, "nbytes", 0)) or sys.getsizeof(root)


def _parts(thing: Any, weight: Weight) -> Iterator[Any]:
    """Yield what `thing` holds. Words are counted with their list: there are too many of them."""
    if isinstance(thing, Mapping):
        held: Any = [*thing.keys(), *thing.values()]
    elif isinstance(thing, _COLLECTIONS):
        held = thing
    elif hasattr(thing, "weighed"):
        held = thing.weighed()
    else:
        held = getattr(thing, "__dict__", {}).values()
    for part in held:
        if isinstance(part, str | bytes | int | float):
            if not isinstance(thing, _COLLECTIONS) or isinstance(part, str):
                weight.own[id(thing)] += sys.getsizeof(part)
        else:
            yield part
