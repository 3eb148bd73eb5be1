"""The catalogue: what it says of each set, what it refuses, and what is opened of what is here."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from models import EmbeddingError, EmbeddingSpace, InvalidRequest, UnknownSpace, Vocabulary
from models.jobs.reporter import Here
from models.sources import catalogue
from models.sources.catalogue import check, entries, entry, fetch_at_work, here, open_set
from models.sources.writing import chunks


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
        assert known.remote({}).url == f"{catalogue.RELEASES}/{known.name}/{known.name}.gz"


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
    assert here(name) == []
    with pytest.raises(EmbeddingError, match="fetch it first"):
        open_set(name)
    with pytest.raises(EmbeddingError, match="needs the network"):
        fetch_at_work(Here(), name, 2_000)
    space = some_rows(3_000, 25)
    (folder / f"{name}.gz").write_bytes(gzip.compress(b"".join(chunks(space, "word2vec"))))
    fetch_at_work(Here(), name, 2_000)  # the first words of what is here need no network
    assert here(name) == [None, 2_000]
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
