"""Every format round-trips, packed or not, under any name."""

import bz2
import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import EmbeddingSpace
from models.errors import InvalidRequest, VectorFileError
from models.sources.read import read_vectors
from models.sources.write import FORMATS
from tests.models.sources.conftest import Named, Read, put, same, written


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


PACKERS = {
    "plain": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "zip": lambda data: zipped(inside=data, **{"__MACOSX/._inside": b"x", "folder/": b""}),
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("pack", PACKERS)
def test_what_was_written_is_read(
    kind: str, pack: str, space: EmbeddingSpace, tmp_path: Path, read: Read
) -> None:
    data = written(space, kind)
    if pack != "plain" and kind in {"npz", "projector"}:
        with pytest.raises(VectorFileError, match="packed twice"):
            read(PACKERS[pack](data))
        return
    data = PACKERS[pack](data)
    same(read(data), space)
    same(read_vectors(put(tmp_path, "misleading.csv.gz", data)), space)
    same(read(data, limit=7), space.head(7))
    same(read(data, limit=10_000), space)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", " \n", " \r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_ends_of_lines_and_a_mark_do_not_matter(
    line_end: str, mark: str, last: bool, read: Read
) -> None:
    lines = ["3 2", "a 1 2", "b 3 4", "c -5e-1 +6"]
    text = mark + line_end.join(lines) + line_end * last
    found = read(text)
    assert found.words == ["a", "b", "c"]
    assert found.vectors.tolist() == [[1, 2], [3, 4], [-0.5, 6]]
    same(read(text.partition(line_end)[2]), found)  # GloVe


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_are_recognised(encoding: str, read: Read) -> None:
    mark = "\ufeff" if encoding[-2:] in {"le", "be"} else ""
    found = read((mark + "été 1 2\nnaïve 3 4\nplain 5 6\n").encode(encoding))
    assert found.words == ["été", "naïve", "plain"]
    assert found.provenance[0].startswith("read as")


def test_an_encoding_that_is_a_guess_is_called_one(read: Read, tmp_path: Path) -> None:
    guess = "read as CP1252, which is a guess: save the file as UTF-8 if words look wrong"
    assert read("хлеб 1 2\nsoup 3 4\n".encode("cp1251")).provenance[0] == guess
    assert "guess" not in read("хлеб 1 2\n".encode("utf-16")).provenance[0]
    assert not read("хлеб 1 2\n").provenance
    np.save(tmp_path / "v.npy", np.eye(2))
    put(tmp_path, "v.txt", "été\nhiver\n".encode("cp1252"))
    found = read_vectors(tmp_path / "v.npy")
    assert found.words == ["été", "hiver"]
    assert found.provenance == (f"the words were {guess}",)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("titles", [None, ["word", "x", "y"], ["", "0", "1"]])
def test_tables_are_recognised(separator: str, titles: list[str] | None, read: Read) -> None:
    frame = pd.DataFrame({"w": ["a,b", 'say "x"', "c;d e"], "x": [1.5, 2, 3], "y": [4, 5, 6e-8]})
    text = frame.to_csv(index=False, header=titles or False, sep=separator, quoting=0)
    if separator == "\t":
        text = text.replace('"say ""x"""', 'say "x"')  # TSV knows no quotation marks
    found = read(text)
    assert found.words == ["a,b", 'say "x"', "c;d e"]
    np.testing.assert_array_equal(found.vectors, frame[["x", "y"]].to_numpy(np.float32))


def test_a_table_of_pandas_with_other_columns(read: Read) -> None:
    frame = pd.DataFrame({"pos": ["N", "V"], "d0": [1.0, 2], "word": ["a", "b"], "d1": [3.0, 4]})
    found = read(frame.to_csv())
    assert found.words == ["a", "b"]
    assert found.vectors.tolist() == [[1, 3], [2, 4]]
    assert "“pos”" in found.provenance[0]


def test_decimal_commas(read: Read) -> None:
    found = read("word;x;y\na;0,5;1\nb;-2,25;3e1\n")
    assert found.vectors.tolist() == [[0.5, 1], [-2.25, 30]]


@pytest.mark.parametrize("lists", [True, False])
def test_parquet(lists: bool, space: EmbeddingSpace, read: Read) -> None:
    frame = (
        pd.DataFrame({"word": space.words, "vector": list(space.vectors)})
        if lists
        else pd.DataFrame(space.vectors, columns=[*"abcdefgh"]).assign(word=space.words)
    )
    file = io.BytesIO()
    frame.to_parquet(file)
    same(read(file.getvalue()), space)
    same(read(file.getvalue(), limit=3), space.head(3))


@pytest.mark.parametrize("kind", ["<f2", "<f4", ">f4", "<f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_takes_its_words_from_elsewhere(
    kind: str, order: str, space: EmbeddingSpace, tmp_path: Path
) -> None:
    vectors = space.vectors.astype(kind, order=order)  # type: ignore[call-overload]
    path = tmp_path / "v.npy"
    np.save(path, vectors)
    with pytest.raises(VectorFileError, match="without words"):
        read_vectors(path)
    given = read_vectors(path, words=space.words)
    np.testing.assert_array_equal(given.vectors, vectors.astype(np.float32))
    put(tmp_path, "v.txt", "\n".join(space.words) + "\n")
    for found in (read_vectors(path), read_vectors(path, words=tmp_path / "v.txt")):
        same(found, given)
    same(read_vectors(path, limit=5), given.head(5))
    with pytest.raises(VectorFileError, match="each word needs one vector"):
        read_vectors(path, words=["a"])


def test_two_files_of_the_projector(space: EmbeddingSpace, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(space, "projector"))) as pair:
        pair.extractall(tmp_path)
    same(read_vectors(tmp_path / "vectors.tsv"), space)
    table = "index\tword\n" + "".join(f"{i}\t{word}\n" for i, word in enumerate(space.words))
    upload = Named((tmp_path / "vectors.tsv").read_bytes(), "vectors.tsv")
    with pytest.raises(VectorFileError, match="numbers alone"):
        read_vectors(upload)
    same(read_vectors(upload, words=Named(table.encode(), "metadata.tsv")), space)


def test_one_of_several_files_is_named(space: EmbeddingSpace, read: Read) -> None:
    data = zipped(**{"a.txt": written(space, "glove"), "b.txt": b"x 1 2\n", "c.txt": b"y 1\n"})
    same(read(data, member="a.txt"), space)
    with pytest.raises(VectorFileError, match=r"3 files \(“a.txt”"):
        read(data)


def test_npz_of_others(space: EmbeddingSpace, read: Read) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, tokens=np.array(space.words), matrix=space.vectors)
    same(read(file.getvalue()), space)
    np.savez(file := io.BytesIO(), words=np.array(space.words, dtype=object), v=space.vectors)
    with pytest.raises(VectorFileError, match="Python objects"):
        read(file.getvalue())


