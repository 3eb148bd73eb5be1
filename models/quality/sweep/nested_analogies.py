"""Analogy questions at many sizes at once, exactly, in one pass over the words.

For nested vectors (a reduction of models.reduction at full dimension) the answers of solve() in
analogy_batches.py at every prefix, for hardly more than the price of the longest one. The
same rules hold: frequent words first, a question leaves as soon as one better word is found, a
question skips a span of words whose best possible score is too small, and what lies within rounding
is decided in float64, so that the counts are those of separate evaluations.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.analogy_batches import TIE, Progress
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    from models.quality.sweep.nested_kernel import Questions

_BLOCK = 256  # words in a block: its scores stay in the processor's own cache
_ROUNDING = 1.2e-7  # of one float32 operation, twice over


def solve_nested(
    cuts: Sequence[EmbeddingSpace], questions: Rows, *, progress: Progress | None = None
) -> NDArray[np.bool_]:
    """Tell for each cut and each question a, b, c, d whether d answers it, bool (cuts, questions).

    `cuts` are spaces of the same words whose vectors are prefixes of those of the last and
    largest, in rising order of dimension. 3CosAdd on unit vectors, the query words excluded; equal
    scores go to the more frequent word. `questions` (questions, 4) holds rows.
    `progress` is called with the share done; an exception it raises ends the work.
    """
    if not len(questions):
        return np.zeros((len(cuts), 0), dtype=np.bool_)
    contest = _Contest(cuts, questions)
    count = len(cuts[-1])
    for start in range(0, count, _BLOCK):
        if not contest.meet(start, min(start + _BLOCK, count)):
            break
        if progress:
            progress(min(1.0, (start + _BLOCK) / count))
    return contest.standing()


class _Contest:
    """Questions at every size, and the score of their expected words there."""

    def __init__(self, cuts: Sequence[EmbeddingSpace], questions: Rows) -> None:
        from models.quality.sweep import nested_kernel

        self.kernel = nested_kernel
        self.cuts = cuts
        self.rows, places = np.unique(questions, return_inverse=True)
        self.questions = np.ascontiguousarray(places.reshape(questions.shape), dtype=np.int32)
        pairs, pair_of = np.unique(self.questions[:, :2], axis=0, return_inverse=True)
        self.pairs, self.pair_of = np.ascontiguousarray(pairs), pair_of.astype(np.int32)
        self.vectors = np.ascontiguousarray(cuts[-1].unit(self.rows))  # (words, D)
        self.at = [self._at(cut) for cut in cuts]
        fair = (questions[:, :3] != questions[:, 3:]).all(axis=1)
        may_be_right = np.flatnonzero(fair).astype(np.int32)
        self.waiting = [may_be_right.copy() for _ in cuts]
        self.open = [len(may_be_right)] * len(cuts)
        self.products = np.empty((len(self.rows), _BLOCK), dtype=np.float32)
        spans = _BLOCK // nested_kernel.SPAN
        self.scratch = nested_kernel.Scratch(
            np.empty((len(self.rows), _BLOCK), dtype=np.float32),
            np.empty((len(self.rows), spans), dtype=np.float32),
            np.empty((len(self.pairs), _BLOCK), dtype=np.float32),
            np.empty((len(self.pairs), spans), dtype=np.float32),
            np.empty(len(self.rows), dtype=np.bool_),
            np.empty(len(self.pairs), dtype=np.bool_),
        )

    def meet(self, start: int, stop: int) -> bool:
        """Let the words of these rows answer; tell whether any question is still open."""
        width, largest = stop - start, self.cuts[-1]
        block = np.zeros((largest.dimension, _BLOCK), dtype=np.float32)
        block[:, :width] = largest.unit(slice(start, stop)).T
        self.products[:] = 0
        done = 0
        for place, cut in enumerate(self.cuts):
            if not any(self.open[place:]):
                break
            self.kernel.advance(self.products, self.vectors, block, done, cut.dimension)
            done = cut.dimension
            if self.open[place]:
                scale = np.zeros(_BLOCK, dtype=np.float32)
                scale[:width] = growth(largest, cut, slice(start, stop))
                words = self.kernel.Block(
                    self.products, scale, cut.vectors, cut.norms, start, width
                )
                self.open[place] = self.kernel.contest(
                    self.at[place], words, self.waiting[place], self.open[place], self.scratch
                )
        return any(self.open)

    def standing(self) -> NDArray[np.bool_]:
        """Tell which questions no word has answered better, bool (cuts, questions)."""
        found = np.zeros((len(self.cuts), len(self.questions)), dtype=np.bool_)
        for place, (waiting, count) in enumerate(zip(self.waiting, self.open, strict=True)):
            found[place, waiting[:count]] = True
        return found

    def _at(self, cut: EmbeddingSpace) -> "Questions":
        unit = np.ascontiguousarray(cut.unit(self.rows))  # (words, d)
        target = np.empty(len(self.questions))
        self.kernel.targets(unit, self.questions, target)
        # A sum of d products is off by d roundings at most, and there are three of them.
        doubt = 3 * (cut.dimension + 8) * _ROUNDING
        scale = growth(self.cuts[-1], cut, self.rows)
        pairs = (self.pairs, self.pair_of)
        return self.kernel.Questions(
            self.rows, unit, scale, self.questions, *pairs, target, doubt, TIE
        )


def growth(largest: EmbeddingSpace, cut: EmbeddingSpace, rows: Rows | slice) -> Floats:
    """Return by how much the prefixes of the unit vectors of `largest` have to grow to be unit
    vectors of `cut`, float32 (rows,); 1 for a prefix of zeros.

    Products are taken of unit vectors, so that vectors of any length stay within float32.
    """
    short = cut.norms[rows]
    return np.divide(largest.norms[rows], short, out=np.ones_like(short), where=short > 0)
