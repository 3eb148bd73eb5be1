"""The shape of a space at several sizes of its PCA, each figure a column."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.quality.metrics.geometry import (
    axes_of,
    intrinsic_dimension,
    isoscore,
    mean_cosine,
    participation_ratio,
)
from models.quality.metrics.hubs import HUB_K, drawn_sentence, drawn_words, skewness
from models.quality.metrics.score import NothingToMeasure
from models.quality.sweep.nested_neighbours import nearest_nested
from models.runtime.threads import one_thread
from models.search.follow import sizes_of
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd


def shape_at(space: EmbeddingSpace, dimensions: Iterable[int]) -> "pd.DataFrame":
    """Return the figures that need no sample at each of `dimensions` of the PCA of `space`: kind,
    dimension, participation_ratio, isoscore, mean_cosine.

    The first row is the space as it is (kind "raw"), whose cosines no PCA has centred; the others
    (kind "pca") follow by size. Raises NothingToMeasure for constant vectors, InvalidRequest for a
    size that the space cannot have.
    """
    import pandas as pd

    sizes = sizes_of(space, dimensions)
    pca = axes_of(space)
    cosines = [mean_cosine(space), *_mean_cosines(space, pca.rotated, sizes)]
    ratios = [participation_ratio(pca.variance[:size]) for size in (space.dimension, *sizes)]
    rows = [
        (kind, size, ratio, isoscore(ratio, size), cosine)
        for (kind, size), ratio, cosine in zip(_kinds(space, sizes), ratios, cosines, strict=True)
    ]
    columns = ["kind", "dimension", "participation_ratio", "isoscore", "mean_cosine"]
    return pd.DataFrame(rows, columns=columns)


def estimates_at(
    space: EmbeddingSpace,
    dimensions: Iterable[int],
    *,
    sample: int = 2_000,
    most_frequent: int | None = None,
    seed: int = 0,
) -> "pd.DataFrame":
    """Return the two figures that rest on a sample at each of `dimensions` of the PCA of `space`:
    kind, dimension, intrinsic_dimension, hubness; rows as in shape_at().

    The sample, drawn from the `most_frequent` words (None: all), is the same at every size;
    `attrs["sampled"]` states it. Hubness is that among the words drawn, to be compared between
    sizes; that of all words is what occurrences() counts. The PCA is that of all words. Each size
    takes about a twentieth of a second for 2,000 words. NaN where a size has no such figure: one
    dimension has no nearest direction. Raises NothingToMeasure for fewer than 12 words that have a
    direction and for constant vectors.
    """
    import pandas as pd

    sizes = sizes_of(space, dimensions)
    rotated = axes_of(space).rotated
    frequent = space.head(most_frequent or len(space))
    chosen, directed = drawn_words(frequent, sample, seed)
    drawn = space.select([space.vocabulary[int(row)] for row in chosen])
    turned = rotated[chosen]  # (sample, d)
    cuts = [replace(drawn, vectors=turned[:, :size]) for size in sizes]
    intrinsic = [_intrinsic_dimension(each) for each in (drawn, *cuts)]
    hubness = [*_hubness([drawn]), *(_hubness(cuts) if cuts else [])]
    rows = [
        (*kind, *estimates)
        for kind, *estimates in zip(_kinds(space, sizes), intrinsic, hubness, strict=True)
    ]
    columns = ["kind", "dimension", "intrinsic_dimension", "hubness"]
    found = pd.DataFrame(rows, columns=columns)
    found.attrs["sampled"] = drawn_sentence(frequent, chosen, directed)
    return found


def _kinds(space: EmbeddingSpace, sizes: list[int]) -> list[tuple[str, int]]:
    return [("raw", space.dimension), *(("pca", size) for size in sizes)]


def _mean_cosines(space: EmbeddingSpace, rotated: Floats, sizes: list[int]) -> list[float]:
    """Return the mean cosine of all pairs when only the first so many columns are kept."""
    totals, counts = [np.zeros(size) for size in sizes], np.zeros(len(sizes))
    for start, stop in space.blocks():
        block = rotated[start:stop].astype(np.float64)
        squares, before = np.zeros(stop - start), 0
        for place, size in enumerate(sizes):
            added = block[:, before:size]
            squares += np.einsum("ij,ij->i", added, added)
            scale = np.divide(1, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
            with one_thread():
                totals[place] += scale @ block[:, :size]
            counts[place] += np.count_nonzero(squares)
            before = size
    return [
        float((total @ total - count) / (count * (count - 1))) if count > 1 else float("nan")
        for total, count in zip(totals, counts, strict=True)
    ]


def _intrinsic_dimension(space: EmbeddingSpace) -> float:
    try:
        return intrinsic_dimension(space.vectors)
    except NothingToMeasure:
        return float("nan")


def _hubness(cuts: list[EmbeddingSpace]) -> list[float]:
    """Return the hubness among all words of each of `cuts`, prefixes of the last."""
    count = len(cuts[-1])
    near = nearest_nested(cuts, np.arange(count), k=HUB_K)  # (cuts, words, k)
    return [
        skewness(np.bincount(some.ravel(), minlength=count)) if cut.dimension > 1 else float("nan")
        for cut, some in zip(cuts, near, strict=True)
    ]
