"""Which visitors are connected, and which have left for good.

The server is not notified of a closed tab, whose session can live on for long: it is checked once a
second whether the page is open.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from queue import Empty, SimpleQueue

IsConnected = Callable[[], bool]

_EVERY = 1.0  # seconds between two checks
_END = object()
_log = logging.getLogger(__name__)


class Visitors:
    """How long each visitor has been away, as of the last check. A thread calls `on_leave` for each
    who has left, and `on_look` after every check."""

    def __init__(
        self,
        *,
        on_leave: Callable[[Hashable], None],
        on_look: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_leave, self._on_look, self._clock = on_leave, on_look, clock
        self._connected: dict[Hashable, IsConnected] = {}
        self._away_since: dict[Hashable, float] = {}
        self._left: SimpleQueue[Hashable] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def track(self, visitor: Hashable, held: object, is_connected: IsConnected | None) -> None:
        """Watch `visitor` until `held` is deleted, which means that they have left.

        Python may delete an object at any time, even within a method of this class: the finalizer
        only puts the visitor into a queue, which the thread reads.
        """
        with self._lock:
            if is_connected is not None:
                self._connected[visitor] = is_connected
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="vectorscope-visitors", daemon=True
                )
                self._thread.start()
        weakref.finalize(held, self._left.put, visitor).atexit = False

    def forget(self, visitor: Hashable) -> None:
        """Watch `visitor` no longer."""
        with self._lock:
            self._connected.pop(visitor, None)
            self._away_since.pop(visitor, None)

    def look(self) -> None:
        """Check who is connected now."""
        with self._lock:
            now = self._clock()
            for visitor, is_connected in self._connected.items():
                if is_connected():
                    self._away_since.pop(visitor, None)
                else:
                    self._away_since.setdefault(visitor, now)
        self._on_look()

    def away(self, *, seconds: float = 0.0) -> set[Hashable]:
        """Return who was away at the last check, and has been for at least `seconds`."""
        with self._lock:
            now = self._clock()
            return {v for v, since in self._away_since.items() if now - since >= seconds}

    def close(self) -> None:
        """End the thread."""
        self._left.put(_END)

    def _watch(self) -> None:
        while True:
            try:
                visitor = self._left.get(timeout=_EVERY)
            except Empty:
                try:
                    self.look()
                except Exception:
                    _log.exception("could not see who is there")
                continue
            if visitor is _END:
                return
            self._on_leave(visitor)
