"""Files that want to do harm, or were damaged: one clear sentence each, and soon."""

import bz2
import errno
import gzip
import io
import json
import os
import pickle
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import EmbeddingSpace, Vocabulary
from models.errors import InvalidRequest, VectorFileError
from models.sources.limits import Limits
from models.sources.read import read_vectors
from models.sources.write import FORMATS
from tests.models.sources.conftest import Named, Read, written

BOMB = 100_000_000  # bytes, once inflated
SMALL = Limits(10_000_000, 20_000_000, 10_000, 500)


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tensors(said: object, body: bytes = b"") -> bytes:
    header = json.dumps(said).encode() if not isinstance(said, bytes) else said
    return len(header).to_bytes(8, "little") + header + body


def npy(array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]", **options: bool) -> bytes:
    np.save(file := io.BytesIO(), array, **options)
    return file.getvalue()


def tarred() -> bytes:
    with tarfile.open(fileobj=(file := io.BytesIO()), mode="w") as archive:
        archive.addfile(tarfile.TarInfo("vectors.txt"))
    return file.getvalue()


class Harm:
    """A pickle that would leave a mark where it is opened."""

    def __reduce__(self) -> tuple[object, ...]:
        return pytest.exit, ("a pickle was opened",)


OBJECTS = np.array([Harm()], dtype=object)
TEXT = b"a 1 2\nb 3 4\n"
ROW = struct.pack("<2f", 1, 2)
SHAPE = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}

