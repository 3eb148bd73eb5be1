"""share(): an array is written once, mapped elsewhere, and leaves no file."""

import gc
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import numpy as np
import pytest

from models.errors import EmbeddingError
from models.jobs.queue import JobQueue
from models.runtime import shared_array
from models.runtime.shared_array import share
from tests.models.jobs import tasks


def test_an_array_is_read_elsewhere(server: JobQueue) -> None:
    array = np.arange(1_000, dtype=np.float32).reshape(10, 100)
    job = server.submit(tasks.total, share(array), visitor="a")
    assert job.result(timeout=10) == array.sum()


@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_opened_is_what_was_shared(order: str) -> None:
    array = np.asarray(np.random.default_rng(0).random((5, 7)), order=order)  # type: ignore[call-overload]
    there = ForkingPickler.loads(ForkingPickler.dumps(share(array)))
    opened = there.open()
    assert isinstance(opened, np.memmap)
    assert not opened.flags.writeable
    np.testing.assert_array_equal(opened, array)


def test_the_file_is_private_and_goes_with_its_array() -> None:
    array = np.ones(3)
    path = Path(share(array).path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with ThreadPoolExecutor(8) as crowd:
        paths = {handle.path for handle in crowd.map(share, [array] * 8)}
    assert paths == {str(path)}  # written once
    handle = share(array)
    del array
    gc.collect()
    assert path.exists()  # who holds the handle will open it
    del handle
    gc.collect()
    assert not path.exists()


def test_what_is_a_file_already_is_not_written_again(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.arange(12.0).reshape(3, 4))
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    assert share(mapped).path == str(tmp_path / "vectors.npy")
    part = mapped[1:]
    np.testing.assert_array_equal(share(part).open(), part)
    assert share(part).path != str(tmp_path / "vectors.npy")


def test_another_machine_gets_the_array_itself() -> None:
    array = np.arange(5)
    there = ForkingPickler.loads(ForkingPickler.dumps(share(array).for_elsewhere()))
    del array
    gc.collect()
    np.testing.assert_array_equal(there.open(), np.arange(5))


def test_a_folder_that_was_cleaned_up_is_made_again() -> None:
    first = np.ones(2)
    shutil.rmtree(Path(share(first).path).parent)
    second = np.ones(2)
    np.testing.assert_array_equal(share(second).open(), second)


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared_array, "_folder", lambda: str(tmp_path))
    monkeypatch.setattr(np, "save", full)
    with pytest.raises(EmbeddingError, match="No space left"):
        share(np.ones(4))
    assert list(tmp_path.iterdir()) == []
