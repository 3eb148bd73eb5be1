"""Analogies, man is to king as woman is to ...: answers by every objective and convention.

The usual convention forbids a, b and c as answers. It matters: without it the nearest word to
b - a + c is often b or c itself (Rogers, Drozd and Li 2017; Nissim, van Noord and van der Goot
2020).
"""

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.search.neighbours import EVERYONE, MOST, Filter, scores_of, table, top
from models.search.objectives import METHODS, OBJECTIVES, Convention
from models.search.query_vectors import known_rows, vectors_of
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd


def analogy(
    space: EmbeddingSpace,
    a: str,
    b: str,
    c: str,
    *,
    k: int = 10,
    method: str = "3cosadd",
    exclude_query_words: bool = True,
    among: Filter = EVERYONE,
    offset: "Offset | None" = None,
) -> "pd.DataFrame":
    """Answer "a is to b as c is to ...": rank, word, similarity, the best first.

    `similarity` is the value of the objective (a cosine, except for 3CosMul). The frame's
    `attrs["convention"]` says which objective was used and who could answer. `offset`, that of
    these words, saves the search where several answers about them are needed.
    Raises UnknownWord for a word that the space lacks.
    """
    if not 1 <= k <= MOST:
        raise InvalidRequest(f"Ask for 1 to {MOST:,} answers, not {k}.")
    convention = Convention(method, exclude_query_words, among)
    scores = _allowed(space, (a, b, c), convention, offset)
    rows = top(scores, k)
    answers = table(space, rows, scores[rows], "cosine")
    answers.attrs["convention"] = convention.describe(space)
    return answers


@dataclass(frozen=True, eq=False)
class Offset:
    """Three words in a space: the cosine of every word with a, b and c, float32 (3, words), and
    theirs with each other, (3, 3). Every objective follows from these, and is worked out once."""

    cosines: Floats
    inner: Floats
    _worked_out: dict[str, Floats] = field(default_factory=dict, repr=False)

    def scores(self, method: str) -> Floats:
        """Return the objective `method` of every word, float32 (words,), read-only."""
        if method not in self._worked_out:
            self._worked_out[method] = found = _objective(method, self)
            found.setflags(write=False)
        return self._worked_out[method]


def offset_of(space: EmbeddingSpace, a: str, b: str, c: str) -> Offset:
    """Return the cosines from which every objective of a, b and c follows. Raises UnknownWord."""
    units = vectors_of(space, [a, b, c])
    return Offset(scores_of(space, units, metric="cosine"), units @ units.T)


def expected_rank(
    space: EmbeddingSpace,
    words: tuple[str, str, str],
    expected: str,
    convention: Convention,
    *,
    offset: Offset | None = None,
) -> int | None:
    """Return the rank of `expected` as the answer to `words`, from 1, or None where it must not
    answer."""
    return _rank_of(space, _allowed(space, words, convention, offset), expected)


@dataclass(frozen=True)
class Honesty:
    """An analogy by every method and convention, beside baselines that need no analogy.

    `ranks` is a frame: method, query words (excluded / allowed), first answer, its value, rank of
    the expected word. `baselines`: the same for the nearest to c and to b. `offset_cosine`: cosine
    between b - a and expected - c, None where no word is expected or an offset is zero.
    """

    expected: str
    offset_cosine: float | None
    ranks: "pd.DataFrame"
    baselines: "pd.DataFrame"


def examine(
    space: EmbeddingSpace,
    a: str,
    b: str,
    c: str,
    *,
    expected: str = "",
    among: Filter = EVERYONE,
    offset: Offset | None = None,
) -> Honesty:
    """Answer one analogy by every method and convention, beside baselines that need no analogy."""
    import pandas as pd

    offset = offset or offset_of(space, a, b, c)
    rows, words = [], (a, b, c)
    for method, name in METHODS.items():
        for excluded in (True, False):
            scores = _allowed(space, words, Convention(method, excluded, among), offset)
            case = {"method": name, "query words": "excluded" if excluded else "allowed"}
            rows.append(case | _first(space, scores, expected))
    baselines = []
    for word, cosines in ((c, offset.cosines[2]), (b, offset.cosines[1])):
        scores = _masked(space, cosines, words, among)
        case = {"baseline": f"nearest to {word} alone"}
        baselines.append(case | _first(space, scores, expected))
    cosine = offset_cosine(space, a, b, c, expected) if expected else None
    return Honesty(expected, cosine, pd.DataFrame(rows), pd.DataFrame(baselines))


def offset_cosine(space: EmbeddingSpace, a: str, b: str, c: str, d: str) -> float | None:
    """Return the cosine between the offsets b - a and d - c of unit vectors: 1 is parallel.

    None where a pair is one word twice, which has no direction.
    """
    unit_a, unit_b, unit_c, unit_d = vectors_of(space, [a, b, c, d])
    first, second = unit_b - unit_a, unit_d - unit_c
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / length if length > 0 else None


def _rank_of(space: EmbeddingSpace, scores: Floats, word: str) -> int | None:
    """Return the rank of `word` by `scores` from 1, ties by row; None where it may not answer."""
    row = space.find(word)
    if row is None or not np.isfinite(scores[row]):
        return None
    value = scores[row]
    return int(np.count_nonzero(scores > value) + np.count_nonzero(scores[:row] == value)) + 1


def _objective(method: str, offset: Offset) -> Floats:
    inner, objective = offset.inner, OBJECTIVES[method]
    to_a, to_b, to_c = offset.cosines
    length = _length(inner, np.array([-1, 1, 0]))
    scores = objective.combine(
        objective.from_pair(to_a.copy(), to_b.copy(), length),
        objective.from_word(to_c, 1.0, 1.0),
        objective.constant(float(inner[2, 0]), float(inner[2, 1]), length),
    )
    if method == "3cosadd":  # the cosine with b - a + c, rather than the inner product
        scores /= _length(inner, np.array([-1, 1, 1]))
    return scores.astype(np.float32, copy=False)


def _length(inner: Floats, weights: NDArray[np.int_]) -> float:
    """The length of a weighted sum of vectors with these inner products."""
    return sqrt(max(float(weights @ inner @ weights), 1e-12))


def _allowed(
    space: EmbeddingSpace,
    words: tuple[str, str, str],
    convention: Convention,
    offset: Offset | None = None,
) -> Floats:
    """Return the score of every word, float32 (words,), minus infinity for who must not answer."""
    scores = (offset or offset_of(space, *words)).scores(convention.method)
    hidden = words if convention.exclude_query_words else ()
    return _masked(space, scores, hidden, convention.among)


def _masked(
    space: EmbeddingSpace, scores: Floats, hidden: tuple[str, ...], among: Filter
) -> Floats:
    """Return a copy of `scores`, minus infinity for `hidden` words and all not `among`."""
    copy = scores.copy()
    allowed = among.mask(space)
    if allowed is not None:
        copy[~allowed] = -np.inf
    if hidden:
        copy[known_rows(space, hidden)] = -np.inf
    return copy


def _first(space: EmbeddingSpace, scores: Floats, expected: str) -> dict[str, object]:
    best = int(scores.argmax())  # the first of equal ones, as ties go by row
    answers = bool(np.isfinite(scores[best]))
    return {
        "first answer": space.vocabulary[best] if answers else "none",
        "value": float(scores[best]) if answers else None,
        "rank of expected": _rank_of(space, scores, expected) if expected else None,
    }
