"""word2vec and fastText by gensim, one epoch at a time.

gensim trains in threads and offers no way to stop one. But it reads the sentences from an iterator
of ours: to end a run the iterator ends, gensim finishes the few thousand words it has read, and the
error is raised here. gensim's own loss is not used, as it accumulates in float32 and depends on the
number of threads; the loss is computed on held-out contexts instead.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from models.errors import EmbeddingError
from models.runtime.progress import ProgressCallback
from models.space import Floats, Rows
from models.training.corpora import Corpus
from models.training.heldout_contexts import HeldOut, negative_sampling_loss
from models.training.settings import BUCKET, Settings

_OFTEN = 10_000  # words between two reports, as many as gensim takes at a time


class GensimTrainer:
    """Drives a gensim model through a corpus; `model` is gensim's own."""

    def __init__(self, corpus: Corpus, settings: Settings) -> None:
        self._corpus, self._settings = corpus, settings
        self._sentences = len(corpus.starts) - 1
        self.model = _model(settings)
        words = list(corpus.vocabulary)
        frequencies = dict(zip(words, corpus.counts.tolist(), strict=True))
        self.model.build_vocab_from_freq(frequencies, corpus_count=self._sentences)
        rows = self.model.wv.key_to_index  # gensim orders equally frequent words its own way
        self._rows: Rows = np.array([rows[word] for word in words], dtype=np.intp)
        self._words = np.array(words, dtype=object)

    def epoch(self, number: int, progress: ProgressCallback) -> None:
        """Train one epoch; gensim's learning rate goes on where the last one ended."""
        epochs = self._settings.epochs
        start, end = (self._settings.rate_at((number + step) / epochs) for step in (0, 1))
        lines = _Lines(self._corpus, self._words, progress)
        self.model.train(
            lines, total_examples=self._sentences, epochs=1, start_alpha=start, end_alpha=end
        )
        if lines.stopped is not None:
            raise lines.stopped

    @property
    def vectors(self) -> Floats:
        vectors: Floats = self.model.wv.vectors[self._rows]
        return vectors

    @property
    def tables(self) -> tuple[Floats, Floats] | None:
        if self._settings.hierarchical:
            return None
        return self.vectors, self.model.syn1neg[self._rows]

    def loss(self, held: HeldOut | None) -> float | None:
        """Return the objective on held-out contexts, one context word at a time (CBOW trains on
        their mean)."""
        if held is None:
            return None
        tables = self.tables
        if tables is not None:
            return negative_sampling_loss(*held.scores(*tables))
        return self._softmax_loss(held)

    def _softmax_loss(self, held: HeldOut) -> float:
        """Return the mean of -log p(context | centre) along the context's path in the tree."""
        points, signs = self._paths
        nodes, turns = points[held.contexts], signs[held.contexts]  # (p, depth)
        centres = self.model.wv.vectors[self._rows[held.centres]]  # (p, d)
        total = np.zeros(len(held))
        for step in range(nodes.shape[1]):
            score = np.einsum("pd,pd->p", centres, self.model.syn1[nodes[:, step]])
            turn = turns[:, step]
            total += np.where(turn == 0, 0, np.logaddexp(0, -turn * score.astype(np.float64)))
        return float(total.mean())

    @cached_property
    def _paths(self) -> tuple[Rows, Floats]:
        """The inner nodes on each word's path and which way it turns there (1 or -1; 0 beyond the
        end), both (words, depth)."""
        points = [self.model.wv.get_vecattr(int(row), "point") for row in self._rows]
        codes = [self.model.wv.get_vecattr(int(row), "code") for row in self._rows]
        depth = max(map(len, points))
        nodes = np.zeros((len(points), depth), dtype=np.intp)
        signs = np.zeros((len(points), depth), dtype=np.float32)
        for row, (point, code) in enumerate(zip(points, codes, strict=True)):
            nodes[row, : len(point)] = point
            signs[row, : len(code)] = 1 - 2.0 * np.asarray(code)
        return nodes, signs


class _Lines:
    """The sentences as lists of words, made while gensim reads them. An error raised by `progress`
    ends them and is stored as `stopped`, as gensim reads in another thread."""

    def __init__(self, corpus: Corpus, words: Any, progress: ProgressCallback) -> None:
        self._corpus, self._words, self._progress = corpus, words, progress
        self.stopped: BaseException | None = None

    def __iter__(self) -> Iterator[list[str]]:
        try:
            starts = self._corpus.starts.tolist()
            begin = due = 0
            longest = max(map(len, self._corpus.sentence_codes()), default=0)
            for start, stop in pairwise(starts):
                if start >= due:
                    self._progress(start / self._corpus.tokens)
                    begin, due = start, min(start + _OFTEN, self._corpus.tokens)
                    words = self._words[self._corpus.codes[start : due + longest]].tolist()
                yield words[start - begin : stop - begin]
            self._progress(1.0)
        except BaseException as error:  # raised again where epoch() was called
            self.stopped = error


def _model(settings: Settings) -> Any:
    try:
        from gensim.models import FastText, Word2Vec
    except ImportError:
        raise EmbeddingError(
            "word2vec and fastText are trained by gensim, which is not installed here (it has no "
            "version for Python 3.14): choose another trainer."
        ) from None
    options = {
        "vector_size": settings.dimension,
        "window": settings.window,
        "sg": int(settings.architecture == "skip-gram"),
        "hs": int(settings.hierarchical),
        "negative": 0 if settings.hierarchical else settings.negatives,
        "sample": settings.sample,
        "seed": settings.seed,
        "workers": settings.workers,
        "alpha": settings.rate,
        "min_count": 1,
    }
    if settings.method == "fasttext":
        return FastText(**options, bucket=BUCKET)
    return Word2Vec(**options)
