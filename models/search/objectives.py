"""The published objectives for "a is to b as c is to x", and how such questions are answered.

3CosAdd        cos(x, b - a + c), here as the inner product x (b - a) + x c, which ranks alike
               (Mikolov, Yih and Zweig 2013)
3CosMul        cos(x, b) cos(x, c) / (cos(x, a) + 0.001), cosines shifted to [0, 1] by (cos + 1) / 2
               (Levy and Goldberg 2014, equation 5)
PairDirection  cos(x - c, b - a) (Mikolov, Yih and Zweig 2013)

Each is stated here alone, in inner products: a search takes them for one question and all words, a
benchmark for many questions and blocks of words. sweep/nested_kernel.py compiles 3CosAdd for many
sizes at once, and is tested against this.

A score is made of what x gets from the pair a : b and what it gets from c, and grows with both. So
questions that share a pair or a c share the work; and the largest part from the pair with the
largest part from c bounds the score of every word in a block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.search.neighbours import EVERYONE, Filter
from models.space import EmbeddingSpace

Array = NDArray[np.floating[Any]]
Number = Array | float

_EPSILON = 0.001  # Levy and Goldberg 2014: keeps the division finite
_NOWHERE = 1e-3  # nearer to c than this, x - c is rounding and has no direction


@dataclass(frozen=True)
class Objective:
    """One way to score x as an answer. All arrays broadcast against each other.

    `from_pair` is made of x a, x b and the length of b - a, and overwrites the first two;
    `from_word` of x c and the squared lengths of c and x; `constant` of a c, b c and the length of
    b - a. `combine` makes the score of these three, and overwrites the first. `limit` is no smaller
    than combine() of no larger parts.
    """

    title: str
    from_pair: Callable[[Array, Array, Number], Array]
    from_word: Callable[[Array, Number, Number], Array]
    constant: Callable[[Number, Number, Number], Number]
    combine: Callable[[Array, Array, Number], Array]
    limit: Callable[[Array, Array, Array], Array]
    dtype: type[np.floating[Any]]
    cosines: bool = False  # defined on unit vectors only


@dataclass(frozen=True)
class Convention:
    """How analogies are answered: by which objective, whether a, b and c may answer themselves, who
    else may, and whether vectors are scaled to length 1 first.

    Raises InvalidRequest for an unknown objective, and for one that needs unit vectors without.
    """

    method: str = "3cosadd"
    exclude_query_words: bool = True
    among: Filter = EVERYONE
    normalise: bool = True

    def __post_init__(self) -> None:
        if self.method not in OBJECTIVES:
            known = ", ".join(OBJECTIVES)
            raise InvalidRequest(f"“{self.method}” is no objective. Choose {known}.")
        if self.objective.cosines and not self.normalise:
            raise InvalidRequest(f"{self.method} is made of cosines: it needs unit vectors.")

    @property
    def objective(self) -> Objective:
        return OBJECTIVES[self.method]

    def describe(self, space: EmbeddingSpace) -> str:
        """Say in one sentence how an analogy is answered in `space`."""
        unit = "unit vectors" if self.normalise else "vectors of their own length (inner product)"
        excluded = self.exclude_query_words
        query = "the three query words excluded" if excluded else "query words may answer"
        return f"{self.objective.title} on {unit}, {query}, among {self.among.describe(space)}"


def _difference(to_a: Array, to_b: Array, length: Number) -> Array:
    to_b -= to_a
    return to_b


def _ratio(to_a: Array, to_b: Array, length: Number) -> Array:
    to_b += 1
    to_a += 1 + 2 * _EPSILON
    to_b /= to_a
    return to_b


def _along(to_a: Array, to_b: Array, length: Number) -> Array:
    to_b -= to_a
    to_b /= length
    return to_b


def _minus_distance(to_c: Array, c_squared: Number, x_squared: Number) -> Array:
    squared: Array = to_c * -2
    squared += c_squared
    squared += x_squared
    return np.negative(np.sqrt(np.maximum(squared, 0, out=squared), out=squared), out=squared)


def _add(from_pair: Array, from_word: Array, constant: Number) -> Array:
    from_pair += from_word
    return from_pair


def _multiply(from_pair: Array, from_word: Array, constant: Number) -> Array:
    from_pair *= from_word
    return from_pair


def _cosine(along: Array, minus_distance: Array, along_at_c: Number) -> Array:
    along -= along_at_c
    along /= np.maximum(-minus_distance, _NOWHERE)
    along[-minus_distance < _NOWHERE] = -1
    return along


def _cosine_limit(along: Array, minus_distance: Array, along_at_c: Array) -> Array:
    limit: Array = np.maximum(along - along_at_c, 0) / np.maximum(-minus_distance, _NOWHERE)
    return limit


# 3CosAdd tells words apart well enough in float32; the quotients of the others need float64.
OBJECTIVES = {
    "3cosadd": Objective(
        title="3CosAdd",
        from_pair=_difference,
        from_word=lambda to_c, c_squared, x_squared: to_c,
        constant=lambda a_c, b_c, length: 0.0,
        combine=_add,
        limit=lambda most_from_pair, most_from_word, _: most_from_pair + most_from_word,
        dtype=np.float32,
    ),
    "3cosmul": Objective(
        title="3CosMul",
        from_pair=_ratio,
        from_word=lambda to_c, c_squared, x_squared: (to_c + 1) / 2,
        constant=lambda a_c, b_c, length: 0.0,
        combine=_multiply,
        limit=lambda most_from_pair, most_from_word, _: most_from_pair * most_from_word,
        dtype=np.float64,
        cosines=True,
    ),
    "pairdirection": Objective(
        title="PairDirection",
        from_pair=_along,
        from_word=_minus_distance,
        constant=lambda a_c, b_c, length: (b_c - a_c) / length,
        combine=_cosine,
        limit=_cosine_limit,
        dtype=np.float64,
    ),
}
METHODS = {name: objective.title for name, objective in OBJECTIVES.items()}
