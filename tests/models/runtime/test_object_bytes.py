"""Footprints: arrays, views, mapped files, words, tables, and what objects say they hold."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import EmbeddingSpace
from models.runtime.mapped_array import mapped_empty
from models.runtime.object_bytes import Footprint, parts_of


@dataclass
class Pair:
    one: object
    other: object


def own(value: object) -> int:
    return sum(Footprint.of(value).own.values())


def test_what_is_shared_counts_once() -> None:
    array = np.zeros(100_000, dtype=np.float32)
    assert own(array) == pytest.approx(400_000, abs=2_000)
    assert own(Pair(array[:10], [array[10:], {"again": array.reshape(2, -1)}])) == pytest.approx(
        400_000, abs=4_000
    )
    assert own(Pair(array, array.copy())) == pytest.approx(800_000, abs=4_000)


def test_a_mapped_file_is_no_memory_of_ones_own(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(100_000))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    part = mapped[10:20]
    assert sum(Footprint.of(part).mapped.values()) == pytest.approx(800_000, abs=1_000)
    assert own(part) < 3_000
    assert own(np.asarray(mapped) + 1) == pytest.approx(800_000, abs=2_000)


def test_words_and_tables_weigh_what_python_takes_for_them() -> None:
    words = [f"word {number}" for number in range(10_000)]
    plain = sys.getsizeof(words) + sum(map(sys.getsizeof, words))
    assert own(words) == pytest.approx(plain, abs=2_000)
    frame = pd.DataFrame({"x": np.zeros(50_000), "word": ["a"] * 50_000})
    assert own(Pair(frame, None)) == pytest.approx(frame.memory_usage(deep=True).sum(), abs=3_000)


def test_a_space_weighs_its_vectors_and_words_and_not_what_is_derived(
    tiny: EmbeddingSpace,
) -> None:
    vectors = np.ones((5, 20_000), dtype=np.float32)
    space = EmbeddingSpace("wide", tiny.vocabulary, vectors, origin=tiny)
    space.remember("something large", lambda: np.zeros(1_000_000))
    assert own(space) == pytest.approx(vectors.nbytes, abs=4_000)
    assert any(part is space._derived for part in parts_of(space))


def test_large_room_lies_in_a_file_and_small_in_memory() -> None:
    large, small = (mapped_empty((rows, 30), order="F") for rows in (100_000, 10))
    large[:] = np.arange(30)
    assert large.flags.f_contiguous
    assert (large[-1] == np.arange(30)).all()
    assert sum(Footprint.of(large).mapped.values()) == large.nbytes
    assert not Footprint.of(small).mapped


def test_without_room_on_the_disk_it_lies_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    room = mapped_empty((100_000, 30))
    room[:] = 1
    assert not Footprint.of(room).mapped
