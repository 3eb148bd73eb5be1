"""The map that the controls of the page ask for."""

from dataclasses import dataclass

from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.search.groups import UNNAMED, WordGroups
from models.search.neighbours import Filter

# The labels of a control, which the link carries, and their values.
LAYOUTS = {"UMAP": "umap", "PCA": "pca", "t-SNE": "tsne"}
VIEWS = {"2-D": 2, "3-D": 3}
NEIGHBOURS = 10  # of the word


@dataclass(frozen=True)
class MapRequest:
    """A word, the words of the map and how it is drawn.

    `most_frequent` is how many of the most frequent words are laid out; None for the visitor's own:
    those of the `word_list`, or without one those of `groups`. With `only_groups` the other words
    of the map are hidden. `options` are None for PCA. `recomputed` is whether the map is of the
    vectors at the reduced size; any other is of those as published.
    """

    word: str
    method: str
    dimensions: int
    colour: str
    most_frequent: int | None
    groups: WordGroups
    only_groups: bool
    among: Filter
    options: UMAP | TSNE | None
    recomputed: bool
    word_list: tuple[str, ...] | None = None

    @property
    def words(self) -> int | tuple[str, ...]:
        """The words of the map: a number of most frequent ones, or these."""
        if self.most_frequent is not None:
            return self.most_frequent
        return self.groups.words if self.word_list is None else self.word_list

    @property
    def marked_groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The visitor's groups, by name, that are marked; none where one unnamed group is all."""
        groups = self.groups.groups
        alone = self.most_frequent is None and self.word_list is None and len(groups) == 1
        return () if alone and groups[0][0] == UNNAMED else groups
