"""Maps judged several at a time, or in passing: the figures of faithfulness(), for less."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.maps.faithfulness import faithfulness, nearest_compared
from models.maps.faithfulness_of_many import sampled_faithfulness, sampled_knn_overlap
from models.maps.precomputed_maps import precomputed_layout


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
