"""Whose turn it is: a free place goes to the visitor who has waited longest, of those of whom
nothing runs.

Where one place is all there is, that is one running job a visitor. Where there are several, and
nobody waits of whom nothing runs, a visitor may have further ones, who has fewest first; nothing is
taken from them when others come, who get the next places that are freed.

A visitor has waited since their oldest job in the queue was asked for, or since their last job
ended, whichever came later: ten jobs submitted at once do not put anyone ahead of who came second.
"""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry", bound=Hashable)
Visitor = Hashable

_REMEMBERED = 1_000  # visitors of whom it is known when they were last served


class Turns(Generic[Entry]):
    """What waits, in the order in which it will be served. Time is counted in events."""

    def __init__(self) -> None:
        self._clock = itertools.count()
        self._asked: dict[tuple[Entry, Visitor], int] = {}
        self._served: dict[Visitor, int] = {}
        self._busy: Counter[Visitor] = Counter()
        self._order: list[tuple[Entry, Visitor]] | None = None

    def __len__(self) -> int:
        return len({entry for entry, _ in self._asked})

    def ask(self, entry: Entry, visitor: Visitor) -> None:
        """Let `visitor` wait for `entry`; others may wait for the same."""
        self._asked.setdefault((entry, visitor), next(self._clock))
        self._order = None

    def withdraw(self, entry: Entry, visitor: Visitor) -> None:
        """Let `visitor` no longer wait for `entry`."""
        self._asked.pop((entry, visitor), None)
        self._order = None

    def waiting(self, visitor: Visitor) -> int:
        """Return how many jobs of `visitor` wait."""
        return sum(asker == visitor for _, asker in self._asked)

    def kept_waiting(self) -> set[Visitor]:
        """Return the visitors who wait and run nothing: the next free places are theirs."""
        return {visitor for _, visitor in self._asked} - set(self._busy)

    def next(self) -> tuple[Entry, Visitor] | None:
        """Take the next entry out of the queue for the visitor whose turn it is, who is busy from
        now on; None where nobody waits."""
        if not self._asked:
            return None
        entry, visitor = self.order()[0]
        for pair in [pair for pair in self._asked if pair[0] == entry]:
            del self._asked[pair]
        self._busy[visitor] += 1
        self._order = None
        return entry, visitor

    def hand_over(self, one: Visitor, other: Visitor) -> None:
        """Let what runs for `one` run for `other`."""
        self._free(one)
        self._busy[other] += 1

    def served(self, visitor: Visitor) -> None:
        """Note that what ran for `visitor` has ended."""
        self._free(visitor)
        self._served.pop(visitor, None)
        self._served[visitor] = next(self._clock)
        while len(self._served) > _REMEMBERED:
            del self._served[next(iter(self._served))]

    def place(self, entry: Entry) -> int | None:
        """Return the place of `entry` in the queue, 1 for the next; None for one not in it."""
        for place, (waiting, _) in enumerate(self.order(), start=1):
            if waiting == entry:
                return place
        return None

    def order(self) -> list[tuple[Entry, Visitor]]:
        """Return every entry once, in order, with the visitor whose turn it will be."""
        if self._order is None:
            self._order = list(self._in_order())
        return self._order

    def _free(self, visitor: Visitor) -> None:
        self._busy[visitor] -= 1
        if self._busy[visitor] <= 0:
            del self._busy[visitor]
        self._order = None

    def _in_order(self) -> Iterator[tuple[Entry, Visitor]]:
        queues: dict[Visitor, list[tuple[int, Entry]]] = defaultdict(list)
        for (entry, visitor), asked in self._asked.items():
            queues[visitor].append((asked, entry))
        clock = itertools.count(next(self._clock))
        # Whoever is busy now will have been served last of all, who has most places last.
        busy = {visitor: next(clock) for visitor in sorted(self._busy, key=self._busy.__getitem__)}
        last = {v: busy.get(v, self._served.get(v, -1)) for v in queues}
        heads = []
        for visitor, queue in queues.items():
            queue.sort(key=lambda item: item[0], reverse=True)
            asked = queue[-1][0]
            heads.append((max(asked, last[visitor]), asked, visitor))
        # No two entries were asked for at the same moment, so visitors are never compared.
        heapq.heapify(heads)
        done: set[Entry] = set()
        while heads:
            _, _, visitor = heapq.heappop(heads)
            queue = queues[visitor]
            _, entry = queue.pop()
            if entry not in done:
                done.add(entry)
                yield entry, visitor
                last[visitor] = next(clock)
            if queue:
                asked = queue[-1][0]
                heapq.heappush(heads, (max(asked, last[visitor]), asked, visitor))
