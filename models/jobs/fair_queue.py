"""A queue that is fair to visitors: of those without a running job, the one who has waited longest
gets the next free place.

With one place, each visitor thus has at most one running job. With several, visitors may have
further ones while nobody without a running job waits; whoever has fewest is first. Running jobs
continue when other visitors come, who get the next free places.

A visitor's wait begins when their oldest job in the queue was submitted, or when their last job
ended, whichever is later: submitting ten jobs at once puts nobody ahead of the second visitor.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry", bound=Hashable)
Visitor = Hashable

_REMEMBERED = 1_000  # visitors whose last end is stored


class FairQueue(Generic[Entry]):
    """Entries and the visitors who wait for them; several may wait for the same entry. Time is
    counted in events."""

    def __init__(self) -> None:
        self._clock = itertools.count()
        self._submitted: dict[tuple[Entry, Visitor], int] = {}
        self._last_end: dict[Visitor, int] = {}
        self._running: Counter[Visitor] = Counter()
        self._order: list[tuple[Entry, Visitor]] | None = None

    def __len__(self) -> int:
        return len({entry for entry, _ in self._submitted})

    def put(self, entry: Entry, visitor: Visitor) -> None:
        """Let `visitor` wait for `entry`."""
        self._submitted.setdefault((entry, visitor), next(self._clock))
        self._order = None

    def withdraw(self, entry: Entry, visitor: Visitor) -> None:
        """Let `visitor` no longer wait for `entry`."""
        self._submitted.pop((entry, visitor), None)
        self._order = None

    def pop(self) -> tuple[Entry, Visitor] | None:
        """Remove the next entry and return it with the visitor whose turn it is, for whom it runs
        from now on; None where nobody waits."""
        if not self._submitted:
            return None
        entry, visitor = self.order()[0]
        for pair in [pair for pair in self._submitted if pair[0] == entry]:
            del self._submitted[pair]
        self._change(visitor, 1)
        return entry, visitor

    def reassign(self, one: Visitor, other: Visitor) -> None:
        """Count an entry that runs for `one` as running for `other`."""
        self._change(one, -1)
        self._change(other, 1)

    def finished(self, visitor: Visitor) -> None:
        """Note that an entry that ran for `visitor` has ended."""
        self._change(visitor, -1)
        self._last_end.pop(visitor, None)
        self._last_end[visitor] = next(self._clock)
        while len(self._last_end) > _REMEMBERED:
            del self._last_end[next(iter(self._last_end))]

    def _change(self, visitor: Visitor, running: int) -> None:
        self._running[visitor] += running
        if self._running[visitor] <= 0:
            del self._running[visitor]
        self._order = None

    def count(self, visitor: Visitor) -> int:
        """Return for how many entries `visitor` waits."""
        return sum(waiting == visitor for _, waiting in self._submitted)

    def starved(self) -> set[Visitor]:
        """Return the visitors who wait while nothing of theirs runs; they are next."""
        return {visitor for _, visitor in self._submitted} - set(self._running)

    def position(self, entry: Entry) -> int | None:
        """Return the position of `entry` in the queue, 1 for the next; None for one not in it."""
        entries = [waiting for waiting, _ in self.order()]
        return entries.index(entry) + 1 if entry in entries else None

    def order(self) -> list[tuple[Entry, Visitor]]:
        """Return every entry once, in order, with the visitor whose turn it will be."""
        if self._order is None:
            self._order = list(self._in_order())
        return self._order

    def _in_order(self) -> Iterator[tuple[Entry, Visitor]]:
        queues: dict[Visitor, list[tuple[int, Entry]]] = defaultdict(list)
        for (entry, visitor), submitted in self._submitted.items():  # the oldest first
            queues[visitor].append((submitted, entry))
        clock = itertools.count(next(self._clock))
        # Visitors with running entries come after all others, those with the most last.
        last = {visitor: self._last_end.get(visitor, -1) for visitor in queues}
        last |= {v: next(clock) for v in sorted(self._running, key=self._running.__getitem__)}

        def waiting_since(visitor: Visitor) -> tuple[int, int]:
            submitted, _ = queues[visitor][0]
            return max(submitted, last[visitor]), submitted

        done: set[Entry] = set()
        while queues:
            visitor = min(queues, key=waiting_since)
            _, entry = queues[visitor].pop(0)
            if not queues[visitor]:
                del queues[visitor]
            if entry not in done:
                done.add(entry)
                yield entry, visitor
                last[visitor] = next(clock)
