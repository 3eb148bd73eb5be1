"""One run of a sweep: the tasks of a plan on one space, and their figures as they are measured."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from models.errors import InvalidRequest
from models.quality.metrics.analogy_batches import Progress
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import AnalogySuite, Suite
from models.quality.suites.builtin import suite as suite_named
from models.quality.sweep.figures import gap, mean_points, point_of
from models.quality.sweep.measurements import (
    NEIGHBOURHOOD,
    AnalogyTask,
    NeighbourTask,
    SimilarityTask,
    Task,
)
from models.quality.sweep.plan import Plan, check
from models.quality.sweep.point import NATIVE, NOWHERE, RAW, SweepPoint
from models.reduction.reduce import fit_pca, reduce
from models.space import EmbeddingSpace

Asked = Suite | tuple[str, ...]  # a suite; or what is asked of neighbours, which shares the search
# What a similarity suite takes beside the others, roughly, and how many sizes take as much as the
# pass over the words that all sizes share.
_SIMILARITY, _PASS = 0.1, 3


class SweepRun:
    """The figures of a space, of its peers and of its reductions, as a plan asks for them.

    Each task is made once: the questions that can be asked, the resamples and the figures of the
    space itself serve all methods, and the sizes that are asked for later.
    Raises InvalidRequest for a plan that cannot be carried out on the space.
    """

    def __init__(
        self, space: EmbeddingSpace, plan: Plan, *, peers: Sequence[EmbeddingSpace] = ()
    ) -> None:
        check(space, plan)
        self.space, self.plan, self.peers = space, plan, peers
        self.head = space.head(plan.most_frequent or len(space))
        self.asked = _asked(plan)
        self.suites = [asked for asked in self.asked if not isinstance(asked, tuple)]
        self._tasks: dict[int, Task | NothingToMeasure] = {}

    def points(
        self, progress: Progress | None = None, *, curve_first: bool = False
    ) -> Iterator[SweepPoint]:
        """Yield all figures: the space itself, its peers, method by method. With `curve_first` the
        first suite comes before the others, as far as the first method."""
        sizes = tuple(sorted(set(self.plan.dimensions)))
        methods = self.plan.methods
        share = _Share(progress, self._whole(sizes))
        ahead = self.asked[:1] if curve_first and methods else []
        rest = self.asked[len(ahead) :]
        yield from self._raw(ahead, share)
        for method in methods[: len(ahead)]:
            yield from self._drawn(method, sizes, ahead, share)
        yield from self._raw(rest, share)
        for peer in self.peers:
            yield from self._native(peer, share)
        for place, method in enumerate(methods):
            yield from self._drawn(method, sizes, self.asked if place else rest, share)

    def finer(self, method: str, sizes: Sequence[int]) -> Iterator[SweepPoint]:
        """Yield the figures of `method` at further `sizes`, all but those of neighbours; after
        points(), which has measured what they are compared with."""
        yield from self._swept(method, sorted(sizes), self.suites, _Share(None))

    def _raw(self, asked: Sequence[Asked], share: "_Share") -> Iterator[SweepPoint]:
        for each in asked:
            weight = _weight(each, 1)
            task, progress = self._task(each), share.of(weight)
            yield from _measured(RAW, each, task, [self.space], [self.head], progress=progress)
            share.finish(weight)

    def _drawn(
        self, method: str, sizes: Sequence[int], asked: Sequence[Asked], share: "_Share"
    ) -> Iterator[SweepPoint]:
        """Yield the figures of `method`: of the random projection the mean of several draws."""
        draws = self.plan.draws if method == "random" else 1
        if draws == 1:
            yield from self._swept(method, sizes, asked, share)
            return
        # Neighbours are compared in the first draw alone: hundreds of words differ less than draws.
        again = [each for each in asked if not isinstance(each, tuple)]
        yield from mean_points(
            [
                list(self._swept(method, sizes, again if draw else asked, share, draw=draw))
                for draw in range(draws)
            ]
        )

    def _swept(
        self,
        method: str,
        sizes: Sequence[int],
        asked: Sequence[Asked],
        share: "_Share",
        *,
        draw: int = 0,
    ) -> Iterator[SweepPoint]:
        plan = replace(self.plan, seed=self.plan.seed + draw)
        cuts = [cut for size in sizes if (cut := _cut(self._base, plan, method, size)) is not None]
        heads = [cut.head(plan.most_frequent or len(cut)) for cut in cuts]
        for each in asked:
            weight = _weight(each, len(sizes))
            task, progress = self._task(each), share.of(weight)
            yield from _measured(method, each, task, cuts, heads, progress=progress)
            share.finish(weight)

    def _native(self, peer: EmbeddingSpace, share: "_Share") -> Iterator[SweepPoint]:
        """Yield the figures of a space trained at its own dimension, on the words that both have.
        It is no reduction of the space, so they are not compared question by question."""
        words = self.head.vocabulary.chunk(0, len(self.head))
        theirs = set(words).intersection(peer.vocabulary)  # in one pass over the peer's words
        common = peer.select([word for word in words if word in theirs])
        for suite in self.suites:
            weight = _weight(suite, 1)
            task, progress = _task(suite, common, self.plan, total=len(common)), share.of(weight)
            for point in _measured(NATIVE, suite, task, [common], [common], progress=progress):
                yield replace(
                    point, difference=NOWHERE, difference_low=NOWHERE, difference_high=NOWHERE
                )
            share.finish(weight)

    @cached_property
    def _base(self) -> EmbeddingSpace:
        """What is reduced: where no step depends on the words left out, the most frequent words
        with the principal axes of all of them, which takes a fraction of the memory."""
        space, head = self.space, self.head
        if head is space or self.plan.precision != "float32":
            return space
        pca = fit_pca(space)
        base = replace(head, provenance=space.provenance)  # what is said of it is true of all words
        base.remember("pca", lambda: replace(pca, rotated=pca.rotated[: len(head)]))
        return base

    def _task(self, asked: Asked) -> Task | NothingToMeasure:
        place = self.asked.index(asked)
        if place not in self._tasks:
            self._tasks[place] = _task(asked, self.head, self.plan, total=len(self.space))
        return self._tasks[place]

    def _whole(self, sizes: Sequence[int]) -> float:
        """What all of points() takes, as _Share counts it."""
        everything, suites = self.asked, self.suites
        weight = sum(_weight(each, 1) for each in (*everything, *suites * len(self.peers)))
        for method in self.plan.methods:
            again = suites * (self.plan.draws - 1) if method == "random" else []
            weight += sum(_weight(each, len(sizes)) for each in (*everything, *again))
        return weight


def _asked(plan: Plan) -> list[Asked]:
    suites: list[Asked] = [
        suite_named(suite) if isinstance(suite, str) else suite
        for suite in plan.suites
        if suite not in NEIGHBOURHOOD
    ]
    around = tuple(name for name in NEIGHBOURHOOD if name in plan.suites)
    return [*suites, around] if around else suites


def _task(asked: Asked, head: EmbeddingSpace, plan: Plan, *, total: int) -> Task | NothingToMeasure:
    """Return the task, or the reason why it cannot be measured."""
    try:
        if isinstance(asked, tuple):
            return NeighbourTask(
                asked,
                head,
                k=plan.neighbours,
                sample=plan.words_sampled,
                seed=plan.seed,
                total=total,
            )
        if isinstance(asked, AnalogySuite):
            return AnalogyTask(
                asked, head, objective=plan.objective, sample=plan.sample, seed=plan.seed
            )
        return SimilarityTask(asked, head, seed=plan.seed)
    except NothingToMeasure as reason:
        return reason


def _measured(
    method: str,
    asked: Asked,
    task: Task | NothingToMeasure,
    cuts: Sequence[EmbeddingSpace],
    heads: Sequence[EmbeddingSpace],
    *,
    progress: Progress | None,
) -> Iterator[SweepPoint]:
    if isinstance(task, NothingToMeasure):
        names = asked if isinstance(asked, tuple) else (asked.name,)
        yield from (gap(method, name, cut, task) for name in names for cut in cuts)
    elif cuts:
        for cut, figures in zip(cuts, task.measure(heads, progress), strict=True):
            yield from (point_of(method, figure, task, cut) for figure in figures)


def _cut(space: EmbeddingSpace, plan: Plan, method: str, size: int) -> EmbeddingSpace | None:
    try:
        return reduce(
            space,
            dimension=size,
            method=method,
            components_removed=plan.components_removed,
            seed=plan.seed,
            precision=plan.precision,
        )
    except InvalidRequest:
        if method != "abtt-pca-abtt":
            raise
        return None  # all that it keeps at so few dimensions it would remove again


def _weight(asked: Asked, sizes: int) -> float:
    """What it takes to measure so many sizes at once, beside the rest of a sweep."""
    cheap = not isinstance(asked, tuple | AnalogySuite)
    return (_SIMILARITY if cheap else 1.0) * (_PASS + sizes)


class _Share:
    """Turns the progress of each part of a sweep into that of the whole."""

    def __init__(self, progress: Progress | None, whole: float = 1.0) -> None:
        self.progress, self.whole, self.done = progress, whole, 0.0

    def of(self, weight: float) -> Progress | None:
        if self.progress is None:
            return None
        hears, before = self.progress, self.done
        return lambda share: hears(min(1.0, (before + weight * share) / self.whole))

    def finish(self, weight: float) -> None:
        self.done += weight
        if self.progress:
            self.progress(min(1.0, self.done / self.whole))
