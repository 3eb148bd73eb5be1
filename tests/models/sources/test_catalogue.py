"""The catalogue: what it says of each set, what it refuses, and what is opened of what is here."""

import gzip
import os
from concurrent.futures import CancelledError
from dataclasses import replace
from io import BytesIO
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models import EmbeddingError, EmbeddingSpace, InvalidRequest, UnknownSpace, Vocabulary
from models.jobs.reporter import LocalReporter
from models.runtime.budget import DerivedCache
from models.sources import catalogue, shared_spaces, space_handles
from models.sources.catalogue import (
    check,
    downloaded_parts,
    fetch_set,
    is_ready,
    name_of,
    open_set,
    parse_name,
)
from models.sources.catalogue_facts import RELEASES, Entry, entries, entry
from models.sources.space_handles import handle_of, is_shared
from models.sources.write import chunks


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where downloads are kept; nothing can be fetched."""
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(models.sources.download, "_PAUSE", 0.001)
    return tmp_path / "catalogue"


def some_rows(rows: int, dimension: int) -> EmbeddingSpace:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((rows, dimension), np.float32)
    return EmbeddingSpace("s", Vocabulary([f"w{row}" for row in range(rows)]), vectors)


def test_every_set_is_told_in_full() -> None:
    assert len(entries()) == len({known.name for known in entries()}) == 11
    for known in entries():
        assert len(known.md5) == 32
        assert set(known.md5) <= set("0123456789abcdef")
        assert known.name.endswith(f"-{known.dimension}")
        assert known.url.startswith("https://")
        # Packed, a number takes one byte to four.
        assert 1 < known.bytes / (known.words * known.dimension) < 4
        assert known.licence
        assert known.remote({}).url == f"{RELEASES}/{known.name}/{known.name}.gz"


def test_google_news_by_its_first_words_is_a_few_megabytes() -> None:
    google = entry("word2vec-google-news-300")
    assert google.download_bytes(catalogue.FIRST) < 0.03 * google.bytes
    with pytest.raises(UnknownSpace, match="glove-twitter-25"):
        entry("../../etc/passwd")


def test_what_cannot_be_had_is_told_before_the_download(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check("word2vec-google-news-300", 50_000)
    with pytest.raises(InvalidRequest, match="alphabetical"):
        check("conceptnet-numberbatch-17-06-300", 50_000)
    with pytest.raises(InvalidRequest, match="1 to 399,999 words"):
        check("glove-wiki-gigaword-50", 400_000)
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_MB", "0")
    with pytest.raises(EmbeddingError, match="keeps no downloads"):
        check("glove-wiki-gigaword-50", None)
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_MB", "many")
    with pytest.raises(InvalidRequest, match="whole number"):
        check("glove-wiki-gigaword-50", None)


def test_offline_what_is_here_still_opens(folder: Path) -> None:
    name = "glove-twitter-25"
    assert downloaded_parts(name) == []
    with pytest.raises(EmbeddingError, match="fetch it first"):
        open_set(name)
    with pytest.raises(EmbeddingError, match="needs the network"):
        fetch_set(LocalReporter(), name, 2_000)
    space = some_rows(3_000, 25)
    (folder / f"{name}.gz").write_bytes(gzip.compress(b"".join(chunks(space, "word2vec"))))
    fetch_set(LocalReporter(), name, 2_000)  # the first words of what is here need no network
    assert downloaded_parts(name) == [None, 2_000]
    found = open_set(name, 2_000)
    assert found.words == space.words[:2_000]
    assert np.array_equal(found.vectors, space.vectors[:2_000])
    assert found.provenance == ("the 2,000 most frequent of 1,193,514 words",)
    assert found.card is not None
    assert (found.card.title, found.card.licence) == ("GloVe Twitter, 25 dimensions", "PDDL 1.0")
    assert len(open_set(name)) == 3_000


def test_a_mirror_is_an_address() -> None:
    known = entry("glove-twitter-25")
    mirror = {"VECTORSCOPE_CATALOGUE_URL": "https://mirror.example/vectors/"}
    assert known.remote(mirror).url.startswith("https://mirror.example/vectors/glove-twitter-25/")
    with pytest.raises(InvalidRequest, match="https://"):
        known.remote({"VECTORSCOPE_CATALOGUE_URL": "file:///etc"})
    assert replace(known, binary=True).remote({}).bytes == known.bytes


SET, PART = "glove-twitter-25", 3_000


@pytest.fixture
def part(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddingSpace:
    """The beginning of a set, which is here but was not read yet; what is read is kept."""
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "10")
    space = some_rows(PART, 25)
    folder.mkdir()
    file = folder / f"{SET}.first-{PART}.w2v"
    file.write_bytes(b"".join(chunks(space, "word2vec-binary")))
    os.utime(file, (10**9, 10**9))
    return space


def forget_open_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no space open until the test ends, as in a new process."""
    monkeypatch.setattr(shared_spaces, "_open", WeakValueDictionary())
    monkeypatch.setattr(shared_spaces, "_cache", DerivedCache(shared_spaces=True))


