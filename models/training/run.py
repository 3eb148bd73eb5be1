"""A training run as a value: its settings, its text in figures, and a record of each epoch, light
enough to be shown, saved and sent.

A server holds the runs of many visitors, so the record of an epoch is what a page draws: positions
on a map, nearest words and figures, some 100 kB, and not the table of vectors.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.space import EmbeddingSpace, Floats
from models.training.corpora import Corpus, CorpusFacts
from models.training.row_change import ChangeSummary
from models.training.settings import Settings
from models.training.train import TrainedSpace, history_row, trained_card, trained_space
from models.vocabulary import Vocabulary

NEAREST = 8  # neighbours of each word in a record
Halves = NDArray[np.float16]


@dataclass(frozen=True)
class SuiteScore:
    """A score on a benchmark suite: `value` with its 95 % interval, from the `total` of `asked`
    questions whose words are known."""

    suite: str
    value: float
    low: float
    high: float
    total: int
    asked: int


@dataclass(frozen=True, eq=False)
class EpochRecord:
    """The record of an epoch; epoch 0 is the initial state.

    Of the most frequent words (n): `positions` float32 (n, 2), their first two principal
    components; `nearest` uint16 (n, k), the rows of their nearest words among them, the nearest
    first, and `similar` float16 (n, k), the cosines; `vectors` float16 (n, d). Of some epochs of a
    long run these are None. `since_start` and `since_last` are None at epoch 0, `scores` is empty
    where nothing was measured; the rest is as in Snapshot.
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
    since_start: ChangeSummary | None = None
    since_last: ChangeSummary | None = None
    scores: tuple[SuiteScore, ...] = ()

    def neighbours(self, row: int) -> list[tuple[int, float]]:
        """Return the rows nearest to `row` and their cosines; empty where they are not recorded."""
        if self.nearest is None or self.similar is None or row >= len(self.nearest):
            return []
        near, cosines = self.nearest[row].tolist(), self.similar[row].tolist()
        return list(zip(near, cosines, strict=True))


@dataclass(frozen=True, eq=False)
class CorpusOutline:
    """A corpus without its text: its facts, its words and their counts."""

    facts: CorpusFacts
    vocabulary: Vocabulary = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, corpus: Corpus) -> "CorpusOutline":
        """Return the outline of `corpus`."""
        return cls(corpus.facts, corpus.vocabulary, corpus.counts)


@dataclass(frozen=True, eq=False)
class Run:
    """A run, finished or not: `records` in order of epochs, `vocabulary` and
    `counts` int64 (words,) of its text. `vectors` float32 (rows, d) are the final ones, of all
    words or, where it was stopped, of the most frequent `rows`; None while it runs."""

    name: str
    settings: Settings
    facts: CorpusFacts
    vocabulary: Vocabulary = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    records: tuple[EpochRecord, ...] = field(repr=False)
    vectors: Floats | None = field(default=None, repr=False)
    precomputed: bool = False

    @property
    def shown(self) -> int:
        """How many words, the most frequent, are on the map."""
        first = next((r.positions for r in self.records if r.positions is not None), None)
        return 0 if first is None else len(first)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return bool(self.records) and self.records[-1].epoch == self.settings.epochs

    @property
    def reached(self) -> int:
        """The last epoch that is recorded."""
        return self.records[-1].epoch if self.records else 0

    @property
    def scores(self) -> tuple[SuiteScore, ...]:
        """The last figures that were measured."""
        return next((r.scores for r in reversed(self.records) if r.scores), ())

    @property
    def outline(self) -> CorpusOutline:
        """Its corpus without the text."""
        return CorpusOutline(self.facts, self.vocabulary, self.counts)

    def space(self, name: str | None = None, *, title: str | None = None) -> TrainedSpace:
        """Return its final vectors as a space. Only for a run that has some."""
        if self.vectors is None:
            raise ValueError("this run has no vectors yet")
        rows, remarks = len(self.vectors), []
        if not self.finished:
            remarks.append(f"stopped after epoch {self.reached} of {self.settings.epochs}")
        if rows < len(self.vocabulary):
            remarks.append(self._rounded(rows))
        words, history = self.vocabulary.head(rows), [history_row(each) for each in self.records]
        given = (self.facts, self.settings, words, self.vectors, history)
        return trained_space(*given, name=name, title=title, remarks=remarks)

    def space_after(self, epoch: int, vectors: Halves, name: str) -> EmbeddingSpace:
        """Return the recorded `vectors` of an epoch, of the most frequent words, as a space."""
        notes = (
            f"trained on {self.facts.title}, {self.settings.describe()}",
            f"after epoch {epoch} of {self.settings.epochs}",
            self._rounded(len(vectors)),
        )
        found = vectors.astype(np.float32)
        card = trained_card(self.facts, name, self.title_after(epoch), found)
        return EmbeddingSpace(name, self.vocabulary.head(len(found)), found, notes, card)

    def title_after(self, epoch: int) -> str:
        """Return the title of its vectors after an epoch."""
        return f"{self.name.capitalize()} after epoch {epoch}"

    def _rounded(self, words: int) -> str:
        return f"the {words:,} most frequent of {len(self.vocabulary):,} words, 16 bits a number"
