"""Intervals that hold what they promise, on data whose truth is known."""

import itertools

import numpy as np
import pytest

from models.quality.metrics.intervals import (
    RESAMPLES,
    AccuracyResamples,
    Interval,
    draws,
    percentiles,
    resample_accuracies,
    resampled_correlation,
)


def resample_accuracy(
    questions: np.ndarray, section: np.ndarray, correct: np.ndarray, *, sections: int, seed: int
) -> AccuracyResamples:
    """The resamples of one space."""
    (found,) = resample_accuracies(questions, section, correct[None], sections=sections, seed=seed)
    return found


def correlation_interval(first: np.ndarray, second: np.ndarray, *, seed: int) -> Interval:
    return percentiles(resampled_correlation(second, seed=seed).values(first))


def test_a_draw_has_as_many_things_as_there_are() -> None:
    counts = draws(20, 300, np.random.default_rng(0))
    assert counts.shape == (20, 300)
    assert (counts.sum(axis=0) == 20).all()
    assert counts.mean(axis=1) == pytest.approx(1, abs=0.3)


def test_a_question_counts_as_often_as_its_pairs_were_drawn_together() -> None:
    """One section of three pairs, drawn again here by hand."""
    questions, section = all_questions(3)
    correct = np.array([True, False, True, False, False, True])
    found = resample_accuracy(questions, section, correct, sections=1, seed=7)
    counts = draws(3, RESAMPLES, np.random.default_rng(7)).astype(float)
    weights = [counts[i] * counts[j] for i, j in itertools.permutations(range(3), 2)]
    assert np.allclose(found.asked[0], np.sum(weights, axis=0))
    assert np.allclose(found.right[0], np.array(weights).T @ correct)
    assert found.pairs.tolist() == [3]


def test_sections_are_drawn_on_their_own() -> None:
    questions, _ = all_questions(12)
    section = np.repeat([0, 2], [66, 66]).astype(np.int32)
    correct = section == 0
    found = resample_accuracy(questions, section, correct, sections=3, seed=0)
    assert found.interval([0]) == (1 - 3 / found.pairs[0], 1.0)  # the rule of three
    assert found.interval([2]) == (0.0, 3 / found.pairs[2])
    assert np.isnan(found.interval([1])).all()  # nothing was asked in it
    low, high = found.interval([0, 1, 2])
    assert 0 < low < 0.5 < high < 1


def test_the_order_of_sections_does_not_matter() -> None:
    questions, _ = all_questions(10)
    generator = np.random.default_rng(0)
    section = generator.integers(0, 3, size=90).astype(np.int32)
    correct = generator.random(90) < 0.5
    order = np.argsort(section, kind="stable")
    mixed = resample_accuracy(questions, section, correct, sections=3, seed=1)
    sorted_ = resample_accuracy(
        questions[order], section[order], correct[order], sections=3, seed=1
    )
    assert np.array_equal(mixed.right, sorted_.right)


def test_the_seed_decides() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    assert correlation_interval(x, y, seed=1) == correlation_interval(x, y, seed=1)
    assert correlation_interval(x, y, seed=1) != correlation_interval(x, y, seed=2)


def test_draws_without_a_figure_are_left_out() -> None:
    assert percentiles(np.array([np.nan, 1.0, 1.0, np.nan])) == (1.0, 1.0)
    assert np.isnan(percentiles(np.array([np.nan]))).all()


def test_accuracy_intervals_cover_the_truth() -> None:
    """Pairs differ in difficulty: a question is right where its two pairs are easy enough
    together. About 95 % of the intervals over pairs hold the true share (1/2 by symmetry);
    intervals over questions, taken as independent, would hold it far too seldom."""
    generator = np.random.default_rng(0)
    questions, section = all_questions(40)
    first, second = questions[:, 0] // 2, questions[:, 2] // 2
    over_pairs = over_questions = 0
    for seed in range(150):
        ease = generator.normal(size=40)
        correct = ease[first] + ease[second] + generator.normal(size=len(first)) > 0
        found = resample_accuracy(questions, section, correct, sections=1, seed=seed)
        low, high = found.interval([0])
        over_pairs += low <= 0.5 <= high
        half = 1.96 * np.sqrt(correct.mean() * (1 - correct.mean()) / len(correct))
        over_questions += abs(correct.mean() - 0.5) <= half
    assert 0.88 <= over_pairs / 150 <= 0.99
    assert over_questions / 150 < 0.5


def test_correlation_intervals_cover_the_truth() -> None:
    """Spearman's correlation of a normal pair with correlation r is 6 / pi asin(r / 2)."""
    generator = np.random.default_rng(1)
    truth = 6 / np.pi * np.arcsin(0.5 / 2)
    covered = 0
    for seed in range(150):
        x, noise = generator.normal(size=(2, 120))
        low, high = correlation_interval(x, 0.5 * x + np.sqrt(0.75) * noise, seed=seed)
        covered += low <= truth <= high
    assert 0.88 <= covered / 150 <= 0.99


def all_questions(pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Every ordered two of `pairs` pairs as a question; pair i is the words 2 i and 2 i + 1."""
    questions = [
        (2 * i, 2 * i + 1, 2 * j, 2 * j + 1) for i, j in itertools.permutations(range(pairs), 2)
    ]
    return np.array(questions, dtype=np.int32), np.zeros(len(questions), dtype=np.int32)
