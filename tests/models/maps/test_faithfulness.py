"""How far a map can be trusted: beside scikit-learn, the sweep's own measure, and plain loops."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.maps.faithfulness import (
    Faithfulness,
    faithfulness,
    map_digest,
    nearest_compared,
    neighbourhood,
    sampled_faithfulness,
    sampled_knn_overlap,
)
from models.maps.faithfulness_wording import WORDINGS
from models.maps.precomputed_maps import precomputed_layout
from models.maps.umap import UMAP, umap

WORDS = 600


@pytest.fixture(scope="module")
def space(glove_100: EmbeddingSpace) -> EmbeddingSpace:
    return glove_100.head(WORDS)


@pytest.fixture(scope="module")
def places(space: EmbeddingSpace) -> np.ndarray:
    return umap(space, None, UMAP(epochs=100))


@pytest.fixture(scope="module")
def found(space: EmbeddingSpace, places: np.ndarray) -> Faithfulness:
    return faithfulness(space, places, k=10)


def test_it_agrees_with_scikit_learn(
    space: EmbeddingSpace, places: np.ndarray, found: Faithfulness
) -> None:
    from sklearn.manifold import trustworthiness

    unit = space.unit(slice(None)).copy()
    wanted = trustworthiness(unit, places, n_neighbors=10)
    assert found["trustworthiness"].value == pytest.approx(wanted, abs=1e-4)
    swapped = trustworthiness(places, unit, n_neighbors=10)
    assert found["continuity"].value == pytest.approx(swapped, abs=1e-4)


def test_it_agrees_with_distances_of_all_pairs(
    space: EmbeddingSpace, places: np.ndarray, found: Faithfulness
) -> None:
    from scipy.spatial.distance import cdist

    nearest = []
    for points in (space.unit(slice(None)), places):
        apart = cdist(points.astype(np.float64), points.astype(np.float64))
        np.fill_diagonal(apart, np.inf)
        nearest.append(apart.argsort(axis=1, kind="stable")[:, :10])
    overlap = (nearest[0][:, :, None] == nearest[1][:, None]).any(axis=2).mean(axis=1)
    assert found["knn_overlap"].value == pytest.approx(overlap.mean(), abs=1e-3)
    assert np.abs(found.overlap - overlap).max() <= 0.1 + 1e-6  # a tie may fall either way


def test_distances_agree_with_scipy(space: EmbeddingSpace, places: np.ndarray) -> None:
    from scipy.spatial.distance import pdist
    from scipy.stats import spearmanr

    found = faithfulness(space, places)
    true, shown = pdist(space.unit(slice(None)), "cosine"), pdist(places)
    figure = found["spearman"]
    assert figure.value == pytest.approx(spearmanr(true, shown).statistic, abs=0.02)
    assert figure.interval is not None
    assert figure.interval[0] < figure.value < figure.interval[1]


def test_a_perfect_map_is_perfect_and_a_random_one_random() -> None:
    from tests.models.maps.test_neighbour_graph import made_of

    plane = np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    found = faithfulness(made_of(plane), plane, metric="euclidean")
    assert [figure.value for figure in found.figures] == pytest.approx([1] * 5, abs=1e-3)
    chance = {figure.name: figure.random for figure in found.figures}
    assert chance["knn_overlap"] == pytest.approx(10 / 399, abs=0.01)
    assert chance["trustworthiness"] == pytest.approx(0.5, abs=0.03)
    assert chance["continuity"] == pytest.approx(0.5, abs=0.03)
    assert chance["triplets"] == pytest.approx(0.5, abs=0.03)
    assert chance["spearman"] == pytest.approx(0, abs=0.05)


def test_a_map_is_better_than_chance_and_less_than_perfect(found: Faithfulness) -> None:
    assert [figure.name for figure in found.figures] == list(WORDINGS)
    for figure in found.figures:
        assert figure.random < figure.value < 1
        assert figure.reading.endswith(".")
        assert "  " not in figure.reading
    assert list(found.to_frame()["value"]) == [figure.value for figure in found.figures]
    assert found["knn_overlap"].interval is None  # exact: all words


def test_a_sample_is_near_and_says_so(space: EmbeddingSpace, places: np.ndarray) -> None:
    whole, part = (faithfulness(space, places, sample=size) for size in (WORDS, 200))
    assert whole["trustworthiness"].interval is None
    low, high = part["trustworthiness"].interval or (0, 0)
    assert low - 0.02 < whole["trustworthiness"].value < high + 0.02
    assert "200 of them" in part.sampled
    assert np.array_equal(whole.overlap, part.overlap)


def test_a_selection_is_measured_among_itself(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(1_000, 1_200)
    places = umap(glove_100, words, UMAP(epochs=50))
    found = faithfulness(glove_100, places, words)
    alone = faithfulness(glove_100.select(words), places)
    assert found.words == tuple(words)
    assert np.array_equal(found.overlap, alone.overlap)
    assert found["trustworthiness"].value == pytest.approx(alone["trustworthiness"].value, abs=1e-6)


def test_figures_tell_what_they_were_measured_of(
    space: EmbeddingSpace, places: np.ndarray, found: Faithfulness
) -> None:
    assert found.map_digest == map_digest(space, None, places)
    assert found.map_digest != map_digest(space, None, places + 1)
    assert found.map_digest != map_digest(space, np.arange(WORDS)[::-1].copy(), places)


def test_one_word_tells_what_was_torn_and_what_is_false(
    space: EmbeddingSpace, places: np.ndarray, found: Faithfulness
) -> None:
    for row in (0, 17, 599):
        word = space.vocabulary[row]
        seen = neighbourhood(space, places, word, k=10)
        assert len(seen.kept) + len(seen.torn) == len(seen.kept) + len(seen.false) == 10
        assert len(seen.kept) / 10 == pytest.approx(float(found.overlap[row]))
        assert word not in {*seen.kept, *seen.torn, *seen.false}


def test_nonsense_is_refused(space: EmbeddingSpace, places: np.ndarray) -> None:
    with pytest.raises(InvalidRequest, match="fewer than half"):
        faithfulness(space, places, k=300)
    with pytest.raises(InvalidRequest, match="finite"):
        faithfulness(space, np.full_like(places, np.nan))
    with pytest.raises(InvalidRequest, match="not on this map"):
        neighbourhood(space, places[:100], space.vocabulary[200], space.vocabulary.chunk(0, 100))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_share_kept_is_that_of_faithfulness(glove_50: EmbeddingSpace, metric: str) -> None:
    places = precomputed_layout(glove_50, method="umap", dimensions=2).positions[:400]
    whole = faithfulness(glove_50, places, metric=metric)["knn_overlap"]
    figure, k = sampled_knn_overlap(glove_50, places, metric=metric)
    assert (figure.value, k) == (pytest.approx(whole.value, abs=1e-3), 10)  # two ways to sum
    assert figure.interval is None
    assert figure.random == pytest.approx(whole.random, abs=0.01)


def test_a_sample_says_how_sure_it_is(glove_50: EmbeddingSpace) -> None:
    places = precomputed_layout(glove_50, method="pca", dimensions=3).positions[:3_000]
    exact, _ = sampled_knn_overlap(glove_50, places, sample=3_000)
    drawn, _ = sampled_knn_overlap(glove_50, places, sample=300)
    assert exact.interval is None
    assert drawn.interval is not None
    low, high = drawn.interval
    assert low < exact.value < high
    assert low < drawn.value < high


def test_chosen_words_are_compared_among_themselves(glove_50: EmbeddingSpace) -> None:
    words = ["cat", "dog", "paris", "london", "red", "blue"]
    places = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    figure, k = sampled_knn_overlap(glove_50, places, words)
    assert k == nearest_compared(6) == 2
    assert figure.value == pytest.approx(
        faithfulness(glove_50, places, words, k=k)["knn_overlap"].value
    )


def test_one_of_several_maps_has_all_figures_and_no_words(glove_50: EmbeddingSpace) -> None:
    places = precomputed_layout(glove_50, method="umap", dimensions=2).positions[:900]
    found, whole = sampled_faithfulness(glove_50, places), faithfulness(glove_50, places)
    assert found["knn_overlap"].value == whole["knn_overlap"].value
    for name in ("trustworthiness", "continuity"):
        low, high = found[name].interval or (0, 0)
        assert low - 0.02 < whole[name].value < high + 0.02
    assert (found.words, len(found.overlap)) == ((), 900)


@pytest.mark.parametrize("shape", [(3, 2), (5, 2)])
def test_too_few_words_or_places_are_refused(
    glove_50: EmbeddingSpace, shape: tuple[int, int]
) -> None:
    with pytest.raises(InvalidRequest, match="at least 4 words"):
        sampled_knn_overlap(
            glove_50,
            np.zeros(shape, np.float32),
            list(glove_50.words[: shape[0] + (shape[0] == 5)]),
        )
