"""The sets of the catalogue: facts about the word vectors of gensim-data, before any download.

The sizes, numbers of words, licences and checksums in catalogue.json are those that gensim-data
publishes in its list.json.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.errors import InvalidRequest, UnknownSpace
from models.sources.download import Remote

RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"


@dataclass(frozen=True)
class Entry:
    """A set of word vectors. `bytes` is the size of the compressed file, `md5` its checksum.
    `ordered`: the most frequent words come first."""

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


@cache
def entries() -> tuple[Entry, ...]:
    """Return all sets, the smallest of a family first."""
    facts = json.loads(Path(__file__).with_name("catalogue.json").read_text("utf-8"))
    return tuple(Entry(**known) for known in facts)


def entry(name: str) -> Entry:
    """Return the set `name`; raise UnknownSpace."""
    known = {known.name: known for known in entries()}
    if name not in known:
        raise UnknownSpace(name, [*known])
    return known[name]
