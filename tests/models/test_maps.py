"""Maps: PCA and precomputed layouts by word, clusters, and the plane of an analogy."""

import numpy as np
import pytest

import models
from models import EmbeddingError, EmbeddingSpace, InvalidRequest, UnknownWord
from models.maps.clusters import clusters
from models.maps.plane import offset_plane
from models.maps.projection import layout
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
    places = layout(space, method="umap", dimensions=2).positions
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
    rare = glove_50.vocabulary[300_000]
    with pytest.raises(EmbeddingError, match="20,000 most frequent"):
        models.project(glove_50, [rare])
    with pytest.raises(UnknownWord):
        models.project(glove_50, ["kign"])
    with pytest.raises(EmbeddingError, match="choose PCA"):
        models.project(tiny)
    for bad in ({"method": "magic"}, {"dimensions": 4}, {"seed": 1}):
        with pytest.raises(InvalidRequest):
            models.project(glove_50, ["king"], **bad)  # type: ignore[arg-type]


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
