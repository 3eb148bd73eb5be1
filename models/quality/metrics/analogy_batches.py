"""Analogy questions answered in batches, exactly, over the whole vocabulary.

A question is right when no word that may answer scores better than the expected one, so words need
not be ranked. The expected word's score is computed first; then the words of the space are scored
in blocks, the most frequent first, and a question is dropped as soon as one better word is found.
It skips a block whose best possible score (search/objectives.py) is too small. Scores are compared
in float32; those that differ by no more than rounding are computed again in float64, so that the
answer does not depend on blocks or threads.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import AnalogySuite, suite_rows
from models.runtime.threads import one_thread
from models.search.objectives import Array, Convention
from models.space import EmbeddingSpace, Floats, Rows

Progress = Callable[[float], None]

_SMALLEST, _LARGEST = 256, 1024  # words in a block: half of the wrong answers are known at once
_TILE = 1 << 17  # scores held at a time, so that they stay in the processor's own cache
_SINGLE = 4096  # single pairs of question and word scored at a time
TIE = 1e-12  # scores nearer than this in float64 are equal
USUAL = Convention()


def solve(
    space: EmbeddingSpace,
    questions: Rows,
    convention: Convention = USUAL,
    *,
    progress: Progress | None = None,
) -> NDArray[np.bool_]:
    """Tell for each question a, b, c, d whether d answers it, bool (questions,).

    `questions` holds rows of `space`, (questions, 4). Every word of the space may answer, except
    a, b and c where `convention` excludes them; equal scores go to the more frequent word.
    `progress` is called with the share done; an exception it raises ends the work.
    """
    # Two threads are hardly faster than one on many small products, and on a busy machine, where
    # they wait for each other, ten times slower; one also leaves a core to the pages.
    with one_thread():
        contest = _Contest(space, questions, convention)
        # An expected word that must not answer is wrong from the start.
        standing: NDArray[np.bool_] = (contest.excluded != questions[:, 3:]).all(axis=1)
        for start, stop in _blocks(len(space)):
            open_still = np.flatnonzero(standing)
            if not len(open_still):
                break
            standing[open_still[contest.beaten(open_still, start, stop)]] = False
            if progress:
                progress(stop / len(space))
    return standing


def answerable(space: EmbeddingSpace, suite: AnalogySuite) -> tuple[Rows, Rows]:
    """Return the questions of `suite` whose four words `space` knows, as rows of the space
    (questions, 4), and their places in the suite. Raises NothingToMeasure where there are none."""
    rows = suite_rows(space, suite.words, most_frequent=len(space))[suite.questions]
    known = np.flatnonzero((rows >= 0).all(axis=1))
    if not len(known):
        raise NothingToMeasure(
            f"{suite.title}: the space has all four words of none of {len(suite):,} questions."
        )
    return rows[known], known


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    start, size = 0, _SMALLEST
    while start < count:
        yield start, min(start + size, count)
        start, size = start + size, min(2 * size, _LARGEST)


class _Contest:
    """Questions and the scores of their expected words, which blocks of words are compared with."""

    def __init__(self, space: EmbeddingSpace, questions: Rows, convention: Convention) -> None:
        self.space, self.questions = space, questions
        self.objective, self.normalise = convention.objective, convention.normalise
        self.excluded = questions[:, : 3 if convention.exclude_query_words else 0]

        rows, places = np.unique(questions[:, :3], return_inverse=True)
        a, b, self.c = places.reshape(-1, 3).T  # (q,) each, by their places among `rows`
        self.vectors = self._vectors(rows).astype(self.objective.dtype)  # (words, d)
        pairs, self.pair_of = np.unique(a * len(rows) + b, return_inverse=True)
        self.a, self.b = np.divmod(pairs, max(1, len(rows)))  # (pairs,)
        apart = np.linalg.norm(self.vectors[self.b] - self.vectors[self.a], axis=1)
        self.length = np.where(apart > 0, apart, 1)  # a pair of one word twice has no direction
        self.constant = self._constant(a, b)  # (q,)
        self.target = self._single(np.arange(len(questions)), questions[:, 3])  # (q,) float64
        self.doubt = self._doubt()

    def beaten(self, chosen: Rows, start: int, stop: int) -> NDArray[np.bool_]:
        """Tell which of the `chosen` questions have a better answer among these words."""
        x = np.ascontiguousarray(self._vectors(slice(start, stop)).T, dtype=self.objective.dtype)
        pairs, pair_of = _distinct(self.pair_of[chosen], len(self.a))
        words, word_of = _distinct(self.c[chosen], len(self.vectors))
        parts = (self.a[pairs], self.b[pairs], words)
        used, places = _distinct(np.concatenate(parts), len(self.vectors))
        a, b, c = np.split(places, np.cumsum([len(part) for part in parts])[:-1])
        products = self.vectors[used] @ x  # (used, m)
        from_pair = self.objective.from_pair(
            products[a], products[b], self.length[pairs, None]
        )  # (pairs, m)
        from_word = self.objective.from_word(
            products[c], _squared(self.vectors[words])[:, None], _squared(x.T)
        )  # (words, m)

        limit = self.objective.limit(
            from_pair.max(axis=1)[pair_of], from_word.max(axis=1)[word_of], self.constant[chosen]
        )
        hopeful = np.flatnonzero(limit >= self.target[chosen] - self.doubt[chosen])
        beaten = np.zeros(len(chosen), dtype=np.bool_)
        step = max(1, _TILE // (stop - start))
        for first in range(0, len(hopeful), step):
            tile = hopeful[first : first + step]
            scores = self.objective.combine(
                from_pair[pair_of[tile]],
                from_word[word_of[tile]],
                self.constant[chosen[tile], None],
            )
            beaten[tile] = self._beaten(chosen[tile], scores, start)
        return beaten

    def _beaten(self, chosen: Rows, scores: Array, start: int) -> NDArray[np.bool_]:
        """Tell whose expected word loses against `scores` (chosen, m) of the words from `start`."""
        self._silence(chosen, scores, start)
        target, doubt = self.target[chosen], self.doubt[chosen]
        low, high = target - doubt, target + doubt
        highest = scores.max(axis=1)
        beaten: NDArray[np.bool_] = highest > high
        close = np.flatnonzero(~beaten & (highest >= low))
        while len(close):  # within rounding: look again in float64, one word at a time
            best = scores[close].argmax(axis=1)
            beaten[close] = self._better(chosen[close], best + start)
            scores[close, best] = -np.inf
            close = close[~beaten[close]]
            close = close[scores[close].max(axis=1, initial=-np.inf) >= low[close]]
        return beaten

    def _silence(self, chosen: Rows, scores: Array, start: int) -> None:
        """Take the expected words, and those that must not answer, out of the contest."""
        places = np.column_stack([self.excluded[chosen], self.questions[chosen, 3]]) - start
        question, column = np.nonzero((places >= 0) & (places < scores.shape[1]))
        scores[question, places[question, column]] = -np.inf

    def _better(self, chosen: Rows, rows: Rows) -> NDArray[np.bool_]:
        """Tell which word `rows[i]` beats the expected one of question `chosen[i]`."""
        target, expected = self.target[chosen], self.questions[chosen, 3]
        lead = self._single(chosen, rows) - target
        tie = np.abs(lead) <= TIE * (1 + np.abs(target))
        return np.where(tie, rows < expected, lead > 0)

    def _single(self, chosen: Rows, rows: Rows) -> NDArray[np.float64]:
        """Return the score of the word `rows[i]` for question `chosen[i]` in float64, (chosen,)."""
        scores = np.empty(len(chosen))
        for first in range(0, len(chosen), _SINGLE):
            part = slice(first, first + _SINGLE)
            some, pair = chosen[part], self.pair_of[chosen[part]]
            x = self._vectors(rows[part]).astype(np.float64)
            c = self.vectors[self.c[some]].astype(np.float64)
            to_a, to_b = (_paired(self.vectors[side[pair]], x) for side in (self.a, self.b))
            scores[part] = self.objective.combine(
                self.objective.from_pair(to_a, to_b, self.length[pair]),
                self.objective.from_word(_paired(c, x), _squared(c), _squared(x)),
                self.constant[some],
            )
        return scores

    def _constant(self, a: Rows, b: Rows) -> Array:
        """Return the part of each question's score that does not depend on the answer, (q,)."""
        a_c, b_c = (_paired(self.vectors[side], self.vectors[self.c]) for side in (a, b))
        found = self.objective.constant(a_c, b_c, self.length[self.pair_of])
        return np.broadcast_to(np.asarray(found, dtype=self.objective.dtype), len(a))

    def _doubt(self) -> NDArray[np.float64]:
        """Return how far rounding may move the scores of each question, generously."""
        if self.objective.dtype is np.float64:
            return 1e-8 * (1 + np.abs(self.target))
        lengths = np.linalg.norm(self.vectors, axis=1)
        longest = 1.0 if self.normalise else float(self.space.norms.max())
        pairs = lengths[self.a] + lengths[self.b]
        query = pairs[self.pair_of] + lengths[self.c]
        return np.asarray(1e-5 * longest * query, dtype=np.float64)

    def _vectors(self, rows: Rows | slice) -> Floats:
        return self.space.unit(rows) if self.normalise else self.space.vectors[rows]


def _distinct(keys: Rows, count: int) -> tuple[Rows, Rows]:
    """Return the distinct `keys` (below `count`) and where each key stands among them."""
    used = np.flatnonzero(np.bincount(keys, minlength=count))
    place = np.empty(count, dtype=np.intp)
    place[used] = np.arange(len(used))
    return used, place[keys]


def _paired(first: Array, second: Array) -> Array:
    """Return the inner product of each row with its counterpart, float64 (rows,)."""
    return np.asarray(np.einsum("ij,ij->i", first, second, dtype=np.float64))


def _squared(vectors: Array) -> Array:
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors))
