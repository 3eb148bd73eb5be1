"""Turns: who has waited longest is next, of those of whom nothing runs; then who has fewest."""

from collections.abc import Hashable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.jobs.fair_queue import Turns


def served(turns: Turns[str]) -> list[str]:
    """Serve all who wait, one at a time."""
    order = []
    while (turn := turns.next()) is not None:
        order.append(turn[0])
        turns.served(turn[1])
    return order


def test_who_asks_for_much_does_not_keep_others_waiting() -> None:
    turns: Turns[str] = Turns()
    for entry in ("a1", "a2", "a3", "b1", "b2", "c1"):
        turns.ask(entry, entry[0])
    foreseen = [entry for entry, _ in turns.order()]
    assert foreseen == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert served(turns) == foreseen


def test_who_was_just_served_comes_after_who_waited_meanwhile() -> None:
    turns: Turns[str] = Turns()
    turns.ask("a1", "a")
    assert turns.next() == ("a1", "a")
    turns.ask("a2", "a")
    turns.ask("b1", "b")
    turns.served("a")
    assert [turns.place(entry) for entry in ("b1", "a2", "a1")] == [1, 2, None]
    assert served(turns) == ["b1", "a2"]


def test_a_further_place_is_for_whom_nothing_runs() -> None:
    turns: Turns[str] = Turns()
    for entry in ("a1", "a2", "b1"):
        turns.ask(entry, entry[0])
    assert turns.next() == ("a1", "a")
    assert turns.next() == ("b1", "b")  # asked for after a2
    assert turns.waiting("a") == 1


def test_where_nobody_else_waits_a_visitor_has_several_places() -> None:
    turns: Turns[str] = Turns()
    for entry in ("a1", "a2", "a3", "a4"):
        turns.ask(entry, "a")
    assert [turns.next() for _ in range(3)] == [("a1", "a"), ("a2", "a"), ("a3", "a")]
    turns.ask("b1", "b")
    assert turns.kept_waiting() == {"b"}
    turns.served("a")
    assert turns.next() == ("b1", "b")  # before a4, though two of a still run
    assert turns.next() == ("a4", "a")
    assert turns.next() is None


def test_of_those_who_have_places_who_has_fewest_is_next() -> None:
    turns: Turns[str] = Turns()
    for entry in ("a1", "a2", "a3"):
        turns.ask(entry, "a")
    turns.next(), turns.next()
    turns.ask("b1", "b")
    turns.ask("b2", "b")
    assert turns.next() == ("b1", "b")
    assert [entry for entry, _ in turns.order()] == ["b2", "a3"]


def test_what_several_wait_for_comes_with_the_first_of_them() -> None:
    turns: Turns[str] = Turns()
    for entry, visitor in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a2", "b"), ("c1", "c")):
        turns.ask(entry, visitor)
    assert len(turns) == 4
    assert served(turns) == ["a1", "b1", "c1", "a2"]


def test_what_is_withdrawn_is_not_served() -> None:
    turns: Turns[str] = Turns()
    turns.ask("shared", "a")
    turns.ask("b1", "b")
    turns.ask("shared", "b")
    turns.withdraw("shared", "a")
    assert turns.next() == ("b1", "b")
    turns.withdraw("shared", "b")
    turns.served("b")
    assert turns.next() is None


def test_what_is_handed_over_counts_for_the_other() -> None:
    turns: Turns[str] = Turns()
    turns.ask("shared", "a")
    turns.next()
    turns.hand_over("a", "b")
    turns.ask("a1", "a")
    turns.ask("b1", "b")
    assert turns.next() == ("a1", "a")  # b has what runs
    assert turns.next() == ("b1", "b")


@given(st.lists(st.sampled_from("abcd?"), max_size=40), st.integers(1, 4))
def test_a_place_is_never_a_second_one_while_somebody_has_none(events: str, places: int) -> None:
    turns: Turns[str] = Turns()
    running: list[Hashable] = []
    for number, event in enumerate(events):
        if event != "?":
            turns.ask(f"{event}{number}", event)
        elif running:
            turns.served(running.pop(0))
        while len(running) < places:
            without = turns.kept_waiting()
            if (turn := turns.next()) is None:
                break
            assert turn[1] in without or not without
            running.append(turn[1])
        assert not len(turns) or len(running) == places  # no place stands empty


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_nobody_is_served_twice_while_another_waits(visitors: list[str]) -> None:
    turns: Turns[str] = Turns()
    for number, visitor in enumerate(visitors):
        turns.ask(f"{visitor}{number}", visitor)
    foreseen = [entry for entry, _ in turns.order()]
    order = served(turns)
    assert order == foreseen
    assert len(order) == len(visitors)
    for visitor in set(visitors):
        places = [place for place, entry in enumerate(order) if entry[0] == visitor]
        for one, other in pairwise(places):
            others = {entry[0] for entry in order[one + 1 :]} - {visitor}
            assert others <= {entry[0] for entry in order[one + 1 : other]} | {visitor}
