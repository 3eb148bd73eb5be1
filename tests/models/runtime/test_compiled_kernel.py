"""njit(): compiled code is kept where it can be, and where it cannot nothing fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.jobs.worker_process import PROJECT

LOOP = """
from models.runtime.compiled_kernel import njit

@njit(cache=True, nogil=True)
def total(count):
    found = 0
    for number in range(count):
        found += number
    return found
"""
RUN = "import loop; print(loop.total(5), *loop.total.stats.cache_hits.values())"
FULL = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (10, 10)); "


def run(folder: Path, code: str) -> tuple[str, str]:
    """Call the loop in a new process; return what it printed and what it complained of."""
    (folder / "loop.py").write_text(LOOP, "utf-8")
    os.utime(folder / "loop.py", (0, 0))  # a new date would be another loop to numba
    variables = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept")}
    variables["PYTHONPATH"] = os.pathsep.join([str(PROJECT), str(folder)])
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return done.stdout.strip(), done.stderr


def test_it_is_compiled_once(tmp_path: Path) -> None:
    assert run(tmp_path, RUN) == ("10", "")
    assert run(tmp_path, RUN) == ("10 1", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX")
def test_a_full_disk_is_no_harm(tmp_path: Path) -> None:
    found, complaint = run(tmp_path, FULL + RUN)
    assert found == "10"
    assert "cannot be kept" in complaint
    assert run(tmp_path, RUN) == ("10", "")  # there is room again
    assert run(tmp_path, RUN) == ("10 1", "")


def test_a_damaged_file_is_compiled_again(tmp_path: Path) -> None:
    run(tmp_path, RUN)
    [index] = (tmp_path / "kept").rglob("*.nbi")
    index.write_bytes(b"")
    found, complaint = run(tmp_path, RUN)
    assert found == "10"
    assert "cannot be read" in complaint
    assert run(tmp_path, RUN) == ("10 1", "")
