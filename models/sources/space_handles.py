"""What travels to a worker instead of a space: the name of a bundled one, files for any other; one
of the catalogue is a file already.

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

_KEPT = 2  # spaces that a worker holds open

_opened: OrderedDict[tuple[str, str], EmbeddingSpace] = OrderedDict()
_lock = threading.RLock()  # a space is opened with the one that it was made from


@dataclass(frozen=True, eq=False)
class SpaceHandle:
    """A space by name and by the files of its vectors and words; without files it is bundled.

    `content` is the space's content_id: a part of the key under which results are kept. `public`
    says of files that they are of the catalogue, and so everybody's.
    """

    name: str
    content: str
    vectors: SharedArray | None = None
    words: SharedArray | None = None
    provenance: tuple[str, ...] = ()
    card: SpaceCard | None = None
    origin: "SpaceHandle | None" = None
    public: bool = False

    @property
    def private(self) -> bool:
        """Whether the space, or the one that it was made from, is a visitor's own."""
        if self.origin is not None:
            return self.origin.private
        return self.vectors is not None and not self.public

    def open(self) -> EmbeddingSpace:
        """Return the space; the last two are held open, with what was derived from them."""
        key = (self.content, self.vectors.path if self.vectors else "")
        with _lock:
            space = _opened.pop(key, None) or self._load()
            _opened[key] = space
            while len(_opened) > _KEPT:
                _opened.popitem(last=False)
        return space

    def for_elsewhere(self) -> "SpaceHandle":
        """Return a handle that carries the vectors, for a machine that doesn't see the files."""
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
            return read(self.name)  # load() would keep one more
        space = EmbeddingSpace(
            self.name,
            Vocabulary(self.words.open().tobytes().decode().split("\n")),
            self.vectors.open(),
            provenance=self.provenance,
            card=self.card,
            origin=self.origin.open() if self.origin else None,
        )
        return publish(space) if self.public else space


def handle_of(space: EmbeddingSpace) -> SpaceHandle:
    """Return what travels to a worker instead of `space`. The files live as long as the handle or
    the space. Raises JobError where there is no room for them on the disk."""
    if space.name in NAMES and space is load(space.name):
        return SpaceHandle(space.name, space.content_id)
    words = space.remember("words in one array", lambda: _packed_words(space.vocabulary))
    return SpaceHandle(
        space.name,
        space.content_id,
        share(space.vectors),
        share(words),
        space.provenance,
        space.card,
        handle_of(space.origin) if space.origin else None,
        public=is_published(space),
    )


def is_shared(space: EmbeddingSpace) -> bool:
    """Whether `space` is bundled, of the catalogue or made of one that is, so that what follows
    from it is everybody's. The card tells, which no space of a visitor's has."""
    return has_shared_card(space.published)


def _packed_words(vocabulary: Vocabulary) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    return np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)
