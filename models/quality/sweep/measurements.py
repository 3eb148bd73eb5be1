"""What a sweep measures: analogies, similarity and neighbourhoods, each at every size at once.

A task is made for a space and then measures reductions of it, which know the same words: what
depends on the words alone (the questions that can be asked, the resamples of an interval, the
neighbours in the space itself) is found once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.maps.paired_distances import closeness
from models.quality.metrics.analogy_batches import Progress, solve
from models.quality.metrics.correlation import rank_correlation
from models.quality.metrics.intervals import (
    AccuracyResamples,
    Doubles,
    Interval,
    percentiles,
    resample_accuracies,
    resampled_correlation,
)
from models.quality.metrics.neighbourhood import (
    check_comparable,
    draw,
    mean_interval,
    sampled_sentence,
)
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.similarity import judged_pairs, similarities
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite, rows_of
from models.quality.sweep.nested_analogies import solve_nested
from models.quality.sweep.nested_neighbours import nearest_nested, ranks_nested
from models.quality.sweep.point import CORRELATION, GROUP, SECTION, SHARE, TOTAL
from models.space import EmbeddingSpace

NEIGHBOURHOOD = {
    "knn-overlap": "Neighbours kept (kNN overlap)",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
}
Cuts = Sequence[EmbeddingSpace]


@dataclass(frozen=True)
class Figure:
    """One figure of one space: of the whole suite or of a part of it; `difference` is the value
    minus that of the raw space, with its paired interval."""

    suite: str
    title: str
    level: str
    part: str
    value: float
    interval: Interval
    difference: float
    difference_interval: Interval
    total: int
    known: int
    asked: int
    unit: str = SHARE


class Task(Protocol):
    """Something to measure. `measure` returns for each cut its figures; the first call must be
    that of the raw space, which later ones are compared with."""

    exact: bool
    sampled: str

    def measure(self, cuts: Cuts, progress: Progress | None) -> list[list[Figure]]: ...


class AnalogyTask:
    """The share of right answers of an analogy suite, of its groups and of its sections."""

    def __init__(
        self,
        suite: AnalogySuite,
        space: EmbeddingSpace,
        *,
        objective: str,
        sample: int | None,
        seed: int,
    ) -> None:
        self.suite, self.objective, self.seed = suite, objective, seed
        rows = rows_of(space, suite.words, most_frequent=len(space))[suite.questions]
        known = np.flatnonzero((rows >= 0).all(axis=1))
        if not len(known):
            raise NothingToMeasure(
                f"{suite.title}: the space has all four words of none of {len(suite):,} questions."
            )
        chosen = known[draw(len(known), sample or len(known), seed)]
        self.exact = len(chosen) == len(known)
        self.sampled = _asked(len(chosen), len(known), len(suite))
        self.rows, self.words = rows[chosen], suite.questions[chosen]
        self.section = suite.section[chosen]
        self.raw: AccuracyResamples | None = None
        self.raw_correct: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.asked = np.bincount(suite.section, minlength=len(suite.sections))
        self.known = np.bincount(suite.section[known], minlength=len(suite.sections))
        self.total = np.bincount(self.section, minlength=len(suite.sections))

    def measure(self, cuts: Cuts, progress: Progress | None) -> list[list[Figure]]:
        correct = self._solve(cuts, progress)
        resamples = resample_accuracies(
            self.words, self.section, correct, sections=len(self.suite.sections), seed=self.seed
        )
        if self.raw is None:
            self.raw, self.raw_correct = resamples[0], self._by_section(correct[0])
        return [
            list(self._figures(self._by_section(right), found))
            for right, found in zip(correct, resamples, strict=True)
        ]

    def _solve(self, cuts: Cuts, progress: Progress | None) -> NDArray[np.bool_]:
        if self.objective == "3cosadd":
            return solve_nested(cuts, self.rows, progress=progress)
        answers = []
        for place, cut in enumerate(cuts):
            answers.append(solve(cut, self.rows, method=self.objective))
            if progress:
                progress((place + 1) / len(cuts))
        return np.array(answers)

    def _by_section(self, correct: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(self.section[correct], minlength=len(self.suite.sections))

    def _figures(self, right: NDArray[np.intp], found: AccuracyResamples) -> Iterator[Figure]:
        everything = tuple(range(len(self.suite.sections)))
        yield self._figure(TOTAL, TOTAL, everything, right, found)
        for name, sections in self.suite.groups.items():
            yield self._figure(GROUP, name, sections, right, found)
        for place, name in enumerate(self.suite.sections):
            yield self._figure(SECTION, name, (place,), right, found)

    def _figure(
        self,
        level: str,
        part: str,
        sections: tuple[int, ...],
        right: NDArray[np.intp],
        found: AccuracyResamples,
    ) -> Figure:
        assert self.raw is not None
        chosen = list(sections)
        total = int(self.total[chosen].sum())
        value, raw = (
            int(count[chosen].sum()) / total if total else float("nan")
            for count in (right, self.raw_correct)
        )
        return Figure(
            self.suite.name,
            self.suite.title,
            level,
            part,
            value,
            found.interval(chosen),
            value - raw,
            found.difference(self.raw, chosen),
            total,
            int(self.known[chosen].sum()),
            int(self.asked[chosen].sum()),
        )


class SimilarityTask:
    """Spearman's correlation with people's judgements."""

    exact = True

    def __init__(self, suite: SimilaritySuite, space: EmbeddingSpace, *, seed: int) -> None:
        self.suite = suite
        self.rows, self.judged = judged_pairs(space, suite)
        self.sampled = f"{len(self.rows):,} of {len(suite):,} pairs have both words"
        self.resamples = resampled_correlation(self.judged, seed=seed)
        self.raw: tuple[float, Doubles] | None = None

    def measure(self, cuts: Cuts, progress: Progress | None) -> list[list[Figure]]:
        figures = []
        for place, cut in enumerate(cuts):
            figures.append([self._figure(cut)])
            if progress:
                progress((place + 1) / len(cuts))
        return figures

    def _figure(self, cut: EmbeddingSpace) -> Figure:
        measured = similarities(cut, self.rows)
        value = rank_correlation(measured, self.judged)
        drawn = self.resamples.values(measured)
        if self.raw is None:
            self.raw = value, drawn
        return Figure(
            self.suite.name,
            self.suite.title,
            TOTAL,
            TOTAL,
            value,
            percentiles(drawn),
            value - self.raw[0],
            percentiles(drawn - self.raw[1]),
            len(self.rows),
            len(self.rows),
            len(self.suite),
            CORRELATION,
        )


class NeighbourTask:
    """How much of every word's neighbourhood in the space itself is left, over a random sample of
    words: the share of neighbours kept and, where asked for, trustworthiness and continuity."""

    def __init__(
        self,
        names: Sequence[str],
        space: EmbeddingSpace,
        *,
        k: int,
        sample: int,
        seed: int,
        total: int,
    ) -> None:
        if len(space) <= 2 * k:
            raise NothingToMeasure(
                f"To compare {k} neighbours there must be more than {2 * k} words, not "
                f"{len(space)}."
            )
        check_comparable(space, space, k, "cosine")
        self.names, self.space, self.k = names, space, k
        self.rows = draw(len(space), sample, seed)
        self.exact = len(self.rows) == len(space)
        self.sampled = sampled_sentence(len(self.rows), len(space), total, "cosine")
        self.near = nearest_nested([space], self.rows, k=k)[0]  # (words, k)

    def measure(self, cuts: Cuts, progress: Progress | None) -> list[list[Figure]]:
        return [
            [self._figure(name, values) for name, values in found.items() if name in self.names]
            for found in self._shares(cuts, progress)
        ]

    def _shares(self, cuts: Cuts, progress: Progress | None) -> list[dict[str, Doubles]]:
        """Return for each cut the figures of every word, float64 (words,)."""
        here = nearest_nested(cuts, self.rows, k=self.k, progress=progress)  # (cuts, words, k)
        equal = here[:, :, :, None] == self.near[None, :, None, :]
        found = [{"knn-overlap": each.any(axis=2).mean(axis=1)} for each in equal]
        count = len(self.space)
        for cut, each in zip(cuts, found, strict=True):
            if cut.dimension == 1:  # a cosine is 1 or −1: no word is nearest
                each["knn-overlap"] = np.full(len(self.rows), np.nan)
        if "trustworthiness" in self.names:
            false = np.where(equal.any(axis=3), -1, here)  # near here, not in the space
            ranks = self._ranks_in_space(false)
            for each, ranked, missing in zip(found, ranks, false, strict=True):
                each["trustworthiness"] = _closeness(ranked, missing, self.k, count)
        if "continuity" in self.names:
            torn = np.where(equal.any(axis=2), np.int32(-1), self.near)  # (cuts, words, k)
            ranks = ranks_nested(cuts, self.rows, np.ascontiguousarray(torn))
            for each, ranked, missing in zip(found, ranks, torn, strict=True):
                each["continuity"] = _closeness(ranked, missing, self.k, count)
        return found

    def _ranks_in_space(self, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        cuts, words, k = wanted.shape
        flat = np.ascontiguousarray(wanted.transpose(1, 0, 2).reshape(words, cuts * k))
        ranks: NDArray[np.int64] = ranks_nested([self.space], self.rows, flat[None])[0]
        return ranks.reshape(words, cuts, k).transpose(1, 0, 2)

    def _figure(self, name: str, values: Doubles) -> Figure:
        mean = float(values.mean())
        low, high = mean_interval(values, len(self.space))
        return Figure(
            name,
            NEIGHBOURHOOD[name],
            TOTAL,
            TOTAL,
            mean,
            (low, high),
            mean - 1,  # the space itself keeps all of its neighbours
            (low - 1, high - 1),
            len(self.rows),
            len(self.space),
            len(self.space),
        )


def _closeness(
    ranks: NDArray[np.int64], words: NDArray[np.int32], k: int, count: int
) -> NDArray[np.float64]:
    """Return how far beyond k the words rank, as a figure from 0 to 1; -1 is no word."""
    excess = np.where(words >= 0, ranks - k, 0).sum(axis=1)
    return closeness(excess, count, k)


def _asked(chosen: int, known: int, total: int) -> str:
    covered = f"{known:,} of {total:,} questions have all four words"
    if chosen == known:
        return covered
    return f"{chosen:,} questions drawn at random; {covered}"