HOSTILE: dict[str, tuple[bytes, str]] = {
    "10^12 rows, text": (b"1000000000000 2\n" + TEXT, "1,000,000,000,000 words; at most 10,000"),
    "10^12 rows, binary": (b"1000000000000 2\na " + ROW, "1,000,000,000,000 words"),
    "10^39 rows": (b"1" + b"0" * 39 + b" 2\na " + ROW, r"about 10\^40 words"),
    "10^99 rows": (b"1" + b"0" * 99 + b" 2\na " + ROW, "vectors"),
    "negative dimension": (b"2 -3\n" + TEXT, "-3 dimensions; 1 to 500"),
    "no dimension": (b"2 0\na\nb\n", "0 dimensions"),
    "enormous dimension": (b"2 100000000\na " + ROW, "100,000,000 dimensions"),
    "no rows": (b"0 2\n", "holds no words"),
    "a header too small, text": (b"2 1\n" + TEXT, "line 2: 2 numbers where 1 were expected"),
    "a header too large, text": (b"2 3\n" + TEXT, "line 2: 2 numbers where 3 were expected"),
    "a header too small, binary": (b"1 1\na " + ROW + b"\n", "goes on after the 1 words of 1"),
    "a header too large, binary": (
        b"2 3\na " + ROW + b"\nb " + ROW + b"\n",
        "promises 2 words of 3",
    ),
    "a binary cut off": (b"2 2\na " + ROW + b"\nb \0", "take at least"),
    "a packed binary cut off": (
        gzip.compress(b"2 2\na " + ROW + b"\nb \0\1\2"),
        "ends in the middle of word 2",
    ),
    "a word without end": (gzip.compress(b"2 2\n" + b"\0x" * 10_000), "no end to word 1"),
    "ragged": (b"a 1 2\nb 3\n", "line 2: 1 numbers where 2 were expected"),
    "too long": (b"a 1.5 2.5\nb 3.125 4.25 5.75\nc 1.5 2.5\n", "line 2: 3 numbers where 2"),
    "no number": (b"a 1 2\nb 3 x\n", "line 2: “x” where one of 2 numbers"),
    "ragged table": (b"word,x,y\na,1,2\nb,3\n", "line 3: 2 cells where 3 were expected"),
    "empty": (b"", "it is empty"),
    "blank": (b" \n\n \n", "it is empty"),
    "prose": (b"It was a dark night.\nIt rained.\n", "begins with “It was a dark night.”"),
    "noise": (np.random.default_rng(0).bytes(10_000), "binary data"),
    "nothing finite": (b"a nan 1\nb inf 2\n", "no word with a vector in it: 2 words whose numbers"),
    "no line end": (b"x" * 9_500_000, "8 MB without a line end"),
    "no line end, packed": (gzip.compress(b"1 " * 9_500_000), "8 MB without a line end"),
    "no line end later": (TEXT + b"1 " * 4_900_000, "line 3: 8 MB without a line end"),
    "a word of 1 MB": (TEXT + b"x" * 1_000_000 + b" 5 6\n", "a word of 1,000,000 bytes"),
    "gzip in gzip": (gzip.compress(gzip.compress(TEXT)), "packed twice"),
    "bzip2 in zip": (zipped({"a": bz2.compress(TEXT)}), "packed twice"),
    "zip in gzip": (gzip.compress(zipped({"a": TEXT})), "packed twice"),
    "gzip cut off": (gzip.compress(TEXT * 1_000)[:-20], "damaged or cut off"),
    "bzip2 cut off": (bz2.compress(TEXT * 1_000)[:-20], "ends in|damaged|cut off"),
    "zip cut off": (zipped({"a": TEXT})[:-20], "damaged or cut off"),
    "gzip bomb": (gzip.compress(TEXT * (BOMB // 12)), "more than 20 MB once unpacked|more words"),
    "zip bomb": (zipped({"a": b"a" + b" 1" * 400 + b"\0" * BOMB}), "line end|20 MB"),
    "npy bomb": (
        gzip.compress(npy(np.zeros((10_000, 500), "<f8")) + b"\0" * BOMB),
        "vectors without words",
    ),
    "zip without files": (zipped({}), "empty archive"),
    "10,000 members": (zipped({f"{n}.npy": b"" for n in range(10_000)}), "more than 1,000 files"),
    "several members": (zipped({"a": b"x", "b": b"y", "c": b"z"}), "3 files"),
    "tar": (tarred(), r"archive \(tar\)"),
    "pickle": (pickle.dumps(Harm()), "a Python pickle, which is never opened"),
    "pickle in gzip": (gzip.compress(pickle.dumps(Harm(), protocol=2)), "never opened"),
    "old pickle": (pickle.dumps(Harm(), protocol=0), "no vector"),
    "objects in npy": (npy(OBJECTS, allow_pickle=True), "Python objects"),
    "objects in npz": (
        zipped({"words.npy": npy(OBJECTS, allow_pickle=True), "v.npy": npy(np.ones((1, 2)))}),
        "Python objects",
    ),
    "npy without words": (npy(np.ones((3, 2))), "3 vectors without words"),
    "npy of whole numbers": (npy(np.ones((3, 2), dtype=int)), r"an array of 3 x 2 \(<i8\)"),
    "npz without words": (zipped({"v.npy": npy(np.ones((3, 2)))}), "no words in it"),
    "npz without vectors": (zipped({"v.npy": npy(np.array(["a"]))}), "no vectors in it"),
    "npz with other words": (
        zipped({"words.npy": npy(np.array(["a"])), "v.npy": npy(np.ones((3, 2)))}),
        "3 vectors but 1 words",
    ),
    "npz that lies": (
        zipped(
            {
                "words.npy": npy(np.array(["a"] * 3)),
                "v.npy": npy(np.ones((3, 2))).replace(b"(3, 2)", b"(3, 9)"),
            }
        ),
        "ends in the middle of the vectors",
    ),
    "npz with enormous words": (
        zipped(
            {
                "words.npy": npy(np.array(["a"])).replace(b"<U1'", b"<U99999999'"),
                "v.npy": npy(np.ones((1, 2))),
            }
        ),
        "vectors: ",
    ),
    "letters that do not exist": (
        zipped(
            {
                "w.npy": npy(np.full(2, 2**31, "<u4")).replace(b"<u4", b"<U1"),
                "v.npy": npy(np.ones((2, 2))),
            }
        ),
        "letters that do not exist",
    ),
    "safetensors too long": (tensors({"v": {**SHAPE, "data_offsets": [0, 1 << 40]}}), "vectors: "),
    "safetensors beyond the end": (tensors({"v": SHAPE}), "ends in the middle of a tensor"),
    "safetensors of another size": (
        tensors({"v": {**SHAPE, "data_offsets": [0, 12]}}, b"0" * 16),
        "a tensor of 16 bytes lies in 12",
    ),
    "safetensors backwards": (
        tensors({"v": {**SHAPE, "data_offsets": [16, 0]}}, b"0" * 16),
        "lies in -16",
    ),
    "safetensors with a negative shape": (
        tensors({"v": {**SHAPE, "shape": [-2, -2]}}),
        "cannot be",
    ),
    "safetensors with no shape": (tensors({"v": {**SHAPE, "shape": "2"}}), "cannot be"),
    "safetensors nested deeply": (
        tensors(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        "header cannot be read",
    ),
    "safetensors without words": (tensors({"v": SHAPE}, b"0" * 16), "no words in it"),
    "safetensors with a long header": ((1 << 39).to_bytes(8, "little") + b'{"', "header has"),
    "parquet cut off": (b"PAR1" + b"\0" * 100 + b"PAR1", "no Parquet that can be read"),
    "HDF5": (b"\x89HDF\r\n\x1a\n", "HDF5, which is not read"),
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.timeout(30)
def test_what_is_hostile_is_refused_in_one_sentence(case: str, read: Read) -> None:
    data, expected = HOSTILE[case]
    with pytest.raises(VectorFileError, match=expected) as caught:
        read(data, limits=SMALL)
    assert str(caught.value).startswith("vectors")
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)


@pytest.mark.timeout(30)
def test_100_mb_without_a_line_end_are_not_held(read: Read) -> None:
    for data in (b"x" * BOMB, gzip.compress(b"1 " * (BOMB // 2), 1)):
        tracemalloc.start()
        try:
            with pytest.raises(VectorFileError, match="8 MB without a line end"):
                read(data, limits=Limits.for_uploads({}))
            assert tracemalloc.get_traced_memory()[1] < len(data) + 40_000_000
        finally:
            tracemalloc.stop()


def test_a_disk_without_room_for_a_parquet_is_told(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.sources.formats import parquet_rehearsal

    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(parquet_rehearsal.tempfile, "TemporaryFile", Full)
    with pytest.raises(VectorFileError, match=r"laid down .*\(No space left on device\)"):
        read(SEEDS["parquet"])


def test_a_name_in_an_archive_is_no_path(read: Read) -> None:
    assert read(zipped({"../../etc/passwd": TEXT})).words == ["a", "b"]
    with pytest.raises(VectorFileError, match="1 files"):
        read(zipped({"a": TEXT}), member="../../etc/passwd")


def test_a_locked_archive_is_refused(read: Read) -> None:
    data = bytearray(zipped({"a": TEXT}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + place] |= 1
    with pytest.raises(VectorFileError, match="password"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(bytes=10), "at most 0 MB are read"),
        (Limits(inflated=10), "once unpacked"),
        (Limits(rows=1), "at most 1 are read"),
        (Limits(dimensions=1), "2 dimensions; 1 to 1"),
    ],
)
def test_limits_hold(limits: Limits, expected: str, read: Read) -> None:
    with pytest.raises(VectorFileError, match=expected):
        read(TEXT, limits=limits)


def test_a_few_words_of_enormous_size_are_refused(read: Read) -> None:
    words = [str(n) * 5_000 for n in range(9)]
    limits = Limits(text=20_000)
    vectors = np.ones((9, 2), dtype=np.float32)
    space = EmbeddingSpace("long", Vocabulary(words), vectors)
    frame = pd.DataFrame({"word": words, "x": 1.0, "y": 2.0})
    frame.to_parquet(parquet := io.BytesIO())
    for data in [*(written(space, kind) for kind in FORMATS), parquet.getvalue()]:
        with pytest.raises(VectorFileError, match="its words have more than"):
            read(gzip.compress(data) if data[:2] == b"9 " else data, limits=limits)


def test_a_parquet_of_one_word_repeated_takes_no_room(read: Read) -> None:
    frame = pd.DataFrame({"word": ["w" * 9_000] * 10_000, "x": 1.0, "y": 2.0})
    frame.to_parquet(file := io.BytesIO())
    assert len(file.getvalue()) < 100_000
    found = read(file.getvalue())
    assert len(found) == 1
    assert "9,999 duplicate words" in found.provenance[0]
    lists = pd.DataFrame({"word": ["a"], "v": [np.zeros(3_000_000)]})
    lists.to_parquet(file := io.BytesIO())
    with pytest.raises(VectorFileError, match="24 MB once unpacked"):
        read(file.getvalue(), limits=SMALL)


def test_what_a_visitor_may_send_is_in_the_environment() -> None:
    assert Limits.for_uploads({}).bytes == 200_000_000
    found = Limits.for_uploads({"VECTORSCOPE_UPLOAD_MB": "5", "VECTORSCOPE_UPLOAD_WORDS": "7"})
    assert (found.bytes, found.inflated, found.rows) == (5_000_000, 25_000_000, 7)
    assert found.dimensions == 4_096
    assert Limits.for_uploads({}, most=50).inflated == 250_000_000
    assert Limits.for_uploads({"VECTORSCOPE_UPLOAD_MB": "5"}, most=50).bytes == 5_000_000


def test_what_is_unpacked_and_its_dimensions_are_in_the_environment(read: Read) -> None:
    packed = gzip.compress(b"a 1 2 3\n" * 200_000)  # 1.6 MB once unpacked
    small = Limits.for_uploads({"VECTORSCOPE_UPLOAD_UNPACKED_MB": "1"}, most=50)
    with pytest.raises(VectorFileError, match="more than 1 MB once unpacked"):
        read(packed, limits=small)
    assert len(read(packed, limits=Limits.for_uploads({}, most=50))) == 1
    narrow = Limits.for_uploads({"VECTORSCOPE_UPLOAD_DIMENSIONS": "2"})
    with pytest.raises(VectorFileError, match="3 dimensions; 1 to 2"):
        read(b"a 1 2 3\n", limits=narrow)


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "9" * 13, "٣"])
@pytest.mark.parametrize("name", ["MB", "UNPACKED_MB", "WORDS", "DIMENSIONS"])
def test_a_limit_that_is_nonsense_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=f"VECTORSCOPE_UPLOAD_{name} is .* whole number"):
        Limits.for_uploads({f"VECTORSCOPE_UPLOAD_{name}": text})


def test_more_than_the_server_may_hold_is_refused_before_it_is_read(read: Read) -> None:
    header = b"9000000 300\n"
    row = b"w " + b"\0" * 1_200 + b"\n"
    with pytest.raises(VectorFileError, match=r"does not fit: .* words would fit"):
        read(gzip.compress(header + row))


def test_more_than_the_server_may_hold_is_refused_while_it_is_read(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.runtime.budget import Budget
    from models.runtime.memory import Limits as Memory
    from models.sources.formats import row_collector

    small = Budget(Memory(1_000_000, 1 << 60))
    monkeypatch.setattr(row_collector, "budget", lambda: small)
    monkeypatch.setattr(row_collector, "_CHECK", 100_000)
    text = "".join(f"w{i}" + " 1" * 50 + "\n" for i in range(20_000))
    with pytest.raises(VectorFileError, match="4,464 words would fit"):
        read(text)


def test_words_that_are_code_stay_words(read: Read) -> None:
    words = ["=cmd|'/C calc'!A0", "<script>alert(1)</script>", "@SUM(A1:A9)", "{{7*7}}", "-1+1"]
    vectors = np.eye(len(words), dtype=np.float32)
    small = EmbeddingSpace("small", Vocabulary([w.replace(" ", "") for w in words]), vectors)
    for kind in FORMATS:
        assert read(written(small, kind)).words == small.words


def _seeds() -> dict[str, bytes]:
    words = ["a", "b", "été", "new", "1984", "x" * 30]
    vectors = np.random.default_rng(1).normal(size=(len(words), 3)).astype(np.float32)
    space = EmbeddingSpace("seed", Vocabulary(words), vectors)
    found = {kind: written(space, kind) for kind in FORMATS}
    frame = pd.DataFrame(vectors, columns=["x", "y", "z"]).assign(word=words)
    frame.to_parquet(file := io.BytesIO())
    found |= {"parquet": file.getvalue(), "csv": frame.to_csv().encode()}
    found |= {"gz": gzip.compress(found["glove"]), "bz2": bz2.compress(found["word2vec"])}
    found |= {"zip": zipped({"a": found["word2vec-binary"]})}
    settings_ = struct.pack("<iii", 793712314, 12, 3) + struct.pack(
        "<11id", *[1] * 7, 4, 2, 3, 0, 0.0
    )
    entries = b"".join(w.encode() + b"\0" + struct.pack("<qb", 1, 0) for w in words)
    found["fasttext"] = (
        settings_
        + struct.pack("<3i2q", 6, 6, 0, 6, -1)
        + entries
        + struct.pack("<?2q", False, 10, 3)
        + np.ones((10, 3), "<f4").tobytes()
    )
    return found


SEEDS = _seeds()
MUTABLE = sorted(set(SEEDS) - {"parquet"})  # that takes a process for each


def outcome(data: bytes) -> EmbeddingSpace | None:
    """Read `data`; a space or a VectorFileError, all else fails the test."""
    try:
        return read_vectors(Named(data, "fuzz"), limits=SMALL)
    except VectorFileError:
        return None


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seeds_are_read(kind: str) -> None:
    space = outcome(SEEDS[kind])
    assert space is not None
    assert len(space) == 6


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MUTABLE), st.data())
def test_any_change_of_a_file_gives_a_space_or_a_sentence(kind: str, data: st.DataObject) -> None:
    changed = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed)))
        cut = data.draw(st.integers(0, 8))
        changed[place : place + cut] = data.draw(st.binary(max_size=8))
    with most_allocated(MOST):
        space = outcome(bytes(changed))
    if space is not None:
        assert np.isfinite(space.vectors).all()
        assert len(set(space.words)) == len(space) == len(space.vectors)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300) | st.text(' \t\n.,;0123456789abé-e\r"', max_size=200).map(str.encode)
)
def test_any_bytes_give_a_space_or_a_sentence(data: bytes) -> None:
    with most_allocated(MOST):
        outcome(data)


