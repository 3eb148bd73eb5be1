"""Sets of the catalogue: fetched and read once by a job, then everybody's."""

import time
from dataclasses import dataclass

from components.widgets.jobs import job_for
from models.jobs.computation import Job
from models.sources.catalogue import fetch_set, settings

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
    return job_for(place, key, fetch_set, wanted.name, wanted.first, given)
