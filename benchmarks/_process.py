"""The same work by us and by the peer, each in a new process: cold, imports included.

A benchmark of this kind starts itself again as ``python -m benchmarks.X --run ours --words N --out
FILE``; that process prints what it measured as one line of JSON and writes its result to FILE.
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

Measure = Callable[[str, int, Path], list[float]]

OURS, THEIRS = "ours", "theirs"
_RESULT = "result.npy"


def fresh(
    module: str, who: str, *, words: int, once: bool = False
) -> tuple[list[float], NDArray[Any]]:
    """Return what a new process of `module` measured for `who`, and the array that it wrote.

    Unless `once`, a run before it lets either write to disk what it compiles.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / _RESULT
        command = [sys.executable, "-m", module, "--run", who]
        command += ["--words", str(words), "--out", str(out)]
        # What an earlier run has left on disk (models/runtime/file_cache.py) must not be found.
        alone = {**os.environ, "VECTORSCOPE_CACHE_MB": "0"}
        for _ in range(1 if once else 2):
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=alone)
        measured: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
        return measured, np.load(out, allow_pickle=False)


def ran(options: argparse.Namespace, measure: Measure) -> bool:
    """Measure and print where this is the new process; say whether it was."""
    if options.run:
        print(json.dumps(measure(options.run, options.words, Path(options.out))))
    return bool(options.run)


def parser_for(doc: str | None, *, words: int) -> argparse.ArgumentParser:
    """Return the parser of such a benchmark: how many words, and what a new process is told."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--words", type=int, default=words)
    parser.add_argument("--once", action="store_true", help="without the untimed run before")
    parser.add_argument("--run", choices=(OURS, THEIRS), help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    return parser
