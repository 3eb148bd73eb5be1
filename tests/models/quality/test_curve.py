"""curve(): the same figures as evaluate(), one after the other."""

import math

import numpy as np
import pytest

import models
from models.errors import InvalidRequest
from models.quality.curve import CurvePoint, curve, frame
from models.quality.suites import read_pairs
from models.space import EmbeddingSpace

SUITES = ("google-analogies", "simlex-999")


@pytest.fixture(scope="module")
def points(glove_100: EmbeddingSpace) -> list[CurvePoint]:
    return list(curve(glove_100, dimensions=[10, 100, 25, 10], suites=SUITES, most_frequent=8_000))


def test_the_space_as_it_is_comes_first(points: list[CurvePoint]) -> None:
    order = list(dict.fromkeys((point.kind, point.dimension) for point in points))
    assert order == [("raw", 100), ("pca", 10), ("pca", 100), ("pca", 25)]
    assert points[0].treatment == "vectors as published"
    assert "PCA" in points[-1].treatment


def test_figures_are_those_of_separate_evaluations(
    points: list[CurvePoint], glove_100: EmbeddingSpace
) -> None:
    reduced = models.reduce(glove_100, dimension=25)
    for suite in SUITES:
        score = models.evaluate(reduced, suite, most_frequent=8_000)
        total = next(p for p in points if (p.suite, p.group, p.dimension) == (suite, "total", 25))
        assert (total.value, (total.low, total.high)) == (score.value, score.interval)
        assert (total.total, total.coverage) == (score.total, score.coverage)


def test_analogies_come_by_group(points: list[CurvePoint]) -> None:
    groups = [p.group for p in points if p.suite == "google-analogies" and p.dimension == 10]
    assert groups == ["total", "semantic", "syntactic"]


def test_fewer_dimensions_are_worse(points: list[CurvePoint]) -> None:
    totals = [p.value for p in points if p.suite == "google-analogies" and p.group == "total"]
    raw, at_10, at_100, at_25 = totals
    assert at_10 < at_25 < raw
    assert at_100 != raw  # PCA centres


def test_points_come_as_they_are_made(glove_100: EmbeddingSpace) -> None:
    heard: list[CurvePoint] = []
    done: list[float] = []
    stream = curve(
        glove_100,
        dimensions=[5, 10],
        suites=["simlex-999"],
        progress=done.append,
        on_row=heard.append,
    )
    assert heard == []
    assert heard == [next(stream)]
    assert done[-1] == pytest.approx(1 / 3)
    list(stream)
    assert done[-1] == pytest.approx(1)
    assert done == sorted(done)


def test_becomes_a_table(points: list[CurvePoint]) -> None:
    table = frame(points)
    assert len(table) == len(points)
    assert {"suite", "group", "dimension", "value", "low", "high", "treatment"} <= set(table)


def test_a_suite_that_cannot_be_measured_leaves_a_gap(tiny: EmbeddingSpace) -> None:
    strange = read_pairs("a b 1\nc d 2\ne f 3", name="strange", title="Strange", source="me")
    gap, *_ = curve(tiny, dimensions=[2], suites=[strange])
    assert math.isnan(gap.value)
    assert (gap.suite, gap.total, gap.coverage) == ("strange", 0, 0.0)


@pytest.mark.parametrize("options", [{"dimensions": [0]}, {"dimensions": [4]}, {"suites": ["sat"]}])
def test_refuses_nonsense(tiny: EmbeddingSpace, options: dict[str, list[object]]) -> None:
    with pytest.raises(InvalidRequest):
        list(curve(tiny, **{"dimensions": [2], "suites": [kinship()], **options}))


def kinship() -> object:
    text = "man woman 1\nking queen 2\nman king 3"
    return read_pairs(text, name="kin", title="Kin", source="me")


def test_the_curve_is_made_of_numbers(points: list[CurvePoint]) -> None:
    assert np.isfinite([(p.value, p.low, p.high) for p in points]).all()
