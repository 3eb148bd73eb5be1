"""What is held in memory, put together by space and kind: the rows of an account."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from models.runtime.weight import Weight


@dataclass(frozen=True)
class Holding:
    """Things of one kind, derived from one space for all. `space` and `kind` are None for the sum
    of all others; `idle` is how many seconds ago one was used."""

    space: str | None
    kind: str | None
    things: int
    own: int
    mapped: int
    idle: float | None


class Item(NamedTuple):
    """One thing that is held; `at` is when it was used last."""

    space: str
    kind: str
    weight: Weight
    at: float


def by_kind(items: Iterable[Item]) -> list[Holding]:
    """Return a holding for every space and kind, in the order of their first items. What two items
    share counts for the first one alone."""
    rows: dict[tuple[str, str], _Row] = {}
    seen: set[int] = set()
    for item in items:
        rows.setdefault((item.space, item.kind), _Row()).add(item, seen)
    now = time.monotonic()
    return [
        Holding(*name, row.things, row.own, row.mapped, now - row.at) for name, row in rows.items()
    ]


@dataclass
class _Row:
    things: int = 0
    own: int = 0
    mapped: int = 0
    at: float = 0.0

    def add(self, item: Item, seen: set[int]) -> None:
        """Add what of `item` was not `seen` in another."""
        own, mapped = item.weight.own, item.weight.mapped
        self.things += 1
        self.own += sum(size for buffer, size in own.items() if buffer not in seen)
        self.mapped += sum(size for buffer, size in mapped.items() if buffer not in seen)
        self.at = max(self.at, item.at)
        seen.update(own, mapped)
