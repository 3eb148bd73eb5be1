"""What the Map page is made of: what stands, what is placed, and what the browser is told."""

from dataclasses import replace

import numpy as np
import pytest

import models
from components.pages.map.colouring import colouring
from components.pages.map.controls import counts_offered
from components.pages.map.layout import Shown
from components.pages.map.layout_job import stands
from components.pages.map.out_of_sample_words import MOST_PLACED, placed
from components.pages.map.request import Sight
from components.pages.map.scene import Field
from components.pages.map.trust_panel import Trusted
from components.session import InUse
from components.word_map.layer import Categories, Plain, Scale
from models import EmbeddingSpace
from models.maps.out_of_sample import out_of_sample_positions
from models.maps.precomputed_maps import precomputed_layout
from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.reduction.reduce import fit_pca
from models.search.groups import WordGroups, read_groups
from models.search.neighbours import EVERYONE

SIGHT = Sight(
    word="king",
    method="umap",
    dimensions=2,
    colour="cluster",
    most=20_000,
    groups=WordGroups((), ()),
    only=False,
    among=EVERYONE,
    options=UMAP(),
    recomputed=False,
)


def standing(space: EmbeddingSpace, method: str = "umap") -> Shown:
    places = precomputed_layout(space, method=method, dimensions=2)
    rows = np.arange(len(places.positions))
    return Shown(space, rows, places.positions, places.content_id, places.described, method)


@pytest.mark.parametrize(
    "other",
    [
        {"most": 10_000},
        {"most": None},
        {"options": UMAP(n_neighbors=16)},
        {"options": UMAP(seed=1)},
        {"options": TSNE(), "method": "tsne"},
        {"recomputed": True},
        {"most": 1_000, "options": None, "method": "pca"},
    ],
)
def test_a_map_stands_for_exactly_what_was_computed(
    glove_50: EmbeddingSpace, other: dict[str, object]
) -> None:
    assert stands(glove_50, SIGHT)
    assert stands(glove_50, replace(SIGHT, dimensions=3, options=UMAP(dimensions=3)))
    assert stands(glove_50, replace(SIGHT, options=None, method="pca", recomputed=True))
    assert not stands(glove_50, replace(SIGHT, **other))  # type: ignore[arg-type]


def test_a_space_of_ones_own_has_only_its_pca(tiny: EmbeddingSpace) -> None:
    five = replace(SIGHT, most=5)
    assert not stands(tiny, five)
    assert stands(tiny, replace(five, options=None, method="pca"))


def test_no_more_words_are_offered_than_there_are() -> None:
    assert counts_offered(400_000)[-2:] == ["20,000", "50,000"]
    assert counts_offered(40_000) == ["1,000", "5,000", "10,000", "20,000", "40,000"]
    assert counts_offered(700) == ["700"]


def test_words_that_the_map_lacks_are_placed_amid_their_nearest(glove_50: EmbeddingSpace) -> None:
    shown = standing(glove_50)
    rare = [glove_50.vocabulary[row] for row in (30_000, 300_000)]
    found = placed(shown, ["king", *rare, "qqzzyyx", ""])
    assert found.words == tuple(rare)
    assert np.array_equal(
        found.positions, out_of_sample_positions(glove_50, None, shown.positions, rare)
    )
    assert not found.exact
    many = placed(shown, glove_50.vocabulary.chunk(30_000, 30_000 + 2 * MOST_PLACED))
    assert len(many.words) == MOST_PLACED
    assert placed(shown.changed(settled=False), rare).words == ()


def test_a_map_of_chosen_words_takes_others_in(glove_50: EmbeddingSpace) -> None:
    words = ["king", "cat", "dog", "london"]
    rows = glove_50.indices(words)
    places = np.array([[9, 9], [0, 0], [0, 1], [5, 0]], dtype=np.float32)
    shown = Shown(glove_50, rows, places, "mine", "", "umap", UMAP(), source=glove_50)
    [at] = placed(shown, ["dogs"]).positions
    assert np.linalg.norm(at - places[2]) < np.linalg.norm(at - places[0])


def test_on_a_pca_every_word_has_its_own_place(glove_50: EmbeddingSpace) -> None:
    found = placed(standing(glove_50, "pca"), [glove_50.vocabulary[300_000]])
    assert found.exact
    assert np.array_equal(found.positions[0], fit_pca(glove_50).rotated[300_000, :2])


