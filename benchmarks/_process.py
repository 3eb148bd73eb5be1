"""The same work by us and by the peer, each in a new process, imports included.

Such a benchmark starts itself again as ``python -m benchmarks.X --run ours --words N --out FILE``;
that process prints its measurements as one line of JSON and writes its result to FILE.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._run import Option

Measure = Callable[[str, int, Path], list[float]]

OURS, THEIRS = "ours", "theirs"
_RESULT = "result.npy"


def fresh(
    module: str, who: str, *, words: int, once: bool = False
) -> tuple[list[float], NDArray[Any]]:
    """Return what a new process of `module` measured for `who`, and the array that it wrote.

    Unless `once`, an untimed run before it lets either write its compiled code to disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / _RESULT
        command = [sys.executable, "-m", module, "--run", who]
        command += ["--words", str(words), "--out", str(out)]
        # No results cached on disk by an earlier run (models/runtime/file_cache.py).
        alone = {**os.environ, "VECTORSCOPE_CACHE_MB": "0"}
        for _ in range(1 if once else 2):
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=alone)
        measured: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
        return measured, np.load(out, allow_pickle=False)


def ran(options: argparse.Namespace, measure: Measure) -> bool:
    """Measure and print if this is the new process; return whether it is."""
    if options.run:
        print(json.dumps(measure(options.run, options.words, Path(options.out))))
    return bool(options.run)


def process_options(*, words: int) -> dict[str, Option]:
    """Return the options of such a benchmark: how many words, and those of a new process."""
    return {
        "words": (words, "the most frequent ones"),
        "once": {"action": "store_true", "help": "without the untimed run before"},
        "run": {"choices": (OURS, THEIRS), "help": argparse.SUPPRESS},
        "out": {"help": argparse.SUPPRESS},
    }
