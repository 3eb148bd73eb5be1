"""Where words lie on a map: computed beforehand, at once (PCA) or live (UMAP, t-SNE)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import EmbeddingError, InvalidRequest
from models.maps.frames import Frame
from models.maps.neighbour_graph import MOST, Progress, rows_of
from models.maps.out_of_sample import place
from models.maps.pca_layout import principal
from models.maps.tsne import TSNE, tsne_frames
from models.maps.umap import UMAP, umap_frames
from models.reduction.reduce import fit_pca
from models.sources.bundled import NAMES, data_folder
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("umap", "pca", "tsne")
AXES = ("x", "y", "z")
MAPPED = 20_000  # words of a bundled space that have a place on its precomputed maps
FEWEST = 4  # words that can be laid out


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
    n_neighbors: int = 15,
    min_dist: float = 0.05,
    perplexity: float = 30,
    metric: str = "cosine",
    epochs: int | None = None,
    live: bool | None = None,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return positions of `words` (None: the 20,000 most frequent): word, x, y and, in 3-D, z.

    A map that stands is read, not `live`: for "pca" the first principal components of all words of
    the space; for "umap" of a bundled space, or one made of it by reduction, the map computed
    beforehand from the vectors as published, with the options that are the defaults here. A word
    too rare to be on that map is placed amid its nearest ones. Otherwise, or where `live` is true,
    the map is computed of `words` alone, at most 50,000, from the vectors of `space`: `n_neighbors`
    and `min_dist` are for "umap", `perplexity` for "tsne". The same arguments give the same
    picture. `progress` is told fractions and may raise to end the work.
    Raises UnknownWord, InvalidRequest; EmbeddingError where `live` is false and no map stands.
    """
    import pandas as pd

    if method not in METHODS:
        raise InvalidRequest(f"“{method}” is no layout. Choose {', '.join(METHODS)}.")
    options = options_of(
        method,
        dimensions=dimensions,
        seed=seed,
        n_neighbors=n_neighbors,
        min_dist=min_dist,
        perplexity=perplexity,
        metric=metric,
        epochs=epochs,
    )
    stands = _stands(space, options)
    if live is None:
        live = not stands
    if not live and not stands:
        raise EmbeddingError(
            f"No {method} map of {space.title} with these options was computed beforehand."
        )
    rows = np.arange(min(MAPPED, len(space))) if words is None else space.indices(words)
    if live:
        positions = _computed(space, rows, options, dimensions, progress)
    else:
        positions = _read(space, rows, method, dimensions)
    if words is None:
        words = space.vocabulary.chunk(0, len(rows))
    columns = {AXES[axis]: positions[:, axis] for axis in range(dimensions)}
    return pd.DataFrame({"word": list(words)} | columns)


def options_of(
    method: str,
    *,
    dimensions: int,
    seed: int = 0,
    n_neighbors: int = 15,
    min_dist: float = 0.05,
    perplexity: float = 30,
    metric: str = "cosine",
    epochs: int | None = None,
) -> UMAP | TSNE | None:
    """Return the options of a live map by `method`; None for "pca", which has none."""
    if dimensions not in (2, 3):
        raise InvalidRequest(f"A map has 2 or 3 dimensions, not {dimensions}.")
    if method == "umap":
        return UMAP(n_neighbors, min_dist, metric, seed, dimensions, epochs)
    if method == "tsne":
        return TSNE(perplexity, metric, seed, dimensions, epochs or TSNE.epochs)
    return None


def frames(
    space: EmbeddingSpace,
    words: Sequence[str] | Rows | None,
    options: UMAP | TSNE,
    *,
    every: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Frame]:
    """Yield a live map of `words` (or rows; None: the 20,000 most frequent) as it settles: the
    principal components at once, then every few epochs, the map itself at the end."""
    rows = rows_of(space, np.arange(min(MAPPED, len(space))) if words is None else words)
    if not FEWEST <= len(rows) <= MOST:
        raise InvalidRequest(f"A map holds {FEWEST} to {MOST:,} words, not {len(rows):,}.")
    if isinstance(options, UMAP):
        return umap_frames(space, rows, options, every=every, progress=progress)
    return tsne_frames(space, rows, options, every=every, progress=progress)


def layout(space: EmbeddingSpace, *, method: str, dimensions: int) -> Layout:
    """Return the positions of the `MAPPED` most frequent words of `space` on a map that stands."""
    if method not in ("umap", "pca"):
        raise InvalidRequest(f"No map by “{method}” was computed beforehand. Choose umap or pca.")
    if dimensions not in (2, 3):
        raise InvalidRequest(f"A map has 2 or 3 dimensions, not {dimensions}.")
    published = space.published

    def make() -> Layout:
        if method == "umap":
            return _precomputed(published.name, dimensions)
        return _pca(published, dimensions)

    return published.remember(("layout", method, dimensions), make)


def _stands(space: EmbeddingSpace, options: UMAP | TSNE | None) -> bool:
    """Tell whether a map with these options need not be computed."""
    if options is None:
        return True
    return options == UMAP(dimensions=options.dimensions) and space.published.name in NAMES


def _computed(
    space: EmbeddingSpace,
    rows: Rows,
    options: UMAP | TSNE | None,
    dimensions: int,
    progress: Progress | None,
) -> Floats:
    if options is None:
        return principal(space, rows, dimensions)[0]
    for frame in frames(space, rows, options, progress=progress):
        positions = frame.positions
    return positions


def _read(space: EmbeddingSpace, rows: Rows, method: str, dimensions: int) -> Floats:
    """Return the places of the words `rows` on the map that stands."""
    standing = layout(space, method=method, dimensions=dimensions).positions
    mapped = rows < len(standing)
    if mapped.all():
        return standing[rows]
    if method == "pca":
        return fit_pca(space.published).rotated[rows, :dimensions]
    positions = np.empty((len(rows), dimensions), dtype=np.float32)
    positions[mapped] = standing[rows[mapped]]
    rare = np.ascontiguousarray(space.published.vectors[rows[~mapped]])
    positions[~mapped] = place(space.published, None, standing, rare)
    return positions


def _pca(space: EmbeddingSpace, dimensions: int) -> Layout:
    """The first principal components: the same for every number of dimensions kept, as PCA is
    nested."""
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


def _precomputed(name: str, dimensions: int) -> Layout:
    if name not in NAMES:
        raise EmbeddingError(f"No UMAP layout was computed beforehand for {name}: choose PCA.")
    path = data_folder(name) / f"umap-{dimensions}d.npy"
    positions = np.load(path, allow_pickle=False)
    positions.setflags(write=False)
    described = "UMAP of the vectors as published, all dimensions, computed beforehand"
    return Layout(positions, f"{name}-umap-{dimensions}", described)
