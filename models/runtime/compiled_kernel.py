"""numba.njit with a cache of compiled code that tolerates faults of the disk.

With numba's cache, a computation fails where the disk has no room for its compiled code.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numba
from numba.core import caching

FunctionCache: Any = caching.FunctionCache  # numba is only partly typed
_log = logging.getLogger(__name__)


class _SafeCache(FunctionCache):  # type: ignore[misc]
    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except (OSError, EOFError) as error:
            _log.warning("compiled code cannot be read (%s); it is compiled again", error)
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _log.warning("compiled code cannot be kept (%s)", error)


def njit(*, cache: bool, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return numba.njit(cache=cache, **options), whose cache tolerates faults of the disk."""

    def compiled(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(**options)(function)
        if cache:
            dispatcher._cache = _SafeCache(function)
        return dispatcher

    return compiled
