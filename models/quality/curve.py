"""Quality against dimension: what PCA leaves of a space at each size, suite by suite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from models.quality.analogies import Progress
from models.quality.evaluate import evaluate
from models.quality.score import NothingToMeasure, Score
from models.quality.suites import NAMES, Suite
from models.quality.suites import suite as suite_named
from models.reduction import reduce
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd

MOST_FREQUENT = 40_000


@dataclass(frozen=True)
class CurvePoint:
    """One figure of the curve. `kind` is "raw" (the space as it is) or "pca"; `group` is "total",
    "semantic" or "syntactic"; `treatment` says what was done to the vectors; value and interval
    are NaN where nothing could be measured."""

    kind: str
    suite: str
    group: str
    dimension: int
    value: float
    low: float
    high: float
    total: int
    coverage: float
    treatment: str


def curve(
    space: EmbeddingSpace,
    *,
    dimensions: Iterable[int],
    suites: Sequence[str | Suite] = NAMES,
    most_frequent: int | None = MOST_FREQUENT,
    method: str = "3cosadd",
    seed: int = 0,
    progress: Progress | None = None,
    on_row: Callable[[CurvePoint], None] | None = None,
) -> Iterator[CurvePoint]:
    """Yield the quality of `space` at each of `dimensions`, as each figure comes.

    First the space as it is, at its full dimension: the line to compare with. Then its PCA at each
    of `dimensions`; at the full dimension that differs, as PCA centres. Words of the
    suites and possible answers are the `most_frequent`; PCA is fitted on all words. Options as in
    evaluate().
    `on_row` hears each point before it is yielded.
    """
    chosen = [suite_named(s) if isinstance(s, str) else s for s in suites]
    sizes: list[int | None] = [None, *dict.fromkeys(dimensions)]
    steps = len(sizes) * len(chosen)
    for step, (size, suite) in enumerate((size, suite) for size in sizes for suite in chosen):
        kind, made = ("raw", space) if size is None else ("pca", reduce(space, dimension=size))
        try:
            score = evaluate(
                made,
                suite,
                method=method,
                most_frequent=most_frequent,
                seed=seed,
                progress=_share(progress, step, steps),
            )
            points = [_point(kind, group, part, made) for group, part in _parts(score)]
        except NothingToMeasure:
            points = [_gap(kind, suite, made)]
        for point in points:
            if on_row:
                on_row(point)
            yield point


def frame(points: Iterable[CurvePoint]) -> "pd.DataFrame":
    """Return points as a frame, one row each, columns as in CurvePoint."""
    import pandas as pd

    return pd.DataFrame([asdict(point) for point in points])


def _share(progress: Progress | None, step: int, steps: int) -> Progress | None:
    """Return what turns the progress of one step into that of all."""
    return (lambda done: progress((step + done) / steps)) if progress else None


def _parts(score: Score) -> Iterator[tuple[str, Score]]:
    yield "total", score
    yield from score.by_group.items()


def _point(kind: str, group: str, score: Score, space: EmbeddingSpace) -> CurvePoint:
    return CurvePoint(
        kind=kind,
        suite=score.suite,
        group=group,
        dimension=space.dimension,
        value=score.value,
        low=score.interval[0],
        high=score.interval[1],
        total=score.total,
        coverage=score.coverage,
        treatment=space.treatment,
    )


def _gap(kind: str, suite: Suite, space: EmbeddingSpace) -> CurvePoint:
    nan = float("nan")
    return CurvePoint(
        kind, suite.name, "total", space.dimension, nan, nan, nan, 0, 0.0, space.treatment
    )
