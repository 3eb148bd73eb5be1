"""Three published objectives for "a is to b as c is to x", written for many questions at once.

3CosAdd        cos(x, b - a + c), here as the inner product x (b - a) + x c, which ranks alike
               (Mikolov, Yih and Zweig 2013)
3CosMul        cos(x, b) cos(x, c) / (cos(x, a) + 0.001), cosines shifted to [0, 1] by (cos + 1) / 2
               (Levy and Goldberg 2014, equation 5)
PairDirection  cos(x - c, b - a) (Mikolov, Yih and Zweig 2013)

Each of them is made of what x gets from the pair a : b and what it gets from c, and grows with
both. That is worth stating in code for two reasons. The 19,544 Google questions share 550 pairs
and 474 words c, so the parts cost a twentieth of the questions. And the largest part from the pair
with the largest part from c bounds the score of every word in a block, so that most questions need
not look at a block at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

_EPSILON = 0.001  # Levy and Goldberg 2014: keeps the division finite
_NOWHERE = 1e-3  # nearer to c than this, x - c is rounding and has no direction


@dataclass(frozen=True)
class Objective:
    """One way to score the words x as answers; a, b, c (q, d) and x (d, m) of one dtype.

    All take stacks of such matrices too: a, b, c (k, 1, d) and x (k, d, 1) score k single pairs
    of question and word.
    """

    from_pair: Callable[[Array, Array, Array], Array]  # a, b, x -> (q, m)
    from_word: Callable[[Array, Array], Array]  # c, x -> (q, m)
    constant: Callable[[Array, Array, Array], Array]  # a, b, c -> (q, 1)
    combine: Callable[
        [Array, Array, Array], Array
    ]  # the three above -> (q, m); may reuse the first
    limit: Callable[[Array, Array, Array], Array]  # no smaller than combine() of no larger parts
    dtype: type[np.floating[Any]]
    cosines: bool  # defined on unit vectors only

    def scores(self, a: Array, b: Array, c: Array, x: Array) -> Array:
        """Return the score of every word for every question, (q, m)."""
        return self.combine(self.from_pair(a, b, x), self.from_word(c, x), self.constant(a, b, c))


def _nothing(a: Array, b: Array, c: Array) -> Array:
    return np.zeros((*c.shape[:-1], 1), dtype=c.dtype)


def _add(from_pair: Array, from_word: Array, constant: Array) -> Array:
    from_pair += from_word
    return from_pair


def _multiply(from_pair: Array, from_word: Array, constant: Array) -> Array:
    from_pair *= from_word
    return from_pair


def _shifted(vectors: Array, x: Array) -> Array:
    cosines: Array = vectors @ x
    cosines += 1
    cosines /= 2
    return cosines


def _ratio(a: Array, b: Array, x: Array) -> Array:
    ratio = _shifted(b, x)
    ratio /= _shifted(a, x) + _EPSILON
    return ratio


def _along(a: Array, b: Array, x: Array) -> Array:
    along: Array = _direction(a, b) @ x
    return along


def _direction(a: Array, b: Array) -> Array:
    offset: Array = b - a
    length = np.sqrt((offset * offset).sum(axis=-1, keepdims=True))
    direction: Array = offset / np.maximum(length, 1e-12)  # a pair of one word twice has none
    return direction


def _minus_distance(c: Array, x: Array) -> Array:
    squared = c @ x
    squared *= -2
    squared += (c * c).sum(axis=-1, keepdims=True)
    squared += (x * x).sum(axis=-2, keepdims=True)
    distance: Array = np.sqrt(np.maximum(squared, 0, out=squared), out=squared)
    return np.negative(distance, out=distance)


def _along_at_c(a: Array, b: Array, c: Array) -> Array:
    along: Array = (_direction(a, b) * c).sum(axis=-1, keepdims=True)
    return along


def _cosine(along: Array, minus_distance: Array, along_at_c: Array) -> Array:
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
        from_pair=lambda a, b, x: (b - a) @ x,
        from_word=lambda c, x: c @ x,
        constant=_nothing,
        combine=_add,
        limit=lambda most_from_pair, most_from_word, _: most_from_pair + most_from_word,
        dtype=np.float32,
        cosines=False,
    ),
    "3cosmul": Objective(
        from_pair=_ratio,
        from_word=_shifted,
        constant=_nothing,
        combine=_multiply,
        limit=lambda most_from_pair, most_from_word, _: most_from_pair * most_from_word,
        dtype=np.float64,
        cosines=True,
    ),
    "pairdirection": Objective(
        from_pair=_along,
        from_word=_minus_distance,
        constant=_along_at_c,
        combine=_cosine,
        limit=_cosine_limit,
        dtype=np.float64,
        cosines=False,
    ),
}
