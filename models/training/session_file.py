"""A session in one file: a visitor's training runs and spaces, and the values of the controls.

A zip of .npy arrays, as numpy's .npz, with a description in JSON as one of them. No pickle is
written or read. What is read may come from anybody: names, types, shapes and sizes are checked
before anything is made of them, and no more is unpacked than is allowed.
"""

import json
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from models.errors import EmbeddingError, InvalidRequest, shorten
from models.runtime.unpacking import ZIP_ENTRY
from models.space import EmbeddingSpace, SpaceCard
from models.training.run import Run
from models.training.run_arrays import (
    TYPES,
    Array,
    DamagedRun,
    run_arrays,
    run_description,
    run_from_arrays,
    words_from_bytes,
    words_to_bytes,
)

LARGEST = 50_000_000  # bytes of a file that can be restored
LARGEST_UNPACKED = 120_000_000
MOST = 8  # runs, and spaces
_FORMAT = 1
_DESCRIPTION = "description"
_WORD, _MAPPED = 24, 28  # bytes of a word and its count, and of a word on a map
_LONGEST = 1_000_000  # bytes of the description
_VECTORS = ("<f4", "<f2")
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([^']{1,20})', 'fortran_order': (False|True), "
    rb"'shape': \(([\d, ]{0,60})\), \} *\n",
    re.DOTALL,
)
_DAMAGED = (
    *(BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
    *(ValueError, OverflowError, NotImplementedError, IndexError, MemoryError),
)


@dataclass(frozen=True, eq=False)
class SavedSession:
    """The content of a session's file. `choices` are values of controls by their key."""

    runs: tuple[Run, ...] = ()
    spaces: tuple[EmbeddingSpace, ...] = ()
    choices: Mapping[str, str | int | float | bool] = field(default_factory=dict)


def write_session(saved: SavedSession) -> bytes:
    """Return `saved` as a file. Vectors that a run and a space share are written once.

    Raises EmbeddingError where it would be too large to be restored.
    """
    arrays: dict[str, Array] = {}
    for number, run in enumerate(saved.runs):
        arrays |= {f"run{number}.{name}": array for name, array in run_arrays(run).items()}
    spaces = []
    for number, space in enumerate(saved.spaces):
        spaces.append(_described(space, saved.runs))
        if spaces[-1]["run"] is None:
            arrays[f"space{number}.words"] = words_to_bytes(space.vocabulary)
            arrays[f"space{number}.vectors"] = space.vectors
    description = {
        "vectorscope": _FORMAT,
        "runs": [run_description(run) for run in saved.runs],
        "spaces": spaces,
        "choices": dict(saved.choices),
    }
    text = json.dumps(description, ensure_ascii=False).encode()
    return write_arrays({_DESCRIPTION: np.frombuffer(text, np.uint8), **arrays})


def session_bytes(saved: SavedSession) -> int:
    """Return how many bytes the file takes at most: its vectors, maps and words unpacked."""
    runs = {id(run.vectors) for run in saved.runs}
    vectors = [run.vectors.nbytes for run in saved.runs if run.vectors is not None]
    vectors += [space.vectors.nbytes for space in saved.spaces if id(space.vectors) not in runs]
    words = [_WORD * len(space) for space in saved.spaces]
    maps = [len(run.records) * run.shown * _MAPPED for run in saved.runs]
    words += [_WORD * len(run.vocabulary) for run in saved.runs]
    return sum((*vectors, *words, *maps))


def read_session(data: bytes) -> SavedSession:
    """Return what write_session() has written; raise EmbeddingError, which says what is wrong."""
    if len(data) > LARGEST:
        raise EmbeddingError(
            f"This file has {len(data) / 1e6:,.0f} MB; a saved session has at most "
            f"{LARGEST / 1e6:.0f} MB."
        )
    try:
        arrays = read_arrays(data)
        description = _description(arrays)
        runs = tuple(_run(number, part, arrays) for number, part in enumerate(description["runs"]))
        spaces = [_space(n, part, runs, arrays) for n, part in enumerate(description["spaces"])]
        return SavedSession(runs, tuple(spaces), _choices(description["choices"]))
    except DamagedRun as error:
        raise EmbeddingError(
            f"This session cannot be restored. {error} Nothing was changed."
        ) from None
    except (KeyError, TypeError, ValueError, EmbeddingError, RecursionError) as error:
        why = shorten(str(error) or type(error).__name__, limit=100)
        raise EmbeddingError(
            f"This file is not a session that was saved here ({why}). Nothing was changed."
        ) from None


def read_arrays(data: bytes) -> dict[str, Array]:
    """Return the arrays of a file by name; raise EmbeddingError for anything but plain numbers in
    a sound archive of at most LARGEST_UNPACKED bytes."""
    try:
        # Before zipfile lists them: a list of a million arrays would be large itself.
        if (parts := data.count(ZIP_ENTRY)) > MOST * (len(TYPES) + 4):
            raise EmbeddingError(f"it holds {parts:,} parts")
        with ZipFile(BytesIO(data)) as archive:
            return _arrays(archive)
    except EmbeddingError:
        raise
    except _DAMAGED:
        raise EmbeddingError("it is damaged, or no session file (.npz)") from None


def write_arrays(arrays: Mapping[str, Array]) -> bytes:
    """Return arrays as a file; raise EmbeddingError where it would be too large."""
    size = sum(array.nbytes for array in arrays.values())
    if size > LARGEST_UNPACKED:
        raise _too_large(size)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                ordered = np.ascontiguousarray(array)
                np.lib.format.write_array(entry, ordered, allow_pickle=False)
    packed = file.getvalue()
    if len(packed) > LARGEST:
        raise _too_large(len(packed))
    return packed


def _too_large(size: int) -> EmbeddingError:
    return EmbeddingError(
        f"This session takes {size / 1e6:,.0f} MB, and a file of at most {LARGEST / 1e6:.0f} MB "
        "can be brought back: remove a run or a space, or download the spaces one by one."
    )


def _arrays(archive: ZipFile) -> dict[str, Array]:
    left, found = LARGEST_UNPACKED, {}
    for entry in archive.infolist():
        if entry.flag_bits & 1 or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise EmbeddingError("it is locked, or packed in another way")
        with archive.open(entry) as part:
            content = part.read(left + 1)
        left -= len(content)
        if left < 0:
            raise EmbeddingError(
                f"it would take more than {LARGEST_UNPACKED / 1e6:.0f} MB once unpacked"
            )
        found[entry.filename.removesuffix(".npy")] = _array(content)
    return found


def _array(content: bytes) -> Array:
    """Return the array of a .npy file. Its header is read as numpy writes it and in no other way
    (numpy's own reader evaluates it), and counts only where the bytes are there."""
    header = _HEADER.match(content)
    if header is None:
        raise EmbeddingError("it holds an array of an unknown kind")
    kind, by_column, sizes = (part.decode() for part in header.groups())
    shape = tuple(int(number) for number in sizes.split(",") if number.strip())
    if kind not in {*TYPES.values(), *_VECTORS} or by_column == "True" or len(shape) > 4:
        raise EmbeddingError(f"it holds an array of {shorten(kind, limit=30)}")
    dtype, rest = np.dtype(kind), memoryview(content)[header.end() :]
    if math.prod(shape) * dtype.itemsize != len(rest):
        raise EmbeddingError("an array in it is shorter or longer than it says")
    return np.frombuffer(rest, dtype=dtype).reshape(shape)


def _description(arrays: Mapping[str, Array]) -> dict[str, Any]:
    packed = arrays[_DESCRIPTION]
    if packed.dtype != np.uint8 or packed.nbytes > _LONGEST:
        raise DamagedRun("Its description is too long.")
    description = json.loads(packed.tobytes())
    if not isinstance(description, dict) or description.get("vectorscope") != _FORMAT:
        raise DamagedRun("Its description is of another kind.")
    for part in ("runs", "spaces"):
        if not isinstance(description[part], list) or len(description[part]) > MOST:
            raise DamagedRun(f"It holds more than {MOST} {part}.")
    return description


def _run(number: int, description: object, arrays: Mapping[str, Array]) -> Run:
    start = f"run{number}."
    own = {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}
    for name, array in own.items():
        allowed = _VECTORS if name == "vectors" else (TYPES.get(name, ""),)
        if array.dtype.str not in allowed:
            raise DamagedRun(f"“{shorten(name, limit=30)}” in it is of another type.")
    return run_from_arrays(description, own)


def _described(space: EmbeddingSpace, runs: Sequence[Run]) -> dict[str, Any]:
    made_by = [n for n, run in enumerate(runs) if run.vectors is space.vectors]
    return {
        "name": space.name,
        "title": space.title,
        "source": space.card.source if space.card else "",
        "licence": space.card.licence if space.card else "",
        "provenance": list(space.provenance),
        "run": made_by[0] if made_by else None,
    }


def _space(
    number: int, description: Any, runs: Sequence[Run], arrays: Mapping[str, Array]
) -> EmbeddingSpace:
    texts = [description[name] for name in ("name", "title", "source", "licence")]
    notes = description["provenance"]
    if not all(isinstance(text, str) for text in (*texts, *notes)) or len(notes) > 50:
        raise DamagedRun("A space in it has no proper name.")
    name, title, source, licence = (shorten(text, limit=300) for text in texts)
    notes = tuple(shorten(note, limit=1_000) for note in notes)
    if (made_by := description["run"]) is not None:
        run = runs[made_by] if isinstance(made_by, int) and 0 <= made_by < len(runs) else None
        if run is None or run.vectors is None:
            raise DamagedRun("A space in it refers to a run that is not there.")
        vectors, vocabulary = run.vectors, run.vocabulary.head(len(run.vectors))
    else:
        vectors = arrays[f"space{number}.vectors"]
        vocabulary = words_from_bytes(arrays[f"space{number}.words"])
        if vectors.dtype.str not in _VECTORS or vectors.ndim != 2 or not vectors.size:
            raise DamagedRun("A space in it has no proper vectors.")
        vectors = vectors.astype(np.float32, copy=False)
        if len(vectors) != len(vocabulary) or not np.isfinite(vectors).all():
            raise DamagedRun("A space in it has other words than vectors, or no finite ones.")
    if not name:
        raise InvalidRequest("a space has no name")
    rows, dimension = vectors.shape
    card = SpaceCard(
        name, title, rows, dimension, source, licence, bytes=vectors.nbytes, ready=True
    )
    return EmbeddingSpace(name, vocabulary, vectors, notes, card)


def _choices(description: object) -> dict[str, str | int | float | bool]:
    if not isinstance(description, dict) or len(description) > 100:
        raise DamagedRun("What was chosen cannot be read.")
    return {
        shorten(name, limit=60): value
        for name, value in description.items()
        if isinstance(value, int | str) or (isinstance(value, float) and math.isfinite(value))
    }
