"""Run: what is kept of a training run, light enough to be shown, stored and sent.

A server holds the runs of many visitors, so an epoch is kept as what a page draws of it: places on
a map, nearest words and figures, some 100 kB, and not its table of vectors.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.space import EmbeddingSpace, Floats, SpaceCard
from models.training.corpora import Corpus
from models.training.settings import Settings
from models.training.tokens import Tokens
from models.training.train import COLUMNS, TrainedSpace
from models.vocabulary import Vocabulary

if TYPE_CHECKING:
    from models.training.tasks import Moved

NEAREST = 8  # words kept of the neighbours of each
Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Scored:
    """A figure on a benchmark suite: `value` with its 95 % interval, from `total` of `asked`
    questions that the words could be asked."""

    suite: str
    value: float
    low: float
    high: float
    total: int
    asked: int


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What is kept of an epoch; epoch 0 is the beginning.

    Of the most frequent words (n): `positions` float32 (n, 2), their first two principal
    components; `nearest` uint16 (n, k), the rows of their nearest words among them, the nearest
    first, and `similar` float16 (n, k), the cosines; `vectors` float16 (n, d). Of some epochs of a
    long run these are None. `scores` is empty where nothing was measured; the rest is as in Moment.
    """

    epoch: int
    epochs: int
    loss: float | None
    auc: float | None
    seconds: float
    words_per_second: float
    positions: Floats | None = field(default=None, repr=False)
    nearest: NDArray[np.uint16] | None = field(default=None, repr=False)
    similar: Halves | None = field(default=None, repr=False)
    vectors: Halves | None = field(default=None, repr=False)
    since_start: "Moved | None" = None
    since_last: "Moved | None" = None
    scores: tuple[Scored, ...] = ()

    def neighbours(self, row: int) -> list[tuple[int, float]]:
        """Return the rows nearest to `row` and their cosines; empty where they were not kept."""
        if self.nearest is None or self.similar is None or row >= len(self.nearest):
            return []
        near, cosines = self.nearest[row].tolist(), self.similar[row].tolist()
        return list(zip(near, cosines, strict=True))


@dataclass(frozen=True)
class About:
    """The text of a run: what its corpus says of itself."""

    title: str
    content: str  # the corpus's content_id
    tokens: int
    words: int
    tokens_read: int
    types_read: int
    options: Tokens
    source: str
    licence: str
    private: bool

    @classmethod
    def of(cls, corpus: Corpus) -> "About":
        """Return the facts of `corpus`."""
        return cls(
            corpus.title,
            corpus.content_id,
            corpus.tokens,
            corpus.words,
            corpus.tokens_read,
            corpus.types_read,
            corpus.options,
            corpus.source,
            corpus.licence,
            corpus.private,
        )

    def describe(self) -> str:
        """Say in one sentence what was learned from."""
        return (
            f"{self.title}: {self.tokens_read:,} tokens read, {self.types_read:,} different; "
            f"{self.tokens:,} tokens of {self.words:,} words are learned from "
            f"({self.options.describe()})"
        )


@dataclass(frozen=True, eq=False)
class Outline:
    """A corpus without its text: what can be said of it, its words and their counts."""

    about: About
    vocabulary: Vocabulary = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, corpus: Corpus) -> "Outline":
        """Return the outline of `corpus`."""
        return cls(About.of(corpus), corpus.vocabulary, corpus.counts)

    @property
    def corpus(self) -> Corpus:
        """A corpus of the same size, of the most frequent word alone, to ask what it costs."""
        about = self.about
        return Corpus(
            title=about.title,
            vocabulary=self.vocabulary,
            codes=np.broadcast_to(np.int32(0), about.tokens),  # takes no memory
            starts=np.array([0, about.tokens], dtype=np.int64),
            counts=self.counts,
            tokens_read=about.tokens_read,
            types_read=about.types_read,
            options=about.options,
            source=about.source,
            licence=about.licence,
            private=about.private,
        )


@dataclass(frozen=True, eq=False)
class Run:
    """A run, or as much of one as there is: `glimpses` in order of epochs, `vocabulary` and
    `counts` int64 (words,) of its text. `vectors` float32 (rows, d) are those it ended with, of
    all words or, where it was stopped, of the most frequent `rows`; None while it runs."""

    name: str
    settings: Settings
    about: About
    vocabulary: Vocabulary = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    glimpses: tuple[Glimpse, ...] = field(repr=False)
    vectors: Floats | None = field(default=None, repr=False)
    precomputed: bool = False

    @property
    def shown(self) -> int:
        """How many words, the most frequent, are on the map."""
        first = next((g for g in self.glimpses if g.positions is not None), None)
        return 0 if first is None or first.positions is None else len(first.positions)

    @property
    def finished(self) -> bool:
        """Whether all epochs are there."""
        return bool(self.glimpses) and self.glimpses[-1].epoch == self.settings.epochs

    @property
    def reached(self) -> int:
        """The last epoch that is there."""
        return self.glimpses[-1].epoch if self.glimpses else 0

    @property
    def scores(self) -> tuple[Scored, ...]:
        """The last figures that were measured."""
        return next((g.scores for g in reversed(self.glimpses) if g.scores), ())

    @property
    def outline(self) -> Outline:
        """What there is to say of its text."""
        return Outline(self.about, self.vocabulary, self.counts)

    def space(self, name: str | None = None) -> TrainedSpace:
        """Return the vectors it ended with as a space. Only for a run that has some."""
        import pandas as pd

        if self.vectors is None:
            raise ValueError("this run has no vectors yet")
        rows, dimension = self.vectors.shape
        name = name or f"{self.settings.method}-{dimension}-{self.about.content[:6]}"
        card = self._card(name, f"{self.about.title}, {self.settings.title}", self.vectors)
        notes = [f"trained on {self.about.describe()}", self.settings.describe()]
        if not self.finished:
            notes.append(f"stopped after epoch {self.reached} of {self.settings.epochs}")
        if rows < len(self.vocabulary):
            notes.append(
                f"the {rows:,} most frequent of {len(self.vocabulary):,} words, 16 bits a number"
            )
        history = pd.DataFrame(
            [{column: getattr(glimpse, column) for column in COLUMNS} for glimpse in self.glimpses],
            columns=list(COLUMNS),
        )
        history[list(COLUMNS[1:])] = history[list(COLUMNS[1:])].astype(float)
        words = self.vocabulary.head(rows)
        return TrainedSpace(name, words, self.vectors, tuple(notes), card, history=history)

    def space_after(self, epoch: int, vectors: Halves, name: str) -> EmbeddingSpace:
        """Return the `vectors` kept of an epoch, of the most frequent words, as a space."""
        words, found = len(vectors), vectors.astype(np.float32)
        notes = (
            f"trained on {self.about.title}, {self.settings.describe()}",
            f"after epoch {epoch} of {self.settings.epochs}",
            f"the {words:,} most frequent of {len(self.vocabulary):,} words, 16 bits a number",
        )
        card = self._card(name, self.title_after(epoch), found)
        return EmbeddingSpace(name, self.vocabulary.head(words), found, notes, card)

    def title_after(self, epoch: int) -> str:
        """Return what its vectors after an epoch are called."""
        return f"{self.name.capitalize()} after epoch {epoch}"

    def _card(self, name: str, title: str, vectors: Floats) -> SpaceCard:
        return SpaceCard(
            name=name,
            title=title,
            words=len(vectors),
            dimension=vectors.shape[1],
            source=self.about.source,
            licence=self.about.licence,
            bytes=vectors.nbytes,
            ready=True,
        )
