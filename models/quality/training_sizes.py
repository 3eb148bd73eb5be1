"""Training at several sizes and measuring each: the jobs behind the question how large
embedding_dim should be."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.quality.training_measure import measure
from models.reduction.reduce import reduce
from models.runtime.progress import Reporter
from models.space import EmbeddingSpace
from models.training.corpora import Corpus
from models.training.epochs import TrainingProgress, train_epochs, trainer_of
from models.training.heldout_contexts import auc, hold_out, negative_sampling_loss
from models.training.pip_loss import PIPLoss, pip_loss
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, TRAINED, SizeRun
from models.training.skipgram import nested_sizes
from models.training.tasks import corpus_of_text
from models.training.texts import Text
from models.training.tokens import Tokens


def sizes_of_text(
    job: Reporter,
    source: str | Text,
    options: Tokens,
    settings: Settings,
    sizes: Sequence[int],
) -> list[SizeRun]:
    """Cut a text (or one of tasks.BUILT_IN) into words, and train_each_size() on it."""
    return train_each_size(job, corpus_of_text(job, source, options), settings, sizes)


def nested_of_text(
    job: Reporter, source: str | Text, options: Tokens, settings: Settings
) -> list[SizeRun]:
    """Cut a text into words, and train_nested() on it."""
    return train_nested(job, corpus_of_text(job, source, options), settings)


def pip_of_text(
    job: Reporter, source: str | Text, options: Tokens, signal: dict[str, Any]
) -> PIPLoss:
    """Cut a text into words, and return its PIP loss; `signal` are options of pip_loss()."""
    corpus = corpus_of_text(job, source, options)
    job.report(0.0, "counting what stands together, and its spectrum")
    return pip_loss(corpus, progress=job.report, **signal)


def train_each_size(
    job: Reporter, corpus: Corpus, settings: Settings, sizes: Sequence[int]
) -> list[SizeRun]:
    """Train once at each of `sizes` with the seed of `settings`, the largest last, and hand out the
    figures of each as they come; of the largest also those of its cuts by PCA to the others."""
    found: list[SizeRun] = []
    ordered = sorted(set(sizes))
    for number, size in enumerate(ordered):

        def report(progress: TrainingProgress, done: int = number, size: int = size) -> None:
            share = (done + progress.total) / len(ordered)
            job.report(share, f"{size} dimensions, {progress}")

        one = replace(settings, dimension=size)
        [last] = deque(train_epochs(corpus, one, progress=report), maxlen=1)
        space = EmbeddingSpace("training", corpus.vocabulary, last.vectors)
        figures = (last.loss, last.auc, last.seconds, last.vectors.size)
        runs = [SizeRun(TRAINED, size, one.seed, *figures, measure(space))]
        for d in reversed(ordered[:-1] if size == ordered[-1] else []):
            cut = measure(reduce(space, dimension=d))
            runs.append(SizeRun(CUT, d, one.seed, None, None, None, d * corpus.words, cut))
        for run in runs:
            found.append(run)
            job.add(run)
    return found


def train_nested(job: Reporter, corpus: Corpus, settings: Settings) -> list[SizeRun]:
    """Train the nested skip-gram of nested_settings(), and hand out the figures of each of its
    prefixes (nested_sizes): one run, all sizes."""
    one = nested_settings(settings)
    one.refuse_too_large(corpus)
    rest, held = hold_out(corpus, one)
    trainer = trainer_of(rest, one)
    started = time.perf_counter()
    for number in range(one.epochs):

        def report(share: float, done: int = number) -> None:
            message = f"nested, {one.dimension} dimensions, epoch {done + 1} of {one.epochs}"
            job.report((done + share) / one.epochs, message)

        trainer.epoch(number, report)
    seconds = time.perf_counter() - started
    assert trainer.tables is not None  # a skip-gram has both
    found = []
    for size in nested_sizes(one.dimension):
        into, out = (table[:, :size] for table in trainer.tables)
        scores = None if held is None else held.scores(into, out)
        loss, area = (negative_sampling_loss(*scores), auc(*scores)) if scores else (None, None)
        took = seconds if size == one.dimension else None
        measured = measure(EmbeddingSpace("nested", corpus.vocabulary, into.copy()))
        found.append(SizeRun(NESTED, size, one.seed, loss, area, took, into.size, measured))
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
