"""The faithfulness of a map: five figures beside those of a random map, and the share of its
neighbours that each word keeps.

No single figure is enough. Trustworthiness and continuity saturate: both can exceed 0.9 where
three quarters of the nearest neighbours are lost, so the share kept is always given with them.
These three are about near words; triplets and the correlation of distances are about far ones,
which UMAP does not promise to keep.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.faithfulness_wording import WORDINGS, reading, sampling
from models.maps.neighbour_graph import Progress, map_rows
from models.maps.paired_distances import PairedDistances, random_pairs, random_triplets
from models.space import Doubles, EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

NEAREST = 10  # neighbours compared, where there are words enough
FEWEST = 4  # words whose neighbours can be compared

_DRAWN = 50_000  # triplets, and pairs of words
_SAMPLE, _SMALL_SAMPLE = 2_000, 500  # words, for ranks and their means
_EXACT = (float("nan"), float("nan"))  # the interval of a figure that is no estimate


@dataclass(frozen=True)
class Figure:
    """One figure: its `value`, that of a `random` map, the 95 % `interval` where it is estimated
    from a sample (None: it is exact) and its `reading`, one sentence."""

    name: str
    title: str
    value: float
    random: float
    interval: tuple[float, float] | None
    reading: str


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """How much of `space` a map shows. `overlap` float32 (words,) is the share of its k nearest
    neighbours that each of `words` keeps on the map. `map_digest` identifies the words, the space
    and the positions that were measured."""

    figures: tuple[Figure, ...]
    k: int
    sampled: str
    map_digest: str
    words: tuple[str, ...] = field(repr=False)
    overlap: Floats = field(repr=False)

    def __getitem__(self, name: str) -> Figure:
        return next(figure for figure in self.figures if figure.name == name)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a figure: name, title, value, low, high, random, reading."""
        import pandas as pd

        columns = ["name", "title", "value", "low", "high", "random", "reading"]
        rows = [
            vars(figure) | dict(zip(("low", "high"), figure.interval or _EXACT, strict=True))
            for figure in self.figures
        ]
        return pd.DataFrame(rows, columns=columns)


def nearest_compared(words: int) -> int:
    """Return how many neighbours are compared on a map of so many words: 10, fewer of few."""
    return min(NEAREST, (words - 1) // 2)


@dataclass(frozen=True)
class Neighbourhood:
    """The k nearest of `word`, each list from the nearest: `kept` in the space and on the map,
    `torn` away by the map, and `false` neighbours that only the map shows."""

    word: str
    kept: tuple[str, ...]
    torn: tuple[str, ...]
    false: tuple[str, ...]


def faithfulness(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    k: int = 10,
    metric: str = "cosine",
    sample: int = _SAMPLE,
    seed: int = 0,
    progress: Progress | None = None,
) -> Faithfulness:
    """Return how faithful the map `positions`, float32 (words, 2 or 3), is to `space`.

    `words` (or rows; None: the most frequent) are those on the map, row by row; neighbours are
    sought among them alone, by `metric` in the space and by distance on the map.

    - knn_overlap: the share of a word's k nearest that are so on the map, exact, over all words;
    - trustworthiness: 1 - 2 / (n k (2n - 3k - 1)) * the sum over words i and their k nearest on the
      map j that are not among the k nearest in the space of r(i, j) - k, with r the rank in the
      space; continuity: the same with map and space swapped (Venna and Kaski 2001). Ranks are among
      all words, for a `sample` of i;
    - triplets: how often the map agrees which of two words drawn at random is nearer to a third;
    - spearman: the rank correlation of distances, over pairs of words drawn at random.

    The random map is this one with its words shuffled. Raises InvalidRequest unless 2 k < n.
    """
    pair = _paired(space, positions, words, k, metric)
    rows = pair.rows
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(len(rows), size=min(sample, len(rows)), replace=False))
    drawn = random_pairs(len(rows), _DRAWN, random), random_triplets(len(rows), _DRAWN, random)
    shuffled = pair.shuffled(random)
    report = progress or (lambda fraction: None)
    found = _measure(pair, k, chosen, *drawn, progress=lambda part: report(part / 2))
    chance = _measure(shuffled, k, chosen, *drawn, progress=lambda part: report(0.5 + part / 2))
    exact = {"knn_overlap"}
    if len(chosen) == len(rows):
        exact |= {"trustworthiness", "continuity"}
    return Faithfulness(
        tuple(
            _figure(name, found[name], chance[name], k, exact=name in exact) for name in WORDINGS
        ),
        k,
        sampling(len(rows), len(space), len(chosen), _DRAWN),
        map_digest(space, rows, positions),
        tuple(space.vocabulary[int(row)] for row in rows),
        found["knn_overlap"].astype(np.float32),
    )


def sampled_faithfulness(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    metric: str = "cosine",
    progress: Progress | None = None,
) -> Faithfulness:
    """Return faithfulness() from a sample of 500 words, and without the words, which several maps
    share."""
    k = nearest_compared(len(positions))
    found = faithfulness(
        space, positions, words, k=k, metric=metric, sample=_SMALL_SAMPLE, progress=progress
    )
    return replace(found, words=())