def test_brief_floats_of_safetensors(read: Read) -> None:
    raw = np.array([[1.5, -2], [0.25, 3]], dtype="<f4")
    brief = (raw.view("<u4") >> 16).astype("<u2").tobytes()
    said = (
        b'{"emb":{"dtype":"BF16","shape":[2,2],"data_offsets":[3,11]},'
        b'"words":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}'
    )
    found = read(len(said).to_bytes(8, "little") + said + b"a\nb" + brief)
    assert found.words == ["a", "b"]
    np.testing.assert_array_equal(found.vectors, raw)


def test_words_with_spaces_are_kept_whole(read: Read) -> None:
    text = "the 1 2\nnew york 3 4\n. . . 5 6\n at 7 8\nat name@x.org 9 1\n 2 3\n"
    found = read(text)
    assert found.words == ["the", "new york", ". . .", " at", "at name@x.org"]
    assert found.vectors[1].tolist() == [3, 4]
    assert "1 row without a word, left out" in found.provenance


def test_duplicates_zeros_and_what_is_not_finite_are_told(read: Read) -> None:
    found = read("a 1 2\na 3 4\nb nan 1\nc inf 1\nd 1e39 1\ne 0 0\na 1 1\n")
    assert found.words == ["a", "e"]
    assert found.vectors.tolist() == [[1, 2], [0, 0]]
    assert found.provenance == (
        "2 duplicate words, such as “a”, left out",
        "3 words whose numbers are not finite (NaN or infinity), such as “b”, left out",
        "1 word has a vector of zeros, which is near nothing",
    )
    assert found.card
    assert found.card.note == "; ".join(found.provenance)


def test_words_cut_in_the_middle_of_a_letter_are_read(read: Read) -> None:
    found = read("été 1 2\nüb 3 4\n".encode() + b"cut\xc3 5 6\n")
    assert found.words == ["été", "üb", "cut\ufffd"]
    assert "1 word with letters that are not UTF-8" in found.provenance[0]


def test_numbers_can_be_words(read: Read) -> None:
    assert read("12 7\n13 1.5\n").words == ["12", "13"]


def test_a_space_tells_where_it_comes_from(tmp_path: Path) -> None:
    found = read_vectors(put(tmp_path, "my.vec.gz", gzip.compress(b"a 1\nb 2\n")), limit=1)
    assert found.name == found.title == "my"
    assert found.provenance == ("the first row of the file",)
    assert found.card
    assert found.card.source == "the file my.vec.gz"
    assert read_vectors(tmp_path / "my.vec.gz", name="mine").name == "mine"


def test_progress_goes_from_nothing_to_all(read: Read) -> None:
    told: list[float] = []
    read("".join(f"w{i} {i} 1 2 3\n" for i in range(50_000)), progress=told.append)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == 1


def test_reading_ends_with_the_last_row_that_is_wanted(space: EmbeddingSpace, read: Read) -> None:
    text = "".join(f"w{i} 1 2\n" for i in range(100_000))
    assert len(read(text + "ragged 1\n", limit=100)) == 100
    with pytest.raises(InvalidRequest):
        read(text, limit=0)
