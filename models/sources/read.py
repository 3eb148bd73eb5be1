"""Reading vectors: read_vectors() recognises a file by its content, never by its name.

Text of GloVe, word2vec and fastText, TSV and CSV; word2vec binary, fastText .bin, .npy and .npz,
safetensors, Parquet, gensim's .kv from a path alone; as they are or as .gz, .bz2 or .zip. No pickle
is ever opened.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from zipfile import ZipFile, ZipInfo

from models.errors import InvalidRequest, OverBudget, VectorFileError, shorten
from models.runtime.budget import budget
from models.runtime.progress import ProgressCallback, ignore
from models.sources import vector_store
from models.sources.formats import npy, tensors, unpack
from models.sources.formats.fasttext import read_fasttext
from models.sources.formats.keyed_vectors import read_keyed_vectors
from models.sources.formats.parquet_rehearsal import read_parquet
from models.sources.formats.row_collector import RowCollector, WordList
from models.sources.formats.stream import Stream, WordsMissing
from models.sources.formats.text_reading import looks_like_numbers, read_text, read_vocabulary
from models.sources.formats.vector_buffers import MemoryBuffer, VectorBuffer
from models.sources.formats.word2vec_reading import read_word2vec
from models.sources.limits import Limits
from models.sources.subwords import with_subwords
from models.space import EmbeddingSpace, SpaceCard

Source = str | Path | IO[bytes]
Words = Source | Sequence[str]

ENDINGS = {
    *(".gz", ".bz2", ".zip", ".txt", ".vec", ".bin", ".npz", ".npy", ".safetensors", ".tsv"),
    *(".csv", ".parquet", ".model", ".kv", ".w2v"),
}
# Names of the word list beside a file of vectors.
_BESIDE = (
    *("{stem}.words.txt", "{stem}.vocab", "{stem}.txt"),
    *("metadata.tsv", "words.txt", "vocab.txt"),
)


def read_vectors(
    source: Source,
    *,
    limit: int | None = None,
    name: str | None = None,
    words: Words | None = None,
    member: str | None = None,
    trusted: bool = False,
    limits: Limits | None = None,
    progress: ProgressCallback | None = None,
) -> EmbeddingSpace:
    """Return the space in `source`, a path or an open binary file that can seek.

    `limit` reads the first rows alone. `words` is the vocabulary of a file of vectors without words
    (.npy, the Projector's vectors.tsv): a list, or a file with one word a line; metadata.tsv and
    the like are found beside a path. `member` names one of several files in an archive. `name`
    is the name of the space, the file's own otherwise. `trusted` also reads gensim's .kv from a
    path, without opening it as a pickle (formats/keyed_vectors.py).

    The provenance and the card's note say what was done to the rows (duplicates left out, ...). A
    space of fastText's .bin is a SubwordSpace: it has vectors for unknown words. The content of a
    path is stored (vector_store.py) and read once; that of an open file is not stored. Raises
    VectorFileError, which says what was found and what to do.
    """
    if limit is not None and limit < 1:
        raise InvalidRequest("Read at least one row (limit).")
    is_path = isinstance(source, str | Path)
    called = str(source if is_path else getattr(source, "name", "") or name or "the file")
    file = shorten(re.split(r"[/\\]", called)[-1])
    bounds, report = limits or Limits(), progress or ignore
    request = _Request(file, limit, name, words, member, trusted, bounds, report)
    if isinstance(source, str | Path):
        return _space(request, _from_path(Path(source).expanduser().absolute(), request))
    return _space(request, _Reading(request, MemoryBuffer()).contents(source))


def opens_at_once(path: Path, *, trusted: bool = False) -> bool:
    """Whether read_vectors(path) finds the content stored; also true on a server that stores
    nothing, where reading it beforehand is of no use."""
    key = vector_store.key_of([path, *_named_beside(path)], (None, None, trusted, True))
    return vector_store.is_stored(key)


def _from_path(path: Path, request: "_Request") -> vector_store.FileContents:
    """Return the content of `path`, stored before or read now."""
    if not path.is_file():
        what = "a folder: name a file in it" if path.is_dir() else "no file that is there"
        raise VectorFileError(request.file, f"this is {what}.")
    if request.words is not None and not isinstance(request.words, str | Path):
        return _read(path, request, MemoryBuffer())
    others = [Path(request.words)] if request.words is not None else _named_beside(path)
    key = vector_store.key_of(
        [path, *others], (request.limit, request.member, request.trusted, request.words is None)
    )
    found = vector_store.load_stored(key, path)
    if found is None:
        return vector_store.read_and_store(key, path, lambda buffer: _read(path, request, buffer))
    rows, dimension = found.vectors.shape
    try:
        budget().refuse_excess("the space in it", words=rows, dimension=dimension, mapped=True)
    except OverBudget as error:
        raise VectorFileError(request.file, str(error)) from None
    return found


@dataclass(frozen=True)
class _Request:
    file: str
    limit: int | None
    name: str | None
    words: Words | None
    member: str | None
    trusted: bool
    limits: Limits
    progress: ProgressCallback


def _read(path: Path, request: _Request, buffer: VectorBuffer) -> vector_store.FileContents:
    """Read the file at `path`; where it holds no words, with the word list beside it."""
    try:
        with path.open("rb") as file:
            try:
                return _Reading(request, buffer, path).contents(file)
            except WordsMissing:
                beside = _named_beside(path)
                if not beside:
                    raise
                file.seek(0)
                return _Reading(replace(request, words=beside[0]), buffer, path).contents(file)
    except OSError as error:
        why = error.strerror or "damaged"
        raise VectorFileError(request.file, f"it cannot be read ({why}).") from error


def _named_beside(path: Path) -> list[Path]:
    names = [pattern.format(stem=path.stem) for pattern in _BESIDE]
    found = [path.with_name(name) for name in names if name != path.name]
    return [other for other in found if other.is_file()]


def _space(request: _Request, contents: vector_store.FileContents) -> EmbeddingSpace:
    name = shorten(request.name or without_ending(request.file))
    rows, dimension = contents.vectors.shape
    remarks = contents.remarks
    if request.limit is not None and contents.read >= request.limit:
        counted = "row" if request.limit == 1 else f"{request.limit:,} rows"
        remarks = (f"the first {counted} of the file", *remarks)
    card = SpaceCard(
        name,
        name,
        rows,
        dimension,
        source=f"the file {request.file}",
        licence="as where the file comes from",
        bytes=4 * rows * dimension,
        ready=True,
        note="; ".join(remarks),
    )
    space = EmbeddingSpace(name, contents.vocabulary, contents.vectors, remarks, card)
    return with_subwords(space, contents.subwords)


@dataclass
class _Reading:
    """One pass over a file, with all that is open during it."""

    request: _Request
    buffer: VectorBuffer
    path: Path | None = None  # of a file on the server, which is not an upload
    _open: ExitStack = field(default_factory=ExitStack)

    def contents(self, file: IO[bytes]) -> vector_store.FileContents:
        request = self.request
        try:
            with self._open:
                stream = unpack.opened(file, request.file, request.limits, path=self.path)
                rows = RowCollector(
                    stream, limit=request.limit, buffer=self.buffer, tell=request.progress
                )
                word_list = self._word_list()
                rows.remarks += word_list.remarks if word_list else ()
                self._read(rows, file, word_list)
                vocabulary, vectors = rows.finish()
        except (MemoryError, RecursionError) as error:
            raise VectorFileError(
                request.file, "it does not fit into memory. Read fewer words of it (limit)."
            ) from error
        request.progress(1.0)
        return vector_store.FileContents(
            vocabulary, vectors, rows.all_remarks(), rows.read, rows.subwords
        )

    def _read(self, rows: RowCollector, file: IO[bytes], word_list: WordList | None) -> None:
        stream = rows.stream
        kind = unpack.kind_of(stream)
        if kind in {"gzip", "bzip2"}:
            stream.seek(0)
            rows.stream = self._open.enter_context(unpack.unzipped(file, stream, kind))
            kind = unpack.kind_of(rows.stream)
        elif kind == "zip":
            archive = self._open.enter_context(unpack.archived(file, stream))
            return self._read_archive(rows, archive, word_list)
        elif kind == "parquet":
            stream.seek(0)
            return read_parquet(rows, file)
        elif kind == "pickle" and self.request.trusted and self.path:
            stream.seek(0)
            return read_keyed_vectors(rows, file)
        return _READERS[kind](rows, word_list)

    def _read_archive(
        self, rows: RowCollector, archive: ZipFile, word_list: WordList | None
    ) -> None:
        stream, member = rows.stream, self.request.member
        entries = unpack.members(archive)
        if member is not None:
            entries = [entry for entry in entries if entry.filename == member]
        elif unpack.is_npz(archive, stream):
            return tensors.read_npz(rows, archive, word_list)
        elif len(entries) == 2 and (pair := self._pair(archive, entries, stream)):
            rows.stream, metadata = pair
            word_list = read_vocabulary(metadata, self.request.limit)
            rows.remarks += word_list.remarks
            return read_text(rows, word_list)
        if len(entries) != 1:
            names = ", ".join(f"“{shorten(e.filename, limit=30)}”" for e in archive.infolist()[:6])
            raise stream.refuse(
                f"it holds {len(archive.infolist()):,} files ({names}). Bring one of them alone, "
                "or say which (member)."
            )
        rows.stream = self._open.enter_context(unpack.part_of(archive, entries[0], stream))
        kind = unpack.kind_of(rows.stream)
        if kind not in _READERS:
            raise stream.refuse("it is packed twice: unpack it once and bring what comes out.")
        return _READERS[kind](rows, word_list)

    def _pair(
        self, archive: ZipFile, entries: Sequence[ZipInfo], stream: Stream
    ) -> tuple[Stream, Stream] | None:
        """Return vectors and metadata of the Projector: numbers alone, and the other file."""
        parts = [
            self._open.enter_context(unpack.part_of(archive, entry, stream)) for entry in entries
        ]
        if any(unpack.kind_of(part) != "text" for part in parts):
            return None
        metadata, vectors = sorted(parts, key=looks_like_numbers)
        if looks_like_numbers(metadata) or not looks_like_numbers(vectors):
            return None
        return vectors, metadata

    def _word_list(self) -> WordList | None:
        words = self.request.words
        if words is None:
            return None
        if isinstance(words, Sequence) and not isinstance(words, str):
            return WordList([word.encode(errors="surrogatepass") for word in words])
        if isinstance(words, str | Path):
            path = Path(words).expanduser()
            try:
                words = self._open.enter_context(path.open("rb"))
            except OSError as error:
                why = f"it cannot be read ({error.strerror})."
                raise VectorFileError(path.name, why) from error
        name = Path(str(getattr(words, "name", "the words"))).name
        stream = unpack.opened(words, shorten(name), self.request.limits)
        if unpack.kind_of(stream) != "text":
            raise stream.refuse("it is no text with one word a line.")
        return read_vocabulary(stream, self.request.limit)


_READERS: dict[str, Callable[[RowCollector, WordList | None], None]] = {
    "text": read_text,
    "npy": npy.read_npy,
    "safetensors": tensors.read_safetensors,
    "word2vec-binary": lambda rows, _: read_word2vec(rows),
    "fasttext": lambda rows, _: read_fasttext(rows),
    "pickle": lambda rows, _: unpack.refuse_pickle(rows.stream),
}


def without_ending(name: str) -> str:
    """Return the name of a file without the endings that files of vectors have."""
    while Path(name).suffix.lower() in ENDINGS and Path(name).stem:
        name = Path(name).stem
    return name
