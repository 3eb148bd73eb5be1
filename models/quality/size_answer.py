"""How large embedding_dim should be: a verdict for each measure, from runs of several seeds.

Sizes are compared within each seed, as two runs of one seed share what is held out; the interval of
the mean difference is Student's t. Sizes that few seeds cannot tell apart stay undecided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.training.size_sweep import SUITES, SizeRun, Summary, by_size, coverage, gain

if TYPE_CHECKING:
    import pandas as pd

NEARLY = 0.05  # of what the best size has above chance may be missing
CHANCE = {"auc": 0.5}  # 0 for all others
FEWEST = 30  # questions of a suite below which it says nothing
JUDGED = ("auc", *SUITES)

# The states: nothing relevant is gained beyond a size; the largest is the best, and surely better
# than each smaller one; the best is not surely better than smaller ones; or why none was found.
ENOUGH, BEST, UNSURE, CHANCES, ONE_SEED, ONE_SIZE, NONE = (
    "enough",
    "best",
    "unsure",
    "chance",
    "one seed",
    "one size",
    "none",
)


@dataclass(frozen=True)
class SizeVerdict:
    """The verdict of one measure. `best` is the size with the best mean; `enough` the smallest of
    which a lack of more than NEARLY is ruled out; `alike` the smallest that is not surely worse
    than the best; all 0 where nothing was measured. `gained` is by how much the largest beats
    `enough`, or, where that is the largest itself, the next smaller. `found` are the figures of all
    sizes, from `total` of `asked` questions (0 of 0 for the AUC)."""

    measure: str
    state: str
    best: int
    enough: int
    alike: int
    gained: Summary | None
    found: dict[int, Summary]
    total: int
    asked: int

    @property
    def largest(self) -> int:
        """The largest size that was measured."""
        return max(self.found, default=0)

    @property
    def told(self) -> bool:
        """Whether there is an answer."""
        return self.state in (ENOUGH, BEST)

    @property
    def least(self) -> int:
        """The smallest size that this measure leaves: `enough` where it can tell, else the smallest
        that is not surely worse than the best; 0 where there is nothing to judge by."""
        return self.enough if self.told else self.alike if self.state == UNSURE else 0


def verdict(runs: Sequence[SizeRun], measure: str) -> SizeVerdict:
    """Judge the trained `runs` by one of JUDGED."""
    total, asked = coverage(runs, measure) if measure in SUITES else (0, 0)
    found = by_size(runs, measure)
    if not found or (measure in SUITES and total < FEWEST):
        return SizeVerdict(measure, NONE, 0, 0, 0, None, found, total, asked)
    best = max(found, key=lambda size: found[size].mean)
    gains = {size: gain(runs, measure, best, size) for size in found if size != best}
    known = {size: one for size, one in gains.items() if one is not None}
    chance = CHANCE.get(measure, 0.0)
    over = found[best].mean - chance
    enough = min([best, *(size for size, one in known.items() if one.high <= NEARLY * over)])
    alike = min([best, *(size for size, one in known.items() if one.low <= 0)])
    state = _unjudged(found, known, found[best], chance)
    if not state:
        sure = enough < best or alike == best
        state = UNSURE if not sure else ENOUGH if enough < max(found) else BEST
    smaller = max((size for size in found if size < best), default=best)
    against = (max(found), enough) if enough < max(found) else (best, smaller)
    gained = gain(runs, measure, *against)
    return SizeVerdict(measure, state, best, enough, alike, gained, found, total, asked)


def verdicts(runs: Sequence[SizeRun]) -> list[SizeVerdict]:
    """Judge by every measure."""
    return [verdict(runs, measure) for measure in JUDGED]


def recommended(judged: Sequence[SizeVerdict]) -> int:
    """Return the smallest size that every measure leaves; 0 where none can judge."""
    return max((one.least for one in judged), default=0)


def frame(judged: Sequence[SizeVerdict]) -> "pd.DataFrame":
    """Return a row a measure: its state, the sizes, the figures at the best and at enough."""
    import pandas as pd

    return pd.DataFrame([_row(one) for one in judged])


def _unjudged(
    found: dict[int, Summary], known: dict[int, Summary], at_best: Summary, chance: float
) -> str:
    """Return why no verdict is possible, whatever the differences; empty where one is."""
    if len(found) < 2:
        return ONE_SIZE
    if not at_best.has_interval or not all(one.has_interval for one in known.values()):
        return ONE_SEED
    return CHANCES if at_best.low <= chance else ""


def _row(one: SizeVerdict) -> dict[str, object]:
    at_best, at_enough = one.found.get(one.best), one.found.get(one.enough)
    return {
        "measure": one.measure,
        "told": one.state,
        "least": one.least or None,
        "enough": one.enough or None,
        "best": one.best or None,
        "not told from the best": one.alike or None,
        "at enough": None if at_enough is None else at_enough.mean,
        "at best": None if at_best is None else at_best.mean,
        "low at best": None if at_best is None else at_best.low,
        "high at best": None if at_best is None else at_best.high,
        "seeds": 0 if at_best is None else at_best.seeds,
        "asked": one.total,
        "in all": one.asked,
    }
