"""The catalogue: published word vectors, downloaded from the releases of gensim-data on request.

Only the data file of a set is downloaded, not the program code beside it. All visitors share a
downloaded set, or its first words: each is opened once.

VECTORSCOPE_CATALOGUE_MB    how much may be stored on the disk (5,000); 0 fetches nothing
VECTORSCOPE_CATALOGUE_URL   a mirror of the releases, for machines that cannot reach them
"""

import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from models.errors import EmbeddingError, InvalidRequest
from models.runtime.budget import budget
from models.runtime.cache_folder import private_folder
from models.runtime.progress import ProgressCallback, Reporter, local_only
from models.sources.catalogue_facts import Entry, entries, entry
from models.sources.download import fetch, mark_used
from models.sources.first_rows import fetch_first, first_path
from models.sources.limits import whole_number
from models.sources.read import opens_at_once, read_vectors
from models.sources.shared_spaces import is_open, opened_once, publish
from models.space import EmbeddingSpace, SpaceCard

FIRST = 50_000  # words that are offered before all
_SETTINGS = ("VECTORSCOPE_CATALOGUE_MB", "VECTORSCOPE_CATALOGUE_URL", "VECTORSCOPE_CACHE")
_FIRST = re.compile(r"\.first-(\d{1,9})\.w2v")
_NAMED = re.compile(r"(.+?)-(?:([1-9]\d{0,5})k|([1-9]\d{0,8}))")
_Identity = tuple[str, int, int]


def downloaded_parts(name: str, variables: Mapping[str, str] = os.environ) -> list[int | None]:
    """Return the parts of the set `name` on this machine: numbers of first words, None for all."""
    entry(name)
    return downloaded_sets(variables).get(name, [])


def downloaded_sets(variables: Mapping[str, str] = os.environ) -> dict[str, list[int | None]]:
    """Return downloaded_parts() of all sets that have any."""
    top = _folder_to_read(variables)
    names: set[str] = set()
    with suppress(OSError):  # the folder was deleted
        names = {path.name for path in top.iterdir()} if top is not None else names
    found: dict[str, list[int | None]] = {}
    for known in entries() if names else ():
        whole: list[int | None] = [None] if f"{known.name}.gz" in names else []
        parts = (_FIRST.fullmatch(name.removeprefix(known.name)) for name in names)
        if some := whole + sorted(int(part[1]) for part in parts if part):
            found[known.name] = some
    return found


def cards() -> list[SpaceCard]:
    """Return the cards of all downloaded sets and parts; nothing is opened. Those that are `ready`
    open at once; the others have to be read first, by a job."""
    return [
        _card(entry(name), first, ready=is_ready(name, first))
        for name, parts in downloaded_sets().items()
        for first in parts
    ]


def is_ready(name: str, first: int | None) -> bool:
    """Whether this part of the set `name` opens at once."""
    path = _path(name, first)
    if path is None:
        return False
    identity = _identity(path)
    return is_open(identity) or _was_read(identity, int(time.monotonic()))


def name_of(name: str, first: int | None) -> str:
    """Return the name of the space that open_set() returns: that of the set, and how many of its
    first words there are, such as word2vec-google-news-300-50k."""
    if first is None:
        return name
    return f"{name}-{first}" if first % 1_000 else f"{name}-{first // 1_000}k"


def parse_name(name: str) -> tuple[str, int | None] | None:
    """Return the set and how many of its first words a space of this `name` has; None where no
    set of the catalogue is meant."""
    known = {known.name for known in entries()}
    if name in known:
        return name, None
    found = _NAMED.fullmatch(name)
    if found is None or found[1] not in known:
        return None
    first = 1_000 * int(found[2]) if found[2] else int(found[3])
    return (found[1], first) if name_of(found[1], first) == name else None


def check(name: str, first: int | None, variables: Mapping[str, str] = os.environ) -> None:
    """Raise EmbeddingError, before anything is fetched, where the `first` words (None: all) of a
    set cannot be had or would not fit into memory."""
    wanted = entry(name)
    if first is not None and not wanted.ordered:
        raise InvalidRequest(
            f"{wanted.title} stands in alphabetical order: its first words say nothing. Take all."
        )
    if first is not None and not 1 <= first < wanted.words:
        raise InvalidRequest(f"Take 1 to {wanted.words - 1:,} words, or all of them.")
    _folder_to_write(variables)
    budget().refuse_excess(
        wanted.title, words=first or wanted.words, dimension=wanted.dimension, mapped=True
    )


