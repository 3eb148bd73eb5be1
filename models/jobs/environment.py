"""The surroundings that a worker is started in."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

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
    for folder in _candidates(variables):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        if _is_ours(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="vectorscope-numba-"))


def _candidates(variables: Mapping[str, str]) -> Iterator[Path]:
    if "XDG_CACHE_HOME" in variables:
        yield Path(variables["XDG_CACHE_HOME"]) / "vectorscope" / "numba"
    if "HOME" in variables:
        yield Path(variables["HOME"]) / ".cache" / "vectorscope" / "numba"
    user = os.getuid() if hasattr(os, "getuid") else "own"
    yield Path(tempfile.gettempdir()) / f"vectorscope-{user}" / "numba"


def _is_ours(folder: Path) -> bool:
    """The folder and the one around it: whoever owns that one could put another in its place."""
    if not hasattr(os, "getuid"):
        return True
    states = [folder.stat(), folder.parent.stat()]
    others = stat.S_IWGRP | stat.S_IWOTH
    return all(s.st_uid == os.getuid() and not s.st_mode & others for s in states)
