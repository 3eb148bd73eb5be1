"""Training, epoch by epoch: one loop for all trainers."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.errors import EmbeddingError
from models.runtime.progress import ProgressCallback
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
    trainer, seconds = trainer_of(rest, settings), 0.0
    yield _snapshot(trainer, held, 0, settings.epochs)
    for number in range(settings.epochs):
        began = time.perf_counter() - seconds  # as if nothing had happened between epochs
        report = _reporter(progress, number, settings.epochs, rest.tokens, began)
        trainer.epoch(number, report)
        seconds = time.perf_counter() - began
        pace = (number + 1) * rest.tokens / max(seconds, 1e-9)
        yield _snapshot(trainer, held, number + 1, settings.epochs, seconds=seconds, pace=pace)


def trainer_of(corpus: Corpus, settings: Settings) -> Trainer:
    """Return the trainer of these settings; only what it needs is imported."""
    if settings.method in BY_GENSIM:
        from models.training.gensim_trainer import GensimTrainer

        return GensimTrainer(corpus, settings)
    if settings.method == "glove":
        from models.training.glove import PAPER_X_MAX, GloVeTrainer

        as_in_paper = {} if settings.chance else {"chance": 0.0, "x_max": PAPER_X_MAX}
        return GloVeTrainer(corpus, settings, **as_in_paper)
    from models.training.skipgram import SkipGramTrainer

    return SkipGramTrainer(corpus, settings)


def _reporter(
    progress: Callable[[TrainingProgress], None] | None,
    number: int,
    epochs: int,
    tokens: int,
    began: float,
) -> ProgressCallback:
    """Return a function that makes a TrainingProgress of the share of epoch `number` (from 0) that
    is done, in a run that `began` at this second."""

    def report(share: float) -> None:
        done = number + share
        pace = done * tokens / max(time.perf_counter() - began, 1e-9)
        left = (epochs - done) * tokens / pace if done else 0.0
        if progress is not None:
            progress(TrainingProgress(number + 1, epochs, share, pace, left))

    return report


def _snapshot(
    trainer: Trainer,
    held: HeldOut | None,
    epoch: int,
    epochs: int,
    *,
    seconds: float = 0.0,
    pace: float = 0.0,
) -> Snapshot:
    vectors = trainer.vectors.copy()
    vectors.setflags(write=False)
    if not np.isfinite(vectors).all():
        raise EmbeddingError(
            f"The vectors ran away in epoch {epoch}: their numbers are too large to go on with. "
            "Choose a lower learning rate."
        )
    tables = None if held is None else trainer.tables
    compared = auc(*held.scores(*tables)) if held is not None and tables is not None else None
    return Snapshot(epoch, epochs, vectors, trainer.loss(held), compared, seconds, pace)
