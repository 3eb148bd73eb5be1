"""A visitor's large file on its way in: laid down where only this user can look, read by a job, and
gone with whoever holds it. What was read comes back as mapped vectors, which nobody else has.
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
from models.runtime.progress import Reporter, stays_here
from models.runtime.shared_array import adopt_file
from models.sources.format_name import format_name
from models.sources.limits import Limits
from models.sources.read import read_vectors
from models.sources.subwords import Subwords, SubwordSpace
from models.space import EmbeddingSpace, SpaceCard
from models.vocabulary import Vocabulary

_BLOCK = 1 << 20
_FILE, _WORDS = "file", "words-of-the-file"
_VECTORS, _VOCABULARY, _PIECES, _TOLD = "vectors.npy", "words.txt", "pieces.npy", "told.json"


@dataclass(frozen=True)
class FileNames:
    """What the sender called a `file`, and that with its vocabulary, where there is one."""

    file: str
    words: str | None = None


class Upload:
    """An open `file` that a visitor has sent, laid down; `words` is a file with its vocabulary.
    ``folder`` is what a job is given. Raises EmbeddingError where there is no room for it."""

    def __init__(self, file: IO[bytes], words: IO[bytes] | None = None) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="vectorscope-"))  # mode 0700
            self._delete = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            for source, name in ((file, _FILE), (words, _WORDS)):
                if source is not None:
                    _lay_down(source, self.folder / name)
        except OSError as error:
            raise EmbeddingError(
                f"The file could not be laid down to be read ({error.strerror}). Bring a smaller "
                "one, or try again later."
            ) from error

    def taken(self) -> tuple[EmbeddingSpace, str]:
        """Return the space that the job has read, and what the file was. Its vectors stay a
        file of this process alone until nobody has them any more."""
        try:
            told = json.loads((self.folder / _TOLD).read_text("utf-8"))
            rows = adopt_file(self.folder / _VECTORS)
            text = (self.folder / _VOCABULARY).read_bytes()
            pieces = told["pieces"] and adopt_file(self.folder / _PIECES)
        except OSError as error:
            raise EmbeddingError("What was read was cleared away. Bring the file again.") from error
        vocabulary = Vocabulary.of_lines(text, len(rows))
        name, provenance, card = told["name"], tuple(told["provenance"]), SpaceCard(**told["card"])
        if pieces is None:
            space = EmbeddingSpace(name, vocabulary, rows, provenance, card)
        else:
            subwords = Subwords(pieces, *told["pieces"])
            space = SubwordSpace(name, vocabulary, rows, provenance, card, subwords=subwords)
        return space, told["format"]

    def close(self) -> None:
        """Delete what was laid down, now."""
        self._delete()


@stays_here
def read_upload(
    job: Reporter, folder: str, sent: FileNames, limit: int | None, limits: Limits
) -> None:
    """Read the first `limit` rows (None: all) of what lies in the `folder` of an Upload; lay what
    was found beside it. The file itself is deleted. Runs as a job."""
    job.report(0.0, "reading")
    top = Path(folder)
    with ExitStack() as files:
        file, *others = (
            files.enter_context(_Named.opened(top / where, called))
            for where, called in ((_FILE, sent.file), (_WORDS, sent.words))
            if called is not None
        )
        kind = format_name(file, sent.file, limits)
        space = read_vectors(
            file,
            limit=limit,
            words=others[0] if others else None,
            limits=limits,
            progress=lambda share: job.report(0.95 * share, "reading"),
        )
    try:
        _hand_back(space, kind, top)
    except OSError as error:
        raise EmbeddingError(
            f"What was read could not be laid down ({error.strerror}). Bring fewer words."
        ) from error
    for name in (_FILE, _WORDS):
        (top / name).unlink(missing_ok=True)


class _Named(FileIO):
    """A file under the name that its sender gave it."""

    @classmethod
    def opened(cls, path: Path, name: str) -> BufferedReader:
        raw = cls(path)
        raw.name = name
        return BufferedReader(raw)


def _lay_down(source: IO[bytes], path: Path) -> None:
    source.seek(0)
    with path.open("xb") as file:
        while block := source.read(_BLOCK):
            file.write(block)


def _hand_back(space: EmbeddingSpace, kind: str, folder: Path) -> None:
    pieces = space.subwords if isinstance(space, SubwordSpace) else None
    np.save(folder / _VECTORS, space.vectors, allow_pickle=False)
    if pieces is not None:
        np.save(folder / _PIECES, pieces.rows, allow_pickle=False)
    (folder / _VOCABULARY).write_bytes("\n".join(space.vocabulary).encode())
    told = {
        "name": space.name,
        "provenance": space.provenance,
        "card": asdict(space.card) if space.card else None,
        "format": kind,
        "pieces": [pieces.shortest, pieces.longest] if pieces is not None else None,
    }
    (folder / _TOLD).write_text(json.dumps(told), "utf-8")
