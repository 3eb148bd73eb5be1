"""One account of memory: never above the budget, the least recently used dropped first, made once,
and nothing of a visitor's kept or told."""

import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models import EmbeddingSpace, Vocabulary
from models.errors import OverBudget
from models.reduction.reduce import fit_pca
from models.runtime import budget as budgets
from models.runtime.budget import Budget, DerivedCache
from models.runtime.memory import Limits

KB = 1_000
ENDLESS = 1 << 60


def block(size: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    return np.zeros(size * KB, dtype=np.uint8)


def space_of(words: int, dimension: int, name: str = "brought") -> EmbeddingSpace:
    vectors = np.random.default_rng(0).standard_normal((words, dimension)).astype(np.float32)
    return EmbeddingSpace(name, Vocabulary(f"{name}{row}" for row in range(words)), vectors)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Budget]:
    """A budget of its own for the spaces made in a test."""
    own = Budget(Limits(50_000 * KB, ENDLESS))
    monkeypatch.setattr(budgets, "budget", lambda: own)
    return own


asked = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 60)), max_size=40)


@given(asked)
def test_it_is_never_above_the_budget_and_drops_what_was_used_longest_ago(
    asked: list[tuple[int, int]],
) -> None:
    """Against a list of keys in the order of their last use."""
    budget = Budget(Limits(100 * KB, ENDLESS))
    cache = DerivedCache(within=budget)
    order: list[int] = []
    sizes: dict[int, int] = {}
    for key, size in asked:
        found = cache.get(key, lambda size=size: block(size))  # type: ignore[misc]
        sizes.setdefault(key, size)
        assert found.nbytes == sizes[key] * KB
        order = [*(other for other in order if other != key), key]
        while sum(sizes[kept] for kept in order) > 100:
            sizes.pop(order.pop(0))
        assert set(cache.entries) == set(order)
        assert budget.held == (sum(sizes[kept] for kept in order) * KB, 0)


def test_what_is_larger_than_the_budget_is_handed_out_and_not_kept() -> None:
    budget = Budget(Limits(100 * KB, ENDLESS))
    cache = DerivedCache(within=budget)
    small = cache.get("small", lambda: block(10))
    assert cache.get("large", lambda: block(200)).nbytes == 200 * KB
    assert set(cache.entries) == {"small"}
    assert cache.get("small", lambda: block(10)) is small


def test_files_count_against_the_whole() -> None:
    from models.runtime.mapped_array import mapped_empty

    budget = Budget(Limits(1_000 * KB, 30_000 * KB))
    cache = DerivedCache(within=budget)
    for key in range(4):
        cache.get(key, lambda: mapped_empty((100_000, 25)))  # 10 MB each
    assert set(cache.entries) == {2, 3}
    own, mapped = budget.held
    assert own < 10 * KB
    assert mapped == 20_000 * KB


def test_a_lower_limit_holds_at_once() -> None:
    budget = Budget(Limits(100 * KB, ENDLESS))
    cache = DerivedCache(within=budget)
    for key in range(3):
        cache.get(key, lambda: block(20))
    budget.limit(Limits(45 * KB, ENDLESS))
    assert set(cache.entries) == {1, 2}


def test_views_of_one_array_count_once_until_the_last_is_gone() -> None:
    budget = Budget(Limits(ENDLESS, ENDLESS))
    one, other = DerivedCache(within=budget), DerivedCache(within=budget)
    array = block(50)
    one.get("whole", lambda: array)
    other.get("part", lambda: array[:10])
    assert 50 * KB <= budget.held[0] < 53 * KB
    del one
    assert 50 * KB <= budget.held[0] < 53 * KB
    del other
    assert budget.held == (0, 0)


def test_threads_make_a_thing_once_and_others_do_not_wait() -> None:
    cache = DerivedCache(within=Budget(Limits(ENDLESS, ENDLESS)))
    cache.get("ready", lambda: "there")
    made: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        made.append(1)
        assert go_on.wait(10)
        return "slow"

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(cache.get, "slow", slow) for _ in range(3)]
        assert begun.wait(10)
        assert cache.get("ready", lambda: "made again") == "there"
        assert threads.submit(cache.get, "another", lambda: "quick").result(10) == "quick"
        go_on.set()
        assert [answer.result(10) for answer in answers] == ["slow"] * 3
    assert made == [1]


def test_many_threads_leave_the_account_right() -> None:
    budget = Budget(Limits(300 * KB, ENDLESS))
    caches = [DerivedCache(within=budget) for _ in range(3)]

    def work(seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(300):
            cache, key = caches[random.integers(3)], int(random.integers(20))
            found = cache.get(key, lambda key=key: block(10 + key))  # type: ignore[misc]
            assert found.nbytes == (10 + key) * KB

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    kept = [entry for cache in caches for entry in cache.entries.values()]
    assert budget.held[0] == sum(sum(entry.footprint.own.values()) for entry in kept) <= 300 * KB


def test_a_failure_is_raised_and_the_next_asks_again() -> None:
    cache = DerivedCache(within=Budget(Limits(ENDLESS, ENDLESS)))
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 2) == 2


