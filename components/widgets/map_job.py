"""The job that draws a map, shared by the pages: a map of the same words, vectors and options is
drawn once."""

from dataclasses import replace
from typing import Any

from components.widgets.jobs import job_for
from models.jobs.job import Job
from models.maps.tasks import draw_map
from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.sources.space_handles import handle_of
from models.space import EmbeddingSpace

Words = int | tuple[str, ...]  # so many most frequent ones, or these


def map_job(
    place: str, space: EmbeddingSpace, words: Words, options: UMAP | TSNE, *, shipped: bool = False
) -> Job[Any]:
    """Return this visitor's job of the map of `words`, whose partial results are Frames.

    `shipped` vectors come with the installation though not as a space: what follows from them is
    everybody's. Raises EmbeddingError where no more jobs are taken.
    """
    handle, key = handle_of(space), map_key(space, words, options)
    private = handle.private and not shipped
    return job_for(place, key, draw_map, handle, words, options, private=private)


def map_key(space: EmbeddingSpace, words: Words, options: UMAP | TSNE) -> str:
    """Name a map by all that it follows from. The name of the space is none of it: trained vectors
    get another one when they are taken into use."""
    content = space.remember("nameless content", lambda: replace(space, name="").content_id)
    return f"map of {content}: {words!r}, {options!r}"
