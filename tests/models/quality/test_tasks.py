"""What runs as a job: the sample first, then the whole, then the size that is just enough."""

from dataclasses import replace

import pytest

from models.jobs.reporter import LocalReporter
from models.quality.sweep.plan import Plan
from models.quality.sweep.point import SweepPoint, settled
from models.quality.sweep.sweep_run import SweepRun
from models.quality.sweep.verdict import verdicts
from models.quality.tasks import (
    QUICK,
    measure_exactly,
    measure_losses,
    measure_shape,
    measure_sweep,
)
from models.sources.space_handles import SpaceHandle, handle_of
from models.space import EmbeddingSpace

PLAN = Plan(
    dimensions=(5, 20, 50, 100),
    suites=("google-analogies", "simlex-999", "knn-overlap", "trustworthiness"),
    most_frequent=8_000,
    words_sampled=100,
)


class Listening(LocalReporter):
    """Keeps all that is reported, also what comes too fast to be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []

    def report(self, fraction: float, message: str = "") -> None:
        self.shares.append(fraction)
        super().report(fraction, message)


@pytest.fixture(scope="module")
def handle(glove_100: EmbeddingSpace) -> SpaceHandle:
    return handle_of(glove_100)


@pytest.fixture(scope="module")
def heard(handle: SpaceHandle) -> Listening:
    here = Listening()
    measure_sweep(here, handle, PLAN)
    return here


def test_the_sample_comes_before_the_whole(heard: Listening) -> None:
    google: list[SweepPoint] = [p for p in heard.partial if p.suite == "google-analogies"]
    exact = [point.exact for point in google]
    assert exact == sorted(exact)
    assert {p.total for p in google if p.level == "total" and not p.exact} == {QUICK}
    assert heard.fraction == pytest.approx(1, abs=0.16)


def test_the_size_that_is_enough_is_found_to_the_dimension(heard: Listening) -> None:
    """One dimension fewer was measured too, and is not enough."""
    checked = 0
    for verdict in verdicts(settled(heard.partial)):
        for entry in verdict.entries:
            if entry.dimension is not None and not verdict.neighbourhood:
                assert entry.dimension - 1 in entry.sizes
                assert entry.dimension - 1 not in entry.enough_sizes
                checked += 1
    assert checked >= 2


def test_it_is_always_further_than_before(heard: Listening) -> None:
    assert heard.shares == sorted(heard.shares)
    assert heard.shares[-1] == 1


def test_google_is_the_first_curve(heard: Listening) -> None:
    kinds = list(dict.fromkeys((point.method, point.suite) for point in heard.partial))
    assert kinds[:2] == [("raw", "google-analogies"), ("pca", "google-analogies")]


def test_a_space_of_a_visitor_is_measured_too(glove_100: EmbeddingSpace) -> None:
    theirs = replace(glove_100.head(3_000), name="theirs")
    here, plan = LocalReporter(), replace(PLAN, dimensions=(20,), suites=("simlex-999",))
    measure_exactly(here, handle_of(theirs), plan, "measuring")
    assert here.partial == list(SweepRun(theirs, plan).points())
    assert len(here.partial) == 2


def test_refined_sizes_are_exact(heard: Listening) -> None:
    finer = [p for p in heard.partial if p.dimension not in PLAN.dimensions]
    assert finer
    assert all(point.exact for point in finer)


def test_what_is_lost_travels_light(handle: SpaceHandle) -> None:
    losses = measure_losses(LocalReporter(), handle, 20, 5_000, "3cosadd")
    assert losses.sections is not None
    assert losses.questions is not None
    assert losses.sections["lost"].sum() == len(losses.questions) > 100
    assert len(losses.words) == 10
    assert "words drawn at random" in losses.sampled


def test_the_shape_is_measured_as_published_and_cut(handle: SpaceHandle) -> None:
    shape = measure_shape(LocalReporter(), handle, (10, 50), 3_000, 0)
    assert shape.figures["kind"].tolist() == ["raw", "pca", "pca"]
    assert len(shape.spectrum.variance) == 100
    assert shape.occurrences.counts.mean() == pytest.approx(shape.occurrences.k)