def test_what_is_not_enough_is_made_again() -> None:
    cache = DerivedCache(within=Budget(Limits(ENDLESS, ENDLESS)))
    made = iter([[1], [1, 2, 3]])
    for wanted, length in ((1, 1), (3, 3), (2, 3)):
        found = cache.get("a", lambda: next(made), enough=lambda kept, n=wanted: len(kept) >= n)  # type: ignore[misc]
        assert len(found) == length


def test_who_holds_a_thing_keeps_it_when_it_is_dropped(room: Budget) -> None:
    space = space_of(500, 20)
    cut = models.reduce(space, dimension=5)
    before, pca = models.neighbours(cut, "brought7"), fit_pca(space)
    room.limit(Limits(1, ENDLESS))
    assert not space._derived.entries
    assert models.neighbours(cut, "brought7").equals(before)
    again = models.reduce(space, dimension=5)
    assert again is not cut
    assert np.array_equal(again.vectors, cut.vectors)
    assert fit_pca(space) is not pca


def test_a_dropped_space_lets_go_of_its_circle_without_a_collection(room: Budget) -> None:
    library = DerivedCache(shared_spaces=True)
    space = library.get("ours", lambda: space_of(500, 20, "ours"))
    models.reduce(space, dimension=5)
    gone = weakref.ref(space)
    gc.disable()
    try:
        del space
        room.limit(Limits(1, ENDLESS))
        assert gone() is None
        assert room.held == (0, 0)
    finally:
        gc.enable()


def test_spaces_for_all_are_dropped_last(room: Budget) -> None:
    library = DerivedCache(shared_spaces=True)
    space = library.get("ours", lambda: space_of(500, 20, "ours"))
    fit_pca(space)
    size = room.held[0]
    room.limit(Limits(size - 1, ENDLESS))
    assert set(library.entries) == {"ours"}
    assert not space._derived.entries


def test_what_a_visitor_brought_goes_with_them(room: Budget) -> None:
    space = space_of(2_000, 30)
    models.reduce(space, dimension=4)
    models.neighbours(space, "brought3")
    assert room.held[0] > 4 * 2_000 * 30
    del space
    gc.collect()
    assert room.held == (0, 0)
    assert not list(room._caches)


def test_what_is_private_is_one_sum_without_names(room: Budget) -> None:
    library = DerivedCache(shared_spaces=True)
    ours = library.get("ours", lambda: space_of(500, 20, "ours"))
    models.neighbours(models.reduce(ours, dimension=5), "ours7")
    theirs = space_of(2_000, 30, "secret")
    models.neighbours(models.reduce(theirs, dimension=4), "secret3")
    *shared, private = room.holdings()
    assert {(holding.space, holding.kind) for holding in shared} == {
        ("ours", "space"),
        ("ours", "pca"),
        ("ours", "reduction"),
        ("ours", "cut"),
        ("ours", "norms"),
    }
    assert private.space is None
    assert private.own > 2 * theirs.vectors.nbytes  # and its principal components
    assert "secret" not in repr(room.holdings())
    assert sum(holding.own for holding in room.holdings()) == room.held[0]


def test_a_space_too_large_is_refused_with_the_words_that_fit() -> None:
    budget = Budget(Limits(120_000 * KB, 270_000 * KB))
    budget.refuse_excess("GloVe", words=400_000, dimension=50, mapped=True)
    with pytest.raises(OverBudget, match=r"1,000,000 words of 300 .* 98,039 words") as no:
        budget.refuse_excess("GloVe", words=1_000_000, dimension=300, mapped=False)
    assert "GloVe does not fit" in str(no.value)
    budget.refuse_excess("GloVe", words=98_039, dimension=300, mapped=False)
    with pytest.raises(OverBudget):
        budget.refuse_excess("GloVe", words=98_040, dimension=300, mapped=False)


def test_what_visitors_hold_leaves_less_room(room: Budget) -> None:
    theirs = space_of(5_000, 1_000)
    assert theirs.norms.shape == (5_000,)
    with pytest.raises(OverBudget, match=r"7,\d{3} words would fit"):
        room.refuse_excess("Large", words=10_000, dimension=1_000, mapped=False)


def test_a_space_dropped_while_in_use_is_the_same_one_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Budget(Limits(ENDLESS, ENDLESS))
    # First, for it imports the module, which would keep the budget that is put in its place below.
    monkeypatch.setattr("models.sources.shared_spaces._cache", DerivedCache(shared_spaces=True))
    monkeypatch.setattr("models.runtime.budget.budget", lambda: own)
    # Read anew: what another budget has weighed is none of this one's.
    monkeypatch.setattr("models.sources.shared_spaces._open", weakref.WeakValueDictionary())
    space = models.load("glove-100")
    own.limit(Limits(1, 1))
    assert own.holdings()[0].space is None  # nothing is held for all
    assert models.load("glove-100") is space
