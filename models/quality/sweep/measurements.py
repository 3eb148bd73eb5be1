"""The measurements of a sweep: analogies, similarity and neighbourhoods, each at all sizes at once.

A task is made for a space and then measures reductions of it, which have the same words: what
depends on the words alone (the questions whose words are known, the resamples of an interval, the
neighbours in the space itself) is computed once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.maps.paired_distances import closeness
from models.quality.metrics.analogy_batches import Progress, answerable, solve
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
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite
from models.quality.sweep.nested_analogies import solve_nested
from models.quality.sweep.nested_neighbours import nearest_nested, ranks_nested
from models.quality.sweep.plan import Plan
from models.quality.sweep.point import (
    CORRELATION,
    GROUP,
    NEIGHBOURHOOD,
    NOWHERE,
    SECTION,
    TOTAL,
    SweepPoint,
)
from models.search.objectives import Convention
from models.space import EmbeddingSpace


@dataclass(frozen=True, eq=False)
class Cut:
    """A space to measure, the method that made it and what it did to the vectors. `space` holds the
    most frequent words alone."""

    method: str
    space: EmbeddingSpace
    treatment: str


class Task:
    """One suite on one space. `measure` returns the points of each cut; the first call must be that
    of the raw space, which later ones are compared with."""

    suite = title = ""  # where all points have the same
    sampled = ""
    exact = True

    def measure(self, cuts: Sequence[Cut], progress: Progress | None) -> list[list[SweepPoint]]:
        raise NotImplementedError

    def _point(
        self,
        cut: Cut,
        value: float,
        interval: Interval,
        difference: float,
        difference_interval: Interval,
        **rest: Any,
    ) -> SweepPoint:
        return SweepPoint(
            method=cut.method,
            dimension=cut.space.dimension,
            value=value,
            low=interval[0],
            high=interval[1],
            difference=difference,
            difference_low=difference_interval[0],
            difference_high=difference_interval[1],
            exact=self.exact,
            sampled=self.sampled,
            treatment=cut.treatment,
            **({"suite": self.suite, "title": self.title} | rest),
        )


class Unmeasurable(Task):
    """Suites that a space cannot be measured on: points without figures, that give the reason."""

    def __init__(self, names: Sequence[str], reason: NothingToMeasure) -> None:
        self.names, self.sampled = names, str(reason)

    def measure(self, cuts: Sequence[Cut], progress: Progress | None) -> list[list[SweepPoint]]:
        nothing = (NOWHERE, (NOWHERE, NOWHERE)) * 2
        return [
            [self._point(cut, *nothing, suite=name, title=name) for name in self.names]
            for cut in cuts
        ]


class AnalogyTask(Task):
    """The share of right answers of an analogy suite, of its groups and of its sections."""

    def __init__(self, suite: AnalogySuite, space: EmbeddingSpace, plan: Plan) -> None:
        self.suite, self.title = suite.name, suite.title
        self.sections, self.groups = suite.sections, suite.groups
        self.objective, self.seed = plan.objective, plan.seed
        rows, known = answerable(space, suite)
        drawn = draw(len(known), plan.sample or len(known), plan.seed)
        chosen = known[drawn]
        self.exact = len(chosen) == len(known)
        self.sampled = f"{len(known):,} of {len(suite):,} questions have all four words"
        if not self.exact:
            self.sampled = f"{len(chosen):,} questions drawn at random; {self.sampled}"
        self.rows, self.words = rows[drawn], suite.questions[chosen]
        self.section = suite.section[chosen]
        self.raw: AccuracyResamples | None = None
        self.raw_correct: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.asked = np.bincount(suite.section, minlength=len(suite.sections))
        self.known = np.bincount(suite.section[known], minlength=len(suite.sections))
        self.total = np.bincount(self.section, minlength=len(suite.sections))

    def measure(self, cuts: Sequence[Cut], progress: Progress | None) -> list[list[SweepPoint]]:
        correct = self._solve([cut.space for cut in cuts], progress)
        resamples = resample_accuracies(
            self.words, self.section, correct, sections=len(self.sections), seed=self.seed
        )
        if self.raw is None:
            self.raw, self.raw_correct = resamples[0], self._by_section(correct[0])
        return [
            list(self._points(*measured))
            for measured in zip(cuts, map(self._by_section, correct), resamples, strict=True)
        ]

    def _solve(self, spaces: list[EmbeddingSpace], progress: Progress | None) -> NDArray[np.bool_]:
        if self.objective == "3cosadd":
            return solve_nested(spaces, self.rows, progress=progress)
        answers = []
        for place, space in enumerate(spaces):
            answers.append(solve(space, self.rows, Convention(self.objective)))
            if progress:
                progress((place + 1) / len(spaces))
        return np.array(answers)

    def _by_section(self, correct: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(self.section[correct], minlength=len(self.sections))

    def _points(
        self, cut: Cut, right: NDArray[np.intp], found: AccuracyResamples
    ) -> Iterator[SweepPoint]:
        parts = [(TOTAL, TOTAL, tuple(range(len(self.sections))))]
        parts += [(GROUP, name, sections) for name, sections in self.groups.items()]
        parts += [(SECTION, name, (place,)) for place, name in enumerate(self.sections)]
        assert self.raw is not None
        for level, part, sections in parts:
            chosen = list(sections)
            total = int(self.total[chosen].sum())
            value, raw = (
                int(count[chosen].sum()) / total if total else NOWHERE
                for count in (right, self.raw_correct)
            )
            yield self._point(
                cut,
                value,
                found.interval(chosen),
                value - raw,
                found.difference(self.raw, chosen),
                level=level,
                part=part,
                total=total,
                known=int(self.known[chosen].sum()),
                asked=int(self.asked[chosen].sum()),
            )


class SimilarityTask(Task):
    """Spearman's correlation with people's judgements."""

    def __init__(self, suite: SimilaritySuite, space: EmbeddingSpace, plan: Plan) -> None:
        self.suite, self.title, self.asked = suite.name, suite.title, len(suite)
        self.rows, self.judged = judged_pairs(space, suite)
        self.sampled = f"{len(self.rows):,} of {len(suite):,} pairs have both words"
        self.resamples = resampled_correlation(self.judged, seed=plan.seed)
        self.raw: tuple[float, Doubles] | None = None

    def measure(self, cuts: Sequence[Cut], progress: Progress | None) -> list[list[SweepPoint]]:
        points = []
        for place, cut in enumerate(cuts):
            measured = similarities(cut.space, self.rows)
            value = rank_correlation(measured, self.judged)
            drawn = self.resamples.values(measured)
            self.raw = self.raw or (value, drawn)
            point = self._point(
                cut,
                value,
                percentiles(drawn),
                value - self.raw[0],
                percentiles(drawn - self.raw[1]),
                total=len(self.rows),
                known=len(self.rows),
                asked=self.asked,
                unit=CORRELATION,
            )
            points.append([point])
            if progress:
                progress((place + 1) / len(cuts))
        return points


class NeighbourTask(Task):
    """How much of every word's neighbourhood in the space itself is left, over a random sample of
    words. With r(i, j) the rank of j among the neighbours of i in the space itself, U_k(i) those of
    the k nearest to i in the reduced space that are not among the k nearest in the space itself:

    - overlap: the share of the k nearest that both have;
    - trustworthiness: 1 - 2 / (k (2n - 3k - 1)) * sum over j in U_k(i) of r(i, j) - k, for word i;
    - continuity: the same with the two spaces swapped (Venna and Kaski 2001).

    Each is the mean over the words sampled; ranks and n are of all words of `space`, so that the
    sample of all words gives the definition. The latter two pass .98 where half of the nearest
    neighbours are gone, so they are never given without the overlap. `total` is the number of words
    of which `space` holds the most frequent.
    """

    def __init__(self, names: Sequence[str], space: EmbeddingSpace, plan: Plan, total: int) -> None:
        k = plan.neighbours
        if len(space) <= 2 * k:
            raise NothingToMeasure(
                f"To compare {k} neighbours there must be more than {2 * k} words, not "
                f"{len(space)}."
            )
        check_comparable(space, k)
        self.names, self.space, self.k = names, space, k
        self.rows = draw(len(space), plan.words_sampled, plan.seed)
        self.exact = len(self.rows) == len(space)
        self.sampled = sampled_sentence(len(self.rows), len(space), total)
        self.near = nearest_nested([space], self.rows, k=k)[0]  # (words, k)

    def measure(self, cuts: Sequence[Cut], progress: Progress | None) -> list[list[SweepPoint]]:
        shares = self._shares([cut.space for cut in cuts], progress)
        return [
            [self._share(cut, name, values[i]) for name, values in shares.items()]
            for i, cut in enumerate(cuts)
        ]

    def _shares(
        self, cuts: Sequence[EmbeddingSpace], progress: Progress | None
    ) -> dict[str, Doubles]:
        """Return each figure of every word in each cut, float64 (cuts, words)."""
        here = nearest_nested(cuts, self.rows, k=self.k, progress=progress)  # (cuts, words, k)
        equal = here[:, :, :, None] == self.near[None, :, None, :]
        overlap = equal.any(axis=2).mean(axis=2)
        overlap[[cut.dimension == 1 for cut in cuts]] = np.nan  # a cosine is 1 or −1: none nearest
        found = {"knn-overlap": overlap} if "knn-overlap" in self.names else {}
        if "trustworthiness" in self.names:
            false = np.where(equal.any(axis=3), np.int32(-1), here)  # near here, not in the space
            found["trustworthiness"] = self._closeness(self._ranks_in_space(false), false)
        if "continuity" in self.names:
            torn = np.where(equal.any(axis=2), np.int32(-1), self.near)  # (cuts, words, k)
            ranks = ranks_nested(cuts, self.rows, np.ascontiguousarray(torn))
            found["continuity"] = self._closeness(ranks, torn)
        return found

    def _closeness(self, ranks: NDArray[np.int64], words: NDArray[np.int32]) -> Doubles:
        """Return how far beyond k the words rank, as a figure from 0 to 1; -1 is no word."""
        excess = np.where(words >= 0, ranks - self.k, 0).sum(axis=2)
        return closeness(excess, len(self.space), self.k)

    def _ranks_in_space(self, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        cuts, words, k = wanted.shape
        flat = np.ascontiguousarray(wanted.transpose(1, 0, 2).reshape(words, cuts * k))
        ranks: NDArray[np.int64] = ranks_nested([self.space], self.rows, flat[None])[0]
        return ranks.reshape(words, cuts, k).transpose(1, 0, 2)

    def _share(self, cut: Cut, name: str, values: Doubles) -> SweepPoint:
        mean = float(values.mean())
        low, high = mean_interval(values, len(self.space))
        return self._point(
            cut,
            mean,
            (low, high),
            mean - 1,  # the space itself keeps all of its neighbours
            (low - 1, high - 1),
            suite=name,
            title=NEIGHBOURHOOD[name],
            total=len(self.rows),
            known=len(self.space),
            asked=len(self.space),
        )
