"""Runs as plain arrays and back: what the file of a session and the run that comes with the
installation are made of. Whatever is read is checked, as a visitor may send anything."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError
from models.training.run import About, Glimpse, Run, Scored
from models.training.settings import Settings
from models.training.tokens import Tokens
from models.vocabulary import Vocabulary

if TYPE_CHECKING:
    from models.training.tasks import Moved

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


class Damaged(EmbeddingError):
    """What was read is not what this program writes."""


def facts(run: Run) -> dict[str, Any]:
    """Return what of `run` is no array, for JSON."""
    about = asdict(run.about)
    return {"name": run.name, "settings": asdict(run.settings), "about": about}


def arrays_of(run: Run) -> dict[str, Array]:
    """Return the arrays of `run` by name; the vectors of single epochs are left out."""
    seen = run.glimpses
    mapped = [i for i, glimpse in enumerate(seen) if glimpse.positions is not None]
    looked = [i for i, glimpse in enumerate(seen) if glimpse.nearest is not None]
    packed: dict[str, Array] = {
        "words": packed_words(run.vocabulary),
        "counts": run.counts,
        "figures": np.array([_figures(glimpse) for glimpse in seen]),
        "scores": np.array([_scores(glimpse) for glimpse in seen]),
        "quantiles": np.array([_each(glimpse, _quantiles) for glimpse in seen]),
        "by_frequency": np.array([_each(glimpse, _groups) for glimpse in seen]),
        "maps": np.array(mapped),
        "positions": np.array([seen[i].positions for i in mapped]),
        "looks": np.array(looked),
        "nearest": np.array([seen[i].nearest for i in looked]),
        "similar": np.array(
            [np.rint(_STEPS * seen[i].similar.astype(np.float32)) for i in looked]  # type: ignore[union-attr]
        ),
    }
    packed = {name: np.ascontiguousarray(a, dtype=TYPES[name]) for name, a in packed.items()}
    return packed if run.vectors is None else {**packed, "vectors": run.vectors}


def run_of(said: object, arrays: Arrays, *, precomputed: bool = False) -> Run:
    """Return the run that facts() and arrays_of() describe; raise Damaged for anything else."""
    try:
        return _run(_mapping(said), arrays, precomputed=precomputed)
    except Damaged:
        raise
    except (EmbeddingError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise Damaged(f"A training run in it is damaged ({error}).") from None


def packed_words(vocabulary: Vocabulary) -> Array:
    """Return the words in one array of bytes, one a line."""
    return np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)


def words_of(packed: Array) -> Vocabulary:
    """Return the words of packed_words(); raises ValueError or InvalidRequest for others."""
    return Vocabulary(packed.tobytes().decode("utf-8").split("\n"))


def _run(said: Mapping[str, Any], arrays: Arrays, *, precomputed: bool) -> Run:
    settings = Settings(**_mapping(said["settings"]))
    about = _about(_mapping(said["about"]))
    vocabulary, counts = words_of(arrays["words"]), arrays["counts"]
    _require(about.words == len(vocabulary) == len(counts) and counts.ndim == 1, "its words")
    _require(bool((counts > 0).all() and (np.diff(counts) <= 0).all()), "its counts")
    vectors = arrays.get("vectors")
    if vectors is not None:
        fits = vectors.ndim == 2 and vectors.shape[1] == settings.dimension
        _require(fits and 2 <= len(vectors) <= len(vocabulary), "the size of its vectors")
        vectors = vectors.astype(np.float32)
        _require(bool(np.isfinite(vectors).all()), "its vectors")
        vectors.setflags(write=False)
    glimpses = _glimpses(settings, len(vocabulary), arrays)
    name = said["name"]
    _require(isinstance(name, str) and 0 < len(name) <= 200, "its name")
    return Run(name, settings, about, vocabulary, counts, glimpses, vectors, precomputed)


def _about(said: Mapping[str, Any]) -> About:
    given = {**said, "options": Tokens(**_mapping(said["options"]))}
    for part in fields(About):
        kind = {"str": str, "int": int, "bool": bool, "Tokens": Tokens}[str(_type_name(part.type))]
        value = given[part.name]
        _require(isinstance(value, kind), f"its {part.name}")
        if isinstance(value, str):
            _require(len(value) <= 500, f"its {part.name}")
        elif isinstance(value, int):
            _require(0 <= value < 2**40, f"its {part.name}")
    return About(**given)


def _type_name(kind: Any) -> str:
    return kind if isinstance(kind, str) else kind.__name__


def _glimpses(settings: Settings, words: int, arrays: Arrays) -> tuple[Glimpse, ...]:
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
    return tuple(_glimpse(settings, number, maps, looks, arrays) for number in range(count))


def _places(numbers: Array, count: int) -> dict[int, int]:
    """Return which glimpse has which map, or which neighbours."""
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


def _glimpse(
    settings: Settings,
    number: int,
    maps: dict[int, int],
    looks: dict[int, int],
    arrays: Arrays,
) -> Glimpse:
    epoch, loss, auc, seconds, pace, *touched, followed = arrays["figures"][number].tolist()
    looked: dict[str, Any] = {}
    if (place := maps.get(number)) is not None:
        looked["positions"] = arrays["positions"][place].astype(np.float32)
    if (place := looks.get(number)) is not None:
        looked["nearest"] = arrays["nearest"][place]
        looked["similar"] = (arrays["similar"][place] / np.float32(_STEPS)).astype(np.float16)
    moved = [
        _moved(arrays["quantiles"][number, i], arrays["by_frequency"][number, i], share, followed)
        for i, share in enumerate(touched)
    ]
    scores = [
        Scored(suite, value, low, high, int(total), int(asked))
        for suite, (value, low, high, total, asked) in zip(
            SUITES, arrays["scores"][number].tolist(), strict=True
        )
        if np.isfinite([value, total, asked]).all()
    ]
    return Glimpse(
        epoch=int(epoch),
        epochs=settings.epochs,
        loss=_known(loss),
        auc=_known(auc),
        seconds=seconds,
        words_per_second=pace,
        since_start=moved[0],
        since_last=moved[1],
        scores=tuple(scores),
        **looked,
    )


def _figures(glimpse: Glimpse) -> list[float]:
    since = glimpse.since_start
    moved = [np.nan if m is None else m.touched for m in (since, glimpse.since_last)]
    return [
        glimpse.epoch,
        *(np.nan if value is None else value for value in (glimpse.loss, glimpse.auc)),
        glimpse.seconds,
        glimpse.words_per_second,
        *moved,
        0 if since is None else since.words,
    ]


def _scores(glimpse: Glimpse) -> Array:
    found = {s.suite: (s.value, s.low, s.high, s.total, s.asked) for s in glimpse.scores}
    return np.array([found.get(suite, (np.nan,) * 5) for suite in SUITES], dtype=float)


def _each(glimpse: Glimpse, part: Any) -> Array:
    return np.array([part(moved) for moved in (glimpse.since_start, glimpse.since_last)])


def _quantiles(moved: "Moved | None") -> Array:
    blank: Array = np.full((5, len(QUANTILES)), np.nan)
    return blank if moved is None else moved.quantiles[list(QUANTILES)].to_numpy()


def _groups(moved: "Moved | None") -> Array:
    """The groups of words by frequency, filled up to ten."""
    table: Array = np.full((10, len(GROUPS)), np.nan)
    if moved is not None:
        found = moved.by_frequency[list(GROUPS)].to_numpy()
        table[: len(found)] = found
    return table


def _moved(quantiles: Array, groups: Array, touched: float, followed: float) -> "Moved | None":
    import pandas as pd

    from models.training.tasks import Moved

    if not np.isfinite(quantiles).all() or not np.isfinite([touched, followed]).all():
        return None
    kept = groups[np.isfinite(groups).all(axis=1)]
    return Moved(
        pd.DataFrame(quantiles.astype(float), columns=list(QUANTILES)),
        pd.DataFrame(kept.astype(float), columns=list(GROUPS)).astype({"group": int, "words": int}),
        touched,
        int(followed),
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _mapping(value: object) -> Mapping[str, Any]:
    _require(isinstance(value, Mapping), "its description")
    return value  # type: ignore[return-value]


def _require(holds: "bool | np.bool_", what: str) -> None:
    if not holds:
        raise Damaged(f"A training run in it is damaged: {what} cannot be.")
