"""The sweep: what every dimension buys, for all chosen methods, sizes and suites.

Every method is nested: its vectors at d dimensions are the first d columns of one matrix. So each
method is measured at all sizes in one pass over the words (nested_analogies.py), exactly.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from models.errors import InvalidRequest
from models.quality.analogies import Progress
from models.quality.points import NATIVE, NOWHERE, RAW, TOTAL, SweepPoint, frame
from models.quality.score import NothingToMeasure
from models.quality.suites import NAMES, AnalogySuite, Suite
from models.quality.suites import suite as suite_named
from models.quality.sweep_tasks import (
    NEIGHBOURHOOD,
    AnalogyTask,
    Figure,
    NeighbourTask,
    SimilarityTask,
    Task,
)
from models.reduction import METHODS, bytes_per_word, fit_pca, reduce
from models.search.analogies import METHODS as OBJECTIVES
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd

MOST_FREQUENT = 40_000
SIZES = (
    *(2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100),
    *(128, 160, 192, 256, 320, 384, 512, 640, 768, 1024),
)
SUITES = (*NAMES, "knn-overlap")
SAMPLED_WORDS = 800  # whose neighbourhoods are compared


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure and how; see sweep() for what each part means."""

    dimensions: tuple[int, ...] = SIZES
    suites: tuple[str | Suite, ...] = SUITES
    methods: tuple[str, ...] = ("pca",)
    most_frequent: int | None = MOST_FREQUENT
    objective: str = "3cosadd"
    components_removed: int | None = None
    precision: str = "float32"
    seed: int = 0
    sample: int | None = None
    words_sampled: int = SAMPLED_WORDS
    draws: int = 1


