"""The comparison of two spaces, as a function that runs as a job."""

from dataclasses import dataclass, field, replace

import numpy as np

from models.errors import InvalidRequest
from models.maps.align import procrustes
from models.maps.faithfulness import Faithfulness, sampled_faithfulness
from models.maps.neighbour_graph import Progress
from models.maps.pca_layout import pca_layout
from models.maps.umap import UMAP, umap
from models.quality.metrics.comparison import Comparison, common_rows, compare
from models.reduction.reduce import reduce
from models.runtime.progress import Reporter
from models.sources.space_handles import SpaceHandle
from models.space import EmbeddingSpace, Floats, Rows

MAPPED = 5_000  # common words on the two maps
LAYOUTS = ("PCA", "UMAP")
_COMPARED, _DRAWN = 0.5, 0.9  # of the work, where maps are UMAP


@dataclass(frozen=True)
class Side:
    """One of the two spaces: what opens it, cut by PCA to `dimension` where that is fewer."""

    handle: SpaceHandle
    dimension: int

    @property
    def key(self) -> str:
        """Name the content."""
        return f"{self.handle.content} at {self.dimension}"

    def open(self) -> EmbeddingSpace:
        """Return the space."""
        space = self.handle.open()
        if self.dimension >= space.dimension:
            return space
        cut = reduce(space, dimension=self.dimension)
        title = f"{space.title}, cut to {self.dimension}"
        return replace(cut, card=replace(space.card, title=title)) if space.card else cut


@dataclass(frozen=True, eq=False)
class Compared:
    """The figures, and the maps of the `mapped` most frequent common words, float32 (mapped, 2)
    each; the second is turned, mirrored and scaled to lie near the first, which leaves the share
    `left` of it unexplained. `faithful` is how far either can be trusted, beside its own space."""

    comparison: Comparison
    mapped: tuple[str, ...] = field(repr=False)
    first: Floats = field(repr=False)
    second: Floats = field(repr=False)
    left: float
    faithful: tuple[Faithfulness, Faithfulness] = field(repr=False)


def compare_sides(
    job: Reporter, sides: tuple[Side, Side], most: int, k: int, layout: str
) -> Compared:
    """Return how two spaces differ, with a map of each by `layout`, one of LAYOUTS."""
    if layout not in LAYOUTS:
        raise InvalidRequest(f"“{layout}” is no layout here. Choose {' or '.join(LAYOUTS)}.")
    job.report(0.0, "opening the vectors")
    one, other = (side.open() for side in sides)
    end, drawn = (_COMPARED, _DRAWN) if layout == "UMAP" else (0.75, 0.8)
    found = compare(
        one,
        other,
        most=most,
        k=k,
        progress=lambda part: job.report(end * part, "comparing neighbours in both spaces"),
    )

    def drawing(part: float) -> None:
        job.report(end + (drawn - end) * part, "drawing the maps")

    rows, others, words = common_rows(one, other, most=min(most, MAPPED))
    first = _map(one, rows, layout, lambda part: drawing(part / 2))
    second = _map(other, others, layout, lambda part: drawing(0.5 + part / 2))
    aligned = procrustes(second, first)

    def judging(part: float) -> None:
        job.report(drawn + (1 - drawn) * part, "comparing neighbours in the spaces and on the maps")

    faithful = (
        sampled_faithfulness(one, first, rows, progress=lambda part: judging(part / 2)),
        sampled_faithfulness(other, second, others, progress=lambda part: judging(0.5 + part / 2)),
    )
    return Compared(found, words, first, aligned(second), aligned.disparity, faithful)


def _map(space: EmbeddingSpace, rows: Rows, layout: str, progress: Progress) -> Floats:
    if layout == "UMAP":
        return umap(space, rows, UMAP(), progress=progress)
    places = pca_layout(space, rows, 2)[0]
    return (places / max(float(np.abs(places).max()), 1e-12)).astype(np.float32)
