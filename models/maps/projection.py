"""Where words lie on a map: PCA of any space, and the UMAP layouts computed beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from models.errors import EmbeddingError, InvalidRequest
from models.reduction import fit_pca
from models.sources.bundled import NAMES, data_folder
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("umap", "pca")
AXES = ("x", "y", "z")
MAPPED = 20_000  # words of a bundled space that have a place on its precomputed maps


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions of the most frequent words of a space: float32 (words, 2 or 3), row by row."""

    positions: Floats
    content_id: str
    described: str


def project(
    space: EmbeddingSpace,
    words: Sequence[str] | None = None,
    *,
    method: str = "umap",
    dimensions: int = 2,
    seed: int = 0,
) -> "pd.DataFrame":
    """Return positions of `words` (None: all that have one): word, x, y and, in 3-D, z.

    "pca" puts each word at its first principal components, fitted on all words of the space.
    "umap" reads the layout that was computed beforehand (seed 0) from the vectors as published;
    a space made of a bundled one by reduction keeps it.
    Raises UnknownWord, InvalidRequest; EmbeddingError where no layout was computed beforehand.
    """
    import pandas as pd

    if method == "umap" and seed != 0:
        raise InvalidRequest("The UMAP layouts computed beforehand have seed 0.")
    places = layout(space, method=method, dimensions=dimensions)
    if words is None:
        words = space.vocabulary.chunk(0, len(places.positions))
    rows = space.indices(words)
    for word, row in zip(words, rows, strict=True):
        if row >= len(places.positions):
            raise EmbeddingError(
                f"“{word}” is not among the {len(places.positions):,} most frequent words, which "
                "are the ones on this map."
            )
    columns = {AXES[axis]: places.positions[rows, axis] for axis in range(dimensions)}
    return pd.DataFrame({"word": list(words)} | columns)


def layout(space: EmbeddingSpace, *, method: str, dimensions: int) -> Layout:
    """Return the positions of the `MAPPED` most frequent words of `space`."""
    if method not in METHODS:
        raise InvalidRequest(f"“{method}” is no layout. Choose {' or '.join(METHODS)}.")
    if dimensions not in (2, 3):
        raise InvalidRequest(f"A map has 2 or 3 dimensions, not {dimensions}.")
    if method == "umap":
        return _precomputed(space.published.name, dimensions)
    key = ("pca layout", dimensions)
    return space.published.remember(key, lambda: _pca(space.published, dimensions))


def _pca(space: EmbeddingSpace, dimensions: int) -> Layout:
    """The first principal components: the same for every number of dimensions kept, as PCA is
    nested."""
    if space.dimension < dimensions:
        raise InvalidRequest(f"{space.title} has fewer than {dimensions} dimensions.")
    pca = fit_pca(space)
    positions = np.ascontiguousarray(pca.rotated[:MAPPED, :dimensions])
    positions.setflags(write=False)
    share = 100 * pca.explained[:dimensions].sum()
    described = (
        f"the first {dimensions} principal components, which hold {share:.1f} % of the variance"
    )
    return Layout(positions, f"{space.content_id}-pca-{dimensions}", described)


@lru_cache(maxsize=2 * len(NAMES))
def _precomputed(name: str, dimensions: int) -> Layout:
    if name not in NAMES:
        raise EmbeddingError(f"No UMAP layout was computed beforehand for {name}: choose PCA.")
    path = data_folder(name) / f"umap-{dimensions}d.npy"
    positions = np.load(path, allow_pickle=False)
    positions.setflags(write=False)
    described = "UMAP of the vectors as published, all dimensions, computed beforehand"
    return Layout(positions, f"{name}-umap-{dimensions}", described)
