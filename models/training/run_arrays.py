"""Training runs as plain arrays and back, for the file of a session and for the precomputed run.
Everything that is read is checked, as a visitor may send anything."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError
from models.training.corpora import CorpusFacts
from models.training.row_change import ChangeSummary
from models.training.run import EpochRecord, Run, SuiteScore
from models.training.settings import Settings
from models.training.tokens import Tokens
from models.vocabulary import Vocabulary

Array = NDArray[Any]
Arrays = Mapping[str, Array]

SUITES = ("google-analogies", "wordsim-353", "simlex-999")
QUANTILES = ("quantile", "raw", "aligned")
GROUPS = ("group", "words", "count", "update", "relative", "aligned")
_STEPS = 127  # of a cosine from 0 to 1: int8 is enough for two decimals
# Arrays of a run and their types; `vectors` may be missing or float16.
TYPES = {
    "words": "|u1",
    "counts": "<i8",
    "figures": "<f8",
    "scores": "<f8",
    "quantiles": "<f4",
    "by_frequency": "<f4",
    "maps": "<i4",
    "looks": "<i4",
    "positions": "<f2",
    "nearest": "<u2",
    "similar": "|i1",
}


class DamagedRun(EmbeddingError):
    """Arrays that are not those of a run."""


def run_description(run: Run) -> dict[str, Any]:
    """Return the settings of `run` and the facts of its text, for JSON."""
    return {"name": run.name, "settings": asdict(run.settings), "about": asdict(run.facts)}


def run_arrays(run: Run) -> dict[str, Array]:
    """Return the arrays of `run` by name; the vectors of single epochs are left out."""
    records = run.records
    mapped = [i for i, record in enumerate(records) if record.positions is not None]
    looked = [i for i, record in enumerate(records) if record.nearest is not None]
    packed: dict[str, Array] = {
        "words": words_to_bytes(run.vocabulary),
        "counts": run.counts,
        "figures": np.array([_figures(record) for record in records]),
        "scores": np.array([_scores(record) for record in records]),
        "quantiles": np.array([_tables(record, "quantiles", 5, QUANTILES) for record in records]),
        "by_frequency": np.array(
            [_tables(record, "by_frequency", 10, GROUPS) for record in records]
        ),
        "maps": np.array(mapped),
        "positions": np.array([records[i].positions for i in mapped]),
        "looks": np.array(looked),
        "nearest": np.array([records[i].nearest for i in looked]),
        "similar": np.array(
            [np.rint(_STEPS * records[i].similar.astype(np.float32)) for i in looked]  # type: ignore[union-attr]
        ),
    }
    packed = {name: np.ascontiguousarray(a, dtype=TYPES[name]) for name, a in packed.items()}
    return packed if run.vectors is None else {**packed, "vectors": run.vectors}


def run_from_arrays(description: object, arrays: Arrays, *, precomputed: bool = False) -> Run:
    """Return the run of run_description() and run_arrays(); raise DamagedRun for anything else."""
    try:
        return _run(_mapping(description), arrays, precomputed=precomputed)
    except DamagedRun:
        raise
    except (EmbeddingError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise DamagedRun(f"A training run in it is damaged ({error}).") from None


def words_to_bytes(vocabulary: Vocabulary) -> Array:
    """Return the words in one array of bytes, one a line."""
    return np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)


def words_from_bytes(packed: Array) -> Vocabulary:
    """Return the words of words_to_bytes(); raises ValueError or InvalidRequest for others."""
    return Vocabulary(packed.tobytes().decode("utf-8").split("\n"))


def _run(description: Mapping[str, Any], arrays: Arrays, *, precomputed: bool) -> Run:
    settings = Settings(**_mapping(description["settings"]))
    facts = _facts(_mapping(description["about"]))
    vocabulary, counts = words_from_bytes(arrays["words"]), arrays["counts"]
    _require(facts.words == len(vocabulary) == len(counts) and counts.ndim == 1, "its words")
    _require(bool((counts > 0).all() and (np.diff(counts) <= 0).all()), "its counts")
    vectors = arrays.get("vectors")
    if vectors is not None:
        fits = vectors.ndim == 2 and vectors.shape[1] == settings.dimension
        _require(fits and 2 <= len(vectors) <= len(vocabulary), "the size of its vectors")
        vectors = vectors.astype(np.float32)
        _require(bool(np.isfinite(vectors).all()), "its vectors")
        vectors.setflags(write=False)
    records = _records(settings, len(vocabulary), arrays)
    name = description["name"]
    _require(isinstance(name, str) and 0 < len(name) <= 200, "its name")
    return Run(name, settings, facts, vocabulary, counts, records, vectors, precomputed)


def _facts(description: Mapping[str, Any]) -> CorpusFacts:
    given = {**description, "options": Tokens(**_mapping(description["options"]))}
    for part in fields(CorpusFacts):
        value = given[part.name]
        _require(isinstance(value, part.type), f"its {part.name}")  # type: ignore[arg-type]
        if isinstance(value, str):
            _require(len(value) <= 500, f"its {part.name}")
        elif isinstance(value, int):
            _require(0 <= value < 2**40, f"its {part.name}")
    return CorpusFacts(**given)


def _records(settings: Settings, words: int, arrays: Arrays) -> tuple[EpochRecord, ...]:
    figures = arrays["figures"]
    count = len(figures)
    _require(1 <= count <= settings.epochs + 1 and figures.shape == (count, 8), "its epochs")
    _require(figures[:, 0].tolist() == list(range(count)), "the order of its epochs")
    _require(np.isfinite(figures[:, [3, 4]]).all(), "its times")
    _require(arrays["scores"].shape == (count, len(SUITES), 5), "its scores")
    _require(arrays["quantiles"].shape == (count, 2, 5, len(QUANTILES)), "its changes")
    _require(arrays["by_frequency"].shape == (count, 2, 10, len(GROUPS)), "its changes")
    maps, looks = (_places(arrays[name], count) for name in ("maps", "looks"))
    _check_maps(len(maps), len(looks), words, arrays)
    return tuple(
        _record(settings.epochs, number, maps.get(number), looks.get(number), arrays)
        for number in range(count)
    )


def _places(numbers: Array, count: int) -> dict[int, int]:
    """Return the place of the map, or of the neighbours, of each epoch that has one."""
    rising = numbers.ndim == 1 and len(numbers) > 0 and bool((np.diff(numbers) > 0).all())
    _require(rising and 0 <= numbers[0] <= numbers[-1] < count, "its maps")
    return {int(number): place for place, number in enumerate(numbers)}


def _check_maps(maps: int, looks: int, words: int, arrays: Arrays) -> None:
    positions, nearest, similar = (arrays[name] for name in ("positions", "nearest", "similar"))
    shown = positions.shape[1] if positions.ndim == 3 else 0
    near = nearest.shape[2] if nearest.ndim == 3 else 0
    _require(positions.shape == (maps, shown, 2) and 2 <= shown <= words, "its maps")
    _require(nearest.shape == similar.shape == (looks, shown, near), "its neighbours")
    _require(0 < near < shown and int(nearest.max()) < shown, "its neighbours")
    _require(bool(np.isfinite(positions).all()), "the places on its maps")


def _record(
    epochs: int, number: int, mapped: int | None, looked: int | None, arrays: Arrays
) -> EpochRecord:
    epoch, loss, auc, seconds, pace, *touched, followed = arrays["figures"][number].tolist()
    parts: dict[str, Any] = {}
    if mapped is not None:
        parts["positions"] = arrays["positions"][mapped].astype(np.float32)
    if looked is not None:
        parts["nearest"] = arrays["nearest"][looked]
        parts["similar"] = (arrays["similar"][looked] / np.float32(_STEPS)).astype(np.float16)
    since_start, since_last = (
        _change(arrays["quantiles"][number, i], arrays["by_frequency"][number, i], share, followed)
        for i, share in enumerate(touched)
    )
    scores = tuple(
        SuiteScore(suite, value, low, high, int(total), int(asked))
        for suite, (value, low, high, total, asked) in zip(
            SUITES, arrays["scores"][number].tolist(), strict=True
        )
        if np.isfinite([value, total, asked]).all()
    )
    return EpochRecord(
        epoch=int(epoch),
        epochs=epochs,
        loss=loss if np.isfinite(loss) else None,
        auc=auc if np.isfinite(auc) else None,
        seconds=seconds,
        words_per_second=pace,
        since_start=since_start,
        since_last=since_last,
        scores=scores,
        **parts,
    )


def _figures(record: EpochRecord) -> list[float]:
    start, last = record.since_start, record.since_last
    return [
        record.epoch,
        *(np.nan if value is None else value for value in (record.loss, record.auc)),
        record.seconds,
        record.words_per_second,
        *(np.nan if change is None else change.touched for change in (start, last)),
        0 if start is None else start.words,
    ]


def _scores(record: EpochRecord) -> Array:
    found = {s.suite: (s.value, s.low, s.high, s.total, s.asked) for s in record.scores}
    return np.array([found.get(suite, (np.nan,) * 5) for suite in SUITES], dtype=float)


def _tables(record: EpochRecord, name: str, rows: int, columns: tuple[str, ...]) -> Array:
    """Return a table of both changes (2, rows, columns), with NaN where there is no row."""
    tables: Array = np.full((2, rows, len(columns)), np.nan)
    for table, change in zip(tables, (record.since_start, record.since_last), strict=True):
        if change is not None:
            found = getattr(change, name)[list(columns)].to_numpy()
            table[: len(found)] = found
    return tables


def _change(
    quantiles: Array, groups: Array, touched: float, followed: float
) -> ChangeSummary | None:
    import pandas as pd

    if not np.isfinite(quantiles).all() or not np.isfinite([touched, followed]).all():
        return None
    kept = groups[np.isfinite(groups).all(axis=1)]
    return ChangeSummary(
        pd.DataFrame(quantiles.astype(float), columns=list(QUANTILES)),
        pd.DataFrame(kept.astype(float), columns=list(GROUPS)).astype({"group": int, "words": int}),
        touched,
        int(followed),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    _require(isinstance(value, Mapping), "its description")
    return value  # type: ignore[return-value]


def _require(holds: "bool | np.bool_", what: str) -> None:
    if not holds:
        raise DamagedRun(f"A training run in it is damaged: {what} cannot be.")
