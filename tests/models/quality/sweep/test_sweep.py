"""sweep(): the same figures as separate evaluations, all at once, compared pair by pair."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import models
from models.errors import InvalidRequest
from models.quality.metrics.neighbourhood import mean_interval
from models.quality.suites.builtin import AnalogySuite, read_pairs
from models.quality.sweep.losses import neighbour_losses
from models.quality.sweep.plan import Plan, standard_sizes
from models.quality.sweep.point import SweepPoint
from models.quality.sweep.sweep import sweep
from models.quality.sweep.sweep_run import SweepRun
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary

SUITES = ("google-analogies", "simlex-999", "knn-overlap", "trustworthiness", "continuity")
HEAD = 8_000
PLAN = Plan(
    dimensions=(100, 10, 25),
    suites=SUITES,
    methods=("pca", "random"),
    most_frequent=HEAD,
    words_sampled=150,
)


@pytest.fixture(scope="module")
def points(glove_100: EmbeddingSpace) -> list[SweepPoint]:
    return list(SweepRun(glove_100, PLAN).points())


def point(points: list[SweepPoint], method: str, suite: str, size: int) -> SweepPoint:
    [found] = [
        p
        for p in points
        if (p.method, p.suite, p.dimension, p.level) == (method, suite, size, "total")
    ]
    return found


def test_the_space_as_it_is_comes_first(points: list[SweepPoint]) -> None:
    methods = list(dict.fromkeys((p.method, p.dimension) for p in points if p.level == "total"))
    assert methods[0] == ("raw", 100)
    assert methods[1:4] == [("pca", 10), ("pca", 25), ("pca", 100)]
    assert points[0].treatment == "vectors as published"
    assert "PCA" in point(points, "pca", "simlex-999", 25).treatment


@pytest.mark.parametrize("suite", ["google-analogies", "simlex-999"])
@pytest.mark.parametrize("method", ["pca", "random"])
def test_figures_are_those_of_separate_evaluations(
    points: list[SweepPoint], glove_100: EmbeddingSpace, method: str, suite: str
) -> None:
    reduced = models.reduce(glove_100, dimension=25, method=method)
    score = models.evaluate(reduced, suite, most_frequent=HEAD)
    found = point(points, method, suite, 25)
    assert found.value == pytest.approx(score.value, abs=1e-12)
    assert (found.low, found.high) == pytest.approx(score.interval, abs=1e-6)
    assert (found.total, found.coverage) == (score.total, score.coverage)
    assert found.exact


def test_sections_and_groups_are_those_of_separate_evaluations(
    points: list[SweepPoint], glove_100: EmbeddingSpace
) -> None:
    score = models.evaluate(models.reduce(glove_100, dimension=10), most_frequent=HEAD)
    found = [p for p in points if (p.method, p.dimension) == ("pca", 10) and p.level != "total"]
    parts = score.by_group | score.by_section
    assert [p.part for p in found] == list(parts)
    for each in found:
        assert each.value == pytest.approx(parts[each.part].value, nan_ok=True)


def test_neighbourhoods_are_those_measured_alone(
    points: list[SweepPoint], glove_100: EmbeddingSpace
) -> None:
    for size in (10, 100):
        reduced = models.reduce(glove_100, dimension=size)
        alone = neighbour_losses(glove_100, reduced, n=150, sample=150, most_frequent=HEAD)
        kept = point(points, "pca", "knn-overlap", size)
        assert kept.value == pytest.approx(alone["overlap"].mean(), abs=2e-4)
        interval = mean_interval(alone["overlap"].to_numpy(np.float64), HEAD)
        assert (kept.low, kept.high) == pytest.approx(interval, abs=1e-3)
        assert not kept.exact
        assert "150 words drawn at random" in kept.sampled


def test_differences_are_those_to_the_space_itself(points: list[SweepPoint]) -> None:
    raw = point(points, "raw", "google-analogies", 100)
    assert (raw.difference, raw.difference_low, raw.difference_high) == (0, 0, 0)
    cut = point(points, "pca", "google-analogies", 100)
    assert cut.difference == pytest.approx(cut.value - raw.value)
    assert cut.difference_low < cut.difference < cut.difference_high
    # Paired: both spaces answer nearly the same questions, so their difference is far more
    # certain than either of them.
    assert cut.difference_high - cut.difference_low < 0.5 * (cut.high - cut.low)


def test_centring_moves_the_scores(points: list[SweepPoint]) -> None:
    assert point(points, "pca", "simlex-999", 100).difference != 0


def test_methods_that_multiply_are_swept_too(glove_100: EmbeddingSpace) -> None:
    found = sweep(
        glove_100,
        suites=["google-analogies"],
        dimensions=[20],
        objective="3cosmul",
        most_frequent=2_000,
    )
    alone = models.evaluate(
        models.reduce(glove_100, dimension=20), method="3cosmul", most_frequent=2_000
    )
    assert found["value"][1] == alone.value


def test_the_frame_has_one_row_per_method_dimension_and_suite(glove_100: EmbeddingSpace) -> None:
    found = sweep(
        glove_100,
        suites=["wordsim-353", "simlex-999"],
        dimensions=[5, 50],
        methods=["pca", "first"],
        precision="int8",
        most_frequent=5_000,
    )
    assert not found.duplicated(["method", "dimension", "suite"]).any()
    assert len(found) == 2 * (1 + 2 * 2)
    assert found["bytes_per_word"].tolist() == [400, 400, 5, 50, 5, 50, 5, 50, 5, 50]


def test_a_sample_is_called_one(glove_100: EmbeddingSpace) -> None:
    found = sweep(
        glove_100, suites=["google-analogies"], dimensions=[50], sample=300, most_frequent=HEAD
    )
    assert (found["total"] == 300).all()
    assert not found["exact"].any()
    assert found["sampled"][0].startswith("300 questions drawn at random; ")
    assert found["coverage"][0] > 300 / 19_544  # that of the suite, not of the sample


def test_a_sample_estimates_the_whole(glove_100: EmbeddingSpace) -> None:
    whole, part = (
        sweep(
            glove_100,
            suites=["google-analogies"],
            dimensions=[50],
            sample=sample,
            most_frequent=HEAD,
        )
        for sample in (None, 2_000)
    )
    assert (abs(whole["value"] - part["value"]) < 0.04).all()


def test_a_peer_is_measured_on_the_common_words(
    glove_50: EmbeddingSpace, glove_100: EmbeddingSpace
) -> None:
    found = sweep(
        glove_100,
        suites=["simlex-999"],
        dimensions=[50],
        most_frequent=HEAD,
        peers=[glove_50.head(HEAD)],
    )
    native = found[found["method"] == "native"]
    assert native["dimension"].tolist() == [50]
    assert native["value"].iloc[0] > 0.1
    assert native["difference"].isna().all()


def test_random_projections_differ_by_seed(glove_100: EmbeddingSpace) -> None:
    first, again, other = (
        sweep(
            glove_100,
            suites=["simlex-999"],
            dimensions=[20],
            methods=["random"],
            most_frequent=HEAD,
            seed=seed,
        )
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert first["value"][1] != other["value"][1]


def test_several_draws_of_the_control_share_one_figure(glove_100: EmbeddingSpace) -> None:
    asked = {"suites": ["simlex-999"], "dimensions": [20], "methods": ["random"]}
    alone = [sweep(glove_100, **asked, most_frequent=HEAD, seed=seed) for seed in (3, 4, 5)]  # type: ignore[arg-type]
    together = sweep(glove_100, **asked, most_frequent=HEAD, seed=3, draws=3)  # type: ignore[arg-type]
    each = [table.iloc[1] for table in alone]
    assert together["value"][1] == pytest.approx(np.mean([row["value"] for row in each]))
    # All draws are judged by the same resamples here, so the ends differ a little.
    assert together["low"][1] == pytest.approx(min(row["low"] for row in each), abs=0.02)
    assert together["high"][1] == pytest.approx(max(row["high"] for row in each), abs=0.02)
    assert together["treatment"][1].endswith("the mean of 3 such draws")


def test_progress_rises_to_one_and_can_end_the_work(glove_100: EmbeddingSpace) -> None:
    done: list[float] = []
    small = Plan(dimensions=(5, 10), most_frequent=1_500, words_sampled=50)
    stream = SweepRun(glove_100, small).points(done.append)
    assert next(stream).method == "raw"
    assert done[-1] < 0.9  # the first point comes long before the last
    list(stream)
    assert done == sorted(done)
    assert done[-1] == 1

    def cancel(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(SweepRun(glove_100, small).points(cancel))


def test_progress_counts_what_is_measured(
    glove_50: EmbeddingSpace, glove_100: EmbeddingSpace
) -> None:
    """Neighbours, which several suites share and later draws leave out; peers; sizes that a method
    cannot have: each step is heard, and none is promised that does not come."""
    steps: list[float] = []
    plan = Plan(
        dimensions=(1, 10),
        suites=SUITES,
        methods=("abtt-pca-abtt", "random"),
        most_frequent=1_500,
        words_sampled=50,
        draws=3,
    )
    list(SweepRun(glove_100, plan, peers=[glove_50.head(2_000)]).points(steps.append))
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert max(np.diff([0, *steps])) < 0.2  # no leap over what had been promised


def test_the_first_curve_may_come_before_the_other_suites(glove_100: EmbeddingSpace) -> None:
    plan = replace(PLAN, words_sampled=50, most_frequent=3_000)
    usual, early = (
        list(SweepRun(glove_100, plan).points(curve_first=first)) for first in (False, True)
    )
    kinds = dict.fromkeys((p.method, p.suite) for p in early)
    assert list(kinds)[:2] == [("raw", "google-analogies"), ("pca", "google-analogies")]
    assert sorted(map(repr, early)) == sorted(map(repr, usual))


def test_sizes_asked_for_later_are_those_of_a_sweep(glove_100: EmbeddingSpace) -> None:
    plan = Plan(dimensions=(10,), suites=("simlex-999", "knn-overlap"), most_frequent=3_000)
    run = SweepRun(glove_100, plan)
    list(run.points())
    together = SweepRun(
        glove_100, replace(plan, suites=("simlex-999",), dimensions=(5, 7))
    ).points()
    assert list(run.finer("pca", (7, 5))) == list(together)[1:]


def test_a_suite_without_a_known_word_leaves_a_reason(glove_100: EmbeddingSpace) -> None:
    strange = read_pairs("qqqa qqqb 1\nqqqc qqqd 2\nqqqe qqqf 3", name="x", title="X", source="")
    empty = AnalogySuite(
        "y", "Y", "", ("s",), ("qqqa", "qqqb"), np.zeros((4, 4), np.int32), np.zeros(4, np.int32)
    )
    found = sweep(
        glove_100, suites=[strange, empty, "simlex-999"], dimensions=[5], most_frequent=3_000
    )
    for suite in ("x", "y"):
        rows = found[found["suite"] == suite]
        assert rows["value"].isna().all()
        assert len(rows) == 2
        assert "the space has" in rows["sampled"].iloc[0]
    assert found[found["suite"] == "simlex-999"]["value"].notna().all()


def test_five_words_in_two_dimensions(tiny: EmbeddingSpace) -> None:
    flat = EmbeddingSpace("flat", Vocabulary(tiny.words), np.ascontiguousarray(tiny.vectors[:, :2]))
    found = sweep(flat, dimensions=[1, 2], methods=["pca", "abtt-pca", "abtt-pca-abtt", "random"])
    family = found["suite"] == "google-analogies"  # holds man, woman, king, queen
    assert found["low"].isna().all()
    assert found[~family]["value"].isna().all()
    assert found[~family]["sampled"].str.contains(" 2 of| 0 of| 1 of|more than 20 words").all()


def test_a_family_of_five_words(tiny: EmbeddingSpace) -> None:
    suite = AnalogySuite(
        "one",
        "One question",
        "",
        ("royal",),
        ("man", "king", "woman", "queen"),
        np.array([[0, 1, 2, 3]], dtype=np.int32),
        np.zeros(1, dtype=np.int32),
    )
    found = sweep(tiny, suites=[suite], dimensions=[3])
    assert found["value"][0] == 1
    assert math.isnan(found["low"][0])  # one question tells nothing about others


@pytest.mark.parametrize(
    "wrong",
    [
        {"dimensions": [101]},
        {"dimensions": [0]},
        {"methods": ["lda"]},
        {"suites": ["imagenet"]},
        {"objective": "4cosadd"},
        {"sample": 0},
        {"draws": 0},
        {"precision": "float8", "dimensions": [5]},
        {"components_removed": 100, "methods": ["abtt-pca"], "dimensions": [5]},
    ],
)
def test_what_cannot_be_measured_is_refused(
    glove_100: EmbeddingSpace, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvalidRequest):
        sweep(glove_100, **({"suites": ["simlex-999"], "dimensions": [5]} | wrong))  # type: ignore[arg-type]


def test_standard_sizes_end_at_the_full_dimension() -> None:
    assert standard_sizes(50)[-3:] == (32, 40, 50)
    assert standard_sizes(2) == (2,)
    assert standard_sizes(7) == (2, 3, 4, 5, 6, 7)
