"""The memory budget of this process: the bytes that spaces and what is derived from them may take.

A DerivedCache holds what is derived from one object, such as the principal components of a space,
and lives as long as that object. The Budget counts all caches. Above its limits it evicts the least
recently used value, which is computed again when it is next needed; whoever holds an evicted value
can go on using it. Spaces of visitors are counted, but never kept alive by the budget.
"""

import itertools
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from models.errors import OverBudget
from models.runtime.memory import Limits
from models.runtime.object_bytes import Footprint, bytes_in, parts_of

Made = TypeVar("Made")

_TEXT_BYTES = 24  # of a word of a vocabulary: its letters, its offset and its place in the sorting
_clock = itertools.count(1)  # the order of uses: the time of day is too coarse on some systems


@dataclass(slots=True)
class Entry:
    """A cached value. `used` orders the uses of all values; `at` is the time of the last use."""

    value: Any
    footprint: Footprint
    derived: list["DerivedCache"]  # the caches of the spaces that the value consists of
    used: int
    at: float


class DerivedCache:
    """Values derived from one `owner`, by key, each computed once.

    The one cache whose values are the `shared_spaces` themselves, by name, is evicted last.
    """

    def __init__(
        self, owner: object = None, *, shared_spaces: bool = False, within: "Budget | None" = None
    ) -> None:
        self.shared_spaces = shared_spaces
        self.space: str | None = None  # the shared space that the owner was derived from, if any
        self.entries: dict[Hashable, Entry] = {}  # changed by the budget alone
        self.owner_footprint: Footprint | None = None  # None until something is cached
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
        """Return the value for `key`; call `make` where there is none that is `enough`.

        Threads that ask for the same key compute it once; other keys do not wait for it.
        """
        entry = self._find(key, enough)
        if entry is None:
            with self._making.setdefault(key, threading.Lock()):
                entry = self._find(key, enough)  # another thread may have been first
                if entry is None:
                    return self._make(key, make)
        entry.used, entry.at = next(_clock), time.monotonic()
        value: Made = entry.value
        return value

    def weigh_owner(self) -> None:
        """Take the footprint of the owner, whose memory counts from the first cached value on."""
        if self.owner_footprint is None:
            owner = self._owner()
            self.owner_footprint = Footprint.of(owner) if owner is not None else Footprint()

    def _find(self, key: Hashable, enough: Callable[[Any], bool] | None) -> Entry | None:
        entry = self.entries.get(key)
        return entry if entry and (enough is None or enough(entry.value)) else None

    def _make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        try:
            value = make()
            (self._within or budget()).keep(self, key, value)
        finally:
            self._making.pop(key, None)
        return value


