"""Reductions and precisions: against numpy's SVD and plain loops, nested, honest about what they
do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import models
from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.reduction.reduce import METHODS, PRECISIONS, bytes_per_word, fit_pca
from models.runtime.budget import Budget
from models.runtime.memory import Limits


def test_it_agrees_with_a_singular_value_decomposition(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(3_000)
    centred = space.vectors.astype(np.float64) - space.vectors.mean(axis=0, dtype=np.float64)
    _, singular, axes = np.linalg.svd(centred, full_matrices=False)
    pca = fit_pca(space)
    assert np.allclose(pca.variance, singular**2 / (len(space) - 1), rtol=1e-6)
    assert np.allclose(np.abs(np.sum(pca.components * axes, axis=1)), 1, atol=1e-6)
    assert pca.explained.sum() == pytest.approx(1)


def test_smaller_spaces_are_prefixes_and_not_copies(glove_50: EmbeddingSpace) -> None:
    large, small = (models.reduce(glove_50, dimension=d) for d in (25, 10))
    assert np.array_equal(large.vectors[:, :10], small.vectors)
    assert np.shares_memory(large.vectors, small.vectors)


def test_all_components_keep_distances_but_not_angles(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(500)
    full = models.reduce(space, dimension=50)
    apart = [np.linalg.norm(s.vectors[0] - s.vectors[1:], axis=1) for s in (space, full)]
    assert np.allclose(*apart, rtol=1e-4)
    assert not np.allclose(space.unit([0]) @ space.unit([1]).T, full.unit([0]) @ full.unit([1]).T)


def test_the_provenance_says_what_was_done(glove_50: EmbeddingSpace) -> None:
    space = models.reduce(glove_50, dimension=25)
    assert space.treatment.startswith("centred and cut to 25 of 50 dimensions by PCA (")
    assert space.published is glove_50
    assert models.reduce(glove_50, dimension=25) is space


@pytest.mark.parametrize("dimension", [0, 51, -3, True])
def test_impossible_dimensions_are_refused(glove_50: EmbeddingSpace, dimension: int) -> None:
    with pytest.raises(InvalidRequest, match="keep between 1 and 50"):
        models.reduce(glove_50, dimension=dimension)


def test_an_unknown_method_is_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="no reduction"):
        models.reduce(tiny, dimension=2, method="magic")


# Beyond PCA: the other methods and the precisions.


def made_up(words: int = 60, dimension: int = 8, seed: int = 0) -> EmbeddingSpace:
    """A space off the origin whose dimensions differ in spread."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((words, dimension)) * np.arange(1, dimension + 1) + 3
    return space_of(rows @ rng.standard_normal((dimension, dimension)))


def space_of(rows: NDArray[np.float64] | list[list[float]]) -> EmbeddingSpace:
    names = Vocabulary([f"w{i}" for i in range(len(rows))])
    return EmbeddingSpace("made-up", names, np.array(rows, dtype=np.float32))


def all_but_the_top(rows: NDArray[np.float64], removed: int) -> NDArray[np.float64]:
    """The centred variant as it is written, word by word."""
    centred = rows - rows.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:removed]
    out = centred.copy()
    for i, row in enumerate(centred):
        for axis in axes:
            out[i] -= (axis @ row) * axis
    return out


def svd_pca(rows: NDArray[np.float64], dimension: int) -> NDArray[np.float64]:
    centred = rows - rows.mean(axis=0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:dimension].T


