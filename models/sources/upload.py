"""An uploaded file of vectors: copied to a private folder, read by a job, and deleted with the
object that represents it. The vectors that the job has read are mapped from a file.
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
from models.sources.formats import unpack
from models.sources.limits import Limits
from models.sources.read import read_vectors
from models.sources.subwords import Subwords, SubwordSpace, with_subwords
from models.space import EmbeddingSpace, SpaceCard
from models.vocabulary import Vocabulary

_FILE, _WORDS = "file", "words-of-the-file"
_VECTORS, _VOCABULARY, _SUBWORDS = "vectors.npy", "words.txt", "subwords.npy"
_MANIFEST = "manifest.json"
_TITLES = {
    "word2vec-binary": "word2vec binary",
    "fasttext": "fastText model",
    "npy": "NumPy array",
    "parquet": "Parquet",
    "zip": "archive (zip)",
}
_PACKED = {"gzip": ".gz", "bzip2": ".bz2"}


@dataclass(frozen=True)
class FileNames:
    """The visitor's names of the file of vectors and, where there is one, of its word list."""

    file: str
    words: str | None = None


class Upload:
    """A copy of the open `file` and of its word list `words`; a job reads ``folder``. Raises
    EmbeddingError where there is no room for it."""

    def __init__(self, file: IO[bytes], words: IO[bytes] | None = None) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="vectorscope-"))  # mode 0700
            self._delete = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            for source, name in ((file, _FILE), (words, _WORDS)):
                if source is not None:
                    source.seek(0)
                    with (self.folder / name).open("xb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
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
            subword_rows = manifest["subwords"] and adopt_file(self.folder / _SUBWORDS)
        except OSError as error:
            raise EmbeddingError("What was read was cleared away. Bring the file again.") from error
        vocabulary = Vocabulary.of_lines(text, len(rows))
        provenance, card = tuple(manifest["provenance"]), SpaceCard(**manifest["card"])
        space = EmbeddingSpace(manifest["name"], vocabulary, rows, provenance, card)
        if subword_rows is not None:
            space = with_subwords(space, Subwords(subword_rows, *manifest["subwords"]))
        return space, manifest["format"]

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
            files.enter_context(_open_named(top / where, called))
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


def format_name(file: IO[bytes], name: str, limits: Limits) -> str:
    """Return the format of `file`, which is left at its beginning, for a person: "text", "word2vec
    binary, packed as .gz". Raises VectorFileError for what is no file of vectors."""
    stream = unpack.opened(file, name, limits)
    kind = unpack.kind_of(stream)
    packed = _PACKED.get(kind)
    if packed is not None:
        stream.seek(0)
        with unpack.unzipped(file, stream, kind) as inner:
            kind = unpack.kind_of(inner)
    file.seek(0)
    return _TITLES.get(kind, kind) + (f", packed as {packed}" if packed else "")


def _open_named(path: Path, name: str) -> BufferedReader:
    """Open the file at `path` under the name that the visitor gave it."""
    raw = FileIO(path)
    raw.name = name
    return BufferedReader(raw)


def _write_result(space: EmbeddingSpace, kind: str, folder: Path) -> None:
    subwords = space.subwords if isinstance(space, SubwordSpace) else None
    np.save(folder / _VECTORS, space.vectors, allow_pickle=False)
    if subwords is not None:
        np.save(folder / _SUBWORDS, subwords.rows, allow_pickle=False)
    (folder / _VOCABULARY).write_bytes("\n".join(space.vocabulary).encode())
    manifest = {
        "name": space.name,
        "provenance": space.provenance,
        "card": asdict(space.card) if space.card else None,
        "format": kind,
        "subwords": [subwords.shortest, subwords.longest] if subwords is not None else None,
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
