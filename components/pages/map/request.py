"""What the controls of the Map page ask for."""

from dataclasses import dataclass

from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.search.groups import UNNAMED, WordGroups
from models.search.neighbours import Filter

# What a control and the link say, and what models calls it.
LAYOUTS = {"UMAP": "umap", "PCA": "pca", "t-SNE": "tsne"}
VIEWS = {"2-D": 2, "3-D": 3}


@dataclass(frozen=True)
class Sight:
    """A word, the words of the map and how it is drawn.

    `most` of the most frequent words are laid out, None for the visitor's own: those `listed`, or
    without a list those of `groups`; `only` shows no others of a map that has more. `options` are
    None for PCA. A `recomputed` map is of the vectors at the dimensions kept, any other of those as
    published.
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
    listed: tuple[str, ...] | None = None

    @property
    def laid_out(self) -> int | tuple[str, ...]:
        """The words of the map: so many most frequent ones, or these."""
        if self.most is not None:
            return self.most
        return self.groups.words if self.listed is None else self.listed

    @property
    def told_apart(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The visitor's groups that are marked: to mark all words of a map would mark none."""
        groups = self.groups.groups
        alone = self.most is None and self.listed is None and len(groups) == 1
        return () if alone and groups[0][0] == UNNAMED else groups
