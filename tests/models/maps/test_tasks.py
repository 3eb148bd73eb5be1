"""The map as a job: the frames of the map itself, few of them, and an end when it is wanted."""

from collections.abc import Iterator
from concurrent.futures import CancelledError
from itertools import pairwise

import numpy as np
import pytest

import models
from models import EmbeddingSpace, InvalidRequest, UnknownWord
from models.jobs.executor import WorkerExecutor
from models.jobs.jobs import Jobs
from models.jobs.reporter import Here
from models.maps.frames import Frame
from models.maps.tasks import MOST_BETWEEN, MOST_TSNE, PAUSE, draw_map, rows_laid_out
from models.maps.tsne import TSNE
from models.maps.umap import UMAP, umap_frames
from models.sources.space_handles import handle_of
from tests.models.jobs.heard import until

WORDS = ("king", "queen", "man", "woman", "cat", "dog", "bread", "cheese")


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs(WorkerExecutor(memory=600_000_000))
    yield jobs
    jobs.close()


def test_every_frame_is_one_of_the_map_itself(glove_100: EmbeddingSpace) -> None:
    here, options = Here(), UMAP(epochs=30)
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
    here = Here()
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
    here = Here()
    draw_map(here, handle_of(glove_100), 300, UMAP(epochs=500))
    epochs = [frame.epoch for frame in here.partial]
    assert epochs[0] == 0
    assert epochs[-1] == 500
    assert 5 < len(epochs) <= MOST_BETWEEN + 2
    assert min(b - a for a, b in pairwise(epochs[:-1])) >= 4 * 10  # four looks a pause


def test_words_are_the_most_frequent_or_those_named(glove_50: EmbeddingSpace) -> None:
    assert rows_laid_out(glove_50, 5).tolist() == [0, 1, 2, 3, 4]
    assert len(rows_laid_out(glove_50.head(7), 1_000)) == 7
    assert rows_laid_out(glove_50, ("queen", "king")).tolist() == [
        glove_50.index("queen"),
        glove_50.index("king"),
    ]


def test_what_cannot_be_drawn_is_told(glove_50: EmbeddingSpace) -> None:
    handle = handle_of(glove_50)
    with pytest.raises(InvalidRequest, match="4 to 50,000 words"):
        draw_map(Here(), handle, ("king", "queen"), UMAP())
    with pytest.raises(InvalidRequest, match="4 to 50,000 words"):
        draw_map(Here(), handle, 60_000, UMAP())
    with pytest.raises(InvalidRequest, match="more than a minute"):
        draw_map(Here(), handle, MOST_TSNE + 1, TSNE())
    with pytest.raises(UnknownWord):
        draw_map(Here(), handle, (*WORDS, "qqzzyyx"), UMAP())


def test_a_cut_space_is_laid_out_in_a_process_of_its_own(
    glove_100: EmbeddingSpace, jobs: Jobs
) -> None:
    cut = models.reduce(glove_100, dimension=10)
    job = jobs.submit(draw_map, handle_of(cut), 200, UMAP(epochs=20), visitor="me")
    job.result(timeout=120)
    expected = models.project(cut, cut.vocabulary.chunk(0, 200), live=True, epochs=20)
    assert np.array_equal(job.partial[-1].positions, expected[["x", "y"]].to_numpy())


def test_it_ends_when_it_is_cancelled(glove_50: EmbeddingSpace, jobs: Jobs) -> None:
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
