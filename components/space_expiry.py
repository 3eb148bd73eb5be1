"""The expiry of a visitor's own spaces that nobody uses, though the page stays open.

VECTORSCOPE_KEEP_HOURS   hours without use after which they are deleted (12)
"""

import os
import threading
import time
from collections.abc import Iterable, Mapping
from weakref import WeakSet

from models.sources.limits import whole_number

VARIABLE = "VECTORSCOPE_KEEP_HOURS"
USUAL = 12  # hours

_alive: "WeakSet[LastUses]" = WeakSet()  # of all sessions, each of which holds its own
_lock = threading.Lock()


def keep_hours(variables: Mapping[str, str] = os.environ) -> int:
    """Return after how many hours without use a space is deleted; raise InvalidRequest where the
    environment sets no whole number."""
    return whole_number(VARIABLE, USUAL, variables)


class LastUses:
    """The time of the last use of each of one visitor's own spaces. `session` is the server's name
    for the session, None outside a server."""

    def __init__(self, session: str | None) -> None:
        self.session = session
        self._times: dict[str, float] = {}
        with _lock:
            _alive.add(self)

    def note(self, name: str) -> None:
        """Note that the space `name` is used now."""
        self._times[name] = _now()

    def expired(self, names: Iterable[str]) -> list[str]:
        """Return those of `names`, all spaces of the visitor, that were not used for too long. A
        name that is new counts as used now."""
        now = _now()
        self._times = {name: self._times.get(name, now) for name in names}
        return [name for name, last in self._times.items() if _too_long(now - last)]

    def has_expired(self) -> bool:
        """Whether a space was not used for too long; on any thread."""
        now = _now()
        return any(_too_long(now - last) for last in list(self._times.values()))


def sessions_with_expired() -> list[str]:
    """Return the sessions in which a space was not used for too long; on any thread."""
    with _lock:
        alive = list(_alive)
    return [uses.session for uses in alive if uses.session is not None and uses.has_expired()]


def _too_long(seconds: float) -> bool:
    return seconds >= 3_600 * keep_hours()


def _now() -> float:
    return time.monotonic()
