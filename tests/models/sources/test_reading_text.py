"""Digits read in blocks are the numbers of Python's float(); the line at fault is the one named."""

import gzip
import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import EmbeddingSpace, Vocabulary
from models.errors import VectorFileError
from models.sources.formats.word_set import WordSet
from models.sources.limits import Limits
from models.sources.read import read_vectors
from tests.models.sources.conftest import Read, same, written

digits = st.text("0123456789", min_size=1, max_size=25)
numbers = st.builds(
    "{}{}.{}e{}".format, st.sampled_from(["", "-", "+"]), digits, digits, st.integers(-50, 30)
) | st.floats(allow_nan=False, width=32).map(repr)


def upload(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=30))
def test_every_digit_counts(texts: list[str]) -> None:
    found = read_vectors(
        upload("".join(f"w{i} {text} 1\n" for i, text in enumerate(texts)) + "z 1 1")
    )
    with np.errstate(over="ignore"):
        wanted = np.array([float(text) for text in texts]).astype(np.float32)
    kept = [found[f"w{i}"][0] for i in range(len(texts)) if f"w{i}" in found]
    np.testing.assert_array_equal(np.array(kept, np.float32), wanted[np.isfinite(wanted)])


def test_halves_are_rounded_as_float_does(read: Read) -> None:
    # Rounded at once, the first is the next float32 above 1; by way of float64 it is 1.
    texts = ["1.00000005960464477539062500001", "1.0000000596046447754", "8.5e-46", "16777217"]
    found = read("".join(f"{chr(97 + i)} {text} 1\n" for i, text in enumerate(texts)))
    assert found.vectors[:, 0].tolist() == [float(np.float32(float(text))) for text in texts]


def test_blocks_meet_without_a_seam(read: Read) -> None:
    words = [f"word{i}" + " and" * (i % 997 == 0) for i in range(60_000)]
    vectors = np.random.default_rng(0).normal(size=(len(words), 5)).astype(np.float32)
    lines = [f"{w} " + " ".join(map(str, v)) for w, v in zip(words, vectors.tolist(), strict=True)]
    wanted = EmbeddingSpace("all", Vocabulary(words), vectors)
    same(read("\n".join(lines)), wanted)
    same(read(gzip.compress("\r\n".join(lines).encode())), wanted)
    same(read(written(wanted.head(50_000), "word2vec-binary")), same_names(wanted, 50_000))


def same_names(space: EmbeddingSpace, count: int) -> EmbeddingSpace:
    """Word2vec's formats hold no spaces."""
    names = [word.replace(" ", "_") for word in space.words[:count]]
    return EmbeddingSpace("all", Vocabulary(names), space.vectors[:count])


@pytest.mark.parametrize("line", [1, 2, 31_415, 60_000])
@pytest.mark.parametrize("fault", ["x 1 2", "x 1 2 y"])
def test_the_line_at_fault_is_named(line: int, fault: str, read: Read) -> None:
    lines = [f"word{i} {i} 2 3" for i in range(60_000)]
    lines[line - 1] = fault
    with pytest.raises(VectorFileError) as caught:
        read("\n".join(lines))
    assert caught.value.line == line
    lines.insert(0, "60000 3")
    with pytest.raises(VectorFileError) as caught:
        read("\n".join(lines))
    assert caught.value.line == line + 1


def test_a_bomb_is_stopped_while_it_inflates(read: Read) -> None:
    bomb = gzip.compress(b"a" + b" 1" * 50_000_000)
    few = gzip.compress(b"".join(b"w%d 1 2\n" % i for i in range(1_000_000)))
    for data in (bomb, few):
        tracemalloc.start()
        with pytest.raises(VectorFileError):
            read(data, limits=Limits(rows=10_000, inflated=20_000_000))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 45_000_000


words = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(words, min_size=1, unique=True, max_size=20), st.sampled_from(["npz", "safetensors"])
)
def test_any_word_comes_back_from_what_holds_it(texts: list[str], kind: str) -> None:
    vectors = np.arange(3 * len(texts), dtype=np.float32).reshape(-1, 3)
    space = EmbeddingSpace("any", Vocabulary(texts), vectors)
    same(read_vectors(io.BytesIO(written(space, kind))), space)


@given(st.lists(st.lists(st.binary(max_size=2), max_size=6), max_size=8))
def test_words_that_were_seen_are_known(blocks: list[list[bytes]]) -> None:
    seen, known = WordSet(recent=3), set[bytes]()
    for block in blocks:
        new = len(set(block)) == len(block) and known.isdisjoint(block)
        assert seen.add_all(block) == new
        known |= set(block) if new else set()
        assert len(seen) == len(known)
