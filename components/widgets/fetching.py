"""Sets of the catalogue: fetched by a job, and opened as one of the visitor's spaces."""

import time
from dataclasses import dataclass

import models
from components import session
from components.widgets.jobs import job_for
from models.jobs.computation import Job
from models.sources.catalogue import fetch_at_work, open_set, settings

_SAME = 60.0  # seconds in which who asks for the same shares one job


@dataclass(frozen=True)
class Wanted:
    """The `first` words of a set, None for all, asked for `at` a time: what was fetched long ago
    may have made room since, and comes anew."""

    name: str
    first: int | None
    at: int

    @classmethod
    def now(cls, name: str, first: int | None) -> "Wanted":
        """Return what is asked for at this moment."""
        return cls(name, first, int(time.time() // _SAME))


def fetching(place: str, wanted: Wanted) -> Job[None]:
    """Return the job that fetches what is `wanted`, submitted when first asked for. Raises
    Refused where the queue takes no more."""
    given = settings()
    key = f"catalogue {wanted} {given}"
    return job_for(place, key, fetch_at_work, wanted.name, wanted.first, given)


def use_set(name: str, first: int | None) -> str:
    """Open what is here of a set as one of the visitor's spaces, and return its name. Its pages
    are everybody's; raises EmbeddingError where it is not here or does not fit."""
    space = open_set(name, first)
    return _known(space) or session.add_space(space, name=space.name)


def _known(space: models.EmbeddingSpace) -> str | None:
    """Return the name under which the visitor has this set already."""
    for name, other in session.own_spaces().items():
        if (other.title, other.vectors.shape) == (space.title, space.vectors.shape):
            return name
    return None
