"""FairQueue: who has waited longest is next, of those of whom nothing runs; then who has fewest."""

from collections.abc import Hashable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.jobs.fair_queue import FairQueue


def served(queue: FairQueue[str]) -> list[str]:
    """Serve all who wait, one at a time."""
    order = []
    while (turn := queue.pop()) is not None:
        order.append(turn[0])
        queue.finished(turn[1])
    return order


def test_who_asks_for_much_does_not_keep_others_waiting() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry in ("a1", "a2", "a3", "b1", "b2", "c1"):
        queue.put(entry, entry[0])
    foreseen = [entry for entry, _ in queue.order()]
    assert foreseen == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert served(queue) == foreseen


def test_who_was_just_served_comes_after_who_waited_meanwhile() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("a1", "a")
    assert queue.pop() == ("a1", "a")
    queue.put("a2", "a")
    queue.put("b1", "b")
    queue.finished("a")
    assert [queue.position(entry) for entry in ("b1", "a2", "a1")] == [1, 2, None]
    assert served(queue) == ["b1", "a2"]


def test_a_further_place_is_for_whom_nothing_runs() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry in ("a1", "a2", "b1"):
        queue.put(entry, entry[0])
    assert queue.pop() == ("a1", "a")
    assert queue.pop() == ("b1", "b")  # asked for after a2
    assert queue.count("a") == 1


def test_where_nobody_else_waits_a_visitor_has_several_places() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry in ("a1", "a2", "a3", "a4"):
        queue.put(entry, "a")
    assert [queue.pop() for _ in range(3)] == [("a1", "a"), ("a2", "a"), ("a3", "a")]
    queue.put("b1", "b")
    assert queue.starved() == {"b"}
    queue.finished("a")
    assert queue.pop() == ("b1", "b")  # before a4, though two of a still run
    assert queue.pop() == ("a4", "a")
    assert queue.pop() is None


def test_of_those_who_have_places_who_has_fewest_is_next() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry in ("a1", "a2", "a3"):
        queue.put(entry, "a")
    queue.pop(), queue.pop()
    queue.put("b1", "b")
    queue.put("b2", "b")
    assert queue.pop() == ("b1", "b")
    assert [entry for entry, _ in queue.order()] == ["b2", "a3"]


def test_what_several_wait_for_comes_with_the_first_of_them() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry, visitor in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a2", "b"), ("c1", "c")):
        queue.put(entry, visitor)
    assert len(queue) == 4
    assert served(queue) == ["a1", "b1", "c1", "a2"]


def test_what_is_withdrawn_is_not_served() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("shared", "a")
    queue.put("b1", "b")
    queue.put("shared", "b")
    queue.withdraw("shared", "a")
    assert queue.pop() == ("b1", "b")
    queue.withdraw("shared", "b")
    queue.finished("b")
    assert queue.pop() is None


def test_a_reassigned_entry_counts_for_the_other() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("shared", "a")
    queue.pop()
    queue.reassign("a", "b")
    queue.put("a1", "a")
    queue.put("b1", "b")
    assert queue.pop() == ("a1", "a")  # b has what runs
    assert queue.pop() == ("b1", "b")


@given(st.lists(st.sampled_from("abcd?"), max_size=40), st.integers(1, 4))
def test_a_place_is_never_a_second_one_while_somebody_has_none(events: str, places: int) -> None:
    queue: FairQueue[str] = FairQueue()
    running: list[Hashable] = []
    for number, event in enumerate(events):
        if event != "?":
            queue.put(f"{event}{number}", event)
        elif running:
            queue.finished(running.pop(0))
        while len(running) < places:
            without = queue.starved()
            if (turn := queue.pop()) is None:
                break
            assert turn[1] in without or not without
            running.append(turn[1])
        assert not len(queue) or len(running) == places  # no place stands empty


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_nobody_is_served_twice_while_another_waits(visitors: list[str]) -> None:
    queue: FairQueue[str] = FairQueue()
    for number, visitor in enumerate(visitors):
        queue.put(f"{visitor}{number}", visitor)
    foreseen = [entry for entry, _ in queue.order()]
    order = served(queue)
    assert order == foreseen
    assert len(order) == len(visitors)
    for visitor in set(visitors):
        places = [place for place, entry in enumerate(order) if entry[0] == visitor]
        for one, other in pairwise(places):
            others = {entry[0] for entry in order[one + 1 :]} - {visitor}
            assert others <= {entry[0] for entry in order[one + 1 : other]} | {visitor}
