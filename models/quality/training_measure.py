"""Training with measurements: a job that trains and sends a small Glimpse of every epoch.

A text is cut into words in the process that trains on it. The server gets its outline alone: the
codes of 17 million words would take 70 MB.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.maps.pca_layout import principal
from models.quality.evaluate import evaluate
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import NAMES
from models.runtime.progress import Reporter
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, unit_rows
from models.training.corpora import Corpus
from models.training.run import NEAREST, Glimpse, Outline, Scored
from models.training.settings import Settings
from models.training.tasks import SHOWN, Moment, Trained, prepare, train_at_work
from models.training.texts import Text
from models.training.tokens import Tokens
from models.vocabulary import Vocabulary

_MOST_MAPS = 60  # epochs of which a map is kept
_MOST_NEAR = 10  # epochs of which neighbours are kept, apart from the first two and the last
_MOST_BYTES = 8_500_000  # of the vectors that are kept in case the run is stopped
_MEASURED = 5  # times a run

Ranks = NDArray[np.uint16]
_last: dict[str, Corpus] = {}  # the corpus cut last in this process, as it is trained on next


def outline(job: Reporter, source: str | Text, options: Tokens) -> Outline:
    """Cut a text (or one of at_work.BUILT_IN) into words, and return what there is to say of it."""
    return Outline.of(corpus_at_work(job, source, options))


def watch_text(
    job: Reporter, source: str | Text, options: Tokens, settings: Settings, *, shown: int = SHOWN
) -> Trained:
    """Cut a text into words, and watch() the training on it."""
    return watch(job, corpus_at_work(job, source, options), settings, shown=shown)


def watch(job: Reporter, corpus: Corpus, settings: Settings, *, shown: int = SHOWN) -> Trained:
    """Train, and hand out a Glimpse at the beginning and after every epoch.

    Looking costs little: figures on the suites five times a run, neighbours of the `shown` most
    frequent words a dozen times and their map at most 60 times.
    """
    lens = _Lens(job, corpus.vocabulary, settings, min(shown, corpus.words))
    every = max(1, settings.epochs // _MEASURED)
    return train_at_work(lens, corpus, settings, shown=shown, measure=measure, measure_every=every)


def measure(space: EmbeddingSpace) -> tuple[Scored, ...]:
    """Return the figures of `space` on the suites whose words it knows."""
    found = []
    for suite in NAMES:
        try:
            score = evaluate(space, suite)
        except NothingToMeasure:
            continue
        if score.total:
            low, high = score.interval
            found.append(Scored(suite, score.value, low, high, score.total, score.asked))
    return tuple(found)


def content_of(source: str | Text) -> str:
    """Return a name for a text: equal for equal texts."""
    if isinstance(source, str):
        return source
    return hashlib.blake2b(source.content.encode(), digest_size=12).hexdigest()


def corpus_at_work(job: Reporter, source: str | Text, options: Tokens) -> Corpus:
    """Cut a text into words; the one cut last in this process is still there."""
    key = f"{content_of(source)} {options!r}"
    if key not in _last:
        _last.clear()  # before the next is made: two could be too many
        _last[key] = prepare(job, source, options)
    return _last[key]


@dataclass(frozen=True, eq=False)
class _Lens:
    """Passes on what a job reports, its moments made light."""

    job: Reporter
    vocabulary: Vocabulary
    settings: Settings
    shown: int

    def report(self, fraction: float, message: str = "") -> None:
        # How much is left is said by whoever shows the job, too.
        said = message.rpartition(", ")[0] if message.endswith(" left") else message
        self.job.report(fraction, said)

    def add(self, partial: Any) -> None:
        self.job.add(self._glimpse(partial) if isinstance(partial, Moment) else partial)

    def _glimpse(self, moment: Moment) -> Glimpse:
        maps = -(-self.settings.epochs // _MOST_MAPS)
        bytes_ = 2 * self.shown * self.settings.dimension * self.settings.epochs
        kept = -(-bytes_ // _MOST_BYTES)
        last = moment.epoch == self.settings.epochs
        look = moment.epoch % maps == 0 or last
        near = moment.epoch % -(-self.settings.epochs // _MOST_NEAR) == 0 or moment.epoch == 1
        nearest, similar = _nearest(moment.vectors) if near or last else (None, None)
        return Glimpse(
            epoch=moment.epoch,
            epochs=moment.epochs,
            loss=moment.loss,
            auc=moment.auc,
            seconds=moment.seconds,
            words_per_second=moment.words_per_second,
            positions=self._positions(moment.vectors) if look else None,
            nearest=nearest,
            similar=similar,
            # Of the last epoch all vectors come with the result.
            vectors=moment.vectors.astype(np.float16)
            if moment.epoch % kept == 0 and not last
            else None,
            since_start=moment.since_start,
            since_last=moment.since_last,
            scores=moment.measured or (),
        )

    def _positions(self, vectors: Floats) -> Floats:
        if vectors.shape[1] < 2:
            return np.pad(vectors, ((0, 0), (0, 1)))
        space = EmbeddingSpace("seen", self.vocabulary.head(len(vectors)), vectors)
        places, _ = principal(space, np.arange(len(vectors), dtype=np.intp), 2)
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
