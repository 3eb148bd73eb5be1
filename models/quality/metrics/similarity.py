"""Agreement with a similarity suite: whether cosines rank pairs of words as people do."""

import numpy as np

from models.quality.metrics.correlation import rank_correlation
from models.quality.metrics.intervals import Doubles, percentiles, resampled_correlation
from models.quality.metrics.score import NothingToMeasure, Score
from models.quality.suites.builtin import SimilaritySuite, coverage_of, suite_rows
from models.search.neighbours import EVERYONE, Filter
from models.space import EmbeddingSpace, Rows

_FEWEST = 3  # two pairs always correlate perfectly
_DECIMALS = 6  # what float32 vectors are good for: what is equal up to rounding shares a rank


def agreement(
    space: EmbeddingSpace,
    suite: SimilaritySuite,
    *,
    normalise: bool = True,
    among: Filter = EVERYONE,
    seed: int = 0,
) -> Score:
    """Return Spearman's correlation between cosines in `space` and the judgements of `suite`.

    Pairs with a word outside `among` are dropped and counted. Without `normalise` the inner
    product takes the place of the cosine.
    Raises NothingToMeasure, an EmbeddingError, where fewer than three pairs are left or one side
    is constant.
    """
    searched = space.head(among.most_frequent or len(space))
    rows, judged = judged_pairs(searched, suite, normalise=normalise)
    measured = similarities(space, rows, normalise=normalise)
    return Score(
        suite=suite.name,
        title=suite.title,
        value=rank_correlation(measured, judged),
        total=len(rows),
        asked=len(suite),
        interval=percentiles(resampled_correlation(judged, seed=seed).values(measured)),
        convention=(
            f"Spearman correlation with average ranks, "
            f"{'cosines' if normalise else 'inner products'} of {space.treatment}; "
            f"words in lower case, looked up among {among.describe(space)}"
        ),
        missing=coverage_of(searched, suite).missing,
    )


def judged_pairs(
    space: EmbeddingSpace, suite: SimilaritySuite, *, normalise: bool = True
) -> tuple[Rows, Doubles]:
    """Return the rows of the pairs of `suite` that `space` knows, (pairs, 2), and people's scores.

    Raises NothingToMeasure, an EmbeddingError, as agreement() does.
    """
    words = [word for pair in suite.pairs for word in pair]
    rows = suite_rows(space, words, most_frequent=len(space)).reshape(-1, 2)
    known = (rows >= 0).all(axis=1)
    rows, judged = rows[known], suite.scores[known]
    _refuse_hopeless(suite, judged, similarities(space, rows, normalise=normalise))
    return rows, judged


def similarities(space: EmbeddingSpace, rows: Rows, *, normalise: bool = True) -> Doubles:
    """Return the cosine of each pair of rows (pairs, 2), or the inner product."""
    first, second = (
        (space.unit(side) if normalise else space.vectors[side]).astype(np.float64)
        for side in rows.T
    )
    products: Doubles = (first * second).sum(axis=1)
    return products.round(_DECIMALS)


def _refuse_hopeless(suite: SimilaritySuite, judged: Doubles, measured: Doubles) -> None:
    if len(judged) < _FEWEST:
        raise NothingToMeasure(
            f"{suite.title}: the space has both words of {len(judged):,} of {len(suite):,} pairs; "
            f"a correlation needs at least {_FEWEST}."
        )
    for values, whose in ((judged, "people's scores"), (measured, "similarities in the space")):
        if values.min() == values.max():
            raise NothingToMeasure(
                f"{suite.title}: the {whose} of all {len(judged):,} pairs are the same, "
                "so there is nothing to correlate."
            )