# Mutations of every seed: 1,100 files in every run, and 33,000 in the long one.
FEW, MANY = 100, 3_000
# Bytes that reading may take, whatever a file says of itself: a space as large as SMALL lets it be,
# and as much again for how it is read.
MOST = 2 * 4 * SMALL.rows * SMALL.dimensions


@pytest.mark.parametrize("kind", MUTABLE)
@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_a_run_of_mutations(kind: str, count: int) -> None:
    random = np.random.default_rng(7)
    seed = SEEDS[kind]
    outcome(seed)  # what reading imports does not count
    grown = most_resident()
    for _ in range(count):
        data = mutated(seed, random)
        with most_allocated(MOST):
            outcome(data)
    assert grown() < MOST


@contextmanager
def most_allocated(limit: int) -> Iterator[None]:
    """Fail where Python and numpy allocate more than `limit` bytes at a time, touched or not."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def most_resident() -> Callable[[], int]:
    """Return what tells by how many bytes the process has grown since at its largest, whoever
    allocates them; 0 where the system does not tell."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
    except OSError:
        return lambda: 0
    before = _peak()
    return lambda: _peak() - before


def _peak() -> int:
    return 1024 * int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def test_what_takes_more_is_noticed() -> None:
    grown = most_resident()
    with pytest.raises(AssertionError), most_allocated(MOST):
        np.ones(2 * MOST, np.uint8)
    assert grown() > MOST or not grown()


