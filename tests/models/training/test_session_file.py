"""A session in a file: what is written comes back, and nothing else is believed."""

import io
import json
import struct
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import EmbeddingError
from models.jobs.reporter import LocalReporter
from models.quality.training_measure import watch
from models.space import EmbeddingSpace
from models.training import session_file
from models.training.corpora import Corpus
from models.training.run import Run
from models.training.run_arrays import run_arrays, run_description, run_from_arrays
from models.training.session_file import SavedSession, read_session, session_bytes, write_session
from models.training.settings import Settings
from models.vocabulary import Vocabulary

Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


@pytest.fixture(scope="module")
def run(topics: Corpus) -> Run:
    here, chosen = LocalReporter(), Settings(dimension=6, epochs=2)
    trained = watch(here, topics, chosen)
    return Run(
        "run 1",
        chosen,
        topics.facts,
        topics.vocabulary,
        topics.counts,
        tuple(here.partial),
        trained,
    )


@pytest.fixture(scope="module")
def whole(run: Run) -> bytes:
    made = EmbeddingSpace("my-own", Vocabulary(["a", "b"]), np.eye(2, dtype=np.float32), ("made",))
    return write_session(
        SavedSession((run,), (run.space(), made), {"text": "text8", "epochs": 7, "phrases": True})
    )


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def npy(array: Array, *, pickled: bool = False) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=pickled)
    return file.getvalue()


def told_or_sound(data: bytes) -> bool:
    """Read a file; any error but one for a person is a failure."""
    try:
        return len(read_session(data).runs) <= 1
    except EmbeddingError as error:
        return "Nothing was changed." in str(error)


def test_a_run_comes_back_as_it_was(run: Run, whole: bytes) -> None:
    back = read_session(whole)
    [same] = back.runs
    assert (same.settings, same.facts, same.name) == (
        run.settings,
        run.facts,
        "run 1",
    )
    assert list(same.vocabulary) == list(run.vocabulary)
    np.testing.assert_array_equal(same.vectors, run.vectors)
    for one, other in zip(run.records, same.records, strict=True):
        assert (one.epoch, one.loss, one.auc, one.scores) == (
            *(other.epoch, other.loss, other.auc),
            other.scores,
        )
        np.testing.assert_array_equal(one.nearest, other.nearest)
        assert one.similar is not None  # of a short run the neighbours of every epoch are kept
        assert other.similar is not None
        assert one.positions is not None
        assert other.positions is not None
        np.testing.assert_allclose(one.similar, other.similar, atol=0.005)
        np.testing.assert_allclose(one.positions, other.positions, rtol=2e-3, atol=1e-3)
        if one.since_start is not None:
            assert other.since_start is not None
            np.testing.assert_allclose(
                one.since_start.by_frequency, other.since_start.by_frequency, rtol=1e-5
            )
    assert dict(back.choices) == {"text": "text8", "epochs": 7, "phrases": True}


def test_spaces_come_back_and_share_the_vectors_of_their_run(whole: bytes) -> None:
    trained, made = read_session(whole).spaces
    assert trained.vectors is read_session(whole).runs[0].vectors or trained.vectors.shape == (
        27,
        6,
    )
    assert (made.name, list(made.vocabulary), made.provenance) == ("my-own", ["a", "b"], ("made",))
    assert "space0.vectors.npy" not in members(whole)


def test_the_weight_is_what_the_file_takes_at_most(run: Run, whole: bytes) -> None:
    assert len(whole) < 3 * session_bytes(SavedSession((run,), (run.space(),))) + 20_000


def test_a_session_that_could_not_be_brought_back_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_file, "LARGEST", 1_000)
    with pytest.raises(EmbeddingError, match="remove a run or a space"):
        write_session(SavedSession((run,)))
    with pytest.raises(EmbeddingError, match="at most"):
        read_session(bytes(2_000))


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 0.999))
def test_a_truncated_file_is_told(whole: bytes, share: float) -> None:
    with pytest.raises(EmbeddingError):
        read_session(whole[: int(share * len(whole))])


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 10**9), byte=st.integers(0, 255))
def test_a_changed_byte_is_told_or_harmless(whole: bytes, place: int, byte: int) -> None:
    broken = bytearray(whole)
    broken[place % len(broken)] = byte
    assert told_or_sound(bytes(broken))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_array_is_told_or_harmless(whole: bytes, data: st.DataObject) -> None:
    parts = members(whole)
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert told_or_sound(zipped({**parts, name: bytes(content)}))


