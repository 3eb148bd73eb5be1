"""A queue that is fair to visitors: a free place goes to the one who has waited longest, of
those of whom nothing runs.

Where there is one place, each visitor thus has at most one running job. Where there are several,
and nobody waits of whom nothing runs, a visitor may have further ones, who has fewest first; they
keep them when others come, who get the next places that become free.

A visitor has waited since their oldest job in the queue was submitted, or since their last job
ended, whichever came later: ten jobs submitted at once do not put anyone ahead of who came second.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry", bound=Hashable)
Visitor = Hashable

_REMEMBERED = 1_000  # visitors whose last end is known


class FairQueue(Generic[Entry]):
    """Entries and the visitors who wait for them, several of whom may wait for the same entry.

    Time is counted in events.
    """

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
        # Whoever has running entries comes after all others, who has most of them last.
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
