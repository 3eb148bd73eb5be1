"""A large file that a visitor uploads: copied to a private folder, read by a job, and deleted with
the object that represents it. The result of the job are mapped vectors in a file of this process.
"""

import json
import shutil
import tempfile
import weakref
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import IO

import numpy as np

from models.errors import EmbeddingError
from models.runtime.progress import Reporter, local_only
from models.runtime.shared_array import adopt_file
from models.sources.format_name import format_name
from models.sources.limits import Limits
from models.sources.read import read_vectors
from models.sources.subwords import Subwords, SubwordSpace, with_subwords
from models.space import EmbeddingSpace, SpaceCard
from models.vocabulary import Vocabulary

_BLOCK = 1 << 20
_FILE, _WORDS = "file", "words-of-the-file"
_VECTORS, _VOCABULARY, _SUBWORDS = "vectors.npy", "words.txt", "subwords.npy"
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FileNames:
    """The visitor's names of the file of vectors and, where there is one, of its word list."""

    file: str
    words: str | None = None


class Upload:
    """A copy of the open `file` and of its word list `words`. A job gets its ``folder``. Raises
    EmbeddingError where there is no room for it."""

    def __init__(self, file: IO[bytes], words: IO[bytes] | None = None) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="vectorscope-"))  # mode 0700
            self._delete = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            for source, name in ((file, _FILE), (words, _WORDS)):
                if source is not None:
                    _copy(source, self.folder / name)
        except OSError as error:
            raise EmbeddingError(
                f"The file could not be laid down to be read ({error.strerror}). Bring a smaller "
                "one, or try again later."
            ) from error

    def result(self) -> tuple[EmbeddingSpace, str]:
        """Return the space that the job has read, and the format of the file. The vectors are
        mapped from a file that is deleted with them."""
        try:
            manifest = json.loads((self.folder / _MANIFEST).read_text("utf-8"))
            rows = adopt_file(self.folder / _VECTORS)
            text = (self.folder / _VOCABULARY).read_bytes()
            pieces = manifest["subwords"] and adopt_file(self.folder / _SUBWORDS)
        except OSError as error:
            raise EmbeddingError("What was read was cleared away. Bring the file again.") from error
        vocabulary = Vocabulary.of_lines(text, len(rows))
        provenance, card = tuple(manifest["provenance"]), SpaceCard(**manifest["card"])
        space = EmbeddingSpace(manifest["name"], vocabulary, rows, provenance, card)
        subwords = Subwords(pieces, *manifest["subwords"]) if pieces is not None else None
        return with_subwords(space, subwords), manifest["format"]

    def close(self) -> None:
        """Delete the copies now."""
        self._delete()


@local_only
def read_upload(
    job: Reporter, folder: str, names: FileNames, limit: int | None, limits: Limits
) -> None:
    """Read the first `limit` rows (None: all) of the file in the `folder` of an Upload, write the
    result beside it, and delete the file. Runs as a job."""
    job.report(0.0, "reading")
    top = Path(folder)
    with ExitStack() as files:
        file, *others = (
            files.enter_context(_NamedFile.opened(top / where, called))
            for where, called in ((_FILE, names.file), (_WORDS, names.words))
            if called is not None
        )
        kind = format_name(file, names.file, limits)
        space = read_vectors(
            file,
            limit=limit,
            words=others[0] if others else None,
            limits=limits,
            progress=lambda share: job.report(0.95 * share, "reading"),
        )
    try:
        _write_result(space, kind, top)
    except OSError as error:
        raise EmbeddingError(
            f"What was read could not be laid down ({error.strerror}). Bring fewer words."
        ) from error
    for name in (_FILE, _WORDS):
        (top / name).unlink(missing_ok=True)


class _NamedFile(FileIO):
    """A file that is called as the visitor calls it."""

    @classmethod
    def opened(cls, path: Path, name: str) -> BufferedReader:
        raw = cls(path)
        raw.name = name
        return BufferedReader(raw)


def _copy(source: IO[bytes], path: Path) -> None:
    source.seek(0)
    with path.open("xb") as file:
        shutil.copyfileobj(source, file, _BLOCK)


def _write_result(space: EmbeddingSpace, kind: str, folder: Path) -> None:
    pieces = space.subwords if isinstance(space, SubwordSpace) else None
    np.save(folder / _VECTORS, space.vectors, allow_pickle=False)
    if pieces is not None:
        np.save(folder / _SUBWORDS, pieces.rows, allow_pickle=False)
    (folder / _VOCABULARY).write_bytes("\n".join(space.vocabulary).encode())
    manifest = {
        "name": space.name,
        "provenance": space.provenance,
        "card": asdict(space.card) if space.card else None,
        "format": kind,
        "subwords": [pieces.shortest, pieces.longest] if pieces is not None else None,
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
