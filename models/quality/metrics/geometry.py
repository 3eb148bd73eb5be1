"""The shape of a space: how many dimensions its vectors fill, and how evenly.

None of these figures says how good the vectors are. Hubs are
counted in hubs.py; shape_by_size.py has the figures at several sizes.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.quality.metrics.score import NothingToMeasure
from models.reduction.reduce import PCA, fit_pca
from models.runtime.threads import one_thread
from models.space import EmbeddingSpace, Floats

Doubles = NDArray[np.float64]
_KEPT = 0.9  # TwoNN drops the tenth with the largest ratios, where the fit is worst
_BLOCK_BYTES = 48 << 20
_EQUAL = 1e-9  # log ratios below it are rounding
_CONSTANT = 1e-14  # variance beside the squared mean: below it lies float32 rounding


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Variance along the principal axes and that of shuffled data, float64 (d,) each, falling."""

    variance: Doubles = field(repr=False)
    shuffled: Doubles = field(repr=False)

    @property
    def above(self) -> int:
        """How many leading axes carry more variance than the same axes of shuffled data: parallel
        analysis (Horn 1965), here of the covariance, so that scales of columns count."""
        below = self.variance <= self.shuffled
        return int(below.argmax()) if below.any() else len(below)


def spectrum(space: EmbeddingSpace, *, seed: int = 0) -> Spectrum:
    """Return the eigenvalues of the covariance of `space`, and of the same data with every column
    permuted on its own, which makes the columns independent of each other.

    Raises NothingToMeasure for constant vectors.
    """
    pca = axes_of(space)
    scatter = _shuffled_scatter(space, pca.mean, seed)
    baseline = np.linalg.eigvalsh(scatter / max(1, len(space) - 1))[::-1]
    return Spectrum(pca.variance, np.maximum(baseline, 0))


def participation_ratio(variance: Doubles, *, mean: Doubles | None = None) -> float:
    """Return (sum l)^2 / sum l^2 of the variances l along the principal axes: 1 for a line, d for
    a ball (Gao and others 2017). With `mean`, variance that is rounding beside it counts as none.
    """
    total = float(variance.sum())
    noise = 0.0 if mean is None else _CONSTANT * float(mean @ mean)
    if total <= noise:
        raise NothingToMeasure("All vectors are equal: there is no variance to measure.")
    shares = variance / total  # squares of tiny or huge variances would leave the float range
    return 1 / float(shares @ shares)


def isoscore(ratio: float, dimension: int) -> float:
    """Return how evenly the dimensions are used, 0 to 1: (PR - 1) / (d - 1), which equals IsoScore
    (Rudman and others 2022). NaN for one dimension."""
    return (ratio - 1) / (dimension - 1) if dimension > 1 else float("nan")


def intrinsic_dimension(points: Floats) -> float:
    """Return the TwoNN estimate for `points` (words, d), equal ones taken once (Facco and others
    2017).

    With mu the distance to the second neighbour over that to the first (Euclidean, exact) and F
    its empirical distribution: the slope of -log(1 - F) on log mu through the origin, without the
    tenth of largest mu. A sample looks at a coarser scale than all words do, so compare samples of
    one size. Raises NothingToMeasure for fewer than 3 distinct points.
    """
    distinct = np.unique(points + np.float32(0), axis=0)  # adding 0 makes -0 equal to 0
    if len(distinct) < 3:
        raise NothingToMeasure(
            f"Intrinsic dimension needs at least 3 different vectors; there are {len(distinct)}."
        )
    x = np.sort(_log_ratios(distinct))
    y = -np.log1p(-np.arange(1, len(x)) / len(x))  # the last, infinite, is among those dropped
    kept = min(len(y), max(1, int(_KEPT * len(x))))
    x, y = x[:kept], y[:kept]
    if not (x > _EQUAL).any():
        raise NothingToMeasure(
            "Every vector is equally far from its two nearest: such a grid has no TwoNN estimate."
        )
    return float(x @ y / (x @ x))


