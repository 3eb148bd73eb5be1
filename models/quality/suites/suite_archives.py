"""The text files of a suite, from a folder, from a .zip or a .gz: in memory, bounded."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from models.errors import EmbeddingError
from models.runtime import unpacking

Texts = dict[str, bytes]  # text files by their path

MOST_FILES = 1_000  # in a folder or a .zip
WELCOME = "give a text file, one packed as .gz, or a .zip of text files"

_TEXTS = {".txt", ".tsv", ".csv"}
_NOTES = {"readme", "licence", "license"}


def unpack(data: bytes, file: str) -> Texts:
    """Return the text files in `data`, by their paths in order: of a .zip, of a .gz, or `data`
    itself called `file`.

    Raises EmbeddingError for what is too large, damaged, locked, or holds no text file.
    """
    texts = dict(sorted(unpacking.unpacked(data, file, wanted=_counts, most=MOST_FILES)))
    _refuse_none(texts, file)
    return texts


def read_folder(folder: Path, file: str) -> Texts:
    """Return the text files in `folder` and below, by their paths from there, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    kept = {name: path for name, path in sorted(found.items()) if _counts(name) and path.is_file()}
    _refuse_none(kept, file)
    unpacking.refuse_many(len(kept), file, MOST_FILES)
    unpacking.refuse_large(sum(path.stat().st_size for path in kept.values()), file)
    return {name: unpacking.read_file(path, name) for name, path in kept.items()}


def _counts(path: str) -> bool:
    """Tell whether this is a text file that is neither hidden nor a note beside the others."""
    pure = PurePosixPath(path)
    text = pure.suffix.lower() in _TEXTS and pure.stem.lower() not in _NOTES
    return text and not unpacking.is_hidden(path)


def _refuse_none(files: Mapping[str, object], file: str) -> None:
    if not files:
        raise EmbeddingError(f"{file} holds no text file (.txt, .tsv or .csv): {WELCOME}.")
