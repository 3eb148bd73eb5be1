"""Reduction of a space to fewer dimensions and fewer bytes, with its provenance.

Every method here is nested: the first columns of its result at full dimension are its result at
fewer. So each makes one matrix a space, and every smaller space is a view of it.

- PCA: the projection on the first k principal axes is a prefix of that on all of them.
- All-but-the-top, then PCA: what is left after the top D directions of the centred vectors are
  removed has the other principal directions for its own, so this is PCA from the axis D + 1 on.
- All-but-the-top, PCA to k, all-but-the-top: the same with its first D coordinates set to zero.
- The first k coordinates, and a random projection on the first k of d Gaussian directions.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.errors import InvalidRequest
from models.reduction.pca import PCA, fit_pca
from models.reduction.precision import (
    PRECISIONS,
    bytes_per_word,
    check_precision,
    precision_note,
    quantised,
)
from models.space import EmbeddingSpace, Floats

__all__ = ["METHODS", "PCA", "PRECISIONS", "bytes_per_word", "fit_pca", "reduce"]

METHODS = ("pca", "abtt-pca", "abtt-pca-abtt", "first", "random")
_REMOVE = ("abtt-pca", "abtt-pca-abtt")


def reduce(
    space: EmbeddingSpace,
    *,
    dimension: int,
    method: str = "pca",
    components_removed: int | None = None,
    seed: int = 0,
    precision: str = "float32",
) -> EmbeddingSpace:
    """Return `space` with `dimension` dimensions; its provenance says how it was made.

    Fitted on all vectors of the space. Methods:

    - "pca" centres, so that at the full dimension it differs from the space as published:
      distances stay, angles move.
    - "abtt-pca": all-but-the-top (Mu and Viswanath 2018, algorithm 1), then PCA. The directions are
      removed from the *centred* vectors, v - mu - sum_i (u_i . (v - mu)) u_i, where the paper
      projects the uncentred ones; that differs by the same vector for every word.
    - "abtt-pca-abtt" (Raunak, Gupta and Metze 2019, algorithm 1), centred likewise. Its dimension
      is that of the PCA, as in the paper: `components_removed` of its coordinates are zero.
    - "first": the first coordinates, as published.
    - "random": Gaussian random projection, uncentred, with entries of variance 1 / d for all k, so
      that it is nested: squared distances are on average k / d of those in `space`.

    `components_removed` (D) is for the two all-but-the-top methods, `seed` for "random"; the others
    ignore them. D is by default a hundredth of the dimensions, at least one (as Mu and Viswanath
    advise). Dimensions beyond those that all-but-the-top leaves are zero.
    `precision` is one of PRECISIONS: the vectors are float32 as read back from it.
    Raises InvalidRequest for a dimension outside 1 to the space's own, D outside 0 to one less or
    so large that nothing is left, and an unknown method or precision.
    """
    if method not in METHODS:
        raise InvalidRequest(f"“{method}” is no reduction. Choose {', '.join(METHODS)}.")
    check_precision(precision)
    if not _is_whole(dimension) or not 1 <= dimension <= space.dimension:
        raise InvalidRequest(
            f"{space.title} has {space.dimension} dimensions: keep between 1 and "
            f"{space.dimension}, not {dimension}."
        )
    if method == "random" and (not _is_whole(seed) or seed < 0):
        raise InvalidRequest(f"A seed is a whole number from 0, not {seed}.")
    removed = _removed(space, dimension, method, components_removed)
    recipe = _Recipe(method, removed, int(seed) if method == "random" else 0, precision)
    whole = _whole(space, recipe)
    return whole.remember(("cut", dimension), lambda: _cut(space, whole, recipe, int(dimension)))


@dataclass(frozen=True)
class _Recipe:
    """What a matrix is made by, whatever the dimension it is then cut to. What the method does not
    use is 0."""

    method: str
    removed: int
    seed: int
    precision: str


def _removed(space: EmbeddingSpace, dimension: int, method: str, wanted: int | None) -> int:
    """Return how many principal directions `method` removes; raise where none would be left."""
    full = space.dimension
    if wanted is not None and (not _is_whole(wanted) or not 0 <= wanted < full):
        raise InvalidRequest(
            f"{space.title} has {full} dimensions: remove between 0 and {full - 1} components, "
            f"not {wanted}."
        )
    if method not in _REMOVE:
        return 0
    removed = min(max(1, round(full / 100)), full - 1) if wanted is None else int(wanted)
    if method == "abtt-pca-abtt" and removed >= min(dimension, full - removed):
        raise InvalidRequest(
            f"“abtt-pca-abtt” removes {removed} of {full} dimensions before the cut to {dimension} "
            f"and {removed} after it: nothing is left. Keep more dimensions, or remove fewer "
            "components."
        )
    return removed


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _whole(space: EmbeddingSpace, recipe: _Recipe) -> EmbeddingSpace:
    """Return the result at full dimension, made once a recipe, which every cut is a view of."""

    def make() -> EmbeddingSpace:
        if recipe.precision == "float32":
            return replace(space, vectors=_coordinates(space, recipe))
        exact = _whole(space, replace(recipe, precision="float32"))
        return replace(space, vectors=quantised(exact.vectors, recipe.precision))

    return space.remember(("reduction", recipe), make)


def _coordinates(space: EmbeddingSpace, recipe: _Recipe) -> Floats:
    """Return float32 (words, d): the coordinates in the order in which they are kept."""
    if recipe.method == "first":
        return space.vectors[:]
    if recipe.method == "random":
        return _projected(space, recipe.seed)
    rotated = fit_pca(space).rotated
    if recipe.method == "pca":
        return rotated[:]
    kept = slice(recipe.removed if recipe.method == "abtt-pca-abtt" else 0, -recipe.removed or None)
    out = np.zeros(rotated.shape, dtype=np.float32, order="F")
    out[:, kept] = rotated[:, recipe.removed + kept.start :]
    return out


def _projected(space: EmbeddingSpace, seed: int) -> Floats:
    full = space.dimension
    directions = np.random.default_rng(seed).standard_normal((full, full))
    directions = (directions / np.sqrt(full)).astype(np.float32)
    out = np.empty((len(space), full), dtype=np.float32, order="F")
    for start, stop in space.blocks():
        out[start:stop] = space.vectors[start:stop] @ directions
    return out


def _cut(
    space: EmbeddingSpace, whole: EmbeddingSpace, recipe: _Recipe, dimension: int
) -> EmbeddingSpace:
    notes = (_note(space, recipe, dimension), precision_note(dimension, recipe.precision))
    return replace(
        space,
        vectors=whole.vectors[:, :dimension],
        provenance=(*space.provenance, *filter(None, notes)),
        origin=space,
    )


def _note(space: EmbeddingSpace, recipe: _Recipe, dimension: int) -> str:
    size = f"{dimension} of {space.dimension} dimensions"
    if recipe.method == "first":
        return f"cut to the first {size}, as published"
    if recipe.method == "random":
        return f"projected, uncentred, to {size} by a Gaussian random matrix (seed {recipe.seed})"

    removed, twice = recipe.removed, recipe.method == "abtt-pca-abtt"
    kept = slice(2 * removed if twice else removed, removed + dimension)
    explained = fit_pca(space).explained[kept]
    share = f"{100 * explained.sum():.1f} % of the variance"
    if recipe.method == "pca":
        return f"centred and cut to {size} by PCA ({share})"
    if len(explained) < dimension:
        share += f"; {dimension - len(explained)} of the {dimension} dimensions zero"
    again = f", all-but-the-top with D = {removed} again" if twice else ""
    return (
        f"all-but-the-top with D = {removed} (of the centred vectors), "
        f"cut to {size} by PCA{again} ({share})"
    )
