"""Well-known word vectors, fetched from the releases of gensim-data when somebody asks for them.

Sizes, numbers of words, licences and checksums are those that gensim-data publishes in its
list.json. The data file alone is fetched: the program code that comes with each set is not.

VECTORSCOPE_CATALOGUE_MB    how much may be kept on the disk (5,000); 0 fetches nothing
VECTORSCOPE_CATALOGUE_URL   where the releases are mirrored, for machines that reach nothing else
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from models.budget import budget
from models.cache import private_folder
from models.errors import EmbeddingError, InvalidRequest, UnknownSpace
from models.sources.download import Progress, Remote, fetch
from models.sources.files import read_vectors
from models.sources.first_rows import fetch_first, first_path
from models.sources.limits import whole_number
from models.space import EmbeddingSpace
from models.work import Reporter

RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
FIRST = 50_000  # words that are offered before all
_SETTINGS = (
    *("VECTORSCOPE_CATALOGUE_MB", "VECTORSCOPE_CATALOGUE_URL", "VECTORSCOPE_CACHE"),
    *("XDG_CACHE_HOME", "HOME"),
)
_PDDL = "PDDL 1.0"
_GLOVE = "https://nlp.stanford.edu/projects/glove/"
_FIRST = re.compile(r"\.first-(\d{1,9})\.w2v")


@dataclass(frozen=True)
class Entry:
    """A set of word vectors: what is known of it before it is fetched. `bytes` is the size of the
    packed file, `md5` its checksum. `ordered`: the most frequent words come first."""

    name: str
    title: str
    words: int
    dimension: int
    bytes: int
    md5: str
    licence: str
    source: str
    url: str
    binary: bool = False
    ordered: bool = True

    def remote(self, variables: Mapping[str, str] = os.environ) -> Remote:
        """Return the file that is fetched."""
        top = variables.get("VECTORSCOPE_CATALOGUE_URL", "").strip().rstrip("/") or RELEASES
        if not top.startswith(("https://", "http://")):
            raise InvalidRequest(
                "VECTORSCOPE_CATALOGUE_URL must begin with https:// or http://, as an address does."
            )
        return Remote(f"{top}/{self.name}/{self.name}.gz", f"{self.name}.gz", self.bytes, self.md5)

    def download_bytes(self, first: int | None) -> int:
        """Return about how much is fetched for the `first` words, None for all of them."""
        return self.bytes if first is None else int(self.bytes * first / self.words)


def entries() -> tuple[Entry, ...]:
    """Return all sets, the smallest of a family first."""
    return _ENTRIES


def entry(name: str) -> Entry:
    """Return the set `name`; raise UnknownSpace."""
    for known in _ENTRIES:
        if known.name == name:
            return known
    raise UnknownSpace(name, [known.name for known in _ENTRIES])


def here(name: str, variables: Mapping[str, str] = os.environ) -> list[int | None]:
    """Return what of the set `name` is on this machine: numbers of first words, None for all."""
    entry(name)
    return all_here(variables).get(name, [])


def all_here(variables: Mapping[str, str] = os.environ) -> dict[str, list[int | None]]:
    """Return here() of all sets of which there is anything."""
    top = _folder(variables)
    names = {path.name for path in top.iterdir()} if top is not None else set()
    found: dict[str, list[int | None]] = {}
    for known in _ENTRIES:
        whole: list[int | None] = [None] if f"{known.name}.gz" in names else []
        parts = (_FIRST.fullmatch(name.removeprefix(known.name)) for name in names)
        if some := whole + sorted(int(part[1]) for part in parts if part):
            found[known.name] = some
    return found


def name_of(name: str, first: int | None) -> str:
    """Return the name of the space that open_set() returns."""
    return name if first is None else f"{name}-{first // 1000}k"


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
    if _folder(variables) is None:
        raise EmbeddingError(
            "This server keeps no downloads: VECTORSCOPE_CATALOGUE_MB is 0, or there is no folder "
            "that it can write. Bring the file instead."
        )
    budget().refuse_excess(
        wanted.title, words=first or wanted.words, dimension=wanted.dimension, mapped=True
    )


def fetch_at_work(
    job: Reporter, name: str, first: int | None = None, variables: Mapping[str, str] = os.environ
) -> None:
    """Fetch the set `name`, or its `first` words, and read it once, so that open_set() is quick.

    Runs as a job, which is given the settings() of who asks: a process that computes may have been
    started with others.
    """
    check(name, first, variables)
    wanted = entry(name)
    size = wanted.download_bytes(first) / 1e6
    said = f"fetching about {size:,.0f} MB of {wanted.title}"
    _fetch(wanted, first, lambda share: job.report(0.9 * share, said), variables)
    job.report(0.9, "reading")
    open_set(name, first, variables)


def settings() -> dict[str, str]:
    """Return what of the environment says where sets come from and where they are kept."""
    return {key: os.environ[key] for key in _SETTINGS if key in os.environ}


def open_set(
    name: str, first: int | None = None, variables: Mapping[str, str] = os.environ
) -> EmbeddingSpace:
    """Return a set that is here; raise EmbeddingError where it is not or is too large."""
    wanted = entry(name)
    if first not in here(name, variables):
        raise EmbeddingError(f"{wanted.title} is not on this machine yet: fetch it first.")
    top = _folder(variables)
    assert top is not None  # or nothing would be here
    remote = wanted.remote(variables)
    path = top / remote.name if first is None else first_path(remote, top, first)
    with suppress(OSError):  # a folder that can only be read is still good for that
        os.utime(path)  # what was used longest ago makes room
    space = read_vectors(path, name=name_of(name, first))
    assert space.card is not None
    note = "" if first is None else f"the {first:,} most frequent of {wanted.words:,} words"
    card = replace(
        space.card,
        title=wanted.title,
        source=wanted.source,
        licence=wanted.licence,
        url=wanted.url,
        note="; ".join(part for part in (note, space.card.note) if part),
    )
    provenance = (note, *space.provenance) if note else space.provenance
    return replace(space, card=card, provenance=provenance)


def _fetch(wanted: Entry, first: int | None, tell: Progress, variables: Mapping[str, str]) -> None:
    top, most = _folder(variables), _limit(variables)
    if top is None:
        raise EmbeddingError("This server keeps no downloads.")
    remote = wanted.remote(variables)
    if first is None:
        fetch(remote, top, limit=most, progress=tell)
    else:
        fetch_first(remote, top, first, binary=wanted.binary, limit=most, progress=tell)


def _folder(variables: Mapping[str, str]) -> Path | None:
    return private_folder("catalogue", variables) if _limit(variables) else None


def _limit(variables: Mapping[str, str]) -> int:
    return 1_000_000 * whole_number("VECTORSCOPE_CATALOGUE_MB", 5_000, variables, least=0)


def _wiki(dimension: int, size: int, md5: str) -> Entry:
    return Entry(
        f"glove-wiki-gigaword-{dimension}",
        f"GloVe 6B, {dimension} dimensions, all words",
        400_000,
        dimension,
        size,
        md5,
        _PDDL,
        "Wikipedia 2014 and Gigaword 5, 6 billion tokens, lower case (Stanford NLP)",
        _GLOVE,
    )


def _twitter(dimension: int, size: int, md5: str) -> Entry:
    return Entry(
        f"glove-twitter-{dimension}",
        f"GloVe Twitter, {dimension} dimensions",
        1_193_514,
        dimension,
        size,
        md5,
        _PDDL,
        "2 billion tweets, 27 billion tokens, lower case (Stanford NLP)",
        _GLOVE,
    )


_ENTRIES = (
    Entry(
        "word2vec-google-news-300",
        "Word2Vec, Google News",
        3_000_000,
        300,
        1_743_563_840,
        "a5e5354d40acb95f9ec66d5977d140ef",
        "none is stated by its publisher",
        "Google News, about 100 billion words; words and phrases (Mikolov et al., 2013)",
        "https://code.google.com/archive/p/word2vec/",
        binary=True,
    ),
    _wiki(50, 69_182_535, "c289bc5d7f2f02c6dc9f2f9b67641813"),
    _wiki(100, 134_300_434, "40ec481866001177b8cd4cb0df92924f"),
    _wiki(200, 264_336_934, "59652db361b7a87ee73834a6c391dfc1"),
    _wiki(300, 394_362_229, "29e9329ac2241937d55b852e8284e89b"),
    _twitter(25, 109_885_004, "50db0211d7e7a2dcd362c6b774762793"),
    _twitter(50, 209_216_938, "c168f18641f8c8a00fe30984c4799b2b"),
    _twitter(100, 405_932_991, "b04f7bed38756d64cf55b58ce7e97b15"),
    _twitter(200, 795_373_100, "e52e8392d1860b95d5308a525817d8f9"),
    Entry(
        "fasttext-wiki-news-subwords-300",
        "fastText, Wikipedia and news",
        999_999,
        300,
        1_005_007_116,
        "de2bb3a20c46ce65c9c131e1ad9a77af",
        "CC BY-SA 3.0",
        "Wikipedia 2017, UMBC webbase and statmt.org news, 16 billion tokens (Facebook)",
        "https://fasttext.cc/docs/en/english-vectors.html",
    ),
    Entry(
        "conceptnet-numberbatch-17-06-300",
        "ConceptNet Numberbatch 17.06",
        1_917_247,
        300,
        1_225_497_562,
        "fd642d457adcd0ea94da0cd21b150847",
        "as its LICENSE.txt says (see source)",
        "ConceptNet, word2vec, GloVe and OpenSubtitles 2016; words of many languages as /c/en/word",
        "https://github.com/commonsense/conceptnet-numberbatch",
        ordered=False,
    ),
)