def sampled_knn_overlap(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None = None,
    *,
    metric: str = "cosine",
    sample: int = _SMALL_SAMPLE,
    seed: int = 0,
) -> tuple[Figure, int]:
    """Return the share of a word's nearest that a map `positions`, float32 (words, 2 or 3), keeps,
    and how many were compared: the first figure of faithfulness() alone, for a `sample` of words.

    It costs one product of the sample with all words and compiles nothing, so a page may ask while
    a map still moves. `random` is what a shuffled map keeps on average, k / (n - 1).
    Raises InvalidRequest for fewer than 4 words, or another number of positions than of words.
    """
    k = nearest_compared(len(positions))
    pair = _paired(space, positions, words, k, metric)
    count = len(pair.rows)
    random = np.random.default_rng(seed)
    chosen = random.choice(count, size=min(sample, count), replace=False)
    true = pair.nearest_of(pair.in_space(chosen), chosen, k)
    shown = pair.nearest_of(pair.on_map(chosen), chosen, k)
    kept = (true[:, :, None] == shown[:, None, :]).any(axis=2).mean(axis=1)  # (sample,)
    chance = np.array([k / (count - 1)])
    return _figure("knn_overlap", kept, chance, k, exact=len(chosen) == count), k


def map_digest(space: EmbeddingSpace, words: Sequence[str] | Rows | None, positions: Floats) -> str:
    """Return a digest of a map of these words of this space: equal for equal ones."""
    rows = map_rows(space, len(positions) if words is None else words)
    digest = hashlib.blake2b(space.content_id.encode(), digest_size=12)
    digest.update(rows.tobytes())
    digest.update(np.ascontiguousarray(positions, dtype=np.float32).tobytes())
    return digest.hexdigest()


def neighbourhood(
    space: EmbeddingSpace,
    positions: Floats,
    word: str,
    words: Sequence[str] | Rows | None = None,
    *,
    k: int = 10,
    metric: str = "cosine",
) -> Neighbourhood:
    """Return which neighbours of `word` the map keeps, tears away and invents. It costs one product
    of the matrix with a vector. Raises UnknownWord; InvalidRequest for a word not on the map."""
    pair = _paired(space, positions, words, k, metric)
    own = np.flatnonzero(pair.rows == space.index(word))
    if not len(own):
        raise InvalidRequest(f"“{word}” is not on this map.")
    true = pair.nearest_of(pair.from_one(int(own[0])), own, k)[0]
    shown = pair.nearest_of(pair.on_map(own), own, k)[0]

    def named(some: Rows) -> tuple[str, ...]:
        return tuple(space.vocabulary[int(pair.rows[row])] for row in some)

    common = np.isin(true, shown)
    return Neighbourhood(
        word, named(true[common]), named(true[~common]), named(shown[~np.isin(shown, true)])
    )


def _paired(
    space: EmbeddingSpace,
    positions: Floats,
    words: Sequence[str] | Rows | None,
    k: int,
    metric: str,
) -> PairedDistances:
    """Return the words in the space and on the map. Raises InvalidRequest for too few words, other
    positions than theirs, or too many neighbours."""
    rows = map_rows(space, len(positions) if words is None else words)
    fits = positions.ndim == 2 and len(positions) == len(rows) and np.isfinite(positions).all()
    if len(rows) < FEWEST or not fits:
        raise InvalidRequest(
            f"Neighbours are compared among at least {FEWEST} words with finite coordinates each; "
            f"here are {len(rows):,} words and coordinates of shape {positions.shape}."
        )
    most = (len(rows) - 1) // 2
    if not 1 <= k <= most:
        raise InvalidRequest(
            f"Among {len(rows):,} words compare 1 to {most:,} neighbours (fewer than half the "
            f"words), not {k:,}."
        )
    return PairedDistances(space, rows, metric, np.ascontiguousarray(positions, dtype=np.float32))


def _measure(
    pair: PairedDistances,
    k: int,
    sample: Rows,
    pairs: NDArray[np.intp],
    triplets: NDArray[np.intp],
    *,
    progress: Progress,
) -> dict[str, Doubles]:
    """Return the values by figure, whose mean is the figure; of the correlation only itself."""
    overlap, trust, continuity = pair.preservation(k, sample, progress)
    near, far = pair.pair_distances(triplets[:, :2]), pair.pair_distances(triplets[:, ::2])
    agree = (near[0] < far[0]) == (near[1] < far[1])
    return {
        "knn_overlap": overlap,
        "trustworthiness": trust,
        "continuity": continuity,
        "triplets": agree.astype(np.float64),
        "spearman": np.array([_rank_correlation(*pair.pair_distances(pairs))]),
    }


def _figure(name: str, found: Doubles, chance: Doubles, k: int, *, exact: bool) -> Figure:
    """Return the figure `name`: the mean of values, with an interval unless they are `exact`, and
    that of a random map."""
    value, random = float(found.mean()), float(chance.mean())
    interval = None
    if name == "spearman":  # Fisher's z, with the variance of Fieller and others (1957)
        apart = 1.96 * sqrt(1.06 / (_DRAWN - 3))
        around = np.arctanh(np.clip(value, -0.999999, 0.999999)) + np.array([-apart, apart])
        interval = (float(np.tanh(around[0])), float(np.tanh(around[1])))
    elif not exact:
        error = 1.96 * float(found.std()) / sqrt(len(found))
        interval = (max(0.0, value - error), min(1.0, value + error))
    sentence = reading(name, value, random, k)
    return Figure(name, WORDINGS[name][0], value, random, interval, sentence)


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's correlation, ties with their average rank; 0 where all are equal."""
    import pandas as pd

    first, second = pd.Series(one).rank(), pd.Series(other).rank()
    if first.nunique() == 1 or second.nunique() == 1:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
