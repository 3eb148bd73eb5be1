"""A large upload: read by a job to what reading it at once gives, and gone without a trace."""

import gc
import gzip
import tempfile
from concurrent.futures import CancelledError
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from models import EmbeddingError, EmbeddingSpace, VectorFileError
from models.jobs.reporter import LocalReporter
from models.sources.limits import Limits
from models.sources.read import read_vectors
from models.sources.space_handles import handle_of, is_shared
from models.sources.subwords import SubwordSpace
from models.sources.upload import FileNames, Upload, format_name, read_upload
from models.sources.write import FORMATS, chunks
from tests.models.sources.conftest import Named, same, written
from tests.models.sources.test_fasttext import SENTENCES

LIMITS = Limits.for_uploads({})


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are laid down for a while; what is read of the server's own files is kept."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "room"))
    monkeypatch.setenv("VECTORSCOPE_CACHE_MB", "10")
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def brought(data: bytes, name: str = "mine.txt", limit: int | None = None) -> Upload:
    incoming = Upload(BytesIO(data))
    read_upload(LocalReporter(), str(incoming.folder), FileNames(name), limit, LIMITS)
    return incoming


@pytest.mark.parametrize(
    ("kind", "packed"),
    [("glove", True), ("word2vec-binary", True), *((kind, False) for kind in FORMATS)],
)
def test_it_is_what_reading_at_once_gives(
    space: EmbeddingSpace, tmp_path: Path, kind: str, packed: bool
) -> None:
    data = gzip.compress(written(space, kind)) if packed else written(space, kind)
    found, told = brought(data, limit=200).result()
    wanted = read_vectors(Named(data, "mine.txt"), limit=200, limits=LIMITS)
    same(found, wanted)
    assert (found.name, found.card, found.provenance) == (
        wanted.name,
        wanted.card,
        wanted.provenance,
    )
    assert found.content_id == wanted.content_id
    assert told == format_name(Named(data, "mine.txt"), "mine.txt", LIMITS)
    assert not found.vectors.flags.writeable
    assert not (tmp_path / "cache").exists()  # what is private leaves no trace


def test_pieces_of_words_come_along(tmp_path: Path) -> None:
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    trained = FastText(SENTENCES, vector_size=6, min_count=1, bucket=500, epochs=1, workers=1)
    save_facebook_model(trained, str(tmp_path / "model.bin"))
    data = (tmp_path / "model.bin").read_bytes()
    found, _ = brought(data, "mine.bin").result()
    wanted = read_vectors(Named(data, "mine.bin"))
    assert isinstance(found, SubwordSpace)
    np.testing.assert_array_equal(found["unseenword"], wanted["unseenword"])


def test_words_in_another_file_are_taken(space: EmbeddingSpace) -> None:
    np.save(rows := BytesIO(), space.vectors)
    words = BytesIO("\n".join(space.words).encode())
    incoming = Upload(rows, words)
    read_upload(
        LocalReporter(), str(incoming.folder), FileNames("v.npy", "words.txt"), None, LIMITS
    )
    same(incoming.result()[0], space)


def test_nobody_else_can_look_and_nothing_stays(space: EmbeddingSpace, room: Path) -> None:
    incoming = Upload(BytesIO(written(space, "glove")))
    folder = incoming.folder
    assert folder.parent == room
    assert folder.stat().st_mode & 0o777 == 0o700
    read_upload(LocalReporter(), str(folder), FileNames("mine.txt"), None, LIMITS)
    assert not (folder / "file").exists()
    found, _ = incoming.result()
    file = Path(str(found.vectors.filename))  # type: ignore[attr-defined]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not is_shared(found)
    handle = handle_of(found)
    assert handle.private
    assert handle.vectors is not None
    assert handle.vectors.path == str(file)  # which is not written once more
    del incoming, found, handle
    gc.collect()
    assert not folder.exists()
    assert not file.exists()


def test_one_that_is_cancelled_or_refused_goes_too(space: EmbeddingSpace, room: Path) -> None:
    class Impatient(LocalReporter):
        def is_cancelled(self) -> bool:
            return self.message == "reading"

    incoming = Upload(BytesIO(written(space, "glove")))
    with pytest.raises(CancelledError):
        read_upload(Impatient(), str(incoming.folder), FileNames("a"), None, LIMITS)
    with pytest.raises(EmbeddingError, match="cleared away"):
        incoming.result()
    with pytest.raises(VectorFileError, match=r"mine\.txt, line 2"):
        brought(b"king 1 2 3\nqueen 1 2\n")
    del incoming
    gc.collect()
    assert list(room.iterdir()) == []


def test_without_room_a_sentence_says_so(space: EmbeddingSpace, room: Path) -> None:
    room.rmdir()
    with pytest.raises(EmbeddingError, match="could not be laid down"):
        Upload(BytesIO(b"".join(chunks(space, "glove"))))
