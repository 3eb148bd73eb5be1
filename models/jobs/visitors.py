"""Who of the visitors is there, and who has left for good.

A closed tab tells nobody, and its session can lie about for long: whoever shows the pages is asked.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from queue import Empty, SimpleQueue

Here = Callable[[], bool]

_EVERY = 1.0  # seconds between two looks
_END = object()
_log = logging.getLogger(__name__)


class Presence:
    """How long each visitor has been away, as of the last look. `leave` is told who has left, and
    `looked` is called after every look; both by a thread of its own."""

    def __init__(
        self,
        *,
        leave: Callable[[Hashable], None],
        looked: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leave, self._looked, self._clock = leave, looked, clock
        self._here: dict[Hashable, Here] = {}
        self._left: dict[Hashable, float] = {}
        self._gone: SimpleQueue[Hashable] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def expect(self, visitor: Hashable, thing: object, here: Here | None) -> None:
        """Let `visitor` leave when `thing` is no more, and `here` say until then whether they are
        there.

        Python may notice the end of a thing anywhere, in the middle of a call of ours too, which
        is why a thread of its own does what is to be done.
        """
        with self._lock:
            if here is not None:
                self._here[visitor] = here
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._attend, name="vectorscope-presence", daemon=True
                )
                self._thread.start()
        weakref.finalize(thing, self._gone.put, visitor).atexit = False

    def forget(self, visitor: Hashable) -> None:
        """Ask no more for `visitor`."""
        with self._lock:
            self._here.pop(visitor, None)
            self._left.pop(visitor, None)

    def look(self) -> None:
        """See who is there now."""
        with self._lock:
            now = self._clock()
            for visitor, here in self._here.items():
                if here():
                    self._left.pop(visitor, None)
                else:
                    self._left.setdefault(visitor, now)
        self._looked()

    def away(self, *, seconds: float = 0.0) -> set[Hashable]:
        """Return who was away at the last look, and has been for that long."""
        with self._lock:
            now = self._clock()
            return {visitor for visitor, left in self._left.items() if now - left >= seconds}

    def close(self) -> None:
        """Look no more."""
        self._gone.put(_END)

    def _attend(self) -> None:
        while True:
            try:
                visitor = self._gone.get(timeout=_EVERY)
            except Empty:
                try:
                    self.look()
                except Exception:
                    _log.exception("could not see who is there")
                continue
            if visitor is _END:
                return
            self._leave(visitor)
