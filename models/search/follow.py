"""The rank of an analogy's answer, and of the neighbours of a word, at every size of a reduction.

Reductions are nested, so the inner products at d dimensions are those at d - 1 plus one product a
word: following a thing through all sizes costs one pass over the columns, not one search a size.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.reduction.reduce import fit_pca, reduce
from models.search.neighbours import EVERYONE, Filter, neighbours
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]


def expected_ranks(
    space: EmbeddingSpace, a: str, b: str, c: str, expected: str, *, among: Filter = EVERYONE
) -> NDArray[np.int64]:
    """Return the rank of `expected` among the answers to a : b :: c : ? at each size.

    int64 (dimension,): entry d - 1 is the rank by 3CosAdd with the first d principal components
    kept, the query words excluded, among the words that `among` admits; equal scores go to the
    more frequent word. Raises UnknownWord.
    """
    words = space.indices([a, b, c, expected])
    vectors, (*rows, target), may_answer = _candidates(
        space, fit_pca(space).rotated, words, hidden=words[:3], among=among
    )
    ranks = np.empty(space.dimension, dtype=np.int64)
    sizes = range(1, space.dimension + 1)
    for size, (to_a, to_b, to_c) in _cosines(vectors, rows, sizes):
        # The length of b - a + c is the same for every word and moves no rank.
        ranks[size - 1] = _rank(to_b - to_a + to_c, target, may_answer)
    return ranks


def first_from(ranks: NDArray[np.int64]) -> int | None:
    """Return the smallest size from which on the rank is 1 at every larger size, or None."""
    missed = np.flatnonzero(ranks != 1)
    smallest = int(missed[-1]) + 2 if len(missed) else 1
    return smallest if smallest <= len(ranks) else None


def neighbour_ranks(
    space: EmbeddingSpace,
    word: str,
    *,
    dimensions: Iterable[int],
    k: int = 10,
    method: str = "pca",
    among: Filter = EVERYONE,
) -> "pd.DataFrame":
    """Return where the `k` neighbours that `word` has in `space` stand at each of `dimensions`.

    A frame word, dimension, rank, kind: neighbour by neighbour, the nearest first. For each the
    first row is its rank in the space as it is (kind "raw", at the full dimension), then come its
    ranks under the reduction (kind `method`, one of models.reduction.METHODS, by its defaults),
    smallest size first. PCA centres, so that at the full dimension it need not agree with "raw".
    Ranks are exact, by cosine, among all words that `among` admits but `word` itself; equal
    cosines go to the more frequent word.
    Raises UnknownWord; InvalidRequest for a dimension outside 1 to that of the space.
    """
    import pandas as pd

    sizes = sizes_of(space, dimensions)
    row = space.index(word)
    near = space.indices(neighbours(space, word, k=k, among=among)["word"].tolist())
    entries = [(at, space.dimension, place, "raw") for place, at in enumerate(near, start=1)]
    if sizes:
        whole = reduce(space, dimension=space.dimension, method=method)
        query = np.array([row])
        vectors, places, may_answer = _candidates(
            space, whole.vectors, query, hidden=query, among=among
        )
        for size, (scores,) in _cosines(vectors, places, sizes):
            entries += [(at, size, _rank(scores, at, may_answer), method) for at in near]
    order = {at: place for place, at in enumerate(near)}
    entries.sort(key=lambda entry: order[entry[0]])  # stable: raw stays first, then size by size
    return pd.DataFrame(
        [(space.vocabulary[int(at)], *rest) for at, *rest in entries],
        columns=["word", "dimension", "rank", "kind"],
    )


def stays_from(ranks: "pd.DataFrame", *, k: int = 10) -> dict[str, int | None]:
    """Return for each word of neighbour_ranks() the smallest of its reduced sizes from which on it
    is among the `k` nearest at every larger one, or None where it isn't even at the largest."""
    reduced = ranks[ranks["kind"] != "raw"].sort_values("dimension", ascending=False)
    found: dict[str, int | None] = dict.fromkeys(ranks["word"])
    for word, part in reduced.groupby("word", sort=False):
        stays = (part["rank"] <= k).cummin()
        if stays.any():
            found[str(word)] = int(part["dimension"][stays].iloc[-1])
    return found


def sizes_of(space: EmbeddingSpace, dimensions: Iterable[int]) -> list[int]:
    """Return the distinct `dimensions` in order; raise InvalidRequest for one out of reach."""
    sizes = sorted({int(dimension) for dimension in dimensions})
    for size in sizes:
        if not 1 <= size <= space.dimension:
            raise InvalidRequest(
                f"{space.title} has {space.dimension} dimensions: choose sizes between 1 and "
                f"{space.dimension}, not {size}."
            )
    return sizes


def _candidates(
    space: EmbeddingSpace, vectors: Floats, wanted: Rows, *, hidden: Rows, among: Filter
) -> tuple[Floats, list[int], Mask]:
    """Return the `vectors` of the words that are compared, the places of the rows `wanted` among
    them, and who of them may answer: those that `among` admits without `hidden`.

    Words too rare to answer are left out before anything is computed, except for `wanted`,
    which come last. Places keep the order of frequency, and up to the rarest that may answer they
    are the rows.
    """
    reach = _reach(space, among)
    rare = np.unique(wanted[wanted >= reach])
    compared = np.concatenate([vectors[:reach], vectors[rare]]) if len(rare) else vectors[:reach]
    allowed = among.mask(space)
    may_answer = np.zeros(len(compared), dtype=np.bool_)
    may_answer[:reach] = True if allowed is None else allowed[:reach]
    may_answer[hidden[hidden < reach]] = False
    places = [int(row) if row < reach else reach + int(rare.searchsorted(row)) for row in wanted]
    return compared, places, may_answer


def _reach(space: EmbeddingSpace, among: Filter) -> int:
    return min(among.most_frequent or len(space), len(space))


def _cosines(
    vectors: Floats, rows: Sequence[int], sizes: Collection[int]
) -> Iterator[tuple[int, Floats]]:
    """Yield each of `sizes` in order and the cosines of the words `rows` with every word when only
    the first so many columns are kept, float32 (rows, words).

    Summed in float64, so that what is equal (at one dimension every cosine is 1 or -1) comes out
    equal in float32 and ranks by frequency.
    """
    products = np.zeros((len(rows), len(vectors)))
    squares = np.zeros(len(vectors))
    for axis in range(max(sizes)):
        column = vectors[:, axis].astype(np.float64)
        squares += column * column
        for place, row in enumerate(rows):
            products[place] += column[row] * column
        if axis + 1 in sizes:
            lengths = np.sqrt(squares)
            lengths[lengths == 0] = 1  # the direction of a zero vector is nothing
            cosines = products / lengths / lengths[rows][:, None]
            yield axis + 1, cosines.astype(np.float32)


def _rank(scores: Floats, row: int, may_answer: Mask) -> int:
    """Return the rank of the word `row` from 1 among those who may answer; ties by row."""
    ahead = scores > scores[row]
    ahead[:row] |= scores[:row] == scores[row]
    return int(np.count_nonzero(ahead & may_answer)) + 1