def sweep(
    space: EmbeddingSpace,
    *,
    suites: Sequence[str | Suite] = SUITES,
    dimensions: Iterable[int] | None = None,
    methods: Sequence[str] = ("pca",),
    most_frequent: int | None = MOST_FREQUENT,
    objective: str = "3cosadd",
    components_removed: int | None = None,
    precision: str = "float32",
    seed: int = 0,
    sample: int | None = None,
    draws: int = 1,
    peers: Sequence[EmbeddingSpace] = (),
    parts: bool = False,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Measure reductions of `space`: one row per method, dimension and suite.

    The first rows are those of the space as it is (method "raw"), which all others are compared
    with. Columns as in SweepPoint, and bytes_per_word; with `parts` there are rows for the groups
    and the sections of analogy suites too.

    `suites` are names ("google-analogies", "wordsim-353", "simlex-999", and of neighbourhoods
    "knn-overlap", "trustworthiness", "continuity") or suites of your own. `methods`,
    `components_removed` and `precision` are those of models.reduce; a size that a method cannot
    have is left out. Words of the suites, possible answers and neighbours are the `most_frequent`
    (None: all); reductions are fitted on all words. `objective` is "3cosadd", "3cosmul" or
    "pairdirection". `sample` asks only so many analogy questions, drawn at random with `seed`.
    Random projections are drawn `draws` times, with seeds from `seed` on: the value is their mean,
    and the interval holds the intervals of all. `peers` are spaces trained at their own dimension,
    measured on the common words. `progress` hears the share done, and whatever it raises ends the
    work.
    Raises InvalidRequest for an unknown name and a dimension above that of the space.
    """
    if dimensions is None:
        dimensions = standard_sizes(space.dimension)
    plan = Plan(
        dimensions=tuple(dimensions),
        suites=tuple(suites),
        methods=tuple(methods),
        most_frequent=most_frequent,
        objective=objective,
        components_removed=components_removed,
        precision=precision,
        seed=seed,
        sample=sample,
        draws=draws,
    )
    points = [
        point
        for point in sweep_points(space, plan, peers=peers, progress=progress)
        if parts or point.level == TOTAL
    ]
    table = frame(points)
    kinds = ["float32" if method in (RAW, NATIVE) else precision for method in table["method"]]
    table["bytes_per_word"] = [
        bytes_per_word(int(dimension), kind)
        for dimension, kind in zip(table["dimension"], kinds, strict=True)
    ]
    return table


def standard_sizes(full: int) -> tuple[int, ...]:
    """Return some twenty sizes, evenly spread on a logarithmic axis, up to `full`."""
    return (*(size for size in SIZES if size < full), full)


def sweep_points(
    space: EmbeddingSpace,
    plan: Plan,
    *,
    peers: Sequence[EmbeddingSpace] = (),
    progress: Progress | None = None,
) -> Iterator[SweepPoint]:
    """Yield the figures of a sweep as they come: the space itself, its peers, method by method."""
    check(space, plan)
    head = space.head(plan.most_frequent or len(space))
    sizes = tuple(sorted(set(plan.dimensions)))
    lines = len(plan.methods) + ("random" in plan.methods) * (plan.draws - 1)
    share = _Share(progress, len(plan.suites) * (1 + len(peers) + lines * len(sizes)))
    tasks = list(_tasks(head, plan, total=len(space)))
    for task in tasks:
        yield from _measured(RAW, task, [space], [head], share)
    for peer in peers:
        yield from _native(head, peer, plan, share)
    base = _base(space, head, plan)
    for method in plan.methods:
        drawn = plan.draws if method == "random" else 1
        runs = [list(_swept(base, plan, method, tasks, share))] if drawn > 1 else []
        if not runs:
            yield from _swept(base, plan, method, tasks, share)
        # Neighbours are compared in the first draw alone: hundreds of words differ less than draws.
        asked = [task for task in tasks if not isinstance(task[1], NeighbourTask)]
        for draw in range(1, drawn):
            again = replace(plan, seed=plan.seed + draw)
            runs.append(list(_swept(base, again, method, asked, share)))
        yield from _together(runs)


def _swept(
    base: EmbeddingSpace, plan: Plan, method: str, tasks: Sequence["Named"], share: "_Share"
) -> Iterator[SweepPoint]:
    sizes = sorted(set(plan.dimensions))
    cuts = [cut for size in sizes if (cut := _cut(base, plan, method, size)) is not None]
    heads = [cut.head(plan.most_frequent or len(base)) for cut in cuts]
    for task in tasks:
        yield from _measured(method, task, cuts, heads, share)


def _together(runs: Sequence[Sequence[SweepPoint]]) -> Iterator[SweepPoint]:
    """Yield the mean of each figure over several draws, and an interval that holds theirs."""
    drawn: dict[tuple[str, str, str, int], list[SweepPoint]] = {}
    for point in (point for run in runs for point in run):
        key = (point.suite, point.level, point.part, point.dimension)
        drawn.setdefault(key, []).append(point)
    yield from map(_mean, drawn.values())


def _mean(points: Sequence[SweepPoint]) -> SweepPoint:
    first, count = points[0], len(points)
    if count == 1:
        return first
    return replace(
        first,
        value=sum(point.value for point in points) / count,
        low=min(point.low for point in points),
        high=max(point.high for point in points),
        difference=sum(point.difference for point in points) / count,
        difference_low=min(point.difference_low for point in points),
        difference_high=max(point.difference_high for point in points),
        treatment=f"{first.treatment}; the mean of {count} such draws",
    )


def check(space: EmbeddingSpace, plan: Plan) -> None:
    """Raise InvalidRequest for a plan that cannot be carried out on `space`."""
    if plan.objective not in OBJECTIVES:
        raise InvalidRequest(f"“{plan.objective}” is no objective. Choose {', '.join(OBJECTIVES)}.")
    for method in plan.methods:
        if method not in METHODS:
            raise InvalidRequest(f"“{method}” is no reduction. Choose {', '.join(METHODS)}.")
    for size in plan.dimensions:
        if isinstance(size, bool) or not 1 <= size <= space.dimension:
            raise InvalidRequest(
                f"{space.title} has {space.dimension} dimensions: measure sizes between 1 and "
                f"{space.dimension}, not {size}."
            )
    _check_numbers(space, plan)
    for suite in plan.suites:
        if isinstance(suite, str) and suite not in NEIGHBOURHOOD:
            suite_named(suite)


def _check_numbers(space: EmbeddingSpace, plan: Plan) -> None:
    removed = plan.components_removed
    if removed is not None and not 0 <= removed < space.dimension:
        raise InvalidRequest(
            f"{space.title} has {space.dimension} dimensions: remove between 0 and "
            f"{space.dimension - 1} components, not {removed}."
        )
    if plan.draws < 1:
        raise InvalidRequest(f"Draw at least one random projection, not {plan.draws}.")
    if plan.sample is not None and plan.sample < 1:
        raise InvalidRequest(f"Ask at least one question, not {plan.sample}.")


Named = tuple[str, Task | NothingToMeasure]


def _tasks(head: EmbeddingSpace, plan: Plan, *, total: int) -> Iterator[Named]:
    """Yield the tasks of `plan` by the suite's name; in the place of one that cannot be measured,
    the reason. Neighbourhoods are one task, as they share the search."""
    for suite in plan.suites:
        if isinstance(suite, str) and suite in NEIGHBOURHOOD:
            continue
        chosen = suite_named(suite) if isinstance(suite, str) else suite
        yield chosen.name, _made(partial(_suite_task, chosen, head, plan))
    around = tuple(name for name in NEIGHBOURHOOD if name in plan.suites)
    if around:
        made = _made(
            lambda: NeighbourTask(
                around, head, sample=plan.words_sampled, seed=plan.seed, total=total
            )
        )
        names = around if isinstance(made, NothingToMeasure) else around[:1]
        yield from ((name, made) for name in names)


def _suite_task(suite: Suite, head: EmbeddingSpace, plan: Plan) -> Task:
    if isinstance(suite, AnalogySuite):
        return AnalogyTask(
            suite, head, objective=plan.objective, sample=plan.sample, seed=plan.seed
        )
    return SimilarityTask(suite, head, seed=plan.seed)


def _made(make: Callable[[], Task]) -> Task | NothingToMeasure:
    try:
        return make()
    except NothingToMeasure as reason:
        return reason


def _measured(
    method: str,
    named: "Named",
    cuts: Sequence[EmbeddingSpace],
    heads: Sequence[EmbeddingSpace],
    share: "_Share",
) -> Iterator[SweepPoint]:
    name, task = named
    if isinstance(task, NothingToMeasure):
        yield from (_gap(method, name, cut, task) for cut in cuts)
    elif cuts:
        for cut, figures in zip(cuts, task.measure(heads, share.of(len(cuts))), strict=True):
            yield from (_point(method, figure, task, cut) for figure in figures)
    share.finish(len(cuts))


def _native(
    head: EmbeddingSpace, peer: EmbeddingSpace, plan: Plan, share: "_Share"
) -> Iterator[SweepPoint]:
    """Yield the figures of a space trained at its own dimension, on the words that both have. It is
    no reduction of the space, so they are not compared question by question."""
    words = head.vocabulary.chunk(0, len(head))
    common = peer.select([word for word in words if word in peer])
    around = replace(plan, suites=tuple(s for s in plan.suites if s not in NEIGHBOURHOOD))
    for task in _tasks(common, around, total=len(common)):
        for point in _measured(NATIVE, task, [common], [common], share):
            yield replace(
                point, difference=NOWHERE, difference_low=NOWHERE, difference_high=NOWHERE
            )


def _base(space: EmbeddingSpace, head: EmbeddingSpace, plan: Plan) -> EmbeddingSpace:
    """Return what is reduced: where no step depends on the words left out, the most frequent words
    with the principal axes of all of them, which takes a fraction of the memory."""
    if head is space or plan.precision != "float32":
        return space
    pca = fit_pca(space)
    base = replace(head, provenance=space.provenance)  # what is said of it is true of all words
    base.remember("pca", lambda: replace(pca, rotated=pca.rotated[: len(head)]))
    return base


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


def _point(method: str, figure: Figure, task: Task, cut: EmbeddingSpace) -> SweepPoint:
    return SweepPoint(
        method=method,
        dimension=cut.dimension,
        suite=figure.suite,
        title=figure.title,
        level=figure.level,
        part=figure.part,
        value=figure.value,
        low=figure.interval[0],
        high=figure.interval[1],
        difference=figure.difference,
        difference_low=figure.difference_interval[0],
        difference_high=figure.difference_interval[1],
        total=figure.total,
        asked=figure.asked,
        exact=task.exact,
        sampled=task.sampled,
        treatment=cut.treatment,
        known=figure.known,
        unit=figure.unit,
    )


def _gap(method: str, name: str, cut: EmbeddingSpace, reason: NothingToMeasure) -> SweepPoint:
    """A point that says why there is no figure."""
    blank = (NOWHERE,) * 6
    return SweepPoint(
        method, cut.dimension, name, name, TOTAL, TOTAL, *blank, 0, 0, True, str(reason),
        cut.treatment,
    )  # fmt: skip


class _Share:
    """Turns the progress of each part of a sweep into that of the whole."""

    def __init__(self, progress: Progress | None, steps: int) -> None:
        self.progress, self.steps, self.done = progress, max(1, steps), 0

    def of(self, weight: int) -> Progress | None:
        if self.progress is None:
            return None
        hears, before = self.progress, self.done
        return lambda share: hears(min(1.0, (before + weight * share) / self.steps))

    def finish(self, weight: int) -> None:
        self.done += weight
        if self.progress:
            self.progress(min(1.0, self.done / self.steps))
