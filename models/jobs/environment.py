"""The surroundings that a worker is started in."""

import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from models.runtime.cache_folder import private_folder

PROJECT = Path(__file__).parents[2]
_NUMBA = "NUMBA_CACHE_DIR"


def environment() -> dict[str, str]:
    """Return the variables of a worker: those of this process, what it may import (never app.py
    by accident), and where compiled code is kept."""
    paths = [str(PROJECT), *(path for path in sys.path if path)]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
    if _NUMBA not in variables and not _beside_the_code():
        variables[_NUMBA] = str(compiled_code_folder(os.environ))
    return variables


@cache
def _beside_the_code() -> bool:
    """Whether compiled code can be kept where numba puts it by itself."""
    libraries = Path(os.__file__).parent / "site-packages"
    import_paths = [Path(path) for path in sys.path if path.endswith("site-packages")]
    folders = [PROJECT / "models", *(import_paths or [libraries])]
    return all(os.access(folder, os.W_OK) for folder in folders if folder.is_dir())


def compiled_code_folder(variables: Mapping[str, str]) -> Path:
    """Return a folder for compiled code that can be written, and is nobody else's: what lies in
    it will be run."""
    kept = private_folder("numba", variables)
    return kept or Path(tempfile.mkdtemp(prefix="vectorscope-numba-"))
