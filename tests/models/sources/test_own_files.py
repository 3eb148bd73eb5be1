"""What stands after --vectors, and nothing else, is opened."""

from pathlib import Path

import pytest

from models.errors import VectorFileError
from models.sources.own_files import named_on_command_line, names_of
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
