"""Man is to king as woman is to ...: three published objectives, and what a result hides.

3CosAdd      cos(x, b - a + c) on unit vectors                        (Mikolov, Yih and Zweig 2013)
3CosMul      cos(x, b) cos(x, c) / (cos(x, a) + 0.001), cosines shifted to [0, 1] by (cos + 1) / 2
                                                                      (Levy and Goldberg 2014)
PairDirection  cos(x - c, b - a) on unit vectors                      (Mikolov, Yih and Zweig 2013)

The usual convention forbids a, b and c as answers. It matters: without it the nearest word to
b - a + c is often b or c itself (Rogers, Drozd and Li 2017; Nissim, van Noord and van der Goot
2020).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.search.neighbours import EVERYONE, MOST, Filter, scores_of, table, top
from models.search.query_vectors import rows_of, vectors_of
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

METHODS = {"3cosadd": "3CosAdd", "3cosmul": "3CosMul", "pairdirection": "PairDirection"}
_EPSILON = 0.001  # Levy and Goldberg 2014, equation 5


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
    these words, saves the search where more than one thing is asked about them.
    Raises UnknownWord for a word that the space lacks.
    """
    if not 1 <= k <= MOST:
        raise InvalidRequest(f"Ask for 1 to {MOST:,} answers, not {k}.")
    scores = analogy_scores(space, a, b, c, method=method, offset=offset)
    _silence(space, scores, (a, b, c) if exclude_query_words else (), among)
    rows = top(scores, k)
    answers = table(space, rows, scores[rows], "cosine")
    answers.attrs["convention"] = convention(
        space, method=method, exclude_query_words=exclude_query_words, among=among
    )
    return answers


@dataclass(frozen=True, eq=False)
class Offset:
    """Three words in a space: the cosine of every word with a, b and c, float32 (3, words), and
    theirs with each other, (3, 3). Every objective follows from these, and is worked out once."""

    cosines: Floats
    inner: Floats
    _worked_out: dict[str, Floats] = field(default_factory=dict, repr=False)

    def scores(self, method: str) -> Floats:
        """Return the value of the objective `method` for every word, float32 (words,), read-only:
        whoever silences words in it takes a copy."""
        if method not in self._worked_out:
            self._worked_out[method] = found = _objective(method, self)
            found.setflags(write=False)
        return self._worked_out[method]


def offset_of(space: EmbeddingSpace, a: str, b: str, c: str) -> Offset:
    """Return what all that can be asked about a, b and c stands on. Raises UnknownWord."""
    units = vectors_of(space, [a, b, c])
    return Offset(scores_of(space, units, metric="cosine"), units @ units.T)


def analogy_scores(
    space: EmbeddingSpace,
    a: str,
    b: str,
    c: str,
    *,
    method: str = "3cosadd",
    offset: Offset | None = None,
) -> Floats:
    """Return the value of the objective for every word of the space, float32 (words,)."""
    if method not in METHODS:
        raise InvalidRequest(f"“{method}” is no objective. Choose {', '.join(METHODS)}.")
    return (offset or offset_of(space, a, b, c)).scores(method).copy()


def convention(
    space: EmbeddingSpace, *, method: str, exclude_query_words: bool, among: Filter = EVERYONE
) -> str:
    """Say in one sentence how an analogy is answered."""
    query = "the three query words excluded" if exclude_query_words else "query words may answer"
    return f"{METHODS[method]} on unit vectors, {query}, among {among.describe(space)}"


def expected_rank(
    space: EmbeddingSpace,
    a: str,
    b: str,
    c: str,
    expected: str,
    *,
    method: str = "3cosadd",
    exclude_query_words: bool = True,
    among: Filter = EVERYONE,
    offset: Offset | None = None,
) -> int | None:
    """Return the rank of `expected` from 1, or None where it is among those who may not answer."""
    scores = analogy_scores(space, a, b, c, method=method, offset=offset)
    _silence(space, scores, (a, b, c) if exclude_query_words else (), among)
    return rank_of(space, scores, expected)