def test_a_set_is_read_once_and_held_once(
    part: EmbeddingSpace, folder: Path, passes: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    [file] = folder.glob("*.w2v")
    one, other = open_set(SET, PART), open_set(SET, PART)
    assert one is other
    assert file.stat().st_mtime == 10**9  # what it is known again by
    assert file.stat().st_atime > 10**9  # what makes room last
    forget_open_spaces(monkeypatch)
    again = open_set(SET, PART)
    assert again is not one
    assert again.vectors is one.vectors  # mapped once
    assert again.vocabulary is one.vocabulary
    assert isinstance(again.vectors, np.memmap)
    assert (again.words, again.content_id) == (part.words, one.content_id)
    assert np.array_equal(again.vectors, part.vectors)
    assert passes == [file]
    assert len(list((folder.parent / "vectors").iterdir())) == 1


def test_what_comes_anew_under_the_same_name_is_another(part: EmbeddingSpace, folder: Path) -> None:
    before = open_set(SET, PART)
    changed = EmbeddingSpace("s", part.vocabulary, part.vectors * 2)
    file = folder / f"{SET}.first-{PART}.w2v"
    file.write_bytes(b"".join(chunks(changed, "word2vec-binary")))
    after = open_set(SET, PART)
    assert np.array_equal(after.vectors, changed.vectors)
    assert np.array_equal(before.vectors, part.vectors)
    file.unlink()
    with pytest.raises(EmbeddingError, match="not on this machine"):
        open_set(SET, PART)


def test_what_is_here_is_listed_and_loads_by_its_name(part: EmbeddingSpace) -> None:
    bundled = ["glove-50", "glove-100", "minilm-384"]
    name = name_of(SET, PART)
    assert [(card.name, card.ready) for card in models.spaces()[3:]] == [(name, False)]
    space = models.load(name)
    assert space.name == name == "glove-twitter-25-3k"
    assert np.array_equal(space.vectors, part.vectors)
    assert models.load(name) is space is open_set(SET, PART)
    assert [card.name for card in models.spaces() if card.ready] == [*bundled, name]
    with pytest.raises(UnknownSpace, match=r"glove-50.* or glove-twitter-25-3k\."):
        models.load("glove-twitter-25-3000k.npz")
    with pytest.raises(EmbeddingError, match="not on this machine yet"):
        models.load("glove-twitter-25-20k")


def test_a_setting_that_makes_no_sense_hides_the_catalogue_alone(
    part: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_MB", "many")
    assert len(models.spaces()) == 3
    assert len(models.load("glove-50")) == 400_000


@given(st.sampled_from(entries()), st.none() | st.integers(1, 10**7))
def test_a_name_says_which_words_of_which_set(known: Entry, first: int | None) -> None:
    assert parse_name(name_of(known.name, first)) == (known.name, first)


@pytest.mark.parametrize(
    "name", ["", "glove-50", "glove-twitter", f"{SET}-", f"{SET}-020k", f"{SET}-0k", f"{SET}-20K"]
)
def test_other_names_mean_no_set(name: str) -> None:
    assert parse_name(name) is None


def test_what_is_here_is_read_by_the_job_alone(part: EmbeddingSpace, passes: list[Path]) -> None:
    assert not is_ready(SET, PART)
    job = LocalReporter()
    fetch_set(job, SET, PART)  # nothing can be fetched here
    job.flush()
    assert (job.fraction, job.message) == (1.0, "reading")
    catalogue._was_read.cache_clear()
    assert is_ready(SET, PART)
    passes.clear()
    assert np.array_equal(open_set(SET, PART).vectors, part.vectors)
    assert passes == []


def test_a_reading_that_is_cancelled_leaves_nothing(part: EmbeddingSpace, folder: Path) -> None:
    class Impatient(LocalReporter):
        def is_cancelled(self) -> bool:
            return self.message == "reading"

    with pytest.raises(CancelledError):
        fetch_set(Impatient(), SET, PART)
    assert list((folder.parent / "vectors").iterdir()) == []


def test_it_travels_by_the_file_that_is_kept_and_is_everybodys(
    part: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = open_set(SET, PART)
    small = models.reduce(space, dimension=5)
    for one in (space, small):
        handle = handle_of(one)
        assert not handle.private
        assert is_shared(one)
        forget_open_spaces(monkeypatch)
        space_handles._opened.clear()
        there = ForkingPickler.loads(ForkingPickler.dumps(handle)).open()
        assert is_shared(there)
        assert is_shared(there.head(10))
        assert there.content_id == one.content_id
        assert np.array_equal(there.vectors, one.vectors)
    travelling = handle_of(space).vectors
    assert travelling is not None
    assert travelling.path == str(space.vectors.filename)  # type: ignore[attr-defined]


def test_what_a_visitor_brings_never_becomes_everybodys(part: EmbeddingSpace) -> None:
    """Neither by the name, nor the card, nor the vectors of a set."""
    space = open_set(SET, PART)
    assert space.card is not None
    alike = EmbeddingSpace(
        space.name, space.vocabulary, space.vectors, space.provenance, replace(space.card)
    )
    upload = models.read_vectors(BytesIO(b"".join(chunks(part, "npz"))), name=space.name)
    for own in (alike, upload, models.reduce(alike, dimension=5), upload.head(10)):
        assert not is_shared(own)
        assert handle_of(own).private
        there = ForkingPickler.loads(ForkingPickler.dumps(handle_of(own)))._load()
        assert not is_shared(there)
        assert handle_of(there).private
    assert upload.content_id not in (space.content_id, handle_of(space).content)
