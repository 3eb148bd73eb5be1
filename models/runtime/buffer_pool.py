"""Room for what a search computes and forgets, lent again and again.

A search over 400,000 words needs some arrays of megabytes for some milliseconds. As a server gives
back to the system what it frees (memory.py), each of them would come anew, page by page: a
quarter of the time of an analogy.
"""

import math
import mmap
import weakref
from collections import deque

import numpy as np
from numpy.typing import NDArray

_LARGE = 1 << 19  # bytes from which it pays
_MOST = 16 << 20  # bytes that lie ready, at the most
_ready: deque[mmap.mmap] = deque()


def room(*shape: int) -> NDArray[np.float32]:
    """Return room for float32 of `shape`, not cleared: lent as long as the array or a view of it is
    in use, on any thread."""
    count = math.prod(shape)
    if 4 * count < _LARGE:
        return np.empty(shape, dtype=np.float32)
    taken = _taken(4 * count)
    lent = np.frombuffer(taken, dtype=np.float32, count=count)
    weakref.finalize(lent, _give_back, taken).atexit = False
    return lent.reshape(shape)


def pages(size: int) -> mmap.mmap:
    """Return `size` bytes of this process's own memory, apart from the heap: they go back to the
    system when freed, and count as its own until then."""
    if hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)


def let_go() -> None:
    """Give back to the system all that lies ready."""
    _ready.clear()


def _taken(size: int) -> mmap.mmap:
    """Return pages that lie ready and are not much too large, or new ones."""
    for _ in range(len(_ready)):
        try:
            found = _ready.popleft()
        except IndexError:  # another thread was first
            break
        if size <= len(found) <= 2 * size:
            return found
        _ready.append(found)
    return pages(size)


def _give_back(taken: mmap.mmap) -> None:
    """Lay what was `taken` ready; where that is too much, let go of what lies there for longest."""
    _ready.append(taken)
    while sum(map(len, list(_ready))) > _MOST:
        try:
            _ready.popleft()
        except IndexError:
            break