def gram(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """All products of two words: what is left of vectors when axes may turn."""
    exact = rows.astype(np.float64)
    return exact @ exact.T


@pytest.mark.parametrize("dimension", [2, 5, 7, 8])
@pytest.mark.parametrize("removed", [0, 1, 3])
def test_abtt_pca_does_what_its_steps_do(dimension: int, removed: int) -> None:
    space = made_up()
    expected = svd_pca(all_but_the_top(space.vectors.astype(float), removed), dimension)
    found = models.reduce(
        space, dimension=dimension, method="abtt-pca", components_removed=removed
    ).vectors
    scale = gram(expected).max()
    assert found.shape == (60, dimension)
    assert np.allclose(gram(found), gram(expected), atol=1e-5 * scale)


@pytest.mark.parametrize("dimension", [3, 5, 7, 8])
@pytest.mark.parametrize("removed", [0, 1, 2])
def test_abtt_pca_abtt_does_what_its_steps_do(dimension: int, removed: int) -> None:
    space = made_up()
    once = svd_pca(all_but_the_top(space.vectors.astype(float), removed), dimension)
    expected = all_but_the_top(once, removed)
    found = models.reduce(
        space, dimension=dimension, method="abtt-pca-abtt", components_removed=removed
    ).vectors
    assert found.shape == (60, dimension)
    assert np.allclose(gram(found), gram(expected), atol=1e-5 * gram(expected).max())
    assert not found[:, :removed].any()


def test_removing_nothing_is_pca() -> None:
    space = made_up()
    pca = models.reduce(space, dimension=4).vectors
    for method in ("abtt-pca", "abtt-pca-abtt"):
        same = models.reduce(space, dimension=4, method=method, components_removed=0)
        assert np.array_equal(same.vectors, pca)


def test_the_first_coordinates_are_the_published_ones(glove_50: EmbeddingSpace) -> None:
    first = models.reduce(glove_50, dimension=10, method="first")
    assert np.array_equal(first.vectors, glove_50.vectors[:, :10])
    assert np.shares_memory(first.vectors, glove_50.vectors)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_nested_and_kept(method: str, precision: str) -> None:
    space = made_up()

    def cut(dimension: int) -> EmbeddingSpace:
        return models.reduce(space, dimension=dimension, method=method, precision=precision)

    assert np.array_equal(cut(8).vectors[:, :3], cut(3).vectors)
    assert np.shares_memory(cut(8).vectors, cut(3).vectors)
    assert cut(3) is cut(3)
    assert cut(3).published is space
    assert cut(3).words == space.words
    assert cut(3).vectors.dtype == np.float32
    assert not cut(3).vectors.flags.writeable


def test_a_random_projection_is_made_by_its_seed_alone() -> None:
    def projected(seed: int) -> NDArray[np.float32]:
        return models.reduce(made_up(), dimension=3, method="random", seed=seed).vectors

    assert np.array_equal(projected(5), projected(5))
    assert not np.allclose(projected(5), projected(6))
    directions = np.random.default_rng(5).standard_normal((8, 8))[:, :3] / np.sqrt(8)
    assert np.allclose(projected(5), made_up().vectors @ directions, atol=1e-4)


@pytest.mark.parametrize("dimension", [4, 16, 64])
def test_a_random_projection_keeps_distances_on_average(dimension: int) -> None:
    space = made_up(words=30, dimension=64)
    exact = np.square(space.vectors[0] - space.vectors[1:]).sum(axis=1)
    ratios = []
    for seed in range(200):
        rows = models.reduce(space, dimension=dimension, method="random", seed=seed).vectors
        ratios.append(np.square(rows[0] - rows[1:]).sum(axis=1) / exact)
    # one ratio is chi-squared / d: its mean k / d, its deviation sqrt(2 k) / d
    bound = 4 * np.sqrt(2 / dimension / 200)
    assert np.abs(np.mean(ratios, axis=0) / (dimension / 64) - 1).max() < bound


def test_int8_is_what_a_loop_over_the_dimensions_makes(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(400)
    found = models.reduce(space, dimension=50, method="first", precision="int8").vectors
    for column, read_back in zip(space.vectors.T.astype(float), found.T, strict=True):
        low, high = min(column), max(column)
        step = (high - low) / 255
        expected = [low + round((value - low) / step) * step for value in column]
        assert np.allclose(read_back, expected, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda d: st.lists(
            st.lists(st.floats(-1e4, 1e4, width=32), min_size=d, max_size=d),
            min_size=1,
            max_size=400,
        )
    )
)
def test_int8_has_256_values_and_errs_by_half_a_step(rows: list[list[float]]) -> None:
    space = space_of(rows)
    found = models.reduce(
        space, dimension=space.dimension, method="first", precision="int8"
    ).vectors
    for column, read_back in zip(space.vectors.T.astype(float), found.T, strict=True):
        half = (column.max() - column.min()) / 255 / 2
        rounding = np.spacing(np.float32(np.abs(column).max()))
        assert len(np.unique(read_back)) <= 256
        assert np.abs(column - read_back).max() <= half + rounding
        ends = [np.argmin(column), np.argmax(column)]
        assert np.abs(column - read_back)[ends].max() <= rounding


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), method=st.sampled_from(METHODS))
def test_one_bit_is_the_side_of_the_mean(seed: int, method: str) -> None:
    space = made_up(seed=seed)
    exact = models.reduce(space, dimension=6, method=method, components_removed=1)
    bits = models.reduce(
        space, dimension=6, method=method, components_removed=1, precision="1-bit"
    ).vectors
    centred = exact.vectors - exact.vectors.mean(axis=0, dtype=np.float64)
    clear = np.abs(centred) > 1e-6
    assert set(np.unique(bits)) == {-1, 1}
    assert np.array_equal(bits[clear], np.sign(centred[clear]))


