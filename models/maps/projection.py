"""The positions of words on a map: read where they are precomputed, else drawn by PCA, UMAP or
t-SNE."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.errors import EmbeddingError, InvalidRequest
from models.maps.frames import Frame
from models.maps.neighbour_graph import MOST, Progress, map_rows
from models.maps.out_of_sample import out_of_sample_positions
from models.maps.pca_layout import pca_layout
from models.maps.precomputed_maps import MAPPED, precomputed_layout
from models.maps.tsne import TSNE, tsne_frames
from models.maps.umap import ENGINES, UMAP, VECTORSCOPE, umap_frames
from models.reduction.reduce import fit_pca
from models.sources.bundled import NAMES
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("umap", "pca", "tsne")
AXES = ("x", "y", "z")
FEWEST = 4  # words that can be laid out


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
    engine: str = VECTORSCOPE,
    live: bool | None = None,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return positions of `words` (None: the 20,000 most frequent): word, x, y and, in 3-D, z.

    A precomputed map is read, not drawn `live`: for "pca" the first principal components of all
    words of the space; for "umap" of a bundled space, or one reduced from it, the map of the
    vectors as published, with the options that are the defaults here. A word too rare to be on that
    map lies amid its nearest ones. Otherwise, or where `live` is true, the map is computed of
    `words` alone, at most 50,000, from the vectors of `space`: `n_neighbors` and `min_dist` are for
    "umap", `perplexity` for "tsne". `engine` "umap-learn" has the reference implementation compute
    a "umap" from the same neighbour graph, start, settings and seed; it is never precomputed. The
    same arguments give the same picture. `progress` receives fractions and may raise to end the
    work.
    Raises UnknownWord, InvalidRequest; EmbeddingError where `live` is false and no such map is
    precomputed.
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
        engine=engine,
    )
    precomputed = has_precomputed_map(space, options)
    if live is None:
        live = not precomputed
    if not live and not precomputed:
        raise EmbeddingError(
            f"No {method} map of {space.title} with these options was computed beforehand."
        )
    rows = map_rows(space, MAPPED) if words is None else space.indices(words)
    if not live:
        positions = _precomputed(space, rows, method, dimensions)
    elif options is None:
        positions, _ = pca_layout(space, rows, dimensions)
    else:
        [last] = deque(frames(space, rows, options, progress=progress), maxlen=1)
        positions = last.positions
    if words is None:
        words = space.vocabulary.chunk(0, len(rows))
    return pd.DataFrame({"word": list(words)} | dict(zip(AXES, positions.T, strict=False)))


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
    engine: str = VECTORSCOPE,
) -> UMAP | TSNE | None:
    """Return the options of a live map by `method`; None for "pca", which has none."""
    if dimensions not in (2, 3):
        raise InvalidRequest(f"A map has 2 or 3 dimensions, not {dimensions}.")
    if method == "umap":
        return UMAP(n_neighbors, min_dist, metric, seed, dimensions, epochs, engine)
    if engine != VECTORSCOPE:
        raise InvalidRequest(
            f"“{engine}” is no engine for {method}: {' or '.join(ENGINES)} can be chosen for umap "
            "alone."
        )
    if method == "tsne":
        return TSNE(perplexity, metric, seed, dimensions, epochs or TSNE.epochs)
    return None


def has_precomputed_map(space: EmbeddingSpace, options: UMAP | TSNE | None) -> bool:
    """Tell whether a map of the most frequent words, of the vectors as published, with these
    options (None: PCA) need not be drawn."""
    if options is None:
        return True
    return options == UMAP(dimensions=options.dimensions) and space.published.name in NAMES


def frames(
    space: EmbeddingSpace,
    words: int | Sequence[str] | Rows | None,
    options: UMAP | TSNE,
    *,
    every: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Frame]:
    """Yield the map of `words` (rows, or a number of most frequent ones; None: 20,000) as it is
    drawn: the principal components at once, then every few epochs, the map itself at the end."""
    rows = map_rows(space, MAPPED if words is None else words)
    if not FEWEST <= len(rows) <= MOST:
        raise InvalidRequest(f"A map holds {FEWEST} to {MOST:,} words, not {len(rows):,}.")
    if isinstance(options, UMAP):
        return umap_frames(space, rows, options, every=every, progress=progress)
    return tsne_frames(space, rows, options, every=every, progress=progress)


def _precomputed(space: EmbeddingSpace, rows: Rows, method: str, dimensions: int) -> Floats:
    known = precomputed_layout(space, method=method, dimensions=dimensions).positions
    mapped = rows < len(known)
    if mapped.all():
        return known[rows]
    if method == "pca":
        return fit_pca(space.published).rotated[rows, :dimensions]
    positions = np.empty((len(rows), dimensions), dtype=np.float32)
    positions[mapped] = known[rows[mapped]]
    rare = np.ascontiguousarray(space.published.vectors[rows[~mapped]])
    positions[~mapped] = out_of_sample_positions(space.published, None, known, rare)
    return positions
