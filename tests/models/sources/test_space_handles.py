"""handle_of(): a space travels by name or by file, and is the same space there."""

from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest

import models
from models import EmbeddingSpace
from models.jobs.queue import JobQueue
from models.sources import space_handles
from models.sources.space_handles import SpaceHandle, handle_of
from tests.models.jobs import tasks


@pytest.fixture
def server() -> Iterator[JobQueue]:
    jobs = JobQueue()
    yield jobs
    jobs.close()


def there(handle: SpaceHandle) -> EmbeddingSpace:
    space_handles._opened.clear()
    arrived: SpaceHandle = ForkingPickler.loads(ForkingPickler.dumps(handle))
    return arrived.open()


def test_a_bundled_space_travels_by_name(glove_100: EmbeddingSpace) -> None:
    handle = handle_of(glove_100)
    assert (handle.name, handle.vectors, handle.private) == ("glove-100", None, False)
    assert len(ForkingPickler.dumps(handle)) < 1_000
    assert there(handle).content_id == glove_100.content_id


@pytest.mark.parametrize("packed", [False, True])
def test_any_other_travels_by_file(tiny: EmbeddingSpace, packed: bool) -> None:
    handle = handle_of(tiny)
    assert handle.private
    space = there(handle.for_elsewhere() if packed else handle)
    np.testing.assert_array_equal(space.vectors, tiny.vectors)
    assert space.words == tiny.words
    assert space.content_id == tiny.content_id


def test_what_was_made_of_a_space_travels_with_it(glove_100: EmbeddingSpace) -> None:
    reduced = models.reduce(glove_100, dimension=3)
    handle = handle_of(reduced)
    assert not handle.private
    space = there(handle)
    assert space.treatment == reduced.treatment
    assert space.published.name == "glove-100"
    np.testing.assert_array_equal(space.vectors, reduced.vectors)


def test_the_last_two_are_held_open(tiny: EmbeddingSpace) -> None:
    first, second, third = (handle_of(tiny.head(count)) for count in (3, 4, 5))
    space = first.open()
    second.open()
    assert first.open() is space
    third.open()
    assert first.open() is space
    second.open()
    assert third.open() is not space
    assert len(space_handles._opened) == 2


def test_a_worker_opens_it(server: JobQueue, tiny: EmbeddingSpace) -> None:
    job = server.submit(tasks.describe, handle_of(tiny), visitor="a")
    assert job.result(timeout=20) == ("apple", float(tiny.vectors.sum()), tiny.treatment)
    assert job.partial == [True]
