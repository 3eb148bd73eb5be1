"""The sweep: the quality of a space by method, size and suite.

Every method is nested: its vectors at d dimensions are the first d columns of one matrix. So each
method is measured at all sizes in one pass over the words (nested_analogies.py), exactly.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.quality.metrics.analogy_batches import Progress
from models.quality.suites.builtin import Suite
from models.quality.sweep.plan import MOST_FREQUENT, SUITES, Plan, standard_sizes
from models.quality.sweep.point import NATIVE, RAW, TOTAL, frame
from models.quality.sweep.sweep_run import SweepRun
from models.reduction.reduce import bytes_per_word
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd


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
    neighbours: int = 10,
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
    "pairdirection". `sample` asks only so many analogy questions, drawn at random with
    `seed`. So many `neighbours` of each word are compared. Random projections are drawn `draws`
    times, with seeds from `seed` on: the value is their mean, and the interval holds the intervals
    of all. `peers` are spaces trained at their own dimension, measured on the common words.
    `progress` is called with the share done; an exception it raises ends the work.
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
        neighbours=neighbours,
        draws=draws,
    )
    points = [
        point
        for point in SweepRun(space, plan, peers=peers).points(progress)
        if parts or point.level == TOTAL
    ]
    table = frame(points)
    kinds = ["float32" if method in (RAW, NATIVE) else precision for method in table["method"]]
    table["bytes_per_word"] = [
        bytes_per_word(int(dimension), kind)
        for dimension, kind in zip(table["dimension"], kinds, strict=True)
    ]
    return table
