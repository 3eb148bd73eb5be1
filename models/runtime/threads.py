"""How many threads a matrix product takes."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Keep matrix products within this context to one thread.

    A second thread makes a product of a matrix with a vector a little faster and costs ten times
    the processor time, as it waits for more work at full speed: on a server with two cores that
    time is another visitor's.
    """
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit


@cache
def _controller() -> Any:
    import numpy as np  # noqa: F401  its library must be loaded to be found
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


def blas_threads() -> int | None:
    """Return how many threads a matrix product may take here; None where that is not known."""
    counts = [library["num_threads"] for library in _controller().select(user_api="blas").info()]
    return max(counts, default=None)
