"""What runs as a job for a map: the results of the direct calls, few frames, and cancelling."""

from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.models.jobs.heard import until

import models
from models import EmbeddingSpace, InvalidRequest, UnknownWord, Vocabulary
from models.jobs.queue import JobQueue
from models.jobs.reporter import LocalReporter
from models.jobs.worker_executor import WorkerExecutor
from models.maps.align import procrustes, spread, stability
from models.maps.faithfulness import faithfulness
from models.maps.frames import Frame
from models.maps.map_states import map_states, unexplained
from models.maps.neighbour_graph import knn_graph, map_rows
from models.maps.paired_distances import closeness
from models.maps.precomputed_maps import precomputed_layout
from models.maps.tasks import (
    MOST_BETWEEN,
    MOST_TSNE,
    PAUSE,
    draw_map,
    handle_of_words,
    map_states_of_sizes,
    map_states_of_spaces,
    measure_faithfulness,
    measure_stability,
)
from models.maps.tsne import TSNE
from models.maps.umap import UMAP, optimise_layout, umap, umap_frames
from models.runtime.shared_array import share
from models.sources.space_handles import handle_of

QUICK = UMAP(epochs=40)
WORDS = ("king", "queen", "man", "woman", "cat", "dog", "bread", "cheese")


@pytest.fixture
def jobs() -> Iterator[JobQueue]:
    jobs = JobQueue(WorkerExecutor(memory=600_000_000))
    yield jobs
    jobs.close()


def test_umap_learn_shows_the_components_and_then_its_map(glove_100: EmbeddingSpace) -> None:
    here, options = LocalReporter(), UMAP(epochs=30, engine="umap-learn")
    draw_map(here, handle_of(glove_100), 400, options)
    start, last = here.partial
    assert (start.epoch, last.epoch) == (0, 30)
    assert np.array_equal(start.positions, next(umap_frames(glove_100, np.arange(400))).positions)
    assert here.message == "umap-learn draws the map, which is seen when it is finished"


def test_every_frame_is_one_of_the_map_itself(glove_100: EmbeddingSpace) -> None:
    here, options = LocalReporter(), UMAP(epochs=30)
    draw_map(here, handle_of(glove_100), 400, options, every=10)
    frames: list[Frame] = here.partial
    for ours, theirs in zip(
        frames, umap_frames(glove_100, np.arange(400), options, every=10), strict=True
    ):
        assert ours.epoch == theirs.epoch
        assert ours.positions.dtype == np.float32
        assert np.array_equal(ours.positions, theirs.positions)
    assert (here.fraction, here.message) == (1.0, "epoch 20 of 30")


@pytest.mark.parametrize("options", [UMAP(seed=3), TSNE(seed=3, perplexity=5)])
def test_the_last_frame_is_what_python_gives(
    glove_50: EmbeddingSpace, options: UMAP | TSNE
) -> None:
    here = LocalReporter()
    draw_map(here, handle_of(glove_50), WORDS, options)
    method = "umap" if isinstance(options, UMAP) else "tsne"
    frame = models.project(glove_50, WORDS, method=method, seed=3, perplexity=5, live=True)
    assert np.array_equal(here.partial[-1].positions, frame[["x", "y"]].to_numpy())
    assert here.partial[-1].epoch == here.partial[-1].epochs