@pytest.mark.parametrize("drop", ["description", "run0.words", "run0.nearest", "space1.words"])
def test_a_missing_part_is_told(whole: bytes, drop: str) -> None:
    parts = members(whole)
    del parts[f"{drop}.npy"]
    with pytest.raises(EmbeddingError, match=r"Nothing was changed\."):
        read_session(zipped(parts))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((27, 6), dtype=np.float64),
        np.zeros((27, 6), dtype=np.complex64),
        np.full((27, 6), np.nan, dtype=np.float32),
        np.zeros((27, 5), dtype=np.float32),
        np.zeros((28, 6), dtype=np.float32),
        np.zeros(162, dtype=np.float32),
        np.array(["a", "b"]),
        np.zeros(3, dtype=[("a", "<f4")]),
    ],
)
def test_vectors_of_another_kind_are_told(whole: bytes, array: Array) -> None:
    with pytest.raises(EmbeddingError, match=r"Nothing was changed\."):
        read_session(zipped({**members(whole), "run0.vectors.npy": npy(array)}))


def test_objects_are_never_unpickled(whole: bytes) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return pytest.fail, ("unpickled",)

    trap = np.array([Trap()], dtype=object)
    with pytest.raises(EmbeddingError, match=r"Nothing was changed\."):
        read_session(zipped({**members(whole), "run0.counts.npy": npy(trap, pickled=True)}))


def test_a_header_of_a_thousand_million_rows_takes_no_memory(whole: bytes) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 6), }"
    header += b" " * (118 - len(header) - 1) + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)
    with pytest.raises(EmbeddingError, match="shorter or longer"):
        read_session(zipped({**members(whole), "run0.vectors.npy": content}))


def test_a_zip_that_inflates_is_not_unpacked(whole: bytes) -> None:
    bomb = zipped({"description.npy": bytes(session_file.LARGEST_UNPACKED + 10)})
    assert len(bomb) < 1_000_000
    with pytest.raises(EmbeddingError, match="once unpacked"):
        read_session(bomb)


def test_many_parts_are_refused(whole: bytes) -> None:
    with pytest.raises(EmbeddingError, match="parts"):
        read_session(zipped({f"{number}.npy": b"" for number in range(1_000)}))


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"vectorscope": 2, "runs": [], "spaces": [], "choices": {}},
        {"vectorscope": 1, "runs": [{}] * 9, "spaces": [], "choices": {}},
        {"vectorscope": 1, "runs": [{}], "spaces": [], "choices": {}},
        {"vectorscope": 1, "runs": {}, "spaces": [], "choices": {}},
        {"vectorscope": 1, "runs": [], "spaces": [{"name": 3}], "choices": {}},
        {"vectorscope": 1, "runs": [], "spaces": [], "choices": []},
    ],
)
def test_a_description_of_another_kind_is_told(whole: bytes, said: object) -> None:
    text = np.frombuffer(json.dumps(said).encode(), np.uint8)
    with pytest.raises(EmbeddingError, match=r"Nothing was changed\."):
        read_session(zipped({**members(whole), "description.npy": npy(text)}))


def test_a_deep_description_is_told(whole: bytes) -> None:
    text = np.frombuffer(b"[" * 100_000, np.uint8)
    with pytest.raises(EmbeddingError, match=r"Nothing was changed\."):
        read_session(zipped({**members(whole), "description.npy": npy(text)}))


@pytest.mark.parametrize("data", [b"", b"PK", b"\x80\x04K\x01.", b"hello" * 100])
def test_what_is_no_archive_is_told(data: bytes) -> None:
    with pytest.raises(EmbeddingError, match="not a session"):
        read_session(data)


def test_settings_past_the_limit_are_told(run: Run) -> None:
    said = run_description(run)
    said["settings"]["epochs"] = 10_000
    with pytest.raises(EmbeddingError, match="10,000"):
        run_from_arrays(said, run_arrays(run))


def test_a_run_that_was_stopped_comes_back(run: Run) -> None:
    stopped = Run(
        "run 2",
        run.settings,
        run.facts,
        run.vocabulary,
        run.counts,
        run.records[:2],
        run.vectors[:10] if run.vectors is not None else None,
    )
    [back] = read_session(write_session(SavedSession((stopped,)))).runs
    assert (back.reached, back.finished, len(back.space())) == (1, False, 10)
    assert "stopped after epoch 1 of 2" in back.space().treatment
