"""One account of what is held: spaces and all that is derived from them, in bytes.

A Shelf keeps what is derived from one thing, by key, and goes with it. The Budget knows all
shelves; when more is held than may be, it drops what was not used for longest. That can be made
again, and whoever holds it keeps it. Nothing here keeps alive what a visitor has brought.
"""

import itertools
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from models.errors import OverBudget
from models.runtime.holdings import Holding, Item, by_kind
from models.runtime.memory import Limits
from models.runtime.weight import Buffers, Weight, weigh

Made = TypeVar("Made")

_TEXT_BYTES = 24  # of a word of a vocabulary: its letters, its place and its rank among all
_clock = itertools.count(1)  # the order of uses: the time of day is too coarse on some systems


@dataclass(slots=True)
class Entry:
    """A thing that is kept. `used` orders the uses of all things, `at` is when it was used last."""

    value: Any
    weight: Weight
    inner: list["Shelf"]  # of what was derived from it in turn
    used: int
    at: float


class Shelf:
    """Things derived from one `owner`, by key, each made once.

    The `library` is the one shelf whose things are spaces for all, by their names: they are
    dropped last of all.
    """

    def __init__(
        self, owner: object = None, *, library: bool = False, within: "Budget | None" = None
    ) -> None:
        self.library = library
        self.space: str | None = None  # the space for all that this was derived from, if it was
        self.kept: dict[Hashable, Entry] = {}  # changed by the budget alone
        self.lot: _Lot | None = None
        self._owner = weakref.ref(owner) if owner is not None else lambda: None
        self._within = within
        self._making: dict[Hashable, threading.Lock] = {}

    def get(
        self,
        key: Hashable,
        make: Callable[[], Made],
        *,
        enough: Callable[[Made], bool] | None = None,
    ) -> Made:
        """Return what `make` has returned for `key`; call it where there is none that is `enough`.

        Threads that ask for the same thing make it once; who asks for another does not wait.
        """
        entry = self.kept.get(key)
        if entry is None or (enough is not None and not enough(entry.value)):
            return self._made(key, make, enough)
        entry.used, entry.at = next(_clock), time.monotonic()
        value: Made = entry.value
        return value

    def base(self) -> Weight:
        """Return the weight of the owner, which is held by whoever holds it."""
        owner = self._owner()
        return weigh(owner, apart=Shelf)[0] if owner is not None else Weight()

    def _made(
        self, key: Hashable, make: Callable[[], Made], enough: Callable[[Made], bool] | None
    ) -> Made:
        with self._making.setdefault(key, threading.Lock()):
            entry = self.kept.get(key)
            if entry is not None and (enough is None or enough(entry.value)):
                value: Made = entry.value  # another thread was first
                return value
            try:
                value = make()
                (self._within or budget()).keep(self, key, value)
            finally:
                self._making.pop(key, None)
            return value


