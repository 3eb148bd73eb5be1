"""Files of vectors that are named on the command line of the server.

    streamlit run app.py -- --vectors vectors.txt --vectors folder

These are the only paths that are opened: no visitor can name one.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.errors import VectorFileError
from models.runtime.progress import Reporter, local_only
from models.sources.read import ENDINGS, read_vectors, without_ending

OPTION = "--vectors"
_MOST = 1_000  # files of a folder
_COMPANIONS = {"metadata.tsv", "words.txt", "vocab.txt"}


def named_on_command_line(argv: Sequence[str]) -> list[Path]:
    """Return the files that follow --vectors in `argv`, those of a folder by name; each once.

    Raises VectorFileError for one that is not there and for a folder without files of vectors.
    """
    found: dict[Path, None] = {}
    for name in _values(argv):
        path = Path(name).expanduser().absolute()
        found |= dict.fromkeys(_in_folder(path) if path.is_dir() else [_file(path)])
    return [*found]


def names_of(paths: Sequence[Path]) -> dict[str, Path]:
    """Return a name for the space of each of `paths`: the file's own without its endings, with a
    number where two have the same."""
    named: dict[str, Path] = {}
    for path in paths:
        name, number = without_ending(path.name), 1
        while (called := name if number == 1 else f"{name} ({number})") in named:
            number += 1
        named[called] = path
    return named


@local_only
def read_server_file(job: Reporter, path: str) -> None:
    """Read the file once, so that it is stored and opens quickly. Runs as a job."""
    job.report(0.0, "reading")
    read_vectors(path, trusted=True, progress=lambda share: job.report(share, "reading"))


def _values(argv: Sequence[str]) -> list[str]:
    """Return what follows --vectors, up to the next option, or --vectors=."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(OPTION, dest="names", nargs="*", action="extend", default=[])
    names: list[str] = parser.parse_known_args([part for part in argv if part != "--"])[0].names
    return names


def _file(path: Path) -> Path:
    if not path.is_file():
        raise VectorFileError(path.name, f"there is no such file; {OPTION} names one, or a folder.")
    return path


def _in_folder(folder: Path) -> list[Path]:
    """Return the files in `folder` that may hold vectors, without those that hold their words."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    alone = {path.stem for path in files if path.suffix == ".npy"}
    found = [
        path
        for path in files
        if path.suffix.lower() in ENDINGS
        and not path.name.startswith(".")
        and path.name not in _COMPANIONS
        and not (path.suffix in {".txt", ".vocab"} and path.stem.removesuffix(".words") in alone)
    ]
    if not found:
        raise VectorFileError(folder.name, "there is no file of vectors in this folder.")
    return found[:_MOST]
