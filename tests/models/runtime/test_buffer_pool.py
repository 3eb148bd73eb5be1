"""Room that is lent: never to two at a time, and not kept without bounds."""

import gc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.runtime import buffer_pool
from models.runtime.buffer_pool import let_go, room

LARGE = 300_000  # numbers


@pytest.fixture(autouse=True)
def nothing_ready() -> Iterator[None]:
    gc.collect()
    let_go()
    yield
    let_go()


def address(array: np.ndarray) -> int:
    return int(array.ctypes.data)


def test_what_nobody_uses_any_more_is_lent_again() -> None:
    first = room(LARGE)
    where = address(first)
    del first
    assert address(room(LARGE)) == where


def test_a_view_keeps_it() -> None:
    whole = room(3, LARGE)
    whole[:] = 1
    row = whole[1].reshape(2, -1)
    del whole
    other = room(3, LARGE)
    other[:] = 2
    assert (row == 1).all()


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=30))
def test_what_is_in_use_is_never_written_by_others(asked: list[tuple[int, bool]]) -> None:
    held: dict[int, np.ndarray] = {}
    for number, (rows, kept) in enumerate(asked):
        array = room(rows, LARGE)
        assert array.shape == (rows, LARGE)
        array[:] = number
        if kept:
            held[number] = array
        elif held:
            del held[min(held)]
    assert all((array == number).all() for number, array in held.items())


def test_no_more_lies_ready_than_is_allowed() -> None:
    arrays = [room(LARGE) for _ in range(40)]
    arrays.clear()
    assert 0 < sum(map(len, buffer_pool._ready)) <= buffer_pool._MOST
    let_go()
    assert not buffer_pool._ready


def test_little_is_no_matter() -> None:
    assert room(2, 3).shape == (2, 3)
    assert not buffer_pool._ready
