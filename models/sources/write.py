"""Writing vectors: a space, or some of its words, in the formats that other programs read.

    for part in chunks(space, "word2vec-binary"): ...    # streamed, some megabytes at a time
    write_vectors(space, "king.vec", format="word2vec", words=["king", "queen"])

Binary formats hold the float32 numbers bit by bit; text has the shortest digits that read back as
the same number. remarks() says which words a format cannot hold; write_vectors() returns it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from models.errors import InvalidRequest, VectorFileError
from models.runtime.cache_folder import replacing
from models.runtime.progress import ProgressCallback, ignore
from models.sources.formats import binary, text
from models.sources.formats.export_selection import ExportSelection, select
from models.space import EmbeddingSpace


class Format(NamedTuple):
    """A format: its title, and what a browser needs to know of it."""

    title: str
    extension: str
    mime: str


_WRITERS: dict[str, tuple[Format, Callable[[ExportSelection], Iterator[bytes]]]] = {
    "word2vec": (Format("word2vec text", ".vec", "text/plain"), text.word2vec),
    "word2vec-binary": (
        Format("word2vec binary", ".bin", "application/octet-stream"),
        binary.word2vec,
    ),
    "glove": (Format("GloVe text", ".txt", "text/plain"), text.glove),
    "npz": (Format("NumPy archive", ".npz", "application/zip"), binary.npz),
    "safetensors": (
        Format("safetensors", ".safetensors", "application/octet-stream"),
        binary.safetensors,
    ),
    "projector": (
        Format("Embedding Projector (two TSV files)", ".zip", "application/zip"),
        text.projector,
    ),
}
FORMATS = {name: known for name, (known, _) in _WRITERS.items()}


def chunks(
    space: EmbeddingSpace, format: str, words: Sequence[str] | None = None
) -> Iterator[bytes]:
    """Return the parts of `space` as a file, each made when it is needed.

    `words` chooses some, in their order; one named twice is written once. Raises InvalidRequest
    for another format or no word, UnknownWord for a word that the space lacks, at once.
    """
    selection = _selection(space, format, words)
    return _WRITERS[format][1](selection)


def write_vectors(
    space: EmbeddingSpace,
    target: str | Path | BinaryIO,
    *,
    format: str = "word2vec",
    words: Sequence[str] | None = None,
    progress: ProgressCallback | None = None,
) -> tuple[str, ...]:
    """Write `space` to `target`, a path or an open binary file, and return the remarks().

    A path gets the whole file or none: what was there before is replaced at the end. `progress` is
    called with the share that is done, 0 to 1; what it raises ends the writing. Raises as chunks()
    does, and VectorFileError where the file cannot be written.
    """
    selection = _selection(space, format, words)
    name = target if isinstance(target, str | Path) else getattr(target, "name", "the file")
    name = Path(str(name)).name
    try:
        opened = replacing(Path(target)) if isinstance(target, str | Path) else nullcontext(target)
        with opened as file:
            _write(file, selection, format, progress or ignore)
    except OSError as error:
        why = error.strerror or "the file is closed to it"
        raise VectorFileError(name, f"it could not be written ({why}).") from error
    return remarks(space, format, words)


def remarks(
    space: EmbeddingSpace, format: str, words: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Return what the file cannot hold of the words, in plain sentences: none where it holds all.
    Raises as chunks() does."""
    renamed = len(_selection(space, format, words).renamed(text.BLANKS.get(format)))
    if not renamed:
        return ()
    subject = "1 word has" if renamed == 1 else f"{renamed:,} words have"
    return (
        f"{subject} spaces, tabs or line ends, which {FORMATS[format].title} cannot hold: each is "
        "written with “_” there.",
    )


def _selection(space: EmbeddingSpace, name: str, words: Sequence[str] | None) -> ExportSelection:
    if name not in _WRITERS:
        raise InvalidRequest(f"Choose one of these formats: {', '.join(FORMATS)}.")
    return select(space, words)


def _write(
    file: IO[bytes], selection: ExportSelection, name: str, progress: ProgressCallback
) -> None:
    for part in _WRITERS[name][1](selection):
        file.write(part)
        progress(selection.done)
    progress(1.0)
