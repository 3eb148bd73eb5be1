"""Visitors' own spaces in the account of memory: counted at once, refused with what would fit."""

import re
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingSpace, Vocabulary
from models.errors import OverBudget
from models.runtime.budget import Budget
from models.runtime.memory import Limits
from models.sources import admission
from models.sources.admission import take_in


def made(words: int, name: str = "s") -> EmbeddingSpace:
    vectors = np.ones((words, 100), dtype=np.float32)
    return EmbeddingSpace(name, Vocabulary([f"w{row}" for row in range(words)]), vectors)


def mapped(folder: Path, words: int) -> EmbeddingSpace:
    np.save(folder / "v.npy", np.ones((words, 100), dtype=np.float32))
    vectors = np.load(folder / "v.npy", mmap_mode="r")
    return EmbeddingSpace("m", Vocabulary([f"w{row}" for row in range(words)]), vectors)


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    found = Limits(own=1_000_000, total=2_000_000)
    monkeypatch.setattr(admission, "budget", lambda: Budget(found))
    return found


def test_a_space_is_counted_before_anything_is_derived_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from models import space as home

    account = Budget(Limits(1 << 40, 1 << 41))
    monkeypatch.setattr("models.runtime.budget.budget", lambda: account)
    assert home.Shelf.__module__ == "models.runtime.budget"
    one = made(1_000)
    assert account.held == (0, 0)
    take_in(one, [])
    assert account.held[0] > one.vectors.nbytes


def test_what_does_not_fit_beside_the_others_is_refused_with_what_would(limits: Limits) -> None:
    one, other = made(1_000, "one"), made(2_000, "other")  # 400 kB and 800 kB
    take_in(one, [])
    with pytest.raises(OverBudget, match="other does not fit: its 2,000 words") as caught:
        take_in(other, [one])
    fits = int(re.search(r"([\d,]+) words would fit", str(caught.value))[1].replace(",", ""))  # type: ignore[index]
    assert 1_200 < fits < 1_500
    take_in(made(fits - 10), [one])
    with pytest.raises(OverBudget):
        take_in(made(fits + 50), [one])


def test_mapped_files_count_as_shared_and_once(limits: Limits, tmp_path: Path) -> None:
    one = mapped(tmp_path, 4_000)  # 1.6 MB, more than is allowed of own memory
    take_in(one, [])
    again = EmbeddingSpace("again", one.vocabulary, one.vectors)
    take_in(again, [one])
    with pytest.raises(OverBudget, match="words would fit beside"):
        take_in(made(1_000), [one, again])
    with pytest.raises(OverBudget, match=" 4,000 words of 100 dimensions take 2 MB"):
        take_in(mapped(tmp_path, 4_000), [one])  # another file
