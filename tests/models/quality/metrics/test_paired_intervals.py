"""Paired intervals hold what they promise: on spaces whose true difference is known."""

import numpy as np

from models.quality.metrics.intervals import percentiles, resample_accuracies, resampled_correlation

SUITES, PAIRS = 120, 25


def questions_of(pairs: int) -> np.ndarray:
    """Every ordered pair of word pairs makes a question, as in the Google suite."""
    first, second = np.nonzero(~np.eye(pairs, dtype=bool))
    return np.column_stack([2 * first, 2 * first + 1, 2 * second, 2 * second + 1]).astype(np.int32)


def test_the_interval_of_a_difference_covers_the_truth() -> None:
    """Each pair has an ease of its own, and the second space is worse by a tenth of it: over many
    suites of other pairs, some 95 % of the intervals must hold the true difference."""
    questions = questions_of(PAIRS)
    section = np.zeros(len(questions), dtype=np.int32)
    held, widths = 0, []
    for seed in range(SUITES):
        generator = np.random.default_rng(seed)
        ease = generator.uniform(0.2, 1, size=PAIRS)  # expected product of two: 0.36
        chance = ease[questions[:, 0] // 2] * ease[questions[:, 2] // 2]
        draw = generator.random(len(questions))
        correct = np.array([draw < chance, draw < 0.9 * chance])
        raw, cut = resample_accuracies(questions, section, correct, sections=1, seed=seed)
        low, high = cut.difference(raw, [0])
        held += low <= -0.1 * 0.36 <= high
        widths.append((high - low) / np.subtract(*reversed(raw.interval([0]))))
    assert 0.88 <= held / SUITES <= 1
    # Both see the same pairs, so their difference is far more certain than either of them.
    assert np.median(widths) < 0.5


def test_equal_answers_prove_no_more_than_their_pairs_can() -> None:
    """Two spaces that answer 30 questions alike, built from 6 pairs: by the rule of three, up to
    half of other pairs might be answered otherwise."""
    questions = questions_of(6)
    section = np.zeros(len(questions), dtype=np.int32)
    correct = np.random.default_rng(0).random((1, len(questions))) < 0.5
    one, two = resample_accuracies(
        questions, section, np.repeat(correct, 2, axis=0), sections=1, seed=0
    )
    assert one.difference(two, [0]) == (-0.5, 0.5)
    assert one.difference(one, [0]) == (0.0, 0.0)


def test_correlations_are_compared_in_the_same_draws() -> None:
    """Two measurements that share nearly all of their error: their difference is small and known
    well, though each of the correlations is not."""
    held = 0
    for seed in range(SUITES):
        generator = np.random.default_rng(seed)
        judged = generator.normal(size=150)
        measured = judged + generator.normal(size=150)
        worse = measured + 0.5 * generator.normal(size=150)
        drawn = resampled_correlation(judged, seed=seed)
        low, high = percentiles(drawn.values(worse) - drawn.values(measured))
        # Spearman of normal data: 6 / pi * asin(rho / 2), with rho = 1 / sqrt(1 + noise).
        truth = _spearman(1 / np.sqrt(2.25)) - _spearman(1 / np.sqrt(2))
        held += low <= truth <= high
    assert 0.88 <= held / SUITES <= 1


def _spearman(pearson: float) -> float:
    return float(6 / np.pi * np.arcsin(pearson / 2))
