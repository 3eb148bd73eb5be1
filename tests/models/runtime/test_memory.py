"""What the process holds and may hold, and what the environment says about it."""

import mmap
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import InvalidRequest
from models.runtime import memory
from models.runtime.memory import PROGRAM_MB, VARIABLE, Limits

MB = 1_000_000
PROJECT = Path(__file__).parents[3]


def test_the_budget_is_the_design_s_unless_the_environment_says_otherwise() -> None:
    assert Limits.read({}) == Limits(300 * MB, 450 * MB)
    assert Limits.read({VARIABLE: " 900 "}) == Limits(600 * MB, 900 * MB)
    left = Limits.read({}).beside_the_program()
    assert left == Limits((300 - PROGRAM_MB) * MB, (450 - PROGRAM_MB) * MB)


@pytest.mark.parametrize("text", ["much", "-5", "0", "nan", "inf", "299", "1e999", "x" * 999])
def test_nonsense_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidRequest, match="at least 300") as refusal:
        Limits.read({VARIABLE: text})
    assert len(str(refusal.value)) < 250


@given(st.text())
def test_any_text_gives_limits_or_a_sentence(text: str) -> None:
    try:
        limits = Limits.read({VARIABLE: text})
    except InvalidRequest:
        return
    assert 0 < limits.beside_the_program().own < limits.own < limits.total


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_memory_is_told_from_mapped_files(tmp_path: Path) -> None:
    np.save(tmp_path / "zeros.npy", np.zeros(8 * MB, dtype=np.uint8))
    before = memory.in_use()
    held = np.frombuffer(mmap.mmap(-1, 40 * MB), dtype=np.uint8)  # not what malloc has kept back
    held[:] = 1
    mapped = np.load(tmp_path / "zeros.npy", mmap_mode="r")
    assert mapped.sum() == 0
    after = memory.in_use()
    assert after.own - before.own > 0.8 * held.nbytes
    assert not after.peak


def test_where_the_system_tells_less_the_most_there_was_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory.Path, "read_text", lambda *_, **__: "Name: something else")
    usage = memory.in_use()
    assert usage.peak
    assert usage.mapped is None
    assert os.name == "nt" or usage.own > 10 * MB


def test_the_tightest_control_group_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = {"a": "max\n", "b": "700000000\n", "c": "9223372036854771712\n", "d": "690000000\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    found = [tmp_path / name for name in [*texts, "missing"]]
    monkeypatch.setattr(memory, "_limit_files", lambda: found)
    assert memory.allowed() == 690 * MB
    monkeypatch.setattr(memory, "_limit_files", lambda: [found[0], found[2]])
    assert memory.allowed() is None


POOLS = """
import ctypes, sys, threading

from models.runtime.memory import share_freed_memory

if sys.argv[1] == "shared":
    share_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
met = threading.Barrier(12)

def allocate():
    met.wait()
    for _ in range(2_000):
        libc.free(libc.malloc(10_000))

threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries have no such pools")
def test_threads_share_two_pools_of_freed_memory() -> None:
    def pools(how: str) -> int:
        command = [sys.executable, "-c", POOLS, how]
        told = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
        return told.stdout.count("<heap nr=")

    assert pools("shared") <= 2 < pools("as it was")
