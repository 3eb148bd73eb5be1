"""Visitors' own spaces in the account of memory: counted at once, refused with what would fit."""

import re
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace, Vocabulary
from models.errors import OverBudget
from models.runtime.budget import Budget
from models.runtime.memory import Limits


def made(words: int, name: str = "s") -> EmbeddingSpace:
    vectors = np.ones((words, 100), dtype=np.float32)
    return EmbeddingSpace(name, Vocabulary([f"w{row}" for row in range(words)]), vectors)


def mapped(folder: Path, words: int) -> EmbeddingSpace:
    np.save(folder / "v.npy", np.ones((words, 100), dtype=np.float32))
    vectors = np.load(folder / "v.npy", mmap_mode="r")
    return EmbeddingSpace("m", Vocabulary([f"w{row}" for row in range(words)]), vectors)


@pytest.fixture
def small() -> Budget:
    return Budget(Limits(own=1_000_000, total=2_000_000))


def test_a_space_is_counted_before_anything_is_derived_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from models import space as home

    account = Budget(Limits(1 << 40, 1 << 41))
    monkeypatch.setattr("models.runtime.budget.budget", lambda: account)
    assert home.DerivedCache.__module__ == "models.runtime.budget"
    one = made(1_000)
    assert account.held == (0, 0)
    account.admit(one, [])
    assert account.held[0] > one.vectors.nbytes


def test_what_does_not_fit_beside_the_others_is_refused_with_what_would(small: Budget) -> None:
    one, other = made(1_000, "one"), made(2_000, "other")  # 400 kB and 800 kB
    small.admit(one, [])
    with pytest.raises(OverBudget, match="other does not fit: its 2,000 words") as caught:
        small.admit(other, [one])
    fits = int(re.search(r"([\d,]+) words would fit", str(caught.value))[1].replace(",", ""))  # type: ignore[index]
    assert 1_200 < fits < 1_500
    small.admit(made(fits - 10), [one])
    with pytest.raises(OverBudget):
        small.admit(made(fits + 50), [one])


def test_mapped_files_count_as_shared_and_once(small: Budget, tmp_path: Path) -> None:
    one = mapped(tmp_path, 4_000)  # 1.6 MB, more than is allowed of own memory
    small.admit(one, [])
    again = EmbeddingSpace("again", one.vocabulary, one.vectors)
    small.admit(again, [one])
    with pytest.raises(OverBudget, match="words would fit beside"):
        small.admit(made(1_000), [one, again])
    with pytest.raises(OverBudget, match=" 4,000 words of 100 dimensions take 2 MB"):
        small.admit(mapped(tmp_path, 4_000), [one])  # another file
