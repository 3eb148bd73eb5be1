"""Files on their way out: written by a job, read in parts, gone with whoever holds them."""

import errno
import gc
import shutil
from collections import namedtuple
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from models import EmbeddingError, EmbeddingSpace, InvalidRequest, VectorFileError
from models.jobs.reporter import LocalReporter
from models.sources import download_file, write
from models.sources.download_file import PART, DownloadFile, write_download
from models.sources.space_handles import handle_of
from models.sources.write import chunks


def written(space: EmbeddingSpace, format: str = "word2vec") -> DownloadFile:  # noqa: A002
    file = DownloadFile(1_000)
    write_download(LocalReporter(), handle_of(space), str(file.path), format)
    return file.opened()


@pytest.mark.parametrize("format", ["word2vec", "npz"])
def test_a_file_is_read_part_by_part(space: EmbeddingSpace, format: str) -> None:  # noqa: A002
    file, wanted = written(space, format), b"".join(chunks(space, format))
    assert len(file) == len(wanted)
    step = 999
    parts = [file.read(at, min(at + step, len(file))) for at in range(0, len(file), step)]
    assert b"".join(parts) == wanted
    with pytest.raises(InvalidRequest, match="4,000,000 bytes"):
        file.read(0, PART + 1)


def test_chosen_words_alone_are_written(space: EmbeddingSpace) -> None:
    file = DownloadFile(1_000)
    write_download(LocalReporter(), handle_of(space), str(file.path), "glove", ("東京", "w7"))
    wanted = b"".join(chunks(space, "glove", ["東京", "w7"]))
    assert file.opened().read(0, len(file)) == wanted


def test_it_has_no_name_once_it_is_open_and_is_gone_with_its_holder(space: EmbeddingSpace) -> None:
    file = written(space)
    folder = file.path.parent
    assert folder.stat().st_mode & 0o077 == 0
    assert list(folder.iterdir()) == []
    del file
    gc.collect()
    assert not folder.exists()


def test_a_job_that_is_cancelled_leaves_nothing(space: EmbeddingSpace) -> None:
    class Cancelled(LocalReporter):
        def report(self, fraction: float, message: str = "") -> None:
            if fraction:
                raise CancelledError

    file = DownloadFile(1_000)
    with pytest.raises(CancelledError):
        write_download(Cancelled(), handle_of(space), str(file.path), "word2vec")
    assert list(file.path.parent.iterdir()) == []
    with pytest.raises(EmbeddingError, match="Prepare it again"):
        file.opened()


def test_a_full_disk_is_a_sentence(space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write, "_write", full)
    file = DownloadFile(1_000)
    with pytest.raises(VectorFileError, match=r"could not be written \(No space left on device\)"):
        write_download(LocalReporter(), handle_of(space), str(file.path), "word2vec")
    assert list(file.path.parent.iterdir()) == []


def test_all_files_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = {"VECTORSCOPE_DOWNLOAD_MB": "10"}
    one = DownloadFile(6_000_000, limit)
    with pytest.raises(EmbeddingError, match="about 6 MB, and there is room for 4 MB"):
        DownloadFile(6_000_000, limit)
    del one
    gc.collect()
    assert len(DownloadFile(6_000_000, limit)) == 6_000_000
    with pytest.raises(InvalidRequest, match="whole number"):
        DownloadFile(1, {"VECTORSCOPE_DOWNLOAD_MB": "many"})
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(9, 9, 300_000_000))
    assert download_file.shutil is shutil
    with pytest.raises(EmbeddingError, match="there is room for 100 MB now"):
        DownloadFile(150_000_000, {})


def test_a_machine_that_sees_another_disk_says_so(space: EmbeddingSpace, tmp_path: Path) -> None:
    with pytest.raises(VectorFileError, match="could not be written"):
        write_download(LocalReporter(), handle_of(space), str(tmp_path / "gone" / "vectors"), "npz")
