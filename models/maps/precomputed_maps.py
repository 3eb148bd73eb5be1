"""Precomputed maps: the PCA of a whole space, and the UMAP and the clusters of a bundled one, which
come with the installation."""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError, InvalidRequest
from models.reduction.reduce import fit_pca
from models.sources.bundled import NAMES, data_folder
from models.space import EmbeddingSpace, Floats

MAPPED = 20_000  # words of a space that have a position on its precomputed maps


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions of the most frequent words of a space: float32 (words, 2 or 3), row by row."""

    positions: Floats
    content_id: str
    described: str


@dataclass(frozen=True, eq=False)
class Clusters:
    """`codes` uint8 (words,) for the most frequent words; `names[code]`: its most central words."""

    codes: NDArray[np.uint8]
    names: tuple[str, ...]


def precomputed_layout(space: EmbeddingSpace, *, method: str, dimensions: int) -> Layout:
    """Return the positions of the `MAPPED` most frequent words by "umap" or "pca", always those of
    the vectors as published. Raises EmbeddingError where no UMAP comes with the space."""
    if method not in ("umap", "pca"):
        raise InvalidRequest(f"No map by “{method}” was computed beforehand. Choose umap or pca.")
    if dimensions not in (2, 3):
        raise InvalidRequest(f"A map has 2 or 3 dimensions, not {dimensions}.")
    published = space.published
    return published.remember(
        ("layout", method, dimensions),
        lambda: (_umap if method == "umap" else _pca)(published, dimensions),
    )


@lru_cache(maxsize=len(NAMES))
def clusters(name: str) -> Clusters:
    """Return the k-means clusters of the full vectors of the bundled space `name`; raise
    UnknownSpace for another."""
    folder = data_folder(name)
    codes = np.load(folder / "clusters.npy", allow_pickle=False)
    codes.setflags(write=False)
    listed = json.loads((folder / "clusters.json").read_text("utf-8"))
    return Clusters(codes, tuple(cluster["name"] for cluster in listed))


def _pca(space: EmbeddingSpace, dimensions: int) -> Layout:
    """The first principal components: the same for every reduced size, as PCA is nested."""
    pca = fit_pca(space)
    rotated = pca.rotated[:MAPPED, :dimensions]
    positions = np.zeros((len(rotated), dimensions), dtype=np.float32)  # axes it lacks stay 0
    positions[:, : rotated.shape[1]] = rotated
    positions.setflags(write=False)
    share = 100 * pca.explained[:dimensions].sum()
    described = (
        f"the first {dimensions} principal components, which hold {share:.1f} % of the variance"
    )
    return Layout(positions, f"{space.content_id}-pca-{dimensions}", described)


def _umap(space: EmbeddingSpace, dimensions: int) -> Layout:
    name = space.name
    if name not in NAMES:
        raise EmbeddingError(f"No UMAP layout was computed beforehand for {name}: choose PCA.")
    positions = np.load(data_folder(name) / f"umap-{dimensions}d.npy", allow_pickle=False)
    positions.setflags(write=False)
    described = "UMAP of the vectors as published, all dimensions, computed beforehand"
    return Layout(positions, f"{name}-umap-{dimensions}", described)
