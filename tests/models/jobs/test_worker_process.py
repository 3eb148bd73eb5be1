"""worker_environment(): where a worker keeps compiled code."""

import sys
import tempfile
from pathlib import Path

import pytest

from models.jobs import worker_process
from models.jobs.worker_process import PROJECT, compiled_code_folder, worker_environment


def test_a_worker_imports_what_the_server_can() -> None:
    paths = worker_environment()["PYTHONPATH"].split(":")
    assert paths[0] == str(PROJECT)
    assert {path for path in sys.path if path} <= set(paths)


def test_compiled_code_goes_where_one_can_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("VECTORSCOPE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(worker_process, "_packages_are_writable", lambda: True)
    assert "NUMBA_CACHE_DIR" not in worker_environment()
    monkeypatch.setattr(worker_process, "_packages_are_writable", lambda: False)
    assert worker_environment()["NUMBA_CACHE_DIR"] == str(tmp_path / "vectorscope" / "numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    assert worker_environment()["NUMBA_CACHE_DIR"] == "elsewhere"


def test_a_folder_that_others_can_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there will be run."""
    (tmp_path / "open" / "vectorscope").mkdir(parents=True)
    (tmp_path / "open" / "vectorscope").chmod(0o777)
    (tmp_path / "temporary").mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "open"))
    assert tmp_path / "temporary" in compiled_code_folder({}).parents
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert compiled_code_folder({}) == tmp_path / "home/.cache/vectorscope/numba"


def test_where_nothing_else_can_be_written_there_is_a_folder_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "temporary").mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    folder = compiled_code_folder({})
    assert folder.is_dir()
    assert tmp_path / "temporary" in folder.parents
