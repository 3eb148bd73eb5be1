"""Two spaces compared: against plain loops and what is known of turned and random spaces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes

from models import EmbeddingSpace, Vocabulary, reduce
from models.errors import InvalidRequest
from models.quality.metrics.comparison import chance, common_rows, compare


def space_of(vectors: np.ndarray, name: str = "one", first: int = 0) -> EmbeddingSpace:
    words = Vocabulary([f"w{first + number}" for number in range(len(vectors))])
    return EmbeddingSpace(name, words, vectors.astype(np.float32))


def random_space(words: int = 60, dimension: int = 6, seed: int = 0, **how: int) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(words, dimension))
    return space_of(vectors, f"space {seed}", **how)


def turned(space: EmbeddingSpace, scale: float = 1.0) -> EmbeddingSpace:
    random = np.random.default_rng(9)
    turn, _ = np.linalg.qr(random.normal(size=(space.dimension, space.dimension)))
    return space_of(space.vectors @ turn * scale, "turned")


def test_jaccard_is_that_of_a_plain_loop() -> None:
    one, other, k = random_space(seed=1), random_space(seed=2, dimension=4), 5
    found = compare(one, other, k=k)

    def nearest(space: EmbeddingSpace, row: int) -> set[int]:
        unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
        near = unit @ unit[row]
        near[row] = -np.inf
        return set(np.argsort(-near, kind="stable")[:k].tolist())

    for row in range(60):
        here, there = nearest(one, row), nearest(other, row)
        assert found.jaccard[row] == pytest.approx(len(here & there) / len(here | there))
        assert found.shared[row] == len(here & there)


def test_a_turned_and_scaled_space_is_the_same() -> None:
    space = random_space()
    found = compare(space, turned(space, 3.0))
    assert found.mean == 1.0
    assert found.residual == pytest.approx(0, abs=1e-6)
    assert found.cka == pytest.approx(1, abs=1e-6)
    assert found.pip == pytest.approx(0, abs=1e-3)


def test_the_residual_is_what_scipys_procrustes_leaves() -> None:
    one, other = random_space(seed=3), random_space(seed=4)
    x = one.vectors - one.vectors.mean(axis=0)
    y = other.vectors - other.vectors.mean(axis=0)
    turn, scale = orthogonal_procrustes(x, y)
    left = ((y - x @ turn * scale / (x**2).sum()) ** 2).sum() / (y**2).sum()
    assert compare(one, other).residual == pytest.approx(float(left), rel=1e-4)


def test_pip_and_cka_are_those_of_the_matrices_of_inner_products() -> None:
    one, other = random_space(seed=5), random_space(seed=6, dimension=3)
    x, y = one.unit(slice(None)), other.unit(slice(None))
    pip = np.linalg.norm(x @ x.T - y @ y.T)
    most = np.sqrt(np.linalg.norm(x @ x.T) ** 2 + np.linalg.norm(y @ y.T) ** 2)
    found = compare(one, other)
    assert found.pip == pytest.approx(float(pip / most), rel=1e-4)
    x, y = one.vectors - one.vectors.mean(axis=0), other.vectors - other.vectors.mean(axis=0)
    kernel, its = (x @ x.T).ravel(), (y @ y.T).ravel()
    expected = kernel @ its / np.linalg.norm(kernel) / np.linalg.norm(its)
    assert found.cka == pytest.approx(float(expected), rel=1e-3)


def test_spaces_with_nothing_in_common_agree_by_chance() -> None:
    found = compare(random_space(2_000, 20, 1), random_space(2_000, 20, 2))
    assert found.chance == pytest.approx(chance(10, 2_000))
    assert found.mean == pytest.approx(found.chance, rel=0.2)
    assert found.interval[0] < found.mean < found.interval[1]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(14, 60))
def test_chance_is_the_mean_over_draws(k: int, words: int) -> None:
    random = np.random.default_rng(k * words)
    drawn = []
    for _ in range(600):
        one, other = (set(random.choice(words - 1, k, replace=False)) for _ in range(2))
        drawn.append(len(one & other) / len(one | other))
    assert chance(k, words) == pytest.approx(np.mean(drawn), abs=0.06)


def test_only_words_that_both_have_are_compared_in_the_order_of_the_first() -> None:
    one, other = random_space(30), random_space(30, first=10, seed=1)
    rows, others, words = common_rows(one, other)
    assert words == tuple(f"w{number}" for number in range(10, 30))
    assert [one.vocabulary[int(row)] for row in rows] == list(words)
    assert [other.vocabulary[int(row)] for row in others] == list(words)
    assert len(common_rows(one, other, most=5)[2]) == 5


def test_a_cut_of_real_vectors_loses_neighbours_and_little_shape(glove_50: EmbeddingSpace) -> None:
    found = compare(glove_50, reduce(glove_50, dimension=25), most=2_000)
    assert 0.3 < found.mean < 0.7
    assert found.cka > 0.7
    best = found.to_frame()
    assert best["jaccard"].is_monotonic_decreasing
    assert len(best) == 2_000


def test_too_few_common_words_are_refused_with_a_sentence() -> None:
    with pytest.raises(InvalidRequest, match="0 words in common"):
        compare(random_space(20), random_space(20, first=100))
