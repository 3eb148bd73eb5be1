"""What runs as a job: the sample first, then the whole, then the size that is just enough."""

import pytest

from models.jobs.reporter import Here
from models.quality.answer import verdicts
from models.quality.at_work import QUICK, measure_losses, measure_shape, measure_sweep
from models.quality.points import SweepPoint, settled
from models.quality.sweep import Plan

PLAN = Plan(
    dimensions=(5, 20, 50, 100),
    suites=("google-analogies", "simlex-999", "knn-overlap", "trustworthiness"),
    most_frequent=8_000,
    words_sampled=100,
)


@pytest.fixture(scope="module")
def heard() -> Here:
    here = Here()
    measure_sweep(here, "glove-100", PLAN)
    return here


def test_the_sample_comes_before_the_whole(heard: Here) -> None:
    google: list[SweepPoint] = [p for p in heard.partial if p.suite == "google-analogies"]
    exact = [point.exact for point in google]
    assert exact == sorted(exact)
    assert {p.total for p in google if p.level == "total" and not p.exact} == {QUICK}
    assert heard.fraction == pytest.approx(1, abs=0.16)


def test_the_size_that_is_enough_is_found_to_the_dimension(heard: Here) -> None:
    """One dimension fewer was measured too, and is not enough."""
    checked = 0
    for verdict in verdicts(settled(heard.partial)):
        for entry in verdict.entries:
            if entry.dimension is not None and not verdict.neighbourhood:
                assert entry.dimension - 1 in entry.sizes
                assert entry.dimension - 1 not in entry.enough_sizes
                checked += 1
    assert checked >= 2


def test_refined_sizes_are_exact(heard: Here) -> None:
    finer = [p for p in heard.partial if p.dimension not in PLAN.dimensions]
    assert finer
    assert all(point.exact for point in finer)


def test_what_is_lost_travels_light() -> None:
    losses = measure_losses(Here(), "glove-100", 20, 5_000, "3cosadd")
    assert losses.sections is not None
    assert losses.questions is not None
    assert losses.sections["lost"].sum() == len(losses.questions) > 100
    assert len(losses.words) == 10
    assert "words drawn at random" in losses.sampled


def test_the_shape_is_measured_as_published_and_cut() -> None:
    shape = measure_shape(Here(), "glove-100", (10, 50), 3_000, 0)
    assert shape.figures["kind"].tolist() == ["raw", "pca", "pca"]
    assert len(shape.spectrum.variance) == 100
    assert shape.occurrences.counts.mean() == pytest.approx(shape.occurrences.k)
