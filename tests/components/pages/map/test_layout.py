"""The layout and the scene of the Map page: precomputed maps, out-of-sample words, colours."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import models
from components.charts import theme
from components.pages.map.controls import counts_offered
from components.pages.map.foot import map_figure
from components.pages.map.layout import MapLayout
from components.pages.map.layout_job import is_precomputed
from components.pages.map.request import MapRequest
from components.pages.map.scene import MOST_ADDED, map_scene, out_of_sample
from components.session import InUse
from components.word_map.scene import Categories, MapScene, Scale
from models import EmbeddingSpace
from models.maps.out_of_sample import out_of_sample_positions
from models.maps.precomputed_maps import precomputed_layout
from models.maps.tsne import TSNE
from models.maps.umap import UMAP
from models.reduction.reduce import fit_pca
from models.search.groups import WordGroups, read_groups
from models.search.neighbours import EVERYONE

REQUEST = MapRequest(
    word="king",
    method="umap",
    dimensions=2,
    colour="cluster",
    most_frequent=20_000,
    groups=WordGroups((), ()),
    only_groups=False,
    among=EVERYONE,
    options=UMAP(),
    recomputed=False,
)


def precomputed(space: EmbeddingSpace, method: str = "umap") -> MapLayout:
    places = precomputed_layout(space, method=method, dimensions=2)
    rows = np.arange(len(places.positions))
    return MapLayout(space, rows, places.positions, places.content_id, places.described, method)


def scene(layout: MapLayout, words: Sequence[str] = (), **changes: object) -> MapScene:
    in_use = InUse(layout.space, layout.space)
    request = replace(REQUEST, **changes)  # type: ignore[arg-type]
    return map_scene(in_use, request, layout, out_of_sample(layout, words), None)


@pytest.mark.parametrize(
    "other",
    [
        {"most_frequent": 10_000},
        {"most_frequent": None},
        {"options": UMAP(n_neighbors=16)},
        {"options": UMAP(seed=1)},
        {"options": TSNE(), "method": "tsne"},
        {"recomputed": True},
        {"most_frequent": 1_000, "options": None, "method": "pca"},
    ],
)
def test_a_precomputed_map_is_of_exactly_one_request(
    glove_50: EmbeddingSpace, other: dict[str, object]
) -> None:
    assert is_precomputed(glove_50, REQUEST)
    assert is_precomputed(glove_50, replace(REQUEST, dimensions=3, options=UMAP(dimensions=3)))
    assert is_precomputed(glove_50, replace(REQUEST, options=None, method="pca", recomputed=True))
    assert not is_precomputed(glove_50, replace(REQUEST, **other))  # type: ignore[arg-type]


def test_a_space_of_ones_own_has_only_its_pca(tiny: EmbeddingSpace) -> None:
    five = replace(REQUEST, most_frequent=5)
    assert not is_precomputed(tiny, five)
    assert is_precomputed(tiny, replace(five, options=None, method="pca"))


def test_no_more_words_are_offered_than_there_are() -> None:
    assert counts_offered(400_000)[-2:] == ["20,000", "50,000"]
    assert counts_offered(40_000) == ["1,000", "5,000", "10,000", "20,000", "40,000"]
    assert counts_offered(700) == ["700"]


def test_words_that_the_map_lacks_are_placed_amid_their_nearest(glove_50: EmbeddingSpace) -> None:
    shown = precomputed(glove_50)
    rare = [glove_50.vocabulary[row] for row in (30_000, 300_000)]
    found = out_of_sample(shown, ["king", *rare, "qqzzyyx", ""])
    assert found.words == rare
    assert np.array_equal(
        found.positions, out_of_sample_positions(glove_50, None, shown.positions, rare)
    )
    assert not found.covers_space
    many = out_of_sample(shown, glove_50.vocabulary.chunk(30_000, 30_000 + 2 * MOST_ADDED))
    assert len(many.words) == MOST_ADDED
    assert out_of_sample(shown.changed(settled=False), rare).words == []


def test_a_map_of_chosen_words_takes_others_in(glove_50: EmbeddingSpace) -> None:
    words = ["king", "cat", "dog", "london"]
    rows = glove_50.indices(words)
    places = np.array([[9, 9], [0, 0], [0, 1], [5, 0]], dtype=np.float32)
    shown = MapLayout(glove_50, rows, places, "mine", "", "umap", UMAP(), source=glove_50)
    [at] = out_of_sample(shown, ["dogs"]).positions
    assert np.linalg.norm(at - places[2]) < np.linalg.norm(at - places[0])


def test_on_a_pca_every_word_has_its_own_place(glove_50: EmbeddingSpace) -> None:
    found = out_of_sample(precomputed(glove_50, "pca"), [glove_50.vocabulary[300_000]])
    assert found.covers_space
    assert np.array_equal(found.positions[0], fit_pca(glove_50).rotated[300_000, :2])


def test_only_the_chosen_words_stay_where_they_are(glove_50: EmbeddingSpace) -> None:
    shown = precomputed(glove_50)
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
    start = MapLayout(
        glove_50, np.arange(500), positions, "live", "", "tsne", TSNE(), source=glove_50
    )
    drawn = [
        scene(start.changed(positions=positions * size)).positions
        for size in (np.float32(1e-4), np.float32(30))
    ]
    assert np.allclose(drawn[0], drawn[1], atol=1e-3)
    assert 15 < np.ptp(drawn[0][:, 0]) < 40
    assert np.abs(np.median(drawn[0], axis=0)).max() < 1
    still = precomputed(glove_50)
    assert np.array_equal(scene(still).positions, still.positions)


@pytest.mark.parametrize("colour", ["cluster", "frequency", "similarity to the word", "nothing"])
def test_placed_words_have_a_colour_too(glove_50: EmbeddingSpace, colour: str) -> None:
    layer = scene(precomputed(glove_50), [glove_50.vocabulary[300_000]], colour=colour)
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
    groups = read_groups("pets: cat, dog", glove_50)
    own = scene(precomputed(glove_50), groups=groups)
    assert own.colours is None
    assert [(group.name, group.words) for group in own.groups] == [("pets", ("cat", "dog"))]
    assert isinstance(scene(precomputed(glove_50)).colours, Categories)


def test_what_is_laid_out_is_a_count_or_words(glove_50: EmbeddingSpace) -> None:
    own = read_groups("cat dog", glove_50)
    assert replace(REQUEST, groups=own).words == 20_000
    alone = replace(REQUEST, groups=own, most_frequent=None)
    assert alone.words == ("cat", "dog")
    assert replace(alone, word_list=("king",)).words == ("king",)


def test_to_mark_all_words_of_a_map_would_mark_none(glove_50: EmbeddingSpace) -> None:
    own = read_groups("cat dog", glove_50)
    assert replace(REQUEST, groups=own).marked_groups == own.groups
    assert replace(REQUEST, groups=own, most_frequent=None).marked_groups == ()
    assert (
        replace(REQUEST, groups=own, most_frequent=None, word_list=("king",)).marked_groups
        == own.groups
    )
    named = read_groups("pets: cat dog", glove_50)
    assert replace(REQUEST, groups=named, most_frequent=None).marked_groups == named.groups


def test_a_changed_map_keeps_its_words(glove_50: EmbeddingSpace) -> None:
    shown = precomputed(glove_50)
    cut = models.reduce(glove_50, dimension=10)
    moved = shown.changed(space=cut, settled=False)
    assert moved.words is shown.words
    assert moved.space is cut
    assert (shown.settled, moved.settled) == (True, False)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_map_that_is_taken_away_marks_its_words(dimensions: int) -> None:
    positions = np.zeros((3, dimensions), np.float32)
    drawn = map_figure(["a", "b", "c"], positions, {theme.ASKED: ["b", "not there"]})
    assert len(drawn.data[0].x) == 3
    assert list(drawn.data[1].text) == ["b"]
    assert drawn.data[0].type == ("scatter3d" if dimensions == 3 else "scattergl")
