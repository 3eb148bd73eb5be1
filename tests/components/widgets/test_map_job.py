"""The job of a map has one name on all pages, and no other job has it."""

from dataclasses import replace

import pytest

from components.widgets.map_job import Words, map_key
from models import EmbeddingSpace
from models.maps.tsne import TSNE
from models.maps.umap import UMAP


def test_another_name_of_the_space_is_no_other_map(tiny: EmbeddingSpace) -> None:
    assert map_key(replace(tiny, name="mine"), 5, UMAP()) == map_key(tiny, 5, UMAP())


@pytest.mark.parametrize(
    ("words", "options"),
    [(4, UMAP()), (("king", "queen"), UMAP()), (5, UMAP(seed=1)), (5, TSNE())],
)
def test_other_words_or_options_are_another_map(
    tiny: EmbeddingSpace, words: Words, options: UMAP | TSNE
) -> None:
    assert map_key(tiny, words, options) != map_key(tiny, 5, UMAP())


def test_other_vectors_are_another_map(tiny: EmbeddingSpace) -> None:
    turned = replace(tiny, vectors=-tiny.vectors)
    cut = replace(tiny, provenance=("cut",))
    names = {map_key(space, 5, UMAP()) for space in (tiny, turned, cut)}
    assert len(names) == 3
