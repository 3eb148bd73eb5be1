"""UMAP by our own epochs: the structure of umap-learn's map of the same graph, bit-identical."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.maps.affinities import umap_edges
from models.maps.faithfulness import faithfulness
from models.maps.neighbour_graph import knn_graph
from models.maps.pca_layout import pca_layout
from models.maps.umap import UMAP, fit_ab, optimise_layout, umap, umap_frames

WORDS = 1_500


@pytest.fixture(scope="module")
def space(glove_100: EmbeddingSpace) -> EmbeddingSpace:
    return glove_100.head(WORDS)


@pytest.fixture(scope="module")
def peer(space: EmbeddingSpace) -> Any:
    """umap-learn's own map of the same graph, begun at the same place, as many epochs."""
    from umap import UMAP as Theirs

    graph = knn_graph(space)
    start, _ = pca_layout(space, np.arange(WORDS), 2)
    theirs = Theirs(
        n_neighbors=15,
        min_dist=0.1,
        metric="cosine",
        init=start,
        n_epochs=200,
        random_state=0,
        precomputed_knn=(graph.indices.copy(), graph.distances.copy()),
    )
    with pytest.warns(UserWarning, match="precomputed_knn"):
        return theirs.fit(np.ascontiguousarray(space.vectors))


def test_the_fuzzy_graph_is_that_of_umap_learn(space: EmbeddingSpace, peer: Any) -> None:
    starts, ends, weights = umap_edges(knn_graph(space))
    ours = np.zeros((WORDS, WORDS), dtype=np.float32)
    ours[np.repeat(np.arange(WORDS), np.diff(starts)), ends] = weights
    theirs = peer.graph_.toarray()
    seen = theirs > 0  # of theirs, edges that pull less than once are left out
    assert np.allclose(ours[seen], theirs[seen], atol=2e-4)  # their bisection stops at 1e-5 too
    assert ours[~seen].max() <= 1 / 200


@pytest.mark.parametrize("min_dist", [0.0, 0.05, 0.1, 0.5, 0.99])
def test_the_curve_is_that_of_umap_learn(min_dist: float) -> None:
    from umap.umap_ import find_ab_params

    assert fit_ab(min_dist) == pytest.approx(find_ab_params(1.0, min_dist), rel=1e-5)


def test_it_shows_as_much_as_umap_learn_does(space: EmbeddingSpace, peer: Any) -> None:
    ours = umap(space, None, UMAP(min_dist=0.1, epochs=200))
    mine, theirs = faithfulness(space, ours), faithfulness(space, peer.embedding_)
    for name in ("knn_overlap", "trustworthiness", "continuity"):
        assert mine[name].value > theirs[name].value - 0.01
    # The same size: the forces are those of umap-learn, not merely some that keep neighbours.
    assert np.linalg.norm(ours.std(axis=0)) == pytest.approx(
        np.linalg.norm(peer.embedding_.std(axis=0)), rel=0.1
    )


def test_umap_learn_as_an_engine_is_umap_learn(space: EmbeddingSpace, peer: Any) -> None:
    """The structure and not the coordinates: it sees the graph alone, and never the vectors."""
    chosen = umap(space, None, UMAP(min_dist=0.1, epochs=200, engine="umap-learn"))
    ours = umap(space, None, UMAP(min_dist=0.1, epochs=200))
    assert chosen.dtype == np.float32
    assert np.abs(chosen.mean(axis=0)).max() < 1e-3
    found, theirs, mine = (
        faithfulness(space, places) for places in (chosen, peer.embedding_, ours)
    )
    for name in ("knn_overlap", "trustworthiness", "continuity"):
        assert found[name].value == pytest.approx(theirs[name].value, abs=0.005)
        assert found[name].value == pytest.approx(mine[name].value, abs=0.02)


