"""Computations that are over, kept for whoever asks for the same: a bounded number of them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from models.jobs.computation import Computation


class Kept:
    """At most `entries` computations of together at most `size` bytes; the least recently used is
    dropped first."""

    def __init__(self, *, entries: int, size: int) -> None:
        self._entries, self._most = entries, size
        self._kept: OrderedDict[tuple[Hashable, ...], Computation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """How much is kept, in bytes."""
        return sum(computation.size for computation in self._kept.values())

    def get(self, name: tuple[Hashable, ...]) -> Computation | None:
        """Return the computation of this name, or None."""
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)

    def put(self, computation: Computation) -> None:
        """Keep `computation`, unless it is larger than all that may be kept."""
        self._kept[computation.name] = computation
        self._kept.move_to_end(computation.name)
        while self._kept and (len(self._kept) > self._entries or self.size > self._most):
            self._kept.popitem(last=False)

    def drop(self, of: Callable[[tuple[Hashable, ...]], bool]) -> None:
        """Let go of the computations whose name is `of` what is meant."""
        for name in [name for name in self._kept if of(name)]:
            del self._kept[name]
