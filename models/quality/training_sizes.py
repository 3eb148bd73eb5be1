"""Training at several sizes and measuring each: the jobs behind the question how large
embedding_dim should be."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.quality.training_measure import corpus_at_work, measure
from models.reduction.reduce import reduce
from models.runtime.progress import Reporter
from models.space import EmbeddingSpace, Floats
from models.training.corpora import Corpus
from models.training.epochs import trainer_of
from models.training.heldout_contexts import HeldOut, auc, hold_out, negative_sampling_loss
from models.training.pip_loss import PIPLoss
from models.training.run import Scored
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, TRAINED, SizeRun
from models.training.skipgram import nested_sizes
from models.training.tasks import measure_pip_loss, train_sizes
from models.training.texts import Text
from models.training.tokens import Tokens

Scores = tuple[Scored, ...]


def sizes_of_text(
    job: Reporter,
    source: str | Text,
    options: Tokens,
    settings: Settings,
    sizes: Sequence[int],
) -> list[SizeRun]:
    """Cut a text (or one of at_work.BUILT_IN) into words, and train_each_size() on it."""
    return train_each_size(job, corpus_at_work(job, source, options), settings, sizes)


def nested_of_text(
    job: Reporter, source: str | Text, options: Tokens, settings: Settings
) -> list[SizeRun]:
    """Cut a text into words, and train_nested() on it."""
    return train_nested(job, corpus_at_work(job, source, options), settings)


def pip_of_text(
    job: Reporter, source: str | Text, options: Tokens, asked: dict[str, Any]
) -> PIPLoss:
    """Cut a text into words, and return its PIP loss; `asked` are the options of pip_loss()."""
    return measure_pip_loss(job, corpus_at_work(job, source, options), asked)


def train_each_size(
    job: Reporter, corpus: Corpus, settings: Settings, sizes: Sequence[int]
) -> list[SizeRun]:
    """Train once at each of `sizes` with the seed of `settings`, the largest last, and hand out the
    figures of each as they come; of the largest also those of its cuts by PCA to the others."""
    ordered = sorted(set(sizes))
    lens = _Lens(job, corpus, settings.seed)

    def look(space: EmbeddingSpace) -> dict[int, Scores]:
        cuts = ordered[:-1] if space.dimension == ordered[-1] else []
        found = {d: measure(reduce(space, dimension=d)) for d in cuts}
        return found | {space.dimension: measure(space)}

    train_sizes(lens, corpus, settings, [(size, settings.seed) for size in ordered], measure=look)
    return lens.found


def train_nested(job: Reporter, corpus: Corpus, settings: Settings) -> list[SizeRun]:
    """Train the nested skip-gram of nested_settings(), and hand out the figures of each of its
    prefixes (nested_sizes): one run, all sizes."""
    one = nested_settings(settings)
    one.refuse_too_large(corpus)
    rest, held = hold_out(corpus, one)
    trainer = trainer_of(rest, one)
    started = time.perf_counter()
    for number in range(one.epochs):

        def tell(share: float, done: int = number) -> None:
            message = f"nested, {one.dimension} dimensions, epoch {done + 1} of {one.epochs}"
            job.report((done + share) / one.epochs, message)

        trainer.epoch(number, tell)
    seconds = time.perf_counter() - started
    tables = trainer.tables
    assert tables is not None  # a skip-gram has both
    found = []
    for size in nested_sizes(one.dimension):
        run = replace(_prefix(corpus, held, tables, size), seed=one.seed)
        found.append(replace(run, seconds=seconds) if size == one.dimension else run)
        job.add(found[-1])
    return found


def nested_settings(settings: Settings) -> Settings:
    """Return how a nested run beside runs with `settings` is trained: a skip-gram with negatives,
    at its own usual rate."""
    return replace(
        settings,
        method="nested",
        architecture="skip-gram",
        hierarchical=False,
        learning_rate=None,
    )


def _prefix(
    corpus: Corpus, held: HeldOut | None, tables: tuple[Floats, Floats], size: int
) -> SizeRun:
    into, out = (table[:, :size] for table in tables)
    scores = None if held is None else held.scores(into, out)
    return SizeRun(
        kind=NESTED,
        dimension=size,
        seed=0,
        loss=None if scores is None else negative_sampling_loss(*scores),
        auc=None if scores is None else auc(*scores),
        seconds=None,
        parameters=into.size,
        scores=measure(EmbeddingSpace("nested", corpus.vocabulary, into.copy())),
    )


class _Lens:
    """Passes on what a job reports; a row of train_sizes() becomes the figures that are kept."""

    def __init__(self, job: Reporter, corpus: Corpus, seed: int) -> None:
        self._job, self._corpus, self._seed = job, corpus, seed
        self.found: list[SizeRun] = []

    def report(self, fraction: float, message: str = "") -> None:
        self._job.report(fraction, message)

    def add(self, partial: dict[str, Any]) -> None:
        full = partial["dimension"]
        for size, scores in sorted(partial["measured"].items(), reverse=True):
            own = size == full
            run = SizeRun(
                kind=TRAINED if own else CUT,
                dimension=size,
                seed=self._seed,
                loss=partial["loss"] if own else None,
                auc=partial["auc"] if own else None,
                seconds=partial["seconds"] if own else None,
                parameters=size * self._corpus.words,
                scores=scores,
            )
            self.found.append(run)
            self._job.add(run)