def test_umap_learn_gives_the_same_numbers_by_seed_and_no_frames(space: EmbeddingSpace) -> None:
    options = UMAP(epochs=30, seed=7, engine="umap-learn")
    first, last = umap_frames(space, None, options, every=1)
    assert (first.epoch, last.epoch) == (0, 30)
    assert np.array_equal(last.positions, umap(space, None, options))
    assert not np.array_equal(last.positions, umap(space, None, replace(options, seed=8)))


@pytest.mark.parametrize("words", [4, 15, 16])
def test_umap_learn_draws_a_handful_of_words(space: EmbeddingSpace, words: int) -> None:
    options = UMAP(epochs=20, engine="umap-learn", dimensions=3)
    assert np.isfinite(umap(space.head(words), None, options)).all()


def test_the_same_arguments_give_the_same_picture(space: EmbeddingSpace) -> None:
    options = UMAP(epochs=30, seed=7)
    first = umap(space, None, options)
    assert first.dtype == np.float32
    assert np.array_equal(first, umap(space.head(WORDS), None, options))
    assert not np.array_equal(first, umap(space, None, UMAP(epochs=30, seed=8)))


@pytest.mark.parametrize("every", [1, 7, 1_000])
def test_looking_on_changes_nothing(space: EmbeddingSpace, every: int) -> None:
    options = UMAP(epochs=21)
    shown = list(umap_frames(space, None, options, every=every))
    assert [frame.epoch for frame in shown[:2]] == [0, min(every, 21)]
    assert shown[-1].epoch == shown[-1].epochs == 21
    assert np.array_equal(shown[-1].positions, umap(space, None, options))
    assert not np.shares_memory(shown[0].positions, shown[-1].positions)


def test_the_principal_components_come_before_anything_slow(glove_100: EmbeddingSpace) -> None:
    told: list[float] = []
    first = next(umap_frames(glove_100.head(800), None, progress=told.append))
    start, _ = pca_layout(glove_100, np.arange(800), 2)
    assert told == []
    for axis in range(2):
        assert np.corrcoef(first.positions[:, axis], start[:, axis])[0, 1] > 0.9999


def test_it_settles_in_three_dimensions(space: EmbeddingSpace) -> None:
    flat, solid = (umap(space, None, UMAP(dimensions=d, epochs=60)) for d in (2, 3))
    assert solid.shape == (WORDS, 3)
    assert solid.std(axis=0).min() > 0.2 * solid.std(axis=0).max()
    overlap = [faithfulness(space, places)["knn_overlap"].value for places in (flat, solid)]
    assert overlap[1] > overlap[0]


def test_it_ends_between_two_epochs(space: EmbeddingSpace) -> None:
    def stop(fraction: float) -> None:
        if fraction > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        umap(space, None, UMAP(epochs=2_000), progress=stop)
    frames = umap_frames(space, None, UMAP(epochs=2_000))
    next(frames)
    frames.close()


def test_equal_words_and_few_words_have_places(tiny: EmbeddingSpace) -> None:
    assert np.isfinite(umap(tiny)).all()
    rows = np.zeros((30, 3), dtype=np.float32)
    rows[15:] = 1
    from tests.models.maps.test_neighbour_graph import made_of

    assert np.isfinite(umap(made_of(rows), None, UMAP(metric="euclidean"))).all()


def test_settle_does_not_touch_its_start(space: EmbeddingSpace) -> None:
    graph, (start, _) = knn_graph(space), pca_layout(space, np.arange(WORDS), 2)
    before = start.copy()
    list(optimise_layout(graph, start, UMAP(epochs=3)))
    assert np.array_equal(start, before)


@pytest.mark.parametrize(
    "bad",
    [
        {"n_neighbors": 1},
        {"n_neighbors": 201},
        {"min_dist": -0.1},
        {"min_dist": float("nan")},
        {"metric": "jaccard"},
        {"dimensions": 4},
        {"epochs": 0},
        {"seed": -1},
    ],
)
def test_nonsense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        UMAP(**bad)  # type: ignore[arg-type]
