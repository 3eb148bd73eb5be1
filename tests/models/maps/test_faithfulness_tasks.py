"""What sections of a map compute off the page: the same as the direct call, from what travels."""

from dataclasses import replace

import numpy as np
import pytest

import models
from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.jobs.reporter import LocalReporter
from models.maps.align import procrustes, spread, stability
from models.maps.faithfulness import faithfulness
from models.maps.faithfulness_tasks import (
    judge_map,
    laid_down,
    map_sizes,
    map_spaces,
    measure_stability,
)
from models.maps.map_states import states_of, unexplained
from models.maps.neighbour_graph import knn_graph
from models.maps.paired_distances import closeness
from models.maps.projection import layout
from models.maps.umap import UMAP, settle, umap
from models.runtime.shared_array import share
from models.sources.space_handles import handle_of

QUICK = UMAP(epochs=40)


def own(space: EmbeddingSpace) -> EmbeddingSpace:
    """Such a space as a visitor brings."""
    return EmbeddingSpace("own", Vocabulary(list(space.vocabulary)), np.array(space.vectors))


@pytest.mark.parametrize("cut", [False, True])
def test_a_map_is_judged_as_by_the_direct_call(glove_50: EmbeddingSpace, cut: bool) -> None:
    space = models.reduce(glove_50, dimension=20) if cut else glove_50
    rows, here = np.arange(400), LocalReporter()
    places = layout(space, method="umap", dimensions=2).positions[:400]
    found = judge_map(here, laid_down(space, rows), share(np.array(places)), 10)
    direct = faithfulness(space, places, rows)
    assert found.to_frame()["value"].tolist() == pytest.approx(direct.to_frame()["value"].tolist())
    assert np.array_equal(found.overlap, direct.overlap)
    assert len(found.overlap) == len(rows)
    here.flush()
    assert here.fraction == pytest.approx(1)


def test_chosen_words_travel_alone(glove_100: EmbeddingSpace) -> None:
    rows = np.array([40, 7, 900, *range(1000, 1100)])
    opened = laid_down(glove_100, rows).open()
    assert list(opened.vocabulary) == [glove_100.vocabulary[int(row)] for row in rows]
    assert np.array_equal(opened.vectors, glove_100.vectors[rows])
    places = umap(glove_100, rows, QUICK)
    found = judge_map(LocalReporter(), laid_down(glove_100, rows), places, 10, "euclidean")
    direct = faithfulness(glove_100, places, rows, metric="euclidean")
    assert found["knn_overlap"].value == direct["knn_overlap"].value


def test_only_what_ships_travels_by_name(glove_50: EmbeddingSpace) -> None:
    assert laid_down(glove_50, np.arange(50)).vectors is None
    assert laid_down(glove_50, np.arange(50)[::-1]).vectors is not None
    mine = laid_down(own(glove_50.head(100)), np.arange(50))
    assert mine.vectors is not None
    assert len(mine.open()) == 50


def test_seeds_are_those_of_the_direct_call(glove_100: EmbeddingSpace) -> None:
    handle = laid_down(glove_100, np.arange(300))
    here = LocalReporter()
    found = measure_stability(here, handle, 300, QUICK, (3, 4))
    direct = stability(glove_100, np.arange(300), seeds=(3, 4), options=QUICK)
    assert np.array_equal(found.positions, direct.positions)
    assert found.words == direct.words
    assert here.message == "drawing map 2 of 2"
    drawn = [umap(glove_100, np.arange(300), replace(QUICK, seed=seed)) for seed in (3, 4)]
    for each, places in zip(found.faithful, drawn, strict=True):
        kept = faithfulness(glove_100, places, np.arange(300))["knn_overlap"]
        assert each["knn_overlap"].value == kept.value


def test_states_of_sizes_and_of_spaces(glove_50: EmbeddingSpace, glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    sizes = map_sizes(LocalReporter(), handle_of(glove_100), words, (100, 25, 10), QUICK)
    assert sizes.names == ("100 dimensions", "25 dimensions", "10 dimensions")
    assert sizes.positions.shape == (3, 300, 2)
    assert np.array_equal(sizes.positions[0], umap(glove_100, words, QUICK))
    other = map_spaces(
        LocalReporter(), handle_of(glove_100), handle_of(glove_50), [*words, "§§"], QUICK
    )
    assert other.words == tuple(words)
    assert np.array_equal(other.positions[0], sizes.positions[0])
    spaces = [glove_100, *(models.reduce(glove_100, dimension=size) for size in (25, 10))]
    for space, places, each in zip(spaces, sizes.positions, sizes.faithful, strict=True):
        direct = faithfulness(space, places, words)
        assert each["knn_overlap"].value == pytest.approx(direct["knn_overlap"].value, abs=0.002)
        assert len(each.figures) == len(direct.figures)
    there = faithfulness(glove_50, other.positions[1], words)["knn_overlap"]
    assert other.faithful[1]["knn_overlap"].value == pytest.approx(there.value, abs=0.002)


def test_states_are_aligned_and_compared_with_chance(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    small = models.reduce(glove_100, dimension=10)
    told: list[float] = []
    found = states_of([glove_100, small], words, ["all", "ten"], QUICK, progress=told.append)
    first = umap(glove_100, words, QUICK)
    *_, last = settle(knn_graph(small, words, k=15), first, QUICK)
    alignment = procrustes(last.positions, first)
    best = alignment(last.positions)
    centre = best.mean(axis=0)  # the same turn; the size is the first map's, and not the best
    assert np.allclose(
        found.positions[1], (best - centre) * spread(first) / spread(best) + centre, atol=1e-4
    )
    assert found.left == (0.0, alignment.left)
    way = np.linalg.norm(found.positions[1] - first, axis=1) / spread(first)
    assert found.moved == pytest.approx(way)
    assert found.to_frame()["word"][0] == words[int(way.argmax())]
    assert f"{100 * np.median(way):.1f} %" in found.reading()
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_the_same_space_twice_moves_as_little_as_by_chance(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    found = states_of([glove_100, glove_100], words, ["one", "other"], QUICK)
    assert np.median(found.moved) < 3 * np.median(found.by_seed)


def test_too_little_to_compare_is_refused(glove_100: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="here are 1 and 30"):
        states_of([glove_100], glove_100.vocabulary.chunk(0, 30), ["one"])
    with pytest.raises(InvalidRequest, match="here are 2 and 1"):
        states_of([glove_100] * 2, ["the", "§§"], ["one", "other"])


def test_what_is_left_is_said_in_words() -> None:
    assert "same shape" in unexplained(0.02)
    assert "in the large" in unexplained(0.3)
    assert "30.0 %" in unexplained(0.3)
    assert "little more" in unexplained(0.9)


def test_the_worst_case_is_nought_and_no_stranger_one() -> None:
    count, k = 50, 5  # worst: the k last of n - 1 ranks
    worst = sum(rank - k for rank in range(count - k, count))
    assert closeness(np.array([0, worst]), count, k) == pytest.approx([1, 0])