class Space(Protocol):
    """The part of an EmbeddingSpace that the budget needs."""

    @property
    def title(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def __len__(self) -> int: ...
    def remember(self, key: Hashable, make: Callable[[], object]) -> object: ...


@dataclass(frozen=True)
class Holding:
    """The cached values of one kind that are derived from one shared space. `space` and `kind` are
    None for the sum of all others; `idle` is the number of seconds since one was used."""

    space: str | None
    kind: str | None
    things: int
    own: int
    mapped: int
    idle: float | None


class Budget:
    """The limits of memory, and all caches that count towards them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.RLock()
        self._caches: weakref.WeakSet[DerivedCache] = weakref.WeakSet()

    @property
    def held(self) -> tuple[int, int]:
        """The bytes held: own memory, and mapped files."""
        with self._lock:
            footprints = [entry.footprint for _, _, entry in self._entries()]
            owners = [cache.owner_footprint for cache in list(self._caches)]
        return bytes_in([*footprints, *filter(None, owners)], set())

    def limit(self, limits: Limits) -> None:
        """Hold no more than `limits` from now on."""
        with self._lock:
            self.limits = limits
            self._evict()

    def keep(self, cache: DerivedCache, key: Hashable, value: object) -> None:
        """Store `value` in `cache` and evict others for it; one above the limits is not stored."""
        derived = [part for part in parts_of(value) if isinstance(part, DerivedCache)]
        entry = Entry(value, Footprint.of(value), derived, next(_clock), time.monotonic())
        cache.weigh_owner()
        with self._lock:
            self._caches.add(cache)
            self._drop(cache, key)
            if not self._fits(*bytes_in([entry.footprint], set())):
                return
            for other in derived:
                other.space = str(key) if cache.shared_spaces else cache.space
            cache.entries[key] = entry
            self._evict(but=entry)

    def refuse_excess(self, title: str, *, words: int, dimension: int, mapped: bool) -> None:
        """Raise OverBudget, with the number of words that fits, for a space that would not fit: its
        text, its vectors (`mapped` from a file or not) and its principal components, when all that
        can be evicted is."""
        own = _TEXT_BYTES + (0 if mapped else 4 * dimension)
        total = _TEXT_BYTES + 8 * dimension
        others = self.holdings()[-1].own
        fits = min((self.limits.own - others) // own, (self.limits.total - others) // total)
        if words > fits:
            raise OverBudget(
                f"{title} does not fit: {words:,} words of {dimension:,} dimensions take "
                f"{words * total / 1e6:,.0f} MB to work with, and {max(0, fits):,} words would fit "
                "into what this server may hold. Choose a smaller space, or have whoever runs the "
                "server allow more memory."
            )

    def admit(self, space: "Space", others: Iterable["Space"]) -> None:
        """Count a visitor's `space` from now on. Raises OverBudget, with the number of words that
        fits, where it does not fit beside `others`, which are visitors' own and not evicted.
        Memory that it shares with them, such as the same mapped file, counts once."""
        counted: set[int] = set()
        held_own, held_mapped = bytes_in(map(Footprint.of, others), counted)
        own, mapped = bytes_in([Footprint.of(space)], counted)
        own_left = self.limits.own - held_own
        left = self.limits.total - held_own - held_mapped
        if own > own_left or own + mapped > left:
            share = min(own_left / max(1, own), left / max(1, own + mapped))
            raise OverBudget(
                f"{space.title} does not fit: its {len(space):,} words of {space.dimension:,} "
                f"dimensions take {(own + mapped) / 1e6:,.0f} MB, and "
                f"{max(0, int(share * len(space))):,} words would fit beside what visitors hold "
                "already. Remove a space in the Library, bring fewer words, or have whoever runs "
                "the server allow more memory."
            )
        space.remember("held by a visitor", lambda: True)

    def holdings(self) -> list[Holding]:
        """Return what is held by space and kind, each byte counted once: spaces first, then by
        latest use. The last row is the sum of what is not derived from a shared space: visitors'
        own spaces and work under way."""
        with self._lock:
            entries = list(self._entries())
            own, mapped = self.held
        entries.sort(key=lambda found: (not found[0].shared_spaces, -found[2].used))
        groups: dict[tuple[str, str] | None, list[Entry]] = {None: []}
        for cache, key, entry in entries:
            groups.setdefault(_label(cache, key), []).append(entry)
        private = groups.pop(None)
        counted: set[int] = set()
        rows = [_holding(label, found, counted) for label, found in groups.items() if label]
        own -= sum(row.own for row in rows)
        mapped -= sum(row.mapped for row in rows)
        return [*rows, Holding(None, None, len(private), own, mapped, None)]

    def _fits(self, own: int, mapped: int) -> bool:
        return own <= self.limits.own and own + mapped <= self.limits.total

    def _evict(self, *, but: Entry | None = None) -> None:
        """Drop the least recently used values until the rest is within the limits."""
        while not self._fits(*self.held):
            oldest = self._oldest(but)
            if oldest is None:
                return  # the rest is visitors' own spaces
            self._drop(*oldest)

    def _oldest(self, but: Entry | None) -> tuple[DerivedCache, Hashable] | None:
        others = (found for found in self._entries() if found[2] is not but)
        oldest = min(others, key=lambda it: (it[0].shared_spaces, it[2].used), default=None)
        return oldest and oldest[:2]  # without the entry, which would stay alive

    def _drop(self, cache: DerivedCache, key: Hashable) -> None:
        """Remove a value, and all that was derived from it: a space and its cache refer to each
        other, and Python would free them late, or never once they are frozen."""
        entry = cache.entries.pop(key, None)
        for derived in entry.derived if entry is not None else ():
            for inner in list(derived.entries):
                self._drop(derived, inner)

    def _entries(self) -> Iterator[tuple[DerivedCache, Hashable, Entry]]:
        for cache in list(self._caches):
            yield from ((cache, key, entry) for key, entry in cache.entries.items())


@lru_cache(maxsize=1)
def budget() -> Budget:
    """Return the budget of this process. Outside a server only own memory is limited: the pages of
    mapped files are the system's to keep or to drop."""
    limits = Limits.read()
    return Budget(Limits(limits.own, 1 << 60))


def _label(cache: DerivedCache, key: Hashable) -> tuple[str, str] | None:
    """Return space and kind of a value; None where it is not derived from a shared space."""
    name = str(key[0] if isinstance(key, tuple) else key)
    if cache.shared_spaces:
        return name, "space"
    return (cache.space, name) if cache.space else None


def _holding(label: tuple[str, str], entries: list[Entry], counted: set[int]) -> Holding:
    own, mapped = bytes_in([entry.footprint for entry in entries], counted)
    idle = time.monotonic() - max(entry.at for entry in entries)
    return Holding(*label, len(entries), own, mapped, idle)
