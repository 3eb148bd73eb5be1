"""Leases: a visitor's own spaces are deleted when not used for long, even while a page is open.

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

_alive: "WeakSet[Lease]" = WeakSet()  # of all sessions: each holds its own
_lock = threading.Lock()


def keep_hours(variables: Mapping[str, str] = os.environ) -> int:
    """Return after how many hours without a look a space is deleted; raise InvalidRequest where the
    environment says nonsense."""
    return whole_number(VARIABLE, USUAL, variables)


class Lease:
    """The times at which the spaces of one visitor were last used. `session` is the identifier of
    the session on the server, None outside a server."""

    def __init__(self, session: str | None) -> None:
        self.session = session
        self._looks: dict[str, float] = {}
        with _lock:
            _alive.add(self)

    def look(self, name: str) -> None:
        """Note that the space `name` is used now."""
        self._looks[name] = _now()

    def unused(self, names: Iterable[str]) -> list[str]:
        """Return those of `names`, all spaces of the visitor, that nobody has looked at for too
        long. One that is new here counts from now on."""
        now = _now()
        self._looks = {name: self._looks.get(name, now) for name in names}
        return [name for name, look in self._looks.items() if _too_long(now - look)]

    @property
    def has_unused(self) -> bool:
        """Whether some space was not looked at for too long; may be asked on any thread."""
        now = _now()
        return any(_too_long(now - look) for look in list(self._looks.values()))


def sessions_with_unused() -> list[str]:
    """Return the sessions in which a space was not looked at for too long; on any thread."""
    with _lock:
        alive = list(_alive)
    return [lease.session for lease in alive if lease.session is not None and lease.has_unused]


def _too_long(seconds: float) -> bool:
    return seconds >= 3_600 * keep_hours()


def _now() -> float:
    return time.monotonic()
