"""What the controls of the Map page ask for."""

from dataclasses import dataclass

from models.maps.live import UMAP
from models.maps.tsne import TSNE
from models.search.groups import WordGroups
from models.search.neighbours import Filter

# What a control and the link say, and what models calls it.
LAYOUTS = {"UMAP": "umap", "PCA": "pca", "t-SNE": "tsne"}
VIEWS = {"2-D": 2, "3-D": 3}


@dataclass(frozen=True)
class Sight:
    """A word, the words of the map and how it is drawn.

    `most` of the most frequent words are laid out, None for the visitor's own (`groups`); `only`
    shows no others of a map that has more. `options` are None for PCA. A `recomputed` map is of the
    vectors at the dimensions kept, any other of those as published.
    """

    word: str
    method: str
    dimensions: int
    colour: str
    most: int | None
    groups: WordGroups
    only: bool
    among: Filter
    options: UMAP | TSNE | None
    recomputed: bool

    @property
    def laid_out(self) -> int | tuple[str, ...]:
        """The words of the map: so many most frequent ones, or these."""
        return self.groups.words if self.most is None else self.most
