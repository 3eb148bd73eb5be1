"""Handles: references to a space that are sent to a worker instead of its vectors.

jobs.submit(measure, handle_of(space), visitor=...)

def measure(reporter: Reporter, handle: SpaceHandle) -> ...:
    space = handle.open()
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from models.runtime.shared_array import SharedArray, share
from models.sources.bundled import NAMES, load, read
from models.sources.shared_spaces import has_shared_card, is_published, publish
from models.space import EmbeddingSpace, SpaceCard
from models.vocabulary import Vocabulary

_MOST_OPEN = 2  # spaces that a worker keeps open

_opened: OrderedDict[tuple[str, str], EmbeddingSpace] = OrderedDict()
_lock = threading.RLock()  # opening a space also opens its origin


@dataclass(frozen=True, eq=False)
class SpaceHandle:
    """A space by its name and the files of its vectors and words; a bundled one needs no files.
    `content` is the space's content_id, a part of the key of results. `shared`: the space is one of
    the catalogue, which all visitors share."""

    name: str
    content: str
    vectors: SharedArray | None = None
    words: SharedArray | None = None
    provenance: tuple[str, ...] = ()
    card: SpaceCard | None = None
    origin: "SpaceHandle | None" = None
    shared: bool = False

    @property
    def private(self) -> bool:
        """Whether the space, or the one that it was made from, is a visitor's own."""
        if self.origin is not None:
            return self.origin.private
        return self.vectors is not None and not self.shared

    def open(self) -> EmbeddingSpace:
        """Return the space; the last two stay open, with what was derived from them."""
        key = (self.content, self.vectors.path if self.vectors else "")
        with _lock:
            space = _opened.pop(key, None) or self._load()
            _opened[key] = space
            while len(_opened) > _MOST_OPEN:
                _opened.popitem(last=False)
        return space

    def for_elsewhere(self) -> "SpaceHandle":
        """Return a handle that carries the vectors, for a machine that cannot read the files."""
        if self.vectors is None or self.words is None:
            return self
        return replace(
            self,
            vectors=self.vectors.for_elsewhere(),
            words=self.words.for_elsewhere(),
            origin=self.origin.for_elsewhere() if self.origin else None,
        )

    def _load(self) -> EmbeddingSpace:
        if self.vectors is None or self.words is None:
            return read(self.name)  # load() would hold another reference
        space = EmbeddingSpace(
            self.name,
            Vocabulary(self.words.open().tobytes().decode().split("\n")),
            self.vectors.open(),
            provenance=self.provenance,
            card=self.card,
            origin=self.origin.open() if self.origin else None,
        )
        return publish(space) if self.shared else space


def handle_of(space: EmbeddingSpace) -> SpaceHandle:
    """Return the handle of `space`. Its files exist as long as the handle or the space. Raises
    EmbeddingError where there is no room for them on the disk."""
    if space.name in NAMES and space is load(space.name):
        return SpaceHandle(space.name, space.content_id)
    words = space.remember(
        "words in one array",
        lambda: np.frombuffer("\n".join(space.vocabulary).encode(), dtype=np.uint8),
    )
    return SpaceHandle(
        space.name,
        space.content_id,
        share(space.vectors),
        share(words),
        space.provenance,
        space.card,
        handle_of(space.origin) if space.origin else None,
        shared=is_published(space),
    )


def is_shared(space: EmbeddingSpace) -> bool:
    """Whether `space` is bundled, of the catalogue, or derived from one that is, so that visitors
    may share what is derived from it. Its card says so, which no space of a visitor has."""
    return has_shared_card(space.published)
