"""The committed vectors, maps and clusters are complete, and what their cards say they are."""

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

DATA = Path(__file__).parents[1] / "models/data"
MAPPED = 20_000
LIMIT = 40_000_000  # bytes, everything together
SPACES = ["glove-50", "glove-100", "minilm-384"]
STORED = {"glove-100": (np.float32, (40_000, 100)), "minilm-384": (np.float16, (20_000, 384))}


def card(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name / "card.json").read_text("utf-8"))
    return content


def words(name: str) -> list[str]:
    return (DATA / name / "words.txt").read_text("utf-8").removesuffix("\n").split("\n")


def test_everything_together_is_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) <= LIMIT


def test_there_is_a_folder_for_each_space_and_no_other() -> None:
    folders = {path.name for path in DATA.iterdir() if path.is_dir()}
    assert {name for name in folders if not name.startswith("training-")} == set(SPACES)


@pytest.mark.parametrize("name", SPACES)
def test_files_are_those_of_the_card(name: str) -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (DATA / name).iterdir()
        if path.name != "card.json"
    }
    assert found == card(name)["files"]


@pytest.mark.parametrize("name", SPACES)
def test_card_tells_where_the_space_comes_from(name: str) -> None:
    content = card(name)
    assert content["name"] == name
    assert content["command"] == f"python scripts/build_data.py {name}"
    for field in ("title", "source", "licence", "url", "note", "what_was_done", "built_with"):
        assert content[field], field


@pytest.mark.parametrize("name", STORED)
def test_vectors_are_finite_and_of_the_type_and_shape_that_the_card_says(name: str) -> None:
    vectors = np.load(DATA / name / "vectors.npy", allow_pickle=False)
    assert (vectors.dtype, vectors.shape) == STORED[name]
    assert vectors.shape == (card(name)["words"], card(name)["dimension"])
    assert np.isfinite(vectors).all()
    assert (np.linalg.norm(vectors.astype(np.float32), axis=1) > 0).all()


@pytest.mark.parametrize("name", STORED)
def test_words_are_distinct_and_printable(name: str) -> None:
    listed = words(name)
    assert len(listed) == len(set(listed)) == card(name)["words"]
    assert all(word and not any(map(str.isspace, word)) for word in listed)
    assert {unicodedata.category(sign) for word in listed for sign in word}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def test_glove_100_is_as_published() -> None:
    """The first numbers of "the" in glove.6B.100d.txt, and lengths that nobody made equal."""
    vectors = np.load(DATA / "glove-100/vectors.npy", allow_pickle=False)
    assert words("glove-100")[0] == "the"
    assert vectors[0, :4].tolist() == np.float32([-0.038194, -0.24487, 0.72812, -0.39961]).tolist()
    assert np.ptp(np.linalg.norm(vectors, axis=1)) > 5


def test_glove_100_lacks_what_its_card_says() -> None:
    listed = set(words("glove-100"))
    assert listed.isdisjoint({*"abcdefghijklmnopqrstuvwxyz", "n't", "u.s.", "1", "2008", "café"})
    assert not any(word[0].isdigit() for word in listed)


def test_minilm_words_are_plain_letters() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words("minilm-384"))


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("dimensions", [2, 3])
def test_maps_are_centred_and_finite(name: str, dimensions: int) -> None:
    positions = np.load(DATA / name / f"umap-{dimensions}d.npy", allow_pickle=False)
    assert (positions.dtype, positions.shape) == (np.float32, (MAPPED, dimensions))
    assert np.isfinite(positions).all()
    assert np.abs(positions.mean(axis=0, dtype=np.float64)).max() < 1e-4
    assert len(np.unique(positions, axis=0)) > 0.99 * MAPPED


@pytest.mark.parametrize("name", SPACES)
def test_card_states_how_far_the_maps_can_be_trusted(name: str) -> None:
    for dimensions in (2, 3):
        quality = card(name)["map_quality"][f"umap-{dimensions}d.npy"]
        assert 0.15 < quality["knn_overlap"] < 1
        assert 0.8 < quality["trustworthiness"] < 1


@pytest.mark.parametrize("name", SPACES)
def test_clusters_are_named_and_counted(name: str) -> None:
    codes = np.load(DATA / name / "clusters.npy", allow_pickle=False)
    listed = json.loads((DATA / name / "clusters.json").read_text("utf-8"))
    assert (codes.dtype, codes.shape) == (np.uint8, (MAPPED,))
    assert np.bincount(codes).tolist() == [cluster["size"] for cluster in listed]
    names = [cluster["name"] for cluster in listed]
    assert len(set(names)) == len(names) == 8
    assert all(len(name.split(", ")) == 3 for name in names)