def test_few_frames_are_handed_out_and_the_last_one_always(
    glove_100: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(np.arange(0, 1_000, 0.25 * PAUSE).tolist())
    monkeypatch.setattr("models.maps.tasks.time.monotonic", lambda: next(seconds))
    here = LocalReporter()
    draw_map(here, handle_of(glove_100), 300, UMAP(epochs=500))
    epochs = [frame.epoch for frame in here.partial]
    assert epochs[0] == 0
    assert epochs[-1] == 500
    assert 5 < len(epochs) <= MOST_BETWEEN + 2
    assert min(b - a for a, b in pairwise(epochs[:-1])) >= 4 * 10  # four looks a pause


def test_words_are_the_most_frequent_or_those_named(glove_50: EmbeddingSpace) -> None:
    assert map_rows(glove_50, 5).tolist() == [0, 1, 2, 3, 4]
    assert len(map_rows(glove_50.head(7), 1_000)) == 7
    assert map_rows(glove_50, ("queen", "king")).tolist() == [
        glove_50.index("queen"),
        glove_50.index("king"),
    ]


def test_what_cannot_be_drawn_is_told(glove_50: EmbeddingSpace) -> None:
    handle = handle_of(glove_50)
    with pytest.raises(InvalidRequest, match="4 to 50,000 words"):
        draw_map(LocalReporter(), handle, ("king", "queen"), UMAP())
    with pytest.raises(InvalidRequest, match="4 to 50,000 words"):
        draw_map(LocalReporter(), handle, 60_000, UMAP())
    with pytest.raises(InvalidRequest, match="more than a minute"):
        draw_map(LocalReporter(), handle, MOST_TSNE + 1, TSNE())
    with pytest.raises(UnknownWord):
        draw_map(LocalReporter(), handle, (*WORDS, "qqzzyyx"), UMAP())


def test_a_cut_space_is_laid_out_in_a_process_of_its_own(
    glove_100: EmbeddingSpace, jobs: JobQueue
) -> None:
    cut = models.reduce(glove_100, dimension=10)
    job = jobs.submit(draw_map, handle_of(cut), 200, UMAP(epochs=20), visitor="me")
    job.result(timeout=120)
    expected = models.project(cut, cut.vocabulary.chunk(0, 200), live=True, epochs=20)
    assert np.array_equal(job.partial[-1].positions, expected[["x", "y"]].to_numpy())


def test_it_ends_when_it_is_cancelled(glove_50: EmbeddingSpace, jobs: JobQueue) -> None:
    endless = UMAP(epochs=2_000)
    job = jobs.submit(draw_map, handle_of(glove_50), 5_000, endless, visitor="me")
    until(lambda: not job.running or any(frame.epoch for frame in job.partial), seconds=120)
    assert job.running
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(timeout=1)
    reached = job.partial[-1].epoch
    other = jobs.submit(draw_map, handle_of(glove_50), WORDS, UMAP(epochs=5), visitor="me")
    other.result(timeout=60)  # the same process is free for it
    assert 0 < reached < 2_000


def own(space: EmbeddingSpace) -> EmbeddingSpace:
    """Such a space as a visitor brings."""
    return EmbeddingSpace("own", Vocabulary(list(space.vocabulary)), np.array(space.vectors))


@pytest.mark.parametrize("cut", [False, True])
def test_a_map_is_judged_as_by_the_direct_call(glove_50: EmbeddingSpace, cut: bool) -> None:
    space = models.reduce(glove_50, dimension=20) if cut else glove_50
    rows, here = np.arange(400), LocalReporter()
    places = precomputed_layout(space, method="umap", dimensions=2).positions[:400]
    found = measure_faithfulness(here, handle_of_words(space, rows), share(np.array(places)), 10)
    direct = faithfulness(space, places, rows)
    assert found.to_frame()["value"].tolist() == pytest.approx(direct.to_frame()["value"].tolist())
    assert np.array_equal(found.overlap, direct.overlap)
    assert len(found.overlap) == len(rows)
    here.flush()
    assert here.fraction == pytest.approx(1)


def test_chosen_words_travel_alone(glove_100: EmbeddingSpace) -> None:
    rows = np.array([40, 7, 900, *range(1000, 1100)])
    opened = handle_of_words(glove_100, rows).open()
    assert list(opened.vocabulary) == [glove_100.vocabulary[int(row)] for row in rows]
    assert np.array_equal(opened.vectors, glove_100.vectors[rows])
    places = umap(glove_100, rows, QUICK)
    found = measure_faithfulness(
        LocalReporter(), handle_of_words(glove_100, rows), places, 10, "euclidean"
    )
    direct = faithfulness(glove_100, places, rows, metric="euclidean")
    assert found["knn_overlap"].value == direct["knn_overlap"].value


def test_only_what_ships_travels_by_name(glove_50: EmbeddingSpace) -> None:
    assert handle_of_words(glove_50, np.arange(50)).vectors is None
    assert handle_of_words(glove_50, np.arange(50)[::-1]).vectors is not None
    mine = handle_of_words(own(glove_50.head(100)), np.arange(50))
    assert mine.vectors is not None
    assert len(mine.open()) == 50


def test_seeds_are_those_of_the_direct_call(glove_100: EmbeddingSpace) -> None:
    handle = handle_of_words(glove_100, np.arange(300))
    here = LocalReporter()
    found = measure_stability(here, handle, 300, QUICK, (3, 4))
    direct = stability(glove_100, np.arange(300), seeds=(3, 4), options=QUICK)
    assert np.array_equal(found.positions, direct.positions)
    assert found.words == direct.words
    assert here.message == "drawing map 2 of 2"
    drawn = [umap(glove_100, np.arange(300), replace(QUICK, seed=seed)) for seed in (3, 4)]
    for each, places in zip(found.faithfulness, drawn, strict=True):
        kept = faithfulness(glove_100, places, np.arange(300))["knn_overlap"]
        assert each["knn_overlap"].value == kept.value


def test_states_of_sizes_and_of_spaces(glove_50: EmbeddingSpace, glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    sizes = map_states_of_sizes(LocalReporter(), handle_of(glove_100), words, (100, 25, 10), QUICK)
    assert sizes.names == ("100 dimensions", "25 dimensions", "10 dimensions")
    assert sizes.positions.shape == (3, 300, 2)
    assert np.array_equal(sizes.positions[0], umap(glove_100, words, QUICK))
    other = map_states_of_spaces(
        LocalReporter(), handle_of(glove_100), handle_of(glove_50), [*words, "§§"], QUICK
    )
    assert other.words == tuple(words)
    assert np.array_equal(other.positions[0], sizes.positions[0])
    spaces = [glove_100, *(models.reduce(glove_100, dimension=size) for size in (25, 10))]
    for space, places, each in zip(spaces, sizes.positions, sizes.faithfulness, strict=True):
        direct = faithfulness(space, places, words)
        assert each["knn_overlap"].value == pytest.approx(direct["knn_overlap"].value, abs=0.002)
        assert len(each.figures) == len(direct.figures)
    there = faithfulness(glove_50, other.positions[1], words)["knn_overlap"]
    assert other.faithfulness[1]["knn_overlap"].value == pytest.approx(there.value, abs=0.002)


def test_states_are_aligned_and_compared_with_chance(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    small = models.reduce(glove_100, dimension=10)
    told: list[float] = []
    found = map_states([glove_100, small], words, ["all", "ten"], QUICK, progress=told.append)
    first = umap(glove_100, words, QUICK)
    *_, last = optimise_layout(knn_graph(small, words, k=15), first, QUICK)
    alignment = procrustes(last.positions, first)
    best = alignment(last.positions)
    centre = best.mean(axis=0)  # the same turn; the size is the first map's, and not the best
    assert np.allclose(
        found.positions[1], (best - centre) * spread(first) / spread(best) + centre, atol=1e-4
    )
    assert found.disparity == (0.0, alignment.disparity)
    way = np.linalg.norm(found.positions[1] - first, axis=1) / spread(first)
    assert found.moved == pytest.approx(way)
    assert found.to_frame()["word"][0] == words[int(way.argmax())]
    assert f"{100 * np.median(way):.1f} %" in found.reading()
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_the_same_space_twice_moves_as_little_as_by_chance(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 300)
    found = map_states([glove_100, glove_100], words, ["one", "other"], QUICK)
    assert np.median(found.moved) < 3 * np.median(found.by_seed)


def test_too_little_to_compare_is_refused(glove_100: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="here are 1 and 30"):
        map_states([glove_100], glove_100.vocabulary.chunk(0, 30), ["one"])
    with pytest.raises(InvalidRequest, match="here are 2 and 1"):
        map_states([glove_100] * 2, ["the", "§§"], ["one", "other"])


def test_what_is_left_is_said_in_words() -> None:
    assert "same shape" in unexplained(0.02)
    assert "in the large" in unexplained(0.3)
    assert "30.0 %" in unexplained(0.3)
    assert "little more" in unexplained(0.9)


def test_the_worst_case_is_nought_and_no_stranger_one() -> None:
    count, k = 50, 5  # worst: the k last of n - 1 ranks
    worst = sum(rank - k for rank in range(count - k, count))
    assert closeness(np.array([0, worst]), count, k) == pytest.approx([1, 0])
