"""What the pages of training compute off the page, as functions that run as jobs.

Each takes a Reporter first, which hears how far it is and what it has found, and then only what
travels well to another process. Moments are light: the most frequent words only. It imports
nothing that draws, and torch or gensim only where a trainer needs them.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import InvalidRequest
from models.runtime.progress import Reporter
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats, Rows
from models.training.change import Change, change
from models.training.corpora import Corpus, corpus_of
from models.training.epochs import Progress, Snapshot, snapshots
from models.training.pip_loss import PIPLoss, pip_loss
from models.training.settings import Settings
from models.training.text8 import text8
from models.training.texts import Text
from models.training.tokens import Tokens
from models.training.train import TrainedSpace, rows_of, trained_space
from models.training.wikipedia import wikipedia_sample

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 2_000  # words of a moment, the most frequent
FOLLOWED = 5_000  # words whose change is measured, spread over all frequencies
BUILT_IN = ("wikipedia", "text8")

Measure = Callable[[EmbeddingSpace], Any]  # must be importable: it travels to the worker


@dataclass(frozen=True, eq=False)
class Moved:
    """How far the rows moved, in one epoch or since the beginning: `quantiles` and `by_frequency`
    as in Change, `touched` the share of rows that changed at all; of `words` words."""

    quantiles: "pd.DataFrame" = field(repr=False)
    by_frequency: "pd.DataFrame" = field(repr=False)
    touched: float
    words: int


@dataclass(frozen=True, eq=False)
class Moment(Snapshot):
    """What a page sees of an epoch: `vectors` float32 (shown, dimension) are those of the most
    frequent words alone. `since_start` and `since_last` are None at epoch 0. `measured` is what
    the `measure` of the job returned.
    """

    since_start: Moved | None = None
    since_last: Moved | None = None
    measured: Any = None


@dataclass(frozen=True, eq=False)
class Trained:
    """The result of a run: all vectors, float32 (words, dimension), in the order of the corpus's
    vocabulary, and the rows of the history."""

    vectors: Floats = field(repr=False)
    rows: list[dict[str, float | None]]
    settings: Settings

    def space(self, corpus: Corpus, *, name: str | None = None) -> TrainedSpace:
        """Return it as a space; `corpus` is the one that it was learned from."""
        return trained_space(corpus, self.settings, self.vectors, self.rows, name=name)


def prepare(job: Reporter, source: str | Text, options: Tokens) -> Corpus:
    """Return the corpus of a Text or of one of BUILT_IN ("text8" is fetched, where it is not yet
    there), cut as `options` says."""
    if source == "wikipedia":
        job.report(0.0, "taking 106 articles of Wikipedia apart")
        source = wikipedia_sample()
    elif source == "text8":
        job.report(0.0, "fetching text8 (31 MB)")
        source = text8(progress=lambda share: job.report(0.5 * share))
    if isinstance(source, str):
        raise InvalidRequest(f"“{source}” is no corpus. Choose {' or '.join(BUILT_IN)}.")
    job.report(0.5, "cutting the text into words")
    return corpus_of(source, options, progress=lambda share: job.report(0.5 + 0.5 * share))


def train_at_work(
    job: Reporter,
    corpus: Corpus,
    settings: Settings,
    *,
    shown: int = SHOWN,
    measure: Measure | None = None,
    measure_every: int = 1,
) -> Trained:
    """Train, and hand out a Moment at the beginning and after every epoch.

    `measure` gets the space of all words every `measure_every` epochs and after the last one; what
    it returns goes with the moment. It must be a function that another process can import.
    """
    job.report(0.0, "preparing")
    seen: list[Snapshot] = []
    followed = _Followed(corpus)

    def tell(progress: Progress) -> None:
        job.report(progress.total, f"{progress}, {_left(progress.seconds_left)} left")

    for snapshot in snapshots(corpus, settings, progress=tell):
        moment = _moment(snapshot, shown)
        since_start, since_last = followed.moved(snapshot.vectors)
        moment = replace(moment, since_start=since_start, since_last=since_last)
        last = snapshot.epoch == settings.epochs
        if measure is not None and (snapshot.epoch % measure_every == 0 or last):
            space = EmbeddingSpace("training", corpus.vocabulary, snapshot.vectors)
            moment = replace(moment, measured=measure(space))
        job.add(moment)
        seen.append(replace(snapshot, vectors=snapshot.vectors[:0].copy()))
        vectors = snapshot.vectors
    return Trained(vectors, rows_of(seen), settings)


def train_sizes(
    job: Reporter,
    corpus: Corpus,
    settings: Settings,
    runs: Iterable[tuple[int, int]],
    *,
    measure: Measure | None = None,
) -> "pd.DataFrame":
    """Train once for each (dimension, seed) in `runs` and hand out a row of figures for each:
    dimension, seed, loss, auc, seconds, words_per_second, parameters, bytes and measured; return
    them all. To spread a sweep over several workers, give each job a part of the runs."""
    import pandas as pd

    rows = []
    planned = list(runs)
    for number, (dimension, seed) in enumerate(planned):
        one = replace(settings, dimension=dimension, seed=seed)

        def tell(progress: Progress, number: int = number, dimension: int = dimension) -> None:
            share = (number + progress.total) / len(planned)
            job.report(share, f"{dimension} dimensions, {progress}")

        [last] = deque(snapshots(corpus, one, progress=tell), maxlen=1)
        space = EmbeddingSpace("training", corpus.vocabulary, last.vectors)
        rows.append(_figures(last, one, measure(space) if measure else None))
        job.add(rows[-1])
    return pd.DataFrame(rows)


def measure_pip_loss(job: Reporter, corpus: Corpus, options: dict[str, Any]) -> PIPLoss:
    """Return the PIP loss of `corpus`; `options` are those of pip_loss()."""
    job.report(0.0, "counting what stands together, and its spectrum")
    return pip_loss(corpus, progress=job.report, **options)


class _Followed:
    """Keeps the beginning and the last epoch of some words, to compare with."""

    def __init__(self, corpus: Corpus) -> None:
        number = min(FOLLOWED, corpus.words)
        self._rows: Rows = np.linspace(0, corpus.words - 1, number).astype(np.intp)
        self._counts = corpus.counts[self._rows]
        self._start: Floats | None = None
        self._last: Floats | None = None

    def moved(self, vectors: Floats) -> tuple[Moved | None, Moved | None]:
        """Return how far the words moved since the beginning, and since the last time."""
        now: Floats = vectors[self._rows]
        if self._start is None or self._last is None:
            self._start = self._last = now
            return None, None
        with one_thread():
            since_start = self._summary(change(self._start, now))
            since_last = self._summary(change(self._last, now))
        self._last = now
        return since_start, since_last

    def _summary(self, found: Change) -> Moved:
        return Moved(
            found.quantiles(), found.by_frequency(self._counts), found.touched, len(self._rows)
        )


def _moment(snapshot: Snapshot, shown: int) -> Moment:
    said = {each.name: getattr(snapshot, each.name) for each in fields(Snapshot)}
    return Moment(**said | {"vectors": snapshot.vectors[:shown].copy()})


def _figures(snapshot: Snapshot, settings: Settings, measured: Any) -> dict[str, Any]:
    parameters = snapshot.vectors.size
    return {
        "dimension": settings.dimension,
        "seed": settings.seed,
        "loss": snapshot.loss,
        "auc": snapshot.auc,
        "seconds": snapshot.seconds,
        "words_per_second": snapshot.words_per_second,
        "parameters": parameters,
        "bytes": 4 * parameters,
        "measured": measured,
    }


def _left(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
