"""Maps: PCA and precomputed layouts by word, clusters, and the plane of an analogy."""

import numpy as np
import pytest

import models
from models import EmbeddingError, EmbeddingSpace, InvalidRequest, UnknownWord
from models.maps.out_of_sample import out_of_sample_positions
from models.maps.plane import offset_plane
from models.maps.precomputed_maps import clusters, precomputed_layout
from models.maps.projection import frames, options_of
from models.sources.bundled import NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dimensions", [2, 3])
def test_every_bundled_space_has_its_maps(name: str, dimensions: int) -> None:
    frame = models.project(models.load(name), ["king", "queen"], dimensions=dimensions)
    assert list(frame.columns) == ["word", "x", "y", "z"][: dimensions + 1]
    assert np.isfinite(frame.iloc[:, 1:].to_numpy()).all()


@pytest.mark.parametrize("name", NAMES)
def test_neighbours_lie_close_on_the_umap(name: str) -> None:
    """A map that lost its alignment would scatter a word's neighbours like any other words."""
    space = models.load(name)
    places = precomputed_layout(space, method="umap", dimensions=2).positions
    near, far = [], []
    for word in ("king", "monday", "france", "red", "doctor"):
        found = models.neighbours(space.head(20_000), word, k=5)["word"]
        apart = np.linalg.norm(places - places[space.index(word)], axis=1)
        near.append(np.median(apart[space.indices(list(found))]))
        far.append(np.median(apart))
    assert np.mean(near) < 0.3 * np.mean(far)


def test_pca_is_the_first_components_at_every_size(glove_100: EmbeddingSpace) -> None:
    full = models.project(glove_100, ["king"], method="pca")
    cut = models.project(models.reduce(glove_100, dimension=10), ["king"], method="pca")
    reduced = models.reduce(glove_100, dimension=2)["king"]
    assert full.equals(cut)
    assert np.allclose(full[["x", "y"]].to_numpy()[0], reduced, atol=1e-5)


def test_a_reduced_space_keeps_the_umap(glove_100: EmbeddingSpace) -> None:
    cut = models.reduce(glove_100, dimension=10)
    assert models.project(cut, ["king"]).equals(models.project(glove_100, ["king"]))


def test_what_has_no_place_is_told(glove_50: EmbeddingSpace, tiny: EmbeddingSpace) -> None:
    with pytest.raises(UnknownWord):
        models.project(glove_50, ["kign"])
    for space, options in ((tiny, {}), (glove_50, {"seed": 1}), (glove_50, {"method": "tsne"})):
        with pytest.raises(EmbeddingError, match="computed beforehand"):
            models.project(space, live=False, **options)  # type: ignore[arg-type]
    for bad in ({"method": "magic"}, {"dimensions": 4}, {"n_neighbors": 1}):
        with pytest.raises(InvalidRequest):
            models.project(glove_50, ["king"], **bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="4 to 50,000 words"):
        models.project(glove_50, ["king", "queen"], seed=1)
    with pytest.raises(EmbeddingError, match="choose PCA"):
        precomputed_layout(tiny, method="umap", dimensions=2)