@local_only
def fetch_set(
    job: Reporter, name: str, first: int | None = None, variables: Mapping[str, str] = os.environ
) -> None:
    """Download the set `name`, or its `first` words, where it is not there, and read it once, so
    that open_set() is quick. Runs as a job with the settings() of the server, as the worker may
    have been started with others."""
    check(name, first, variables)
    wanted, begin = entry(name), 0.0
    if first not in downloaded_parts(name, variables):
        size, begin = wanted.download_bytes(first) / 1e6, 0.9
        doing = f"fetching about {size:,.0f} MB of {wanted.title}"
        _fetch(wanted, first, lambda share: job.report(begin * share, doing), variables)
    path = _path(name, first, variables)
    if path is None:
        raise EmbeddingError(f"{wanted.title} had to make room again. Fetch it once more.")
    read_vectors(path, progress=lambda s: job.report(begin + (1 - begin) * s, "reading"))


def settings() -> dict[str, str]:
    """Return the variables that say where sets come from and where they are stored."""
    return {key: os.environ[key] for key in _SETTINGS if key in os.environ}


def open_set(name: str, first: int | None = None) -> EmbeddingSpace:
    """Return a downloaded set; the same read-only object as long as anyone uses it. Raises
    EmbeddingError where it is not there or is too large."""
    wanted, path = entry(name), _path(name, first)
    if path is None:
        raise EmbeddingError(
            f"{wanted.title} is not on this machine yet: fetch it first, in the Library."
        )
    mark_used(path)  # what was used longest ago makes room
    return opened_once(name_of(name, first), _identity(path), lambda: _read(wanted, first, path))


def _read(wanted: Entry, first: int | None, path: Path) -> EmbeddingSpace:
    space = read_vectors(path, name=name_of(wanted.name, first))
    known = _card(wanted, first, ready=True)
    provenance = (known.note, *space.provenance) if known.note else space.provenance
    card = replace(
        known,
        words=len(space),
        dimension=space.dimension,
        bytes=space.vectors.nbytes,
        note="; ".join(provenance),
    )
    return publish(replace(space, card=card, provenance=provenance))


@lru_cache(maxsize=256)
def _card(wanted: Entry, first: int | None, *, ready: bool) -> SpaceCard:
    words = first or wanted.words
    return SpaceCard(
        name_of(wanted.name, first),
        wanted.title,
        words,
        wanted.dimension,
        wanted.source,
        wanted.licence,
        bytes=4 * words * wanted.dimension,
        ready=ready,
        note="" if first is None else f"the {first:,} most frequent of {wanted.words:,} words",
        url=wanted.url,
    )


def _fetch(
    wanted: Entry, first: int | None, progress: ProgressCallback, variables: Mapping[str, str]
) -> None:
    top, most, remote = _folder_to_write(variables), _limit(variables), wanted.remote(variables)
    if first is None:
        fetch(remote, top, limit=most, progress=progress)
    else:
        fetch_first(remote, top, first, binary=wanted.binary, limit=most, progress=progress)


def _path(name: str, first: int | None, variables: Mapping[str, str] = os.environ) -> Path | None:
    """Return the file of a set or its first words; None where it is not downloaded."""
    top, known = _folder_to_read(variables), entry(name)
    if top is None:
        return None
    path = top / f"{known.name}.gz" if first is None else first_path(known.name, top, first)
    return path if path.is_file() else None


def _identity(path: Path) -> _Identity:
    state = path.stat()
    return str(path), state.st_size, state.st_mtime_ns


@lru_cache(maxsize=64)
def _was_read(identity: _Identity, second: int) -> bool:
    """Whether the file opens at once; checked once a second, as every page asks several times."""
    return opens_at_once(Path(identity[0]))


def _folder(variables: Mapping[str, str]) -> Path | None:
    return private_folder("catalogue", variables) if _limit(variables) else None


def _folder_to_write(variables: Mapping[str, str]) -> Path:
    folder = _folder(variables)
    if folder is None:
        raise EmbeddingError(
            "This server keeps no downloads: VECTORSCOPE_CATALOGUE_MB is 0, or there is no folder "
            "that it can write. Bring the file instead."
        )
    return folder


def _folder_to_read(variables: Mapping[str, str]) -> Path | None:
    """Return _folder(), looked up once: every page needs it, and the look-up writes a file."""
    return _found_folder(tuple((key, variables[key]) for key in _SETTINGS if key in variables))


@lru_cache(maxsize=16)
def _found_folder(settings: tuple[tuple[str, str], ...]) -> Path | None:
    return _folder(dict(settings))


def _limit(variables: Mapping[str, str]) -> int:
    return 1_000_000 * whole_number("VECTORSCOPE_CATALOGUE_MB", 5_000, variables, least=0)