def test_float16_is_rounded_as_numpy_does() -> None:
    space = made_up()
    halves = models.reduce(space, dimension=8, method="first", precision="float16").vectors
    assert np.array_equal(halves, space.vectors.astype(np.float16).astype(np.float32))


def test_float16_refuses_what_it_cannot_hold() -> None:
    space = space_of([[1, 2], [70_000, 3]])
    with pytest.raises(InvalidRequest, match="float16 holds numbers up to 65,504"):
        models.reduce(space, dimension=1, method="first", precision="float16")


def test_bytes_per_word() -> None:
    assert [bytes_per_word(100, p) for p in PRECISIONS] == [400, 200, 100, 13]
    assert bytes_per_word(1, "1-bit") == 1
    with pytest.raises(InvalidRequest, match="no precision"):
        bytes_per_word(100, "int4")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"method": "first"}, "cut to the first 5 of 8 dimensions, as published"),
        (
            {"method": "random", "seed": 3},
            "projected, uncentred, to 5 of 8 dimensions by a Gaussian random matrix (seed 3)",
        ),
        (
            {"method": "abtt-pca", "components_removed": 4},
            "all-but-the-top with D = 4 (of the centred vectors), cut to 5 of 8 dimensions by PCA "
            "({4:8} % of the variance; 1 of the 5 dimensions zero)",
        ),
        (
            {"method": "abtt-pca-abtt"},
            "all-but-the-top with D = 1 (of the centred vectors), cut to 5 of 8 dimensions by PCA, "
            "all-but-the-top with D = 1 again ({2:6} % of the variance; 1 of the 5 dimensions "
            "zero)",
        ),
        (
            {"method": "first", "precision": "float16"},
            "cut to the first 5 of 8 dimensions, as published; "
            "rounded to float16 and read back (10 bytes a word)",
        ),
        (
            {"method": "first", "precision": "int8"},
            "cut to the first 5 of 8 dimensions, as published; quantised to int8, 255 steps from "
            "the least to the greatest value of each dimension, and read back (5 bytes a word)",
        ),
        (
            {"method": "first", "precision": "1-bit"},
            "cut to the first 5 of 8 dimensions, as published; quantised to 1 bit, the sign of the "
            "centred vector, and read back as +1 and −1 (1 byte a word)",
        ),
    ],
)
def test_the_provenance_of_every_method(options: dict[str, object], expected: str) -> None:
    space = made_up()
    explained = fit_pca(space).explained
    for low, high in ((4, 8), (2, 6)):
        share = f"{100 * explained[low:high].sum():.1f}"
        expected = expected.replace(f"{{{low}:{high}}}", share)
    assert models.reduce(space, dimension=5, **options).treatment == expected  # type: ignore[arg-type]


