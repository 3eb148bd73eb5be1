"""A training run as a job, with a record of every epoch for the page that shows it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.maps.pca_layout import pca_layout
from models.quality.evaluate import evaluate
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import NAMES
from models.runtime.progress import Reporter
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, Rows, unit_rows
from models.training.corpora import Corpus
from models.training.epochs import Snapshot, TrainingProgress, train_epochs
from models.training.row_change import ChangeSummary, row_change
from models.training.run import NEAREST, EpochRecord, SuiteScore
from models.training.settings import Settings
from models.training.tasks import corpus_of_text
from models.training.texts import Text
from models.training.tokens import Tokens
from models.vocabulary import Vocabulary

SHOWN = 2_000  # words of a record, the most frequent
_COMPARED = 5_000  # words whose change is measured, spread over all frequencies
_MOST_MAPS = 60  # epochs with a map
_MOST_NEAR = 10  # epochs with neighbours, apart from the first two and the last
_MOST_BYTES = 8_500_000  # of the vectors that are recorded in case the run is stopped
_MEASURED = 5  # times a run

Ranks = NDArray[np.uint16]


def watch_text(
    job: Reporter, source: str | Text, options: Tokens, settings: Settings, *, shown: int = SHOWN
) -> Floats:
    """Cut a text into words, and watch() the training on it."""
    return watch(job, corpus_of_text(job, source, options), settings, shown=shown)


def watch(
    job: Reporter,
    corpus: Corpus,
    settings: Settings,
    *,
    shown: int = SHOWN,
    scored: bool = True,
) -> Floats:
    """Train, hand out an EpochRecord at the beginning and after every epoch, and return the vectors
    of all words, float32 (words, dimension), in the order of the corpus's vocabulary.

    Recording costs little: scores on the suites five times a run, neighbours of the `shown` most
    frequent words a dozen times and their map at most 60 times. `scored` False leaves the
    scores out.
    """
    job.report(0.0, "preparing")
    changes = _Changes(corpus)
    every = max(1, settings.epochs // _MEASURED)

    def report(progress: TrainingProgress) -> None:
        job.report(progress.total, str(progress))

    for snapshot in train_epochs(corpus, settings, progress=report):
        since_start, since_last = changes.after(snapshot.vectors)
        record = _record(snapshot, settings, corpus.vocabulary, min(shown, corpus.words))
        record = replace(record, since_start=since_start, since_last=since_last)
        if scored and (snapshot.epoch % every == 0 or snapshot.epoch == settings.epochs):
            space = EmbeddingSpace("training", corpus.vocabulary, snapshot.vectors)
            record = replace(record, scores=measure(space))
        job.add(record)
        vectors = snapshot.vectors
    return vectors


def measure(space: EmbeddingSpace) -> tuple[SuiteScore, ...]:
    """Return the scores of `space` on the suites whose words it knows."""
    found = []
    for suite in NAMES:
        try:
            score = evaluate(space, suite)
        except NothingToMeasure:
            continue
        if score.total:
            low, high = score.interval
            found.append(SuiteScore(suite, score.value, low, high, score.total, score.asked))
    return tuple(found)


class _Changes:
    """Compares some words of each epoch with the beginning and with the epoch before."""

    def __init__(self, corpus: Corpus) -> None:
        number = min(_COMPARED, corpus.words)
        self._rows: Rows = np.linspace(0, corpus.words - 1, number).astype(np.intp)
        self._counts = corpus.counts[self._rows]
        self._start: Floats | None = None
        self._last: Floats | None = None

    def after(self, vectors: Floats) -> tuple[ChangeSummary | None, ChangeSummary | None]:
        """Return how far the words moved since the beginning, and since the last time."""
        now: Floats = vectors[self._rows]
        if self._start is None or self._last is None:
            self._start = self._last = now
            return None, None
        with one_thread():
            since_start = row_change(self._start, now).summary(self._counts)
            since_last = row_change(self._last, now).summary(self._counts)
        self._last = now
        return since_start, since_last


def _record(
    snapshot: Snapshot, settings: Settings, vocabulary: Vocabulary, shown: int
) -> EpochRecord:
    """Return the record of an epoch, without its changes and scores; of a long run only some epochs
    have a map, neighbours and vectors."""
    epoch, epochs = snapshot.epoch, settings.epochs
    last, vectors = epoch == epochs, snapshot.vectors[:shown]
    near = last or epoch <= 1 or epoch % -(-epochs // _MOST_NEAR) == 0
    nearest, similar = _nearest(vectors) if near else (None, None)
    mapped = last or epoch % -(-epochs // _MOST_MAPS) == 0
    # Of the last epoch all vectors come with the result.
    halves = not last and epoch % -(-2 * vectors.size * epochs // _MOST_BYTES) == 0
    return EpochRecord(
        epoch=epoch,
        epochs=epochs,
        loss=snapshot.loss,
        auc=snapshot.auc,
        seconds=snapshot.seconds,
        words_per_second=snapshot.words_per_second,
        positions=_positions(vectors, vocabulary) if mapped else None,
        nearest=nearest,
        similar=similar,
        vectors=vectors.astype(np.float16) if halves else None,
    )


def _positions(vectors: Floats, vocabulary: Vocabulary) -> Floats:
    if vectors.shape[1] < 2:
        return np.pad(vectors, ((0, 0), (0, 1)))
    space = EmbeddingSpace("seen", vocabulary.head(len(vectors)), vectors)
    places, _ = pca_layout(space, np.arange(len(vectors), dtype=np.intp), 2)
    return places


def _nearest(vectors: Floats) -> tuple[Ranks, NDArray[np.float16]]:
    """Return the rows nearest to each row by cosine, the nearest first, and the cosines."""
    count = min(NEAREST, len(vectors) - 1)
    with one_thread():  # threads that wait for each other would cost the trainer twice the time
        unit = unit_rows(vectors)
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, -np.inf)
        found = np.argpartition(cosines, -count, axis=1)[:, -count:]
        near = np.take_along_axis(cosines, found, axis=1)
        order = np.argsort(-near, axis=1, kind="stable")
        rows = np.take_along_axis(found, order, axis=1).astype(np.uint16)
        return rows, np.take_along_axis(near, order, axis=1).astype(np.float16)
