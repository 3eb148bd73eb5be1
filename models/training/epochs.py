"""Training, epoch by epoch: one loop for all trainers."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.errors import EmbeddingError
from models.space import Floats
from models.training.corpora import Corpus
from models.training.heldout_contexts import HeldOut, auc, hold_out
from models.training.settings import BY_GENSIM, Settings
from models.training.trainer import Trainer


@dataclass(frozen=True)
class TrainingProgress:
    """How far a run is, reported many times an epoch: `epoch` from 1 and the `share` of it done, 0
    to 1; words a second so far, and the seconds that the run still takes at this pace."""

    epoch: int
    epochs: int
    share: float
    words_per_second: float
    seconds_left: float

    @property
    def total(self) -> float:
        """How much of the whole run is done, 0 to 1."""
        return (self.epoch - 1 + self.share) / self.epochs

    def __str__(self) -> str:
        pace = f"{self.words_per_second:,.0f} words a second"
        return f"epoch {self.epoch} of {self.epochs}, {pace}"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The vectors after an epoch; epoch 0 is their initial state.

    `vectors` float32 (words, dimension) is a copy, in the order of the corpus's vocabulary.
    `loss` is the trainer's own objective (Settings.objective says which), `auc` the measure that
    compares trainers (heldout_contexts.py): None where nothing is held out, and for hierarchical
    softmax, which has no output vector of a word. `seconds` counts training alone, from its start.
    """

    epoch: int
    epochs: int
    vectors: Floats = field(repr=False)
    loss: float | None
    auc: float | None
    seconds: float
    words_per_second: float


def train_epochs(
    corpus: Corpus,
    settings: Settings | None = None,
    *,
    progress: Callable[[TrainingProgress], None] | None = None,
) -> Iterator[Snapshot]:
    """Train, and yield the initial vectors and those after each epoch.

    The same arguments give the same vectors, bit by bit, with one worker. `progress` is called
    many times an epoch and may raise, which ends the run within the epoch; closing the iterator
    ends it between two. Time that the caller spends between two snapshots is not counted.
    Raises InvalidRequest where the corpus is too large for the settings.
    """
    settings = settings or Settings()
    settings.refuse_too_large(corpus)
    rest, held = hold_out(corpus, settings)
    trainer = trainer_of(rest, settings)
    clock = _Clock(settings.epochs, rest.tokens, progress)
    yield _snapshot(trainer, held, clock, 0)
    for number in range(settings.epochs):
        clock.begin()
        trainer.epoch(number, clock.report)
        clock.end()
        yield _snapshot(trainer, held, clock, number + 1)


def trainer_of(corpus: Corpus, settings: Settings) -> Trainer:
    """Return the trainer of these settings; only what it needs is imported."""
    if settings.method in BY_GENSIM:
        from models.training.gensim_trainer import GensimTrainer

        return GensimTrainer(corpus, settings)
    if settings.method == "glove":
        from models.training.glove import PAPER_X_MAX, GloVeTrainer

        if not settings.chance:
            return GloVeTrainer(corpus, settings, chance=0.0, x_max=PAPER_X_MAX)
        return GloVeTrainer(corpus, settings)
    from models.training.skipgram import SkipGramTrainer

    return SkipGramTrainer(corpus, settings)


class _Clock:
    """Counts the seconds of training, without those that the caller spends between epochs."""

    def __init__(
        self, epochs: int, tokens: int, progress: Callable[[TrainingProgress], None] | None
    ) -> None:
        self.epochs, self.seconds = epochs, 0.0
        self._tokens, self._progress = tokens, progress
        self._done, self._began = 0, 0.0

    @property
    def pace(self) -> float:
        return self._done * self._tokens / self.seconds if self.seconds else 0.0

    def begin(self) -> None:
        self._began = time.perf_counter()

    def end(self) -> None:
        self.seconds += time.perf_counter() - self._began
        self._done += 1

    def report(self, share: float) -> None:
        if self._progress is None:
            return
        seconds = self.seconds + time.perf_counter() - self._began
        done = self._done + share
        pace = done * self._tokens / max(seconds, 1e-9)
        left = (self.epochs - done) * self._tokens / pace if done else 0.0
        self._progress(TrainingProgress(self._done + 1, self.epochs, share, pace, left))


def _snapshot(trainer: Trainer, held: HeldOut | None, clock: _Clock, epoch: int) -> Snapshot:
    vectors = trainer.vectors.copy()
    vectors.setflags(write=False)
    if not np.isfinite(vectors).all():
        raise EmbeddingError(
            f"The vectors ran away in epoch {epoch}: their numbers are too large to go on with. "
            "Choose a lower learning rate."
        )
    tables = None if held is None else trainer.tables
    compared = auc(*held.scores(*tables)) if held is not None and tables is not None else None
    loss = trainer.loss(held)
    return Snapshot(epoch, clock.epochs, vectors, loss, compared, clock.seconds, clock.pace)
