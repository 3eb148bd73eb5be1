"""SweepRun: the sweep of one space, measured step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.errors import InvalidRequest
from models.quality.metrics.analogy_batches import Progress
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite, Suite
from models.quality.suites.builtin import suite as suite_named
from models.quality.sweep.measurements import (
    AnalogyTask,
    Cut,
    NeighbourTask,
    SimilarityTask,
    Task,
    Unmeasurable,
)
from models.quality.sweep.plan import Plan
from models.quality.sweep.point import NATIVE, NEIGHBOURHOOD, NOWHERE, RAW, SweepPoint, mean_points
from models.reduction.reduce import fit_pca, reduce
from models.space import EmbeddingSpace

# The rough cost of a similarity suite relative to others, and the number of sizes that cost as much
# as the pass over the words that all sizes share.
_SIMILARITY, _PASS = 0.1, 3


class SweepRun:
    """The points of a space, of its peers and of its reductions, by a plan.

    Each task is made once, with the questions whose words are known, the resamples and the figures
    of the space itself, and then measures all methods and all sizes.
    Raises InvalidRequest for a plan that cannot be carried out on the space.
    """

    def __init__(
        self, space: EmbeddingSpace, plan: Plan, *, peers: Sequence[EmbeddingSpace] = ()
    ) -> None:
        plan.check(space)
        self.space, self.plan, self.peers = space, plan, peers
        self.head = space.head(plan.most_frequent or len(space))
        chosen = [suite for suite in plan.suites if suite not in NEIGHBOURHOOD]
        named = [suite_named(suite) if isinstance(suite, str) else suite for suite in chosen]
        around = tuple(name for name in NEIGHBOURHOOD if name in plan.suites)
        self.suites = [_Benchmark(suite, self.head, plan, len(space)) for suite in named]
        neighbourhood = [_Benchmark(around, self.head, plan, len(space))] if around else []
        self.benchmarks = [*self.suites, *neighbourhood]

    def points(
        self, progress: Progress | None = None, *, curve_first: bool = False
    ) -> Iterator[SweepPoint]:
        """Yield all points, in this order:

        1. with `curve_first`, the first suite: of the space itself and by the first method;
        2. the space itself on all (other) suites;
        3. its peers;
        4. method by method, all sizes of each at once.
        """
        sizes, methods = sorted(set(self.plan.dimensions)), self.plan.methods
        share = _Share(progress, self._whole(len(sizes)))
        itself = [Cut(RAW, self.head, self.space.treatment)]
        first = self.benchmarks[:1] if curve_first and methods else []
        rest = self.benchmarks[len(first) :]
        if first:
            yield from _measured(first, itself, share)
            yield from self._reduced(methods[0], sizes, first, share)
        yield from _measured(rest, itself, share)
        for peer in self.peers:
            yield from self._peer(peer, share)
        for place, method in enumerate(methods):
            yield from self._reduced(method, sizes, self.benchmarks if place else rest, share)

    def finer(self, method: str, sizes: Sequence[int]) -> Iterator[SweepPoint]:
        """Yield the points of `method` at further `sizes`, all but those of neighbours; after
        points(), which has measured what they are compared with."""
        yield from _measured(self.suites, self._cuts(method, sorted(sizes)), _Share(None))

    def _reduced(
        self, method: str, sizes: Sequence[int], benchmarks: Sequence["_Benchmark"], share: "_Share"
    ) -> Iterator[SweepPoint]:
        """Yield the points of `method`: of the random projection the mean of several draws.
        Neighbours are compared in the first draw alone: hundreds of words differ less than draws.
        """
        again = [each for each in benchmarks if each in self.suites]
        draws = (
            _measured(
                again if draw else benchmarks,
                self._cuts(method, sizes, draw),
                share,
                sizes=len(sizes),
            )
            for draw in range(self._draws(method))
        )
        if self._draws(method) == 1:
            yield from next(draws)
        else:
            yield from mean_points([list(points) for points in draws])

    def _peer(self, peer: EmbeddingSpace, share: "_Share") -> Iterator[SweepPoint]:
        """Yield the points of a space trained at its own dimension, on the words that both have.
        It is no reduction of the space, so they are not compared question by question."""
        words = self.head.vocabulary.chunk(0, len(self.head))
        theirs = set(words).intersection(peer.vocabulary)  # in one pass over the peer's words
        common = peer.select([word for word in words if word in theirs])
        suites = [replace(each, head=common, total=len(common)) for each in self.suites]
        for point in _measured(suites, [Cut(NATIVE, common, common.treatment)], share):
            yield replace(
                point, difference=NOWHERE, difference_low=NOWHERE, difference_high=NOWHERE
            )

    def _cuts(self, method: str, sizes: Sequence[int], draw: int = 0) -> list[Cut]:
        """Return the reductions to `sizes`, those left out that a method cannot have."""
        cuts, plan = [], self.plan
        for size in sizes:
            try:
                cut = reduce(
                    self._base,
                    dimension=size,
                    method=method,
                    components_removed=plan.components_removed,
                    seed=plan.seed + draw,
                    precision=plan.precision,
                )
            except InvalidRequest:
                if method != "abtt-pca-abtt":
                    raise
                continue  # all that it keeps at so few dimensions it would remove again
            cuts.append(Cut(method, cut.head(plan.most_frequent or len(cut)), cut.treatment))
        return cuts

    @cached_property
    def _base(self) -> EmbeddingSpace:
        """What is reduced: where no step depends on the words left out, the most frequent words
        with the principal axes of all of them, which takes a fraction of the memory."""
        space, head = self.space, self.head
        if head is space or self.plan.precision != "float32":
            return space
        pca = fit_pca(space)
        base = replace(head, provenance=space.provenance)  # it is true of all words
        base.remember("pca", lambda: replace(pca, rotated=pca.rotated[: len(head)]))
        return base

    def _draws(self, method: str) -> int:
        return self.plan.draws if method == "random" else 1

    def _whole(self, sizes: int) -> float:
        """The work of all of points(), as _Share counts it."""
        weight = sum(each.weight(1) for each in (*self.benchmarks, *self.suites * len(self.peers)))
        for method in self.plan.methods:
            again = self.suites * (self._draws(method) - 1)
            weight += sum(each.weight(sizes) for each in (*self.benchmarks, *again))
        return weight


@dataclass(frozen=True, eq=False)
class _Benchmark:
    """A suite, or all measures of neighbourhoods in the plan, which share one search."""

    suite: Suite | tuple[str, ...]
    head: EmbeddingSpace
    plan: Plan
    total: int  # words of the space, of which `head` holds the most frequent

    @cached_property
    def task(self) -> Task:
        """What measures it, made when first needed."""
        suite, plan = self.suite, self.plan
        try:
            if isinstance(suite, AnalogySuite):
                return AnalogyTask(suite, self.head, plan)
            if isinstance(suite, SimilaritySuite):
                return SimilarityTask(suite, self.head, plan)
            return NeighbourTask(suite, self.head, plan, self.total)
        except NothingToMeasure as reason:
            return Unmeasurable(suite if isinstance(suite, tuple) else (suite.name,), reason)

    def weight(self, sizes: int) -> float:
        """The cost of measuring so many sizes at once, relative to the rest of a sweep."""
        cheap = isinstance(self.suite, SimilaritySuite)
        return (_SIMILARITY if cheap else 1.0) * (_PASS + sizes)


def _measured(
    benchmarks: Sequence[_Benchmark], cuts: Sequence[Cut], share: "_Share", *, sizes: int = 1
) -> Iterator[SweepPoint]:
    """Yield the points of `cuts`; `share` counts them as `sizes` sizes."""
    for benchmark in benchmarks:
        progress = share.part(benchmark.weight(sizes))
        for points in benchmark.task.measure(cuts, progress) if cuts else ():
            yield from points
        progress(1.0)


class _Share:
    """Turns the progress of each part of a sweep into that of the whole."""

    def __init__(self, progress: Progress | None, whole: float = 1.0) -> None:
        self.progress, self.whole, self.done = progress or (lambda share: None), whole, 0.0

    def part(self, weight: float) -> Progress:
        """Return what takes the progress of the next part, which is `weight` of the whole."""
        before = self.done
        self.done += weight
        return lambda share: self.progress(min(1.0, (before + weight * share) / self.whole))
