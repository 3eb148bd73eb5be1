"""The neighbour graph: exact beside a plain float64 computation, whatever the vectors are like."""

import threading

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.maps.neighbour_graph import METRICS, NeighbourGraph, knn_graph


def made_of(vectors: np.ndarray) -> EmbeddingSpace:
    words = Vocabulary([f"w{row}" for row in range(len(vectors))])
    return EmbeddingSpace("made", words, np.ascontiguousarray(vectors, dtype=np.float32))


def plain(vectors: np.ndarray, k: int, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Every distance in float64, sorted, ties by row, the word itself first."""
    vectors = vectors.astype(np.float64)
    if metric == "cosine":
        norms = np.linalg.norm(vectors, axis=1)
        unit = vectors / np.where(norms > 0, norms, 1)[:, None]
        far = 1 - np.clip(unit @ unit.T, -1, 1)
        far[norms == 0] = 1
    else:
        far = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    np.fill_diagonal(far, -1)
    order = np.argsort(far, axis=1, kind="stable")[:, :k]
    return order, np.maximum(np.take_along_axis(far, order, axis=1), 0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("shape", [(300, 7), (129, 40), (20, 1), (700, 3)])
def test_it_is_what_every_distance_says(metric: str, shape: tuple[int, int]) -> None:
    vectors = np.random.default_rng(0).normal(size=shape) + 3
    graph = knn_graph(made_of(vectors), k=15, metric=metric)
    order, far = plain(vectors.astype(np.float32), 15, metric)
    assert graph.indices.dtype == np.int32
    assert graph.distances.dtype == np.float32
    assert np.allclose(graph.distances, far, atol=1e-6)
    if shape[1] > 1:
        assert (graph.indices == order).mean() > 0.999  # but for ties in the last bit of float64


@pytest.mark.parametrize("metric", METRICS)
def test_equal_and_zero_vectors_and_ties_keep_their_order(metric: str) -> None:
    random = np.random.default_rng(1)
    vectors = random.integers(-1, 2, size=(400, 4)).astype(np.float32)  # few directions, many ties
    graph = knn_graph(made_of(vectors), k=12, metric=metric)
    _, far = plain(vectors, 12, metric)
    assert (graph.indices[:, 0] == np.arange(400)).all()
    assert (graph.distances[:, 0] == 0).all()
    assert np.allclose(graph.distances, far, atol=1e-6)
    assert all(len(set(row)) == 12 for row in graph.indices.tolist())
    same = np.diff(graph.distances[:, 1:], axis=1) == 0
    assert (np.diff(graph.indices[:, 1:], axis=1)[same] > 0).all()


def test_neighbours_nearer_than_float32_can_tell_are_told_apart() -> None:
    """In float32 products these all are at the same distance from each other."""
    vectors = np.zeros((200, 2), dtype=np.float32)
    vectors[:, 0], vectors[:, 1] = 1, np.random.default_rng(2).permutation(200) * 1e-5
    graph = knn_graph(made_of(vectors), k=3, metric="cosine")
    place = np.argsort(vectors[:, 1])
    for rank in range(1, 199):
        assert set(graph.indices[place[rank], 1:]) == {place[rank - 1], place[rank + 1]}


def test_a_selection_counts_in_its_own_order(glove_50: EmbeddingSpace) -> None:
    words = ["king", "apple", "queen", "pear", "prince"]
    graph = knn_graph(glove_50, words, k=2)
    assert [words[row] for row in graph.indices[:, 1]] == [
        "prince",
        "pear",
        "king",
        "apple",
        "king",
    ]
    rows = knn_graph(glove_50, glove_50.indices(words), k=2)
    assert np.array_equal(rows.indices, graph.indices)


def test_it_is_kept_for_as_many_neighbours_or_fewer(glove_50: EmbeddingSpace) -> None:
    space = glove_50.head(500)
    calls: list[float] = []
    wide = knn_graph(space, k=20, progress=calls.append)
    assert calls[-1] == 1
    calls.clear()
    narrow = knn_graph(space, k=10, progress=calls.append)
    assert calls == []
    assert np.shares_memory(narrow.indices, wide.indices)
    assert not wide.indices.flags.writeable


def test_who_asks_at_the_same_moment_waits_for_one_search(glove_50: EmbeddingSpace) -> None:
    space, searches, found = glove_50.head(2_000), [], []

    def ask() -> None:
        found.append(knn_graph(space, k=10, progress=searches.append))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert searches.count(1.0) == 1
    assert all(isinstance(graph, NeighbourGraph) for graph in found)


def test_it_ends_when_progress_raises(glove_50: EmbeddingSpace) -> None:
    def stop(fraction: float) -> None:
        raise InterruptedError

    space = glove_50.head(1_000)
    with pytest.raises(InterruptedError):
        knn_graph(space, progress=stop)
    assert knn_graph(space).indices.shape == (1_000, 15)  # nothing half made was kept


def test_nonsense_is_refused(glove_50: EmbeddingSpace, tiny: EmbeddingSpace) -> None:
    for bad in ({"k": 1}, {"k": 500}, {"metric": "jaccard"}):
        with pytest.raises(InvalidRequest):
            knn_graph(glove_50.head(1_000), **bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="50,000"):
        knn_graph(glove_50)
    with pytest.raises(InvalidRequest, match="only once"):
        knn_graph(tiny, ["king", "king"])
    with pytest.raises(InvalidRequest, match="whole numbers"):
        knn_graph(tiny, np.array([0, 7]))
    assert knn_graph(tiny, k=15).indices.shape == (5, 5)  # as many as there are