@pytest.mark.parametrize("method", ["umap", "pca", "tsne"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_any_selection_is_laid_out_live(
    glove_50: EmbeddingSpace, method: str, dimensions: int
) -> None:
    words = glove_50.vocabulary.chunk(50_000, 50_060)
    told: list[float] = []
    again = [
        models.project(
            glove_50,
            words,
            method=method,
            dimensions=dimensions,
            seed=3,
            live=True,
            progress=told.append,
        )
        for _ in range(2)
    ]
    assert list(again[0]["word"]) == words
    assert again[0].equals(again[1])
    assert np.isfinite(again[0].iloc[:, 1:].to_numpy()).all()
    assert told[-1:] == ([] if method == "pca" else [1.0])


def test_a_live_map_is_of_the_vectors_that_it_is_asked_of(glove_100: EmbeddingSpace) -> None:
    words = glove_100.vocabulary.chunk(0, 100)
    cut = models.reduce(glove_100, dimension=10)
    maps = [models.project(space, words, live=True, epochs=20) for space in (glove_100, cut)]
    assert not maps[0].equals(maps[1])


def test_a_space_of_ones_own_is_laid_out_when_asked_for(tiny: EmbeddingSpace) -> None:
    assert models.project(tiny)["word"].tolist() == tiny.words


def test_the_engine_of_a_umap_can_be_chosen(tiny: EmbeddingSpace) -> None:
    first = models.project(tiny, engine="umap-learn", epochs=10)
    assert first["word"].tolist() == tiny.words
    assert first.equals(models.project(tiny, engine="umap-learn", epochs=10, live=True))
    assert not first.equals(models.project(tiny, epochs=10))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"engine": "cuml"}, "Choose vectorscope or umap-learn"),
        ({"engine": "umap-learn", "method": "tsne"}, "no engine for tsne"),
        ({"engine": "umap-learn", "method": "pca"}, "vectorscope or umap-learn can be chosen"),
    ],
)
def test_another_engine_is_refused_with_what_is_allowed(
    tiny: EmbeddingSpace, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        models.project(tiny, **options)  # type: ignore[arg-type]


def test_a_rare_word_is_placed_amid_its_neighbours(glove_50: EmbeddingSpace) -> None:
    rare = glove_50.vocabulary[300_000]
    head = glove_50.head(20_000)
    near = models.neighbours(head, glove_50[rare], k=3)["word"].tolist()
    frame = models.project(glove_50, ["king", rare, *near]).set_index("word")
    assert frame.loc["king"].equals(
        models.project(glove_50, ["king"]).set_index("word").loc["king"]
    )
    around = frame.loc[near]
    assert (around.min() <= frame.loc[rare]).all()
    assert (frame.loc[rare] <= around.max()).all()


def test_a_word_on_the_map_keeps_its_place_and_others_come_near(glove_50: EmbeddingSpace) -> None:
    words = glove_50.vocabulary.chunk(0, 3_000)
    places = precomputed_layout(glove_50, method="umap", dimensions=2).positions[:4_000]
    new = glove_50.vocabulary.chunk(3_000, 4_000)
    placed = out_of_sample_positions(glove_50, words, places[:3_000], ["the", *new])
    assert np.array_equal(placed[0], places[0])
    apart = np.linalg.norm(placed[1:] - places[3_000:], axis=1)
    assert np.median(apart) < 0.3 * np.median(np.linalg.norm(places, axis=1))
    vectors = np.ascontiguousarray(glove_50.vectors[3_000:4_000])
    assert np.allclose(
        out_of_sample_positions(glove_50, words, places[:3_000], vectors), placed[1:], atol=1e-4
    )
    with pytest.raises(InvalidRequest, match="places on the map"):
        out_of_sample_positions(glove_50, words, places[:10], new)


def test_a_map_begins_with_its_principal_components(glove_50: EmbeddingSpace) -> None:
    for method in ("umap", "tsne"):
        options = options_of(method, dimensions=2)
        assert options is not None
        first = next(frames(glove_50, None, options))
        assert first.epoch == 0
        assert first.positions.shape == (20_000, 2)
        assert method in options.describe(20_000).lower().replace("-", "")


@pytest.mark.parametrize("name", NAMES)
def test_clusters_are_named_by_words_that_belong_to_them(name: str) -> None:
    space, found = models.load(name), clusters(name)
    assert len(found.codes) == 20_000
    assert set(found.codes.tolist()) == set(range(len(found.names)))
    for code, title in enumerate(found.names):
        for word in title.split(", "):
            assert found.codes[space.index(word)] == code


def test_the_parallelogram_closes_in_its_plane(glove_50: EmbeddingSpace) -> None:
    plane = offset_plane(glove_50, "man", "king", "woman", ["queen"])
    points = plane.points.set_index("role")
    a, b, c = (points.loc[role, ["x", "y"]].to_numpy(float) for role in "abc")
    assert np.allclose(a, 0, atol=1e-6)
    assert c[1] == pytest.approx(0, abs=1e-6)
    assert np.allclose(plane.predicted, b - a + c, atol=1e-6)
    assert np.allclose(points.loc[["a", "b", "c"], "off_plane"].to_numpy(float), 0, atol=1e-6)
    king, queen = glove_50.unit(glove_50.indices(["king", "queen"]))
    seen = points.loc["answer", ["x", "y"]].to_numpy(float) - b
    hidden = points.loc["answer", "off_plane"]
    assert seen @ seen + hidden**2 == pytest.approx(
        float((queen - king) @ (queen - king)), rel=1e-4
    )


def test_three_words_on_a_line_span_no_plane(glove_50: EmbeddingSpace) -> None:
    with pytest.raises(InvalidRequest, match="no plane"):
        offset_plane(glove_50, "king", "king", "woman", ["queen"])