def test_a_hundredth_of_the_dimensions_is_removed_by_default(minilm: EmbeddingSpace) -> None:
    space = models.reduce(minilm.head(500), dimension=20, method="abtt-pca")
    assert "D = 4 " in space.treatment


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dimension": 4}, "keep between 1 and 3"),
        ({"dimension": 1.5}, "keep between 1 and 3"),
        ({"components_removed": -1}, "remove between 0 and 2"),
        ({"components_removed": 3}, "remove between 0 and 2"),
        ({"components_removed": 1.0}, "remove between 0 and 2"),
        ({"method": "abtt-pca-abtt", "components_removed": 2}, "nothing is left"),
        ({"method": "abtt-pca-abtt", "dimension": 1}, "nothing is left"),
        ({"method": "random", "seed": -1}, "whole number from 0"),
        ({"precision": "int4"}, "Choose float32, float16, int8, 1-bit"),
        ({"method": "Pca"}, "Choose pca, abtt-pca, abtt-pca-abtt, first, random"),
    ],
)
def test_bad_options_are_refused(
    tiny: EmbeddingSpace, options: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message):
        models.reduce(tiny, **({"dimension": 2, "method": "abtt-pca"} | options))  # type: ignore[arg-type]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("method", [m for m in METHODS if m != "abtt-pca-abtt"])
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[1, 2], [3, 4], [0.5, -1]], id="two dimensions"),
        pytest.param([[0.1]], id="one word, one dimension"),
        pytest.param(np.random.default_rng(0).standard_normal((5, 40)), id="five words"),
        pytest.param([[0.1, 0.7, -2]] * 7, id="constant"),
        pytest.param([[0, 0, 0]] * 7, id="zeros"),
    ],
)
def test_small_and_flat_spaces(rows: list[list[float]], method: str, precision: str) -> None:
    space = space_of(rows)
    full = models.reduce(space, dimension=space.dimension, method=method, precision=precision)
    assert full.vectors.shape == space.vectors.shape
    assert np.isfinite(full.vectors).all()


def test_two_dimensions_leave_nothing_to_remove_twice() -> None:
    with pytest.raises(InvalidRequest, match="nothing is left"):
        models.reduce(space_of([[1, 2], [3, 4]]), dimension=2, method="abtt-pca-abtt")


def test_one_bit_gives_rounding_no_weight() -> None:
    """Five words span four dimensions: the other signs of a PCA would be noise."""
    space = space_of(np.random.default_rng(0).standard_normal((5, 40)))
    bits = models.reduce(space, dimension=40, precision="1-bit").vectors
    assert (bits[:, 4:] == 1).all()
    assert all(set(column) == {-1, 1} for column in bits[:, :4].T)


def test_int8_keeps_a_constant_dimension() -> None:
    space = space_of([[0.1, 1], [0.1, 2]])
    found = models.reduce(space, dimension=2, method="first", precision="int8").vectors
    assert np.array_equal(found, space.vectors)


def test_old_matrices_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    space = made_up(dimension=400)
    room = Budget(Limits(int(3.8 * space.vectors.nbytes), 1 << 60))  # the space and two matrices
    monkeypatch.setattr("models.runtime.budget.budget", lambda: room)
    cuts = [models.reduce(space, dimension=3, method="random", seed=seed) for seed in range(3)]
    again = [models.reduce(space, dimension=3, method="random", seed=seed) for seed in (2, 1, 0)]
    assert [new is old for new, old in zip(again, cuts[::-1], strict=True)] == [True, True, False]
    assert np.array_equal(again[-1].vectors, cuts[0].vectors)
