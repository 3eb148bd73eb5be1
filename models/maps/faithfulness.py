"""The faithfulness of a map: five figures beside those of a random map, and the share of its
neighbours that each word keeps.

No single figure says it. Trustworthiness and continuity saturate: both can pass .9 where three
quarters of the nearest neighbours are gone, so they never stand without the share kept. All three
look near; triplets and the correlation of distances look far, which UMAP does not promise to keep.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.faithfulness_wording import WORDINGS
from models.maps.neighbour_graph import Progress, map_rows
from models.maps.paired_distances import PairedDistances, random_pairs, random_triplets
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

NEAREST = 10  # neighbours compared, where there are words enough

_DRAWN = 50_000  # triplets, and pairs of words
_SAMPLE = 2_000

Doubles = NDArray[np.float64]


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

        nothing = (float("nan"), float("nan"))
        return pd.DataFrame(
            {
                "name": [figure.name for figure in self.figures],
                "title": [figure.title for figure in self.figures],
                "value": [figure.value for figure in self.figures],
                "low": [(figure.interval or nothing)[0] for figure in self.figures],
                "high": [(figure.interval or nothing)[1] for figure in self.figures],
                "random": [figure.random for figure in self.figures],
                "reading": [figure.reading for figure in self.figures],
            }
        )


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
    rows = map_rows(space, len(positions) if words is None else words)
    _check(rows, positions, k)
    pair = PairedDistances(space, rows, metric, np.ascontiguousarray(positions, dtype=np.float32))
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
            figure_of(name, found[name], chance[name], k, exact=name in exact) for name in WORDINGS
        ),
        k,
        _sampled(len(rows), len(space), len(chosen)),
        map_digest(space, rows, positions),
        tuple(space.vocabulary[int(row)] for row in rows),
        found["knn_overlap"].astype(np.float32),
    )


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
    rows = map_rows(space, len(positions) if words is None else words)
    _check(rows, positions, k)
    own = np.flatnonzero(rows == space.index(word))
    if not len(own):
        raise InvalidRequest(f"“{word}” is not on this map.")
    pair = PairedDistances(space, rows, metric, np.ascontiguousarray(positions, dtype=np.float32))
    true = pair.nearest_of(pair.from_one(int(own[0])), own, k)[0]
    shown = pair.nearest_of(pair.on_map(own), own, k)[0]

    def named(some: Rows) -> tuple[str, ...]:
        return tuple(space.vocabulary[int(rows[row])] for row in some)

    common = np.isin(true, shown)
    return Neighbourhood(
        word, named(true[common]), named(true[~common]), named(shown[~np.isin(shown, true)])
    )


def _check(rows: Rows, positions: Floats, k: int) -> None:
    if positions.ndim != 2 or len(positions) != len(rows) or not np.isfinite(positions).all():
        raise InvalidRequest(
            f"A map of {len(rows):,} words needs as many rows of finite coordinates; these are "
            f"{positions.shape}."
        )
    most = (len(rows) - 1) // 2
    if not 1 <= k <= most:
        raise InvalidRequest(
            f"Among {len(rows):,} words compare 1 to {most:,} neighbours (fewer than half the "
            f"words), not {k:,}."
        )


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


def figure_of(name: str, found: Doubles, chance: Doubles, k: int, *, exact: bool) -> Figure:
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
    reading = WORDINGS[name]
    return Figure(name, reading.title, value, random, interval, reading(value, random, k))


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's correlation, ties with their average rank."""
    first, second = _average_ranks(one), _average_ranks(other)
    if min(first.std(), second.std()) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _average_ranks(values: Floats) -> Doubles:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Doubles = (last - (counts - 1) / 2)[place]
    return ranks


def _sampled(count: int, total: int, sample: int) -> str:
    among = f"all {count:,} words" if count == total else f"{count:,} of {total:,} words"
    drawn = "all of them" if sample == count else f"{sample:,} of them drawn at random"
    return (
        f"{among[0].upper()}{among[1:]}, neighbours sought among these; overlap over all of them, "
        f"trustworthiness and continuity over {drawn}, triplets and the correlation over "
        f"{_DRAWN:,} drawn at random each. The random map has the same places with the words "
        "shuffled."
    )
