"""Vectors out again: every format is read by the program that it is for, and nothing is lost."""

import errno
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models import EmbeddingSpace, Vocabulary
from models.errors import InvalidRequest, UnknownWord, VectorFileError
from models.sources.formats.text import printed
from models.sources.write import FORMATS, chunks, remarks, write_vectors
from models.space import Floats

ODD = [
    "=1+2",
    "<b>bold</b>",
    "@SUM(A1)",
    "東京",
    "שלום",
    "été",
    "a\u00a0b",
    '"quoted"',
    "a,b",
    "$x^2$",
]


def space_of(words: list[str], dimension: int = 7) -> EmbeddingSpace:
    vectors = np.random.default_rng(0).normal(size=(len(words), dimension)).astype(np.float32)
    return EmbeddingSpace("small", Vocabulary(words), vectors)


def written(space: EmbeddingSpace, kind: str, words: list[str] | None = None) -> bytes:
    return b"".join(chunks(space, kind, words))


# gensim leaves the file open that it reads without a header.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("kind", ["word2vec", "word2vec-binary", "glove"])
def test_gensim_reads_what_it_knows_exactly(kind: str, tmp_path: Path) -> None:
    from gensim.models import KeyedVectors

    space = space_of([f"w{i}" for i in range(3_000)] + ODD)
    path = tmp_path / "v"
    assert write_vectors(space, path, format=kind) == ()
    read = KeyedVectors.load_word2vec_format(
        str(path), binary=kind.endswith("binary"), no_header=kind == "glove"
    )
    assert read.index_to_key == space.words
    np.testing.assert_array_equal(read.vectors, space.vectors)


@pytest.mark.parametrize("words", [ODD, [*ODD, "nul\0"], ["long" * 30, "b"]])
def test_numpy_reads_the_archive_without_a_pickle(words: list[str]) -> None:
    space = space_of(words)
    with np.load(io.BytesIO(written(space, "npz")), allow_pickle=False) as read:
        np.testing.assert_array_equal(read["vectors"], space.vectors)
        found = read["words"]
    text = found.tobytes().decode().split("\n") if found.dtype == np.uint8 else found.tolist()
    assert text == words


def test_safetensors_holds_what_its_header_says() -> None:
    space = space_of(ODD)
    data = written(space, "safetensors")
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    parts = {
        name: body[slice(*said["data_offsets"])]
        for name, said in header.items()
        if name != "__metadata__"
    }
    assert length % 8 == 0
    assert sum(map(len, parts.values())) == len(body)
    vectors = np.frombuffer(parts["vectors"], "<f4").reshape(header["vectors"]["shape"])
    np.testing.assert_array_equal(vectors, space.vectors)
    assert parts["words"].decode().split("\n") == space.words


def test_the_pair_for_the_projector_has_a_line_for_every_word() -> None:
    words = ["new york", "tab\tin", "carriage\rreturn", " ", "tab_in", *ODD]
    space = space_of(words)
    with zipfile.ZipFile(io.BytesIO(written(space, "projector"))) as pair:
        assert pair.testzip() is None
        names = pair.read("metadata.tsv").decode().removesuffix("\n").split("\n")
        lines = pair.read("vectors.tsv").decode().removesuffix("\n").split("\n")
    assert names == ["new york", "tab_in_", "carriage_return", "_", "tab_in", *ODD]
    rows = [[float(number) for number in line.split("\t")] for line in lines]
    np.testing.assert_array_equal(np.array(rows, dtype=np.float32), space.vectors)


def test_a_word_with_a_space_keeps_a_name_of_its_own() -> None:
    space = space_of(["new york", "new_york", "new\tyork", "paris"])
    lines = written(space, "glove").decode().splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "new_york_",
        "new_york",
        "new_york__",
        "paris",
    ]
    assert remarks(space, "glove")[0].startswith("2 words have spaces")
    assert remarks(space, "npz") == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_chosen_words_are_written_once_in_their_order(kind: str) -> None:
    space = space_of(["a", "b", "c"])
    chosen = ["c", "a"]
    assert written(space, kind, ["c", "a", "c"]) == written(space.select(chosen), kind)


@given(arrays(np.float32, (5, 4), elements=st.floats(width=32, allow_nan=False)))
def test_printed_numbers_read_back_as_the_same_float(vectors: Floats) -> None:
    rows = [[float(text) for text in line.split(" ")] for line in printed(vectors, " ")]
    found = np.array(rows, dtype=np.float32)
    np.testing.assert_array_equal(found.view(np.int32), vectors.view(np.int32))


def test_a_large_space_comes_in_parts_with_progress() -> None:
    space = space_of([f"w{i}" for i in range(20_000)], dimension=100)
    told: list[float] = []
    file = io.BytesIO()
    write_vectors(space, file, format="word2vec-binary", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert max(map(len, chunks(space, "word2vec-binary"))) < 2_000_000


def test_a_space_in_fortran_order_is_written_row_by_row() -> None:
    space = space_of(ODD)
    turned = EmbeddingSpace("small", space.vocabulary, np.asfortranarray(space.vectors))
    assert all(written(turned, kind) == written(space, kind) for kind in FORMATS)


def test_what_cannot_be_written_is_refused_at_once() -> None:
    space = space_of(["a"])
    with pytest.raises(InvalidRequest, match="word2vec-binary"):
        chunks(space, "pickle")
    with pytest.raises(InvalidRequest, match="at least one"):
        chunks(space, "npz", [])
    with pytest.raises(UnknownWord):
        chunks(space, "npz", ["b"])


class Full(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told() -> None:
    with pytest.raises(VectorFileError, match="No space left"):
        write_vectors(space_of(["a"]), Full())


def test_nothing_half_written_takes_the_place_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "v.vec"
    path.write_text("before")

    def stop(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_vectors(space_of(["a"]), path, progress=stop)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
        min_size=1,
        unique=True,
    )
)
def test_any_words_give_as_many_lines(words: list[str]) -> None:
    space = space_of(words, dimension=2)
    lines = written(space, "word2vec").split(b"\n")
    assert len(lines) == len(words) + 2
    assert len({line.split(b" ")[0] for line in lines[1:-1]}) == len(words)


def test_the_parts_are_made_while_they_are_asked_for() -> None:
    parts = chunks(space_of(["a"]), "glove")
    assert isinstance(parts, Iterator)
    assert next(parts).startswith(b"a ")