def test_only_the_chosen_words_stay_where_they_are(glove_50: EmbeddingSpace) -> None:
    shown = standing(glove_50)
    few = shown.only(("queen", "king", "qqzzyyx"))
    assert sorted(few.words) == ["king", "queen"]
    place_of_king = shown.positions[glove_50.index("king")]
    assert np.array_equal(few.positions[few.words.index("king")], place_of_king)
    assert few.frame == shown.frame
    assert not few.frequent
    assert shown.frequent


def test_a_live_map_fills_the_same_part_of_the_screen_from_its_start(
    glove_50: EmbeddingSpace,
) -> None:
    positions = np.random.default_rng(0).normal(3, size=(500, 2)).astype(np.float32)
    start = Shown(glove_50, np.arange(500), positions, "live", "", "tsne", TSNE(), source=glove_50)
    none = placed(start, [])
    drawn = [
        Field(start.changed(positions=positions * size), none, Trusted()).layer(Plain()).positions
        for size in (np.float32(1e-4), np.float32(30))
    ]
    assert np.allclose(drawn[0], drawn[1], atol=1e-3)
    assert 15 < np.ptp(drawn[0][:, 0]) < 40
    assert np.abs(np.median(drawn[0], axis=0)).max() < 1
    still = standing(glove_50)
    assert np.array_equal(Field(still, none, Trusted()).layer(Plain()).positions, still.positions)


@pytest.mark.parametrize("colour", ["cluster", "frequency", "similarity to the word", "nothing"])
def test_placed_words_have_a_colour_too(glove_50: EmbeddingSpace, colour: str) -> None:
    in_use = InUse(glove_50, glove_50)
    shown = standing(glove_50)
    field = Field(shown, placed(shown, [glove_50.vocabulary[300_000]]), Trusted())
    layer = field.layer(colouring(in_use, replace(SIGHT, colour=colour), field))
    assert layer.words[-1] == glove_50.vocabulary[300_000]
    assert layer.ranks is not None
    assert layer.ranks[-1] == 300_001
    if isinstance(layer.colours, Scale):
        assert len(layer.colours.values) == 20_001
    if isinstance(layer.colours, Categories):
        assert len(layer.colours.codes) == 20_001
        assert layer.colours.legend()["names"][-1] == "too rare for a cluster"
        assert layer.colours.codes_file[-1] == len(layer.colours.legend()["names"]) - 1


def test_ones_own_groups_are_seen_in_their_own_colours(glove_50: EmbeddingSpace) -> None:
    in_use, shown = InUse(glove_50, glove_50), standing(glove_50)
    field = Field(shown, placed(shown, []), Trusted())
    own = replace(SIGHT, groups=read_groups("pets: cat, dog", glove_50))
    assert isinstance(colouring(in_use, own, field), Plain)
    assert isinstance(colouring(in_use, SIGHT, field), Categories)


def test_what_is_laid_out_is_a_count_or_words(glove_50: EmbeddingSpace) -> None:
    own = read_groups("cat dog", glove_50)
    assert replace(SIGHT, groups=own).laid_out == 20_000
    alone = replace(SIGHT, groups=own, most=None)
    assert alone.laid_out == ("cat", "dog")
    assert replace(alone, listed=("king",)).laid_out == ("king",)


def test_to_mark_all_words_of_a_map_would_mark_none(glove_50: EmbeddingSpace) -> None:
    own = read_groups("cat dog", glove_50)
    assert replace(SIGHT, groups=own).told_apart == own.groups
    assert replace(SIGHT, groups=own, most=None).told_apart == ()
    assert replace(SIGHT, groups=own, most=None, listed=("king",)).told_apart == own.groups
    named = read_groups("pets: cat dog", glove_50)
    assert replace(SIGHT, groups=named, most=None).told_apart == named.groups


def test_a_changed_map_keeps_its_words(glove_50: EmbeddingSpace) -> None:
    shown = standing(glove_50)
    cut = models.reduce(glove_50, dimension=10)
    moved = shown.changed(space=cut, settled=False)
    assert moved.words is shown.words
    assert moved.space is cut
    assert (shown.settled, moved.settled) == (True, False)