def mean_cosine(space: EmbeddingSpace) -> float:
    """Return the mean cosine of all pairs of different words (Ethayarajh 2019), without sampling:
    |sum u|^2 is the sum over all pairs of unit vectors u. Vectors of zeros are left out.

    Raises NothingToMeasure for fewer than two other vectors.
    """
    total, squares = np.zeros(space.dimension), 0.0
    for start, stop in space.blocks():
        unit = space.unit(slice(start, stop)).astype(np.float64)
        total += unit.sum(axis=0)
        squares += float(np.einsum("ij,ij->", unit, unit))
    count = int(np.count_nonzero(space.norms))
    if count < 2:
        raise NothingToMeasure("A mean cosine needs at least two vectors other than zero.")
    return (float(total @ total) - squares) / (count * (count - 1))


def axes_of(space: EmbeddingSpace) -> PCA:
    """Return the PCA of `space`; raise NothingToMeasure for constant vectors. Where `space` holds
    the first columns of a PCA nothing is fitted: its columns are its axes."""
    whole = _cut_from(space)
    pca = whole or fit_pca(space)
    participation_ratio(pca.variance, mean=pca.mean)  # refuses constant vectors
    if whole is None:
        return pca
    size = space.dimension
    return PCA(np.zeros(size), np.eye(size), pca.variance[:size], space.vectors)


def _cut_from(space: EmbeddingSpace) -> PCA | None:
    """Return the PCA that `space` is a view of, as reduce() makes it, or None."""
    vectors, origin = space.vectors, space.origin
    if origin is None or len(vectors) != len(origin):
        return None
    if vectors.flags.owndata or not vectors.flags.f_contiguous:
        return None
    pca = fit_pca(origin)
    return pca if vectors.ctypes.data == pca.rotated.ctypes.data else None


def _log_ratios(points: Floats) -> Doubles:
    """Return log(r2 / r1) of each of the distinct `points`."""
    centred = points - points.mean(axis=0, dtype=np.float64)  # float64: r is a difference of sums
    centred /= np.abs(centred).max()  # ratios don't change; squares stay within the float range
    lengths = (centred**2).sum(axis=1)
    ratios = np.full(len(points), np.nan)
    step = max(1, _BLOCK_BYTES // (16 * len(points)))
    for start in range(0, len(points), step):
        block = centred[start : start + step]
        with one_thread():
            squared = lengths - 2 * block @ centred.T + lengths[start : start + step, None]
        squared[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        nearest = np.partition(squared, 1, axis=1)[:, :2]
        apart = nearest[:, 0] > 0  # nearer than float64 can tell counts as equal
        ratios[start : start + step][apart] = np.log(nearest[apart, 1] / nearest[apart, 0]) / 2
    found: Doubles = ratios[np.isfinite(ratios)]
    return found


def _shuffled_scatter(space: EmbeddingSpace, mean: Doubles, seed: int) -> Doubles:
    """Return the scatter matrix (d, d) of `space` with every column permuted on its own. Columns
    are permuted in groups that bound the memory, and anew for each pair of groups."""
    width = max(1, _BLOCK_BYTES // (4 * len(space)))
    groups = [
        range(start, min(start + width, space.dimension))
        for start in range(0, space.dimension, width)
    ]
    scatter = np.zeros((space.dimension, space.dimension))
    for place, group in enumerate(groups):
        left = _permuted(space, mean, group, seed)
        for other in groups[place:]:
            right = left if other is group else _permuted(space, mean, other, seed)
            with one_thread():
                product = left.T @ right
            scatter[group.start : group.stop, other.start : other.stop] = product
            scatter[other.start : other.stop, group.start : group.stop] = product.T
    return scatter


def _permuted(space: EmbeddingSpace, mean: Doubles, columns: range, seed: int) -> Floats:
    """Return `columns`, centred, each in an order of its own that `seed` fixes."""
    made = np.empty((len(space), len(columns)), dtype=np.float32, order="F")  # (n, g)
    for place, column in enumerate(columns):
        generator = np.random.default_rng((seed, column))
        made[:, place] = generator.permutation(space.vectors[:, column] - mean[column])
    return made
