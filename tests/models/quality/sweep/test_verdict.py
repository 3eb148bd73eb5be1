"""Verdicts on figures made for the purpose: each case has one right answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidRequest
from models.quality.sweep.point import NOWHERE, RAW, TOTAL, SweepPoint
from models.quality.sweep.verdict import frame, memory_saved, recommended, verdicts

RAW_VALUE = 0.5


def raw(suite: str = "a", value: float = RAW_VALUE, **changes: object) -> SweepPoint:
    point = SweepPoint(
        method=RAW,
        dimension=100,
        suite=suite,
        title=suite.upper(),
        level=TOTAL,
        part="total",
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        difference=0.0,
        difference_low=0.0,
        difference_high=0.0,
        total=100,
        asked=120,
        exact=True,
        sampled="all",
        treatment="vectors as published",
    )
    return replace(point, **changes)


def at(size: int, low: float, high: float, suite: str = "a", **changes: object) -> SweepPoint:
    """A figure at `size` whose difference to 0.5 lies between `low` and `high`."""
    middle = (low + high) / 2
    return replace(
        raw(suite, RAW_VALUE + middle),
        method="pca",
        dimension=size,
        difference=middle,
        difference_low=low,
        difference_high=high,
        **changes,
    )


def one(*points: SweepPoint, tolerance: float = 0.05) -> object:
    (verdict,) = verdicts(points, tolerances=[tolerance])
    return verdict.within(tolerance)


def test_the_smallest_size_whose_lower_end_is_near_enough() -> None:
    # 5 % of 0.5 is 0.025: the figure at 20 is as near as that, its interval is not.
    points = [raw(), at(10, -0.2, -0.1), at(20, -0.04, 0), at(50, -0.025, 0.01), at(80, 0, 0.1)]
    found = one(*points)
    assert (found.state, found.dimension, found.stable) == ("enough", 50, True)
    assert found.point == points[3]
    assert (found.enough_sizes, found.sizes) == ((50, 80), (10, 20, 50, 80))
    assert one(*points, tolerance=0.01).dimension == 80
    assert one(*reversed(points)) == found


def test_a_size_that_a_larger_one_contradicts_is_not_stable() -> None:
    found = one(raw(), at(10, -0.01, 0), at(20, -0.1, -0.03), at(50, 0, 0.01))
    assert (found.state, found.dimension, found.stable) == ("enough", 10, False)
    assert [found.allows(size) for size in (5, 10, 15, 20, 30, 50)] == [
        False, True, True, False, False, True,
    ]  # fmt: skip


def test_a_wide_interval_cannot_tell_and_a_clear_loss_needs_all() -> None:
    wide = one(raw(), at(10, -0.3, -0.1), at(50, -0.2, 0.1))
    assert (wide.state, wide.reason, wide.dimension) == ("cannot tell", "interval", None)
    clear = one(raw(), at(10, -0.3, -0.1), at(50, -0.2, -0.03))
    assert (clear.state, clear.reason, clear.point) == ("all", "", None)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (raw(value=-0.1), "raw"),
        (raw(value=0.04), "raw"),  # its interval reaches below 0
        (raw(value=NOWHERE), "raw"),
        (raw(low=NOWHERE), "raw"),
        (raw(value=NOWHERE, total=0), "uncovered"),
    ],
)
def test_no_raw_figure_to_keep(start: SweepPoint, reason: str) -> None:
    found = one(start, at(50, 0, 0.1))
    assert (found.state, found.reason) == ("cannot tell", reason)


def test_figures_still_to_come() -> None:
    assert verdicts([]) == []
    assert one(raw()).reason == "no figures"
    assert one(raw(), at(10, NOWHERE, NOWHERE)).reason == "no figures"
    assert one(at(10, 0, 0)).reason == "no raw figure"
    assert one(raw(), at(10, NOWHERE, 0), at(20, -0.01, 0)).sizes == (20,)
    assert recommended([], 0.05).state == "cannot tell"


def test_exact_figures_go_before_sampled_ones() -> None:
    # The sample's own raw figure is 0.4, so 5 % of it are 0.02 and -0.022 is too deep.
    rough = replace(at(10, -0.022, 0), value=0.389, exact=False)
    exact = at(10, -0.022, 0)
    assert one(raw(value=0.4, exact=False), raw(), rough).state == "cannot tell"
    for points in ([rough, exact], [exact, rough]):
        assert one(raw(), *points).point == exact
    by_pass = [verdicts([raw(), *points])[0].exact for points in ([exact, rough], [rough])]
    assert by_pass == [True, False]


def test_only_totals_of_the_method_count() -> None:
    points = [
        raw(),
        at(50, -0.01, 0),
        at(5, 0, 0, level="section"),
        replace(at(6, 0, 0), method="random"),
        replace(at(7, 0, 0), method="native"),
    ]
    assert one(*points).dimension == 50
    (other,) = verdicts(points, method="random")
    assert (other.method, other.within(0.05).dimension) == ("random", 6)
    assert verdicts(points, method="first")[0].within(0.05).reason == "no figures"


def test_one_size_for_all_tasks() -> None:
    points = [
        raw("a"), at(20, -0.01, 0, "a"), at(50, 0, 0, "a"),
        raw("b"), at(20, -0.1, -0.05, "b"), at(50, 0, 0, "b"),
        raw("c"), at(20, -0.5, 0.5, "c"), at(50, -0.5, 0.5, "c"),
        raw("knn-overlap"), at(20, -0.5, -0.4, "knn-overlap"), at(50, -0.4, -0.3, "knn-overlap"),
    ]  # fmt: skip
    found = recommended(verdicts(points), 0.05)
    assert (found.state, found.dimension) == ("enough", 50)
    assert found.binding is not None
    assert found.binding.suite == "b"
    assert [each.suite for each in found.decided] == ["a", "b"]
    assert [each.suite for each in found.undecided] == ["c"]
    with_neighbours = recommended(verdicts(points), 0.05, neighbourhood=True)
    assert (with_neighbours.state, with_neighbours.dimension) == ("all", None)
    assert with_neighbours.binding is not None
    assert with_neighbours.binding.suite == "knn-overlap"


def test_who_cannot_tell_still_rules_out_what_surely_loses() -> None:
    points = [
        raw("a"), at(10, -0.01, 0, "a"), at(20, 0, 0, "a"), at(50, 0, 0, "a"),
        raw("b"), at(10, -0.25, -0.15, "b"), at(20, -0.2, -0.02, "b"), at(50, -0.1, 0.1, "b"),
    ]  # fmt: skip
    found = recommended(verdicts(points), 0.05)
    assert (found.state, found.dimension) == ("enough", 20)
    assert found.binding is not None
    assert found.binding.suite == "b"
    assert [each.suite for each in found.undecided] == ["b"]
    lost = found.undecided[0].within(0.05)
    assert (lost.state, lost.lost_sizes) == ("cannot tell", (10,))
    alone = recommended(verdicts(points[4:]), 0.05)
    assert (alone.state, alone.dimension, alone.binding) == ("cannot tell", None, None)


def test_an_unstable_size_is_not_recommended_where_it_fails() -> None:
    points = [
        raw("a"), at(20, 0, 0, "a"), at(50, -0.1, -0.05, "a"), at(80, 0, 0, "a"),
        raw("b"), at(20, -0.1, -0.05, "b"), at(50, 0, 0, "b"), at(80, 0, 0, "b"),
    ]  # fmt: skip
    found = recommended(verdicts(points), 0.05)
    assert found.dimension == 80
    assert found.binding is not None
    assert found.binding.suite == "a"


figures = st.lists(
    st.tuples(
        st.integers(1, 12), st.floats(-0.3, 0.1), st.floats(0, 0.3), st.sampled_from(["a", "b"])
    ),
    max_size=20,
)


@given(figures, st.sampled_from([0.01, 0.05, 0.2]))
def test_a_verdict_is_what_its_definition_says(
    drawn: list[tuple[int, float, float, str]], tolerance: float
) -> None:
    points = {(suite, size): at(size, low, low + width, suite) for size, low, width, suite in drawn}
    found = verdicts([raw("a"), raw("b"), *points.values()], tolerances=[tolerance])
    limit = -tolerance * RAW_VALUE - 1e-9
    for verdict in found:
        entry = verdict.within(tolerance)
        mine = sorted((s, p) for (suite, s), p in points.items() if suite == verdict.suite)
        enough = [size for size, point in mine if point.difference_low >= limit]
        assert list(entry.enough_sizes) == enough
        if enough:
            later = [size for size, _ in mine if size >= enough[0]]
            assert (entry.state, entry.dimension) == ("enough", enough[0])
            assert entry.stable == (later == enough)
        elif mine:
            reaches = any(point.difference_high >= limit for _, point in mine)
            assert entry.state == ("cannot tell" if reaches else "all")
    best = recommended(found, tolerance)
    if best.dimension:
        assert all(each.within(tolerance).allows(best.dimension) for each in found)
        assert not any(
            points[suite, size].difference_high < limit
            for suite, size in points
            if size == best.dimension
        )
    stable = all(each.within(tolerance).stable for each in best.decided)
    if stable and best.decided and not best.undecided:
        assert best.dimension == max(each.within(tolerance).dimension for each in best.decided)


@given(figures, st.floats(0.01, 0.2), st.floats(1, 5))
def test_a_larger_tolerance_never_asks_for_more(
    drawn: list[tuple[int, float, float, str]], tolerance: float, factor: float
) -> None:
    points = {size: at(size, low, low + width) for size, low, width, _ in drawn}
    loose = min(tolerance * factor, 0.9)
    (found,) = verdicts([raw(), *points.values()], tolerances=[tolerance, loose])
    assert set(found.entries[0].enough_sizes) <= set(found.entries[1].enough_sizes)


def test_memory_and_the_frame() -> None:
    assert memory_saved(25, 100) == 0.75
    assert memory_saved(100, 100) == 0
    assert memory_saved(50, 100, "int8") == 0.875
    assert memory_saved(96, 96, "1-bit") == 1 - 1 / 32
    for size in (0, 101):
        with pytest.raises(InvalidRequest, match="keep between 1 and 100"):
            memory_saved(size, 100)
    table = frame(verdicts([raw(), at(50, -0.01, 0), raw("b")]))
    assert table["suite"].tolist() == ["a", "a", "b", "b"]
    assert table["dimension"].dtype == "Int64"
    assert table["dimension"].tolist()[1] == 50
    assert np.isnan(table["value"][3])
    assert list(frame([]).columns) == list(table.columns)


def test_bad_tolerances() -> None:
    for tolerance in (0, 1, -0.1, NOWHERE):
        with pytest.raises(InvalidRequest, match="between 0 and 1"):
            verdicts([raw()], tolerances=[tolerance])
    with pytest.raises(InvalidRequest, match=r"Choose 0\.01, 0\.05"):
        verdicts([raw()])[0].within(0.1)