@dataclass(frozen=True)
class Honesty:
    """What stands behind an analogy.

    `ranks` is a frame: method, query words (excluded / allowed), first answer, its value, rank of
    the expected word. `baselines`: the same for what needs no analogy. `offset_cosine`: cosine
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
    """Answer one analogy by every method and convention, beside baselines that know no offset."""
    import pandas as pd

    rows = []
    offset = offset or offset_of(space, a, b, c)
    for method, name in METHODS.items():
        scores = offset.scores(method)
        for excluded in (True, False):
            values = scores.copy()
            _silence(space, values, (a, b, c) if excluded else (), among)
            words = "excluded" if excluded else "allowed"
            rows.append({"method": name, "query words": words} | _first(space, values, expected))
    baselines = []
    for label, values in (
        (f"nearest to {c} alone", offset.cosines[2].copy()),
        (f"nearest to {b} alone", offset.cosines[1].copy()),
    ):
        _silence(space, values, (a, b, c), among)
        baselines.append({"baseline": label} | _first(space, values, expected))
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


def rank_of(space: EmbeddingSpace, scores: Floats, word: str) -> int | None:
    """Return the rank of `word` by `scores` from 1, ties by row; None where it may not answer."""
    row = space.find(word)
    if row is None or not np.isfinite(scores[row]):
        return None
    value = scores[row]
    return int(np.count_nonzero(scores > value) + np.count_nonzero(scores[:row] == value)) + 1


def _objective(method: str, offset: Offset) -> Floats:
    inner = offset.inner
    to_a, to_b, to_c = offset.cosines
    scores: Floats = np.empty_like(to_a)
    other: Floats = np.empty_like(to_a)
    if method == "3cosmul":  # of (cosine + 1) / 2: two of them over one, so that a half is left
        np.multiply(np.add(to_b, 1, out=scores), np.add(to_c, 1, out=other), out=scores)
        np.add(to_a, 1 + 2 * _EPSILON, out=other)
        return np.divide(scores, np.multiply(other, 2, out=other), out=scores)
    np.subtract(to_b, to_a, out=scores)
    if method == "3cosadd":
        np.add(scores, to_c, out=scores)
        return np.divide(scores, _length(inner, np.array([-1, 1, 1])), out=scores)
    # PairDirection: (x - c) · (b - a) over both lengths, where |x - c|² = 2 - 2 x·c
    np.subtract(scores, inner[2, 1] - inner[2, 0], out=scores)
    np.multiply(np.subtract(1, to_c, out=other), 2, out=other)
    apart = np.sqrt(np.maximum(other, 0, out=other), out=other)
    itself = apart < 1e-3  # x is c: x - c is rounding, without a direction
    apart[itself] = 1
    np.divide(scores, apart, out=scores)
    np.divide(scores, _length(inner, np.array([-1, 1, 0])), out=scores)
    scores[itself] = -1
    return scores


def _length(inner: Floats, weights: NDArray[np.int_]) -> np.float32:
    """The length of a weighted sum of vectors with these inner products."""
    return np.float32(np.sqrt(max(float(weights @ inner @ weights), 1e-12)))


def _silence(space: EmbeddingSpace, scores: Floats, words: tuple[str, ...], among: Filter) -> None:
    """Set to minus infinity in place who must not answer."""
    allowed = among.mask(space)
    if allowed is not None:
        scores[~allowed] = -np.inf
    if words:
        scores[rows_of(space, words)] = -np.inf


def _first(space: EmbeddingSpace, scores: Floats, expected: str) -> dict[str, object]:
    best = int(scores.argmax())  # the first of equal ones, as ties go by row
    answers = bool(np.isfinite(scores[best]))
    return {
        "first answer": space.vocabulary[best] if answers else "none",
        "value": float(scores[best]) if answers else None,
        "rank of expected": rank_of(space, scores, expected) if expected else None,
    }
