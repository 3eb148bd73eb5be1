"""Graphs on disk: found by the next process, believed only where they are whole, never private."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from models import EmbeddingSpace
from models.maps import neighbour_graph, neighbour_graph_store
from models.maps.neighbour_graph import NeighbourGraph, knn_graph
from models.runtime import file_cache
from models.sources.space_handles import handle_of, is_shared
from models.sources.write import write_vectors

WORDS = 2_000
Ask = Callable[..., tuple[NeighbourGraph, bool]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "10")
    file_cache._log_once.cache_clear()
    return tmp_path / "graphs"


@pytest.fixture
def ask(glove_50: EmbeddingSpace) -> Ask:
    """Ask as a new process would, with nothing in memory; say also whether it was computed."""

    def ask(space: EmbeddingSpace | None = None, **options: object) -> tuple[NeighbourGraph, bool]:
        told: list[float] = []
        space = space or glove_50.head(WORDS)
        found = knn_graph(space, progress=told.append, **options)  # type: ignore[arg-type]
        return found, bool(told)

    return ask


def test_it_is_found_again_bit_by_bit(ask: Ask, folder: Path) -> None:
    (made, was_made), (found, was_made_again) = ask(), ask()
    assert (was_made, was_made_again) == (True, False)
    for one, other in zip(made, found, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype
        assert not other.flags.writeable
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_fewer_neighbours_are_found_in_more(ask: Ask, folder: Path) -> None:
    wide, _ = ask(k=20)
    narrow, was_made = ask(k=7)
    assert not was_made
    np.testing.assert_array_equal(narrow.indices, wide.indices[:, :7])
    assert ask(k=30)[1]
    assert len(list(folder.iterdir())) == 1  # the wider one serves for both


def test_another_space_metric_or_vector_is_another_graph(
    ask: Ask, folder: Path, glove_50: EmbeddingSpace
) -> None:
    ask()
    assert ask(metric="euclidean")[1]
    assert ask(models.reduce(glove_50, dimension=10).head(WORDS))[1]
    changed = glove_50.head(WORDS).vectors.copy()
    changed[1] *= -1  # not one of the rows that a content_id looks at
    other = EmbeddingSpace(
        glove_50.name, glove_50.vocabulary.head(WORDS), changed, card=glove_50.card
    )
    assert ask(other)[1]


def test_what_a_visitor_has_brought_is_never_written(
    ask: Ask, folder: Path, glove_50: EmbeddingSpace
) -> None:
    own = EmbeddingSpace("glove-50", glove_50.vocabulary.head(WORDS), glove_50.vectors[:WORDS])
    for space in (own, models.reduce(own, dimension=10)):
        assert not is_shared(space)
        assert [ask(space)[1], ask(space.head(WORDS - 1))[1]] == [True, True]
    assert not folder.exists()


def test_a_worker_knows_what_is_shared(glove_50: EmbeddingSpace) -> None:
    """There a bundled space is another object, and a private one comes with a card of its own."""
    small = models.reduce(glove_50, dimension=5)
    assert is_shared(handle_of(glove_50)._load())
    assert handle_of(small).origin is not None
    assert is_shared(small)
    assert is_shared(handle_of(small)._load())


def test_few_words_are_not_worth_a_file(ask: Ask, folder: Path, glove_50: EmbeddingSpace) -> None:
    ask(glove_50.head(WORDS - 1))
    assert not folder.exists()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[1_000] ^= 1
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_name(path: Path) -> None:
    """A whole file, of other vectors."""
    other = path.with_name("0" * 32 + ".graph")
    path.rename(other)
    shutil.copy(other, path)
    content = np.frombuffer(path.read_bytes()[:-32], dtype="<i4").reshape(2, WORDS, 15)
    distances = content[1].view("<f4")
    digest = neighbour_graph_store._digest(other.name, content[0], distances)
    path.write_bytes(content.tobytes() + digest)


@pytest.mark.parametrize("damage", [cut_short, flipped, emptied, of_another_name])
def test_a_damaged_file_is_computed_anew(
    ask: Ask, folder: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    made, _ = ask()
    [path] = folder.iterdir()
    damage(path)
    again, was_made = ask()
    assert was_made
    assert "damaged" in caplog.text
    np.testing.assert_array_equal(made.indices, again.indices)
    assert not ask()[1]  # it was written anew


def test_a_file_of_somebody_else_is_not_believed(
    ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    monkeypatch.setattr(file_cache, "_is_own", lambda file: False)
    assert ask()[1]


def test_the_folder_may_go_at_any_moment(
    ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = neighbour_graph._search

    def meanwhile(*arguments: object) -> NeighbourGraph:
        shutil.rmtree(folder, ignore_errors=True)
        return search(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(neighbour_graph, "_search", meanwhile)
    assert ask()[1]
    shutil.rmtree(folder)
    assert ask()[1]
    assert not ask()[1]


def test_the_folder_stays_within_its_limit(
    ask: Ask, folder: Path, glove_50: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "0.6")  # two graphs of 240 KB, not three
    for count in (WORDS, WORDS + 1, WORDS + 2):
        ask(glove_50.head(count))
    assert sum(path.stat().st_size for path in folder.iterdir()) < 600_000
    assert ask(glove_50.head(WORDS))[1]
    assert not ask(glove_50.head(WORDS + 2))[1]


def test_another_process_finds_it(ask: Ask, folder: Path) -> None:
    made, _ = ask()
    code = (
        "import models; from models.maps.neighbour_graph import knn_graph; told = []\n"
        f"space = models.load('glove-50').head({WORDS})\n"
        "print(knn_graph(space, progress=told.append).indices.sum(), told)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(made.indices.sum()), "[]"]


def test_those_of_the_catalogue_are_kept_for_all(
    ask: Ask, folder: Path, glove_50: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_VECTORS_MB", "0")
    sets, name = folder.parent / "catalogue", "glove-wiki-gigaword-50"
    sets.mkdir()
    file = sets / f"{name}.first-{WORDS}.w2v"
    write_vectors(glove_50.head(WORDS), file, format="word2vec-binary")
    space = models.load(f"{name}-2k")
    assert [ask(space)[1], ask(space)[1]] == [True, False]
    assert not ask(handle_of(space)._load())[1]  # nor in a worker
    own = replace(space, card=space.card and replace(space.card))
    assert ask(models.reduce(own, dimension=10))[1]
    assert len(list(folder.iterdir())) == 1
