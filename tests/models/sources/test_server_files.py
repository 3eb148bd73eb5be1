"""What stands after --vectors, and nothing else, is opened."""

from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from models.errors import VectorFileError
from models.jobs.reporter import LocalReporter
from models.sources.read import opens_at_once
from models.sources.server_files import named_on_command_line, names_of, read_server_file
from tests.models.sources.conftest import put


def test_files_and_folders_are_found(tmp_path: Path) -> None:
    names = ["a.vec", "b.txt.gz", "c.npy", "c.txt", "metadata.tsv", ".d.vec", "notes.md"]
    paths = {name: put(tmp_path, name, "a 1 2\n") for name in names}
    wanted = [paths[name] for name in ("a.vec", "b.txt.gz", "c.npy")]
    assert named_on_command_line(["app.py", "--vectors", str(tmp_path)]) == wanted
    argv = ["--vectors", str(wanted[1]), str(tmp_path), "--other", "x", f"--vectors={wanted[0]}"]
    assert named_on_command_line(argv) == [wanted[1], wanted[0], wanted[2]]
    assert named_on_command_line(["app.py", str(tmp_path)]) == []


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VectorFileError, match=r"gone.txt: there is no such file"):
        named_on_command_line(["--vectors", str(tmp_path / "gone.txt")])
    with pytest.raises(VectorFileError, match="no file of vectors in this folder"):
        named_on_command_line(["--vectors", str(tmp_path)])


def test_each_has_a_name_of_its_own() -> None:
    paths = [Path("x/glove.6B.50d.txt.gz"), Path("y/glove.6B.50d.vec"), Path("z/.vec")]
    assert list(names_of(paths)) == ["glove.6B.50d", "glove.6B.50d (2)", ".vec"]


class Impatient(LocalReporter):
    """Cancels at the second report."""

    reports = 0

    def is_cancelled(self) -> bool:
        self.reports += 1
        return self.reports > 1


def test_a_file_is_read_by_a_job_and_opens_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "cache"))
    path = put(tmp_path, "a.vec", "a 1 2\nb 3 4\n")
    assert opens_at_once(path, trusted=True)  # where nothing is kept, waiting is in vain
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "10")
    assert not opens_at_once(path, trusted=True)
    with pytest.raises(CancelledError):
        read_server_file(Impatient(), str(path))
    assert list((tmp_path / "cache" / "vectors").iterdir()) == []
    job = LocalReporter()
    read_server_file(job, str(path))
    job.flush()
    assert (job.fraction, job.message) == (1.0, "reading")
    assert opens_at_once(path, trusted=True)
    put(tmp_path, "a.vec", "a 1 2\nb 3 4\nc 5 6\n")
    assert not opens_at_once(path, trusted=True)