class Budget:
    """What may be held, and what is, over all shelves."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._lots: set[_Lot] = set()
        self._gone: deque[_Lot] = deque()  # filled by Python's own clearing up, at any moment
        self._own, self._mapped = Buffers(), Buffers()

    @property
    def held(self) -> tuple[int, int]:
        """The bytes held: memory of one's own, and mapped files."""
        with self._lock:
            self._forget_the_gone()
            return self._own.total, self._mapped.total

    def limit(self, limits: Limits) -> None:
        """Hold no more than `limits` from now on."""
        with self._lock:
            self.limits = limits
            self._make_room()

    def keep(self, shelf: Shelf, key: Hashable, value: object) -> None:
        """Keep `value` on `shelf` and make room for it; not where it is larger than all that may
        be held."""
        entry = Entry(value, *weigh(value, apart=Shelf), next(_clock), time.monotonic())
        base = shelf.base() if shelf.lot is None else Weight()
        with self._lock:
            self._forget_the_gone()
            lot = shelf.lot or self._opened(shelf, base)
            self._drop(shelf, key)
            if not self._fits(entry.weight.own_bytes, entry.weight.mapped_bytes):
                return
            for inner in entry.inner:
                inner.space = str(key) if shelf.library else shelf.space
            shelf.kept[key] = entry
            lot.weights[key] = entry.weight
            self._add(entry.weight)
            self._make_room(entry)

    def refuse_excess(self, title: str, *, words: int, dimension: int, mapped: bool) -> None:
        """Raise OverBudget, with the number of words that fits, for a space that would not: its
        text, its vectors (`mapped` from a file or not) and its principal components. All that can
        be made again makes room."""
        own = _TEXT_BYTES + (0 if mapped else 4 * dimension)
        total = _TEXT_BYTES + 8 * dimension
        others = sum(holding.own for holding in self.holdings() if holding.space is None)
        fits = min((self.limits.own - others) // own, (self.limits.total - others) // total)
        if words > fits:
            raise OverBudget(
                f"{title} does not fit: {words:,} words of {dimension:,} dimensions take "
                f"{words * total / 1e6:,.0f} MB to work with, and {max(0, fits):,} words would fit "
                "into what this server may hold. Choose a smaller space, or have whoever runs the "
                "server allow more memory."
            )

    def holdings(self) -> list[Holding]:
        """Return what is held by space and kind, each byte counted once: spaces first, then what
        was used last. What is of a visitor's making, or of work under way, is one sum at the end.
        """
        with self._lock:
            self._forget_the_gone()
            entries = list(self._entries())
            own, mapped = self._own.total, self._mapped.total
        entries.sort(key=lambda item: (not item[0].library, -item[2].used))
        items = [_item(*entry) for entry in entries]
        found = by_kind(item for item in items if item)
        own -= sum(holding.own for holding in found)
        mapped -= sum(holding.mapped for holding in found)
        private = items.count(None)
        return [*found, Holding(None, None, private, own, mapped, None)]

    def _fits(self, own: int, mapped: int) -> bool:
        return own <= self.limits.own and own + mapped <= self.limits.total

    def _make_room(self, newcomer: Entry | None = None) -> None:
        while not self._fits(self._own.total, self._mapped.total):
            oldest = self._oldest_but(newcomer)
            if oldest is None:
                return  # visitors' own spaces are not ours to drop
            self._drop(*oldest)
            self._forget_the_gone()

    def _oldest_but(self, newcomer: Entry | None) -> tuple[Shelf, Hashable] | None:
        others = (item for item in self._entries() if item[2] is not newcomer)
        oldest = min(others, key=lambda item: (item[0].library, item[2].used), default=None)
        return oldest and oldest[:2]

    def _drop(self, shelf: Shelf, key: Hashable) -> None:
        """Let go of a thing and of all that was derived from it: a space and what is made of it
        form a circle, which Python clears up late or, once frozen, never."""
        entry = shelf.kept.pop(key, None)
        if entry is None or shelf.lot is None:
            return
        self._take(shelf.lot.weights.pop(key))
        for inner in entry.inner:
            for derived in list(inner.kept):
                self._drop(inner, derived)

    def _opened(self, shelf: Shelf, base: Weight) -> "_Lot":
        shelf.lot = lot = _Lot(weakref.ref(shelf), base)
        weakref.finalize(shelf, self._gone.append, lot).atexit = False
        self._lots.add(lot)
        self._add(base)
        return lot

    def _entries(self) -> Iterator[tuple[Shelf, Hashable, Entry]]:
        for lot in self._lots:
            shelf = lot.shelf()
            if shelf is not None:
                yield from ((shelf, key, entry) for key, entry in shelf.kept.items())

    def _forget_the_gone(self) -> None:
        while self._gone:
            lot = self._gone.popleft()
            self._lots.discard(lot)
            for weight in (lot.base, *lot.weights.values()):
                self._take(weight)

    def _add(self, weight: Weight) -> None:
        self._own.add(weight.own)
        self._mapped.add(weight.mapped)

    def _take(self, weight: Weight) -> None:
        self._own.take(weight.own)
        self._mapped.take(weight.mapped)


@cache
def budget() -> Budget:
    """Return the budget of this process. Outside a server only memory of one's own is counted
    against it: mapped files are the system's to keep or to drop."""
    limits = Limits.read()
    return Budget(Limits(limits.own, 1 << 60))


def _item(shelf: Shelf, key: Hashable, entry: Entry) -> Item | None:
    """Return what may be told of a thing: nothing where no space for all is behind it."""
    name = str(key[0] if isinstance(key, tuple) else key)
    if shelf.library:
        return Item(name, "space", entry.weight, entry.at)
    return Item(shelf.space, name, entry.weight, entry.at) if shelf.space else None


@dataclass(eq=False)
class _Lot:
    """The account of one shelf, for when it is gone: the weights of its owner and of its things,
    and nothing that would keep them alive."""

    shelf: "weakref.ref[Shelf]"
    base: Weight
    weights: dict[Hashable, Weight] = field(default_factory=dict)
