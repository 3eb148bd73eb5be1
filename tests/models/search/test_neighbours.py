"""Search: against a plain loop, with every metric, ties and filters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.search.neighbours import Filter, nearest, top

METRICS = ["cosine", "euclidean", "dot"]


def random_space(seed: int, count: int = 40, dimension: int = 5) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return EmbeddingSpace("random", Vocabulary([f"w{i}" for i in range(count)]), vectors)


def by_loop(space: EmbeddingSpace, word: str, k: int, metric: str) -> list[str]:
    """The plain way: one word after the other, in float64."""
    query = space[word].astype(np.float64)
    scored = []
    for other in space.words:
        vector = space[other].astype(np.float64)
        score = {
            "cosine": query @ vector / np.linalg.norm(query) / np.linalg.norm(vector),
            "euclidean": -np.linalg.norm(query - vector),
            "dot": query @ vector,
        }[metric]
        scored.append((-score, other))
    return [other for _, other in sorted(scored) if other != word][:k]


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 39))
@settings(max_examples=25, deadline=None)
def test_it_agrees_with_a_plain_loop(metric: str, seed: int, k: int) -> None:
    space = random_space(seed)
    assert list(models.neighbours(space, "w3", k=k, metric=metric)["word"]) == by_loop(
        space, "w3", k, metric
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_cosine_neighbours_survive_rotation_and_scale(seed: int) -> None:
    space = random_space(seed)
    rotation, _ = np.linalg.qr(np.random.default_rng(seed + 1).normal(size=(5, 5)))
    turned = EmbeddingSpace(
        "turned", space.vocabulary, (7 * space.vectors @ rotation).astype(np.float32)
    )
    first, second = (models.neighbours(s, "w0", k=5) for s in (space, turned))
    assert np.allclose(first["similarity"], second["similarity"], atol=1e-5)


def test_the_word_itself_and_excluded_words_never_answer(tiny: EmbeddingSpace) -> None:
    answers = models.neighbours(tiny, "king", k=len(tiny), exclude=["queen", "unknown"])
    assert not {"king", "queen"} & set(answers["word"])


def test_golden_neighbour(glove_50: EmbeddingSpace) -> None:
    answers = models.neighbours(glove_50, "king", k=2)
    assert list(answers["word"]) == ["prince", "queen"]
    assert answers["similarity"][0] == pytest.approx(0.8236, abs=1e-4)


def test_many_queries_agree_with_one_at_a_time(glove_50: EmbeddingSpace) -> None:
    words = ["king", "paris", "monday", "blue"]
    queries = glove_50.vectors[glove_50.indices(words)]
    _, rows = nearest(glove_50, queries, k=6)
    for query, found in zip(queries, rows, strict=True):
        _, alone = nearest(glove_50, query[None], k=6)
        assert list(found) == list(alone[0])


def test_several_words_mean_their_common_direction(glove_50: EmbeddingSpace) -> None:
    answers = models.neighbours(glove_50, ["monday", "tuesday", "friday"], k=4)
    assert {"thursday", "wednesday"} <= set(answers["word"])


def test_ties_go_to_the_more_frequent_word() -> None:
    scores = np.array([1, 3, 2, 3, 3], np.float32)
    assert list(top(scores, 2)) == [1, 3]
    assert list(top(scores, 9)) == [1, 3, 4, 2, 0]


@given(
    seed=st.integers(0, 10_000),
    count=st.sampled_from([3, 2_000, 5_000, 9_001]),
    kinds=st.sampled_from([2, 50, 10**6]),  # distinct scores: few of them are many ties
    k=st.sampled_from([1, 10, 300, 9_000]),
    silent=st.sampled_from([0.0, 0.01, 0.9, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_the_best_are_those_of_a_sort(
    seed: int, count: int, kinds: int, k: int, silent: float
) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, kinds, size=count).astype(np.float32)
    scores[random.random(count) < silent] = -np.inf
    answers = [row for row in np.argsort(-scores, kind="stable") if np.isfinite(scores[row])]
    assert list(top(scores, k)) == answers[:k]


def test_a_filter_decides_who_may_answer(glove_50: EmbeddingSpace) -> None:
    answers = models.neighbours(glove_50, "5", k=10, among=Filter(5_000, only_words=True))
    assert all(glove_50.index(word) < 5_000 for word in answers["word"])
    assert all(word.replace("-", "").isalpha() for word in answers["word"])


def test_an_empty_filter_gives_an_empty_answer() -> None:
    space = EmbeddingSpace("n", Vocabulary(["1", "2"]), np.eye(2, dtype=np.float32))
    assert models.neighbours(space, "1", among=Filter(None, only_words=True)).empty


@pytest.mark.parametrize("bad", [{"k": 0}, {"k": 5_000}, {"metric": "nonsense"}])
def test_bad_parameters_are_named(tiny: EmbeddingSpace, bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        models.neighbours(tiny, "king", **bad)  # type: ignore[arg-type]


def test_a_query_that_is_no_number_is_refused(tiny: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="no numbers"):
        models.neighbours(tiny, np.full(tiny.dimension, np.nan, np.float32))
    with pytest.raises(InvalidRequest, match="at least one word"):
        models.neighbours(tiny, [])