def test_mutations_of_parquet() -> None:
    random = np.random.default_rng(5)
    for _ in range(12):
        outcome(mutated(SEEDS["parquet"], random))


def test_a_parquet_that_ends_the_process_ends_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.sources.formats import parquet_rehearsal

    assert outcome(SEEDS["parquet"]) is not None
    monkeypatch.setattr(parquet_rehearsal, "_PROJECT", "/")  # where no module is found
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert outcome(SEEDS["parquet"]) is None


def mutated(seed: bytes, random: np.random.Generator) -> bytes:
    """Return `seed` with bits turned, bytes replaced, parts cut, doubled or moved."""
    data = bytearray(seed)
    for _ in range(int(random.integers(1, 6))):
        first, second = sorted(random.integers(0, len(data) + 1, 2).tolist())
        match int(random.integers(6)):
            case 0 if first < len(data):
                data[first] ^= 1 << int(random.integers(8))
            case 1:
                data[first : first + 8] = random.bytes(int(random.integers(9)))
            case 2:
                del data[first : min(second, first + 20)]
            case 3:
                data[second:second] = data[first : first + 50]
            case 4:
                wide = int(random.choice([0, 1, 127, 255, 2**31 - 1, 2**63 - 1]))
                data[first : first + 8] = wide.to_bytes(8, "little")
            case 5 if random.integers(10) == 0:
                del data[first:]
    return bytes(data)
