"""The compiled inner loops of nested_analogies.py and nested_neighbours.py.

Nested vectors are such that the first d columns are the vectors at d dimensions. The inner product
of two words at d dimensions is then that at fewer plus the products of the columns between, so all
sizes cost hardly more than the largest. Everything here works on one block of words, small enough
for the processor's own cache, and writes no scores to memory that are not needed again at once.

numba compiles on first use (some seconds) and keeps the result on disk.
"""

from typing import Any, NamedTuple

import numpy as np

from models.runtime.compiled_kernel import njit

# Sums may be reordered and multiplied in one step, which is what lets the processor do eight at
# a time. Division stays what it is, and what is decided exactly is compiled without any of this.
_FAST = {"nnan", "ninf", "nsz", "contract", "reassoc"}
_LOWEST = np.float32(-3e38)
SPAN = 32  # words of which only the best possible score is looked at first


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def advance(products, queries, block, begin, end):
    """Add the columns begin to end of queries (q, D) and block (D, m) to products (q, m)."""
    rows, width = queries.shape[0], block.shape[1]
    row = 0
    while row < rows:
        last, column = min(row + 4, rows), begin
        # Four rows by four columns: what is read of the block serves four rows.
        while last - row == 4 and column + 4 <= end:
            w = queries[row : row + 4, column : column + 4]
            a, b, c, d = w[0, 0], w[0, 1], w[0, 2], w[0, 3]
            e, f, g, h = w[1, 0], w[1, 1], w[1, 2], w[1, 3]
            k, l, m, n = w[2, 0], w[2, 1], w[2, 2], w[2, 3]  # noqa: E741
            p, q, r, s = w[3, 0], w[3, 1], w[3, 2], w[3, 3]
            for j in range(width):
                x, y = block[column, j], block[column + 1, j]
                z, t = block[column + 2, j], block[column + 3, j]
                products[row, j] += a * x + b * y + c * z + d * t
                products[row + 1, j] += e * x + f * y + g * z + h * t
                products[row + 2, j] += k * x + l * y + m * z + n * t
                products[row + 3, j] += p * x + q * y + r * z + s * t
            column += 4
        for each in range(row, last):
            for rest in range(column, end):
                value = queries[each, rest]
                for j in range(width):
                    products[each, j] += value * block[rest, j]
        row = last


@njit(cache=True, nogil=True, error_model="numpy")
def targets(unit, questions, out):
    """Write the score of each expected word, out float64 (q,): the inner product, in float64, of
    the float32 rows unit (words, d) for questions (q, 4) of a, b, c and the expected word."""
    for q in range(questions.shape[0]):
        a, b, c, x = questions[q, 0], questions[q, 1], questions[q, 2], questions[q, 3]
        total = 0.0
        for k in range(unit.shape[1]):
            query = np.float64(unit[b, k]) - np.float64(unit[a, k]) + np.float64(unit[c, k])
            total += query * np.float64(unit[x, k])
        out[q] = total


class Questions(NamedTuple):
    """Analogy questions at one size, and the scores of their expected words there."""

    rows: Any  # (words,): the row in the space of each word of the questions
    unit: Any  # float32 (words, d): their vectors, of length 1
    scale: Any  # float32 (words,): 1 / length of each, as it stands in the products
    places: Any  # (q, 4): a, b, c and the expected word by their places among the words
    pairs: Any  # (pairs, 2): the distinct a and b by their places among the words
    pair_of: Any  # (q,): the pair of each question
    target: Any  # float64 (q,): the score of the expected word
    doubt: float  # how far rounding may move a score
    tie: float  # scores nearer than this in float64 are equal


class Block(NamedTuple):
    """A block of words that may answer."""

    products: Any  # float32 (words, m): their inner products with the words of the questions
    scale: Any  # float32 (m,): 1 / length of each, as it stands in the products; 0 for padding
    vectors: Any  # float32 (n, d): the vectors of all words of the space
    norms: Any  # float32 (n,): their lengths
    start: int  # the row of the block's first word
    width: int  # how many of the block are words, not padding


class Scratch(NamedTuple):
    """Room for the scores of one block, overwritten by every call."""

    scaled: Any  # float32 (words, m): cosines
    best: Any  # float32 (words, spans): the largest of each span
    offset: Any  # float32 (pairs, m): what each word of the block gets from a pair
    best_offset: Any  # float32 (pairs, spans)
    words: Any  # bool (words,): which are wanted
    pairs: Any  # bool (pairs,): which are wanted


@njit(cache=True, nogil=True, error_model="numpy")
def _better(questions, block, q, row):
    """Tell in float64 whether the word `row` is a better answer to question q."""
    unit, (a, b, c, expected) = questions.unit, questions.places[q]
    length = block.norms[row] if block.norms[row] > 0 else np.float32(1)
    total = 0.0
    for k in range(unit.shape[1]):
        query = np.float64(unit[b, k]) - np.float64(unit[a, k]) + np.float64(unit[c, k])
        total += query * np.float64(np.float32(block.vectors[row, k] / length))
    lead = total - questions.target[q]
    if abs(lead) <= questions.tie * (1 + abs(questions.target[q])):
        return row < questions.rows[expected]
    return lead > 0


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def _scaled(products, row_scale, column_scale, rows, scaled, best):
    """Write cosines of the wanted rows, and the best of each span of words."""
    spans = best.shape[1]
    for row in range(products.shape[0]):
        if not rows[row]:
            continue
        scale = row_scale[row]
        for s in range(spans):
            top = _LOWEST
            for j in range(s * SPAN, (s + 1) * SPAN):
                value = products[row, j] * scale * column_scale[j]
                scaled[row, j] = value
                top = max(top, value)
            best[row, s] = top


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def _offsets(scaled, pairs, wanted, offset, best):
    """Write what each word gets from the wanted pairs a : b, and the best of each span."""
    spans = best.shape[1]
    for pair in range(pairs.shape[0]):
        if not wanted[pair]:
            continue
        a, b = pairs[pair, 0], pairs[pair, 1]
        for s in range(spans):
            top = _LOWEST
            for j in range(s * SPAN, (s + 1) * SPAN):
                value = scaled[b, j] - scaled[a, j]
                offset[pair, j] = value
                top = max(top, value)
            best[pair, s] = top


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def contest(questions, block, waiting, count, scratch):
    """Return how many of the open questions no word of the block answers better.

    waiting (q,) are the open questions, `count` of them; those that stay open move to the front.
    """
    scratch.words[:] = False
    scratch.pairs[:] = False
    for i in range(count):
        q = waiting[i]
        scratch.pairs[questions.pair_of[q]] = True
        for part in range(3):
            scratch.words[questions.places[q, part]] = True
    _scaled(
        block.products, questions.scale, block.scale, scratch.words, scratch.scaled, scratch.best
    )
    _offsets(scratch.scaled, questions.pairs, scratch.pairs, scratch.offset, scratch.best_offset)

    kept = 0
    for i in range(count):
        q = waiting[i]
        pair, word = questions.pair_of[q], questions.places[q, 2]
        offset, scaled = scratch.offset[pair], scratch.scaled[word]
        low = np.float32(questions.target[q] - questions.doubt)
        beaten = False
        for s in range(scratch.best.shape[1]):
            if scratch.best_offset[pair, s] + scratch.best[word, s] < low:
                continue
            top = _LOWEST
            for j in range(s * SPAN, (s + 1) * SPAN):
                top = max(top, offset[j] + scaled[j])
            if top >= low and _beaten(questions, block, q, s, offset, scaled):
                beaten = True
                break
        if not beaten:
            waiting[kept] = q
            kept += 1
    return kept


@njit(cache=True, nogil=True, error_model="numpy")
def _beaten(questions, block, q, span, offset, scaled):
    """Tell whether a word of this span, none of the question's own, answers better."""
    rows, (a, b, c, expected) = questions.rows, questions.places[q]
    target, doubt = questions.target[q], questions.doubt
    for j in range(span * SPAN, min((span + 1) * SPAN, block.width)):
        score = offset[j] + scaled[j]
        if score < target - doubt:
            continue
        row = block.start + j
        if row == rows[a] or row == rows[b] or row == rows[c] or row == rows[expected]:
            continue
        if score > target + doubt or _better(questions, block, q, row):
            return True
    return False


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def collect(products, column_scale, own, start, width, scores, rows):
    """Keep the nearest words so far: scores float32 (q, k), falling, and their rows (q, k).

    products (q, m) with the words of the block, whose first row is `start`; own (q,) is the row
    that a query has itself. Equally near words stay in the order of their rows.
    """
    k = scores.shape[1]
    for q in range(products.shape[0]):
        least = scores[q, k - 1]
        for s in range(0, width, SPAN):
            top = _LOWEST
            for j in range(s, s + SPAN):
                top = max(top, products[q, j] * column_scale[j])
            if top <= least:
                continue
            for j in range(s, min(s + SPAN, width)):
                score = products[q, j] * column_scale[j]
                if score <= least or start + j == own[q]:
                    continue
                place = k - 1
                while place > 0 and scores[q, place - 1] < score:
                    scores[q, place] = scores[q, place - 1]
                    rows[q, place] = rows[q, place - 1]
                    place -= 1
                scores[q, place] = score
                rows[q, place] = start + j
                least = scores[q, k - 1]


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def count_nearer(products, column_scale, own, start, width, wanted, scores, nearer):
    """Count the words of the block that are nearer to query q than its wanted word w.

    wanted (q, w) are rows, -1 for none; scores (q, w) how near they are; nearer int64 (q, w).
    """
    for q in range(products.shape[0]):
        for j in range(width):
            products[q, j] *= column_scale[j]
        inside = own[q] - start
        if 0 <= inside < width:
            products[q, inside] = _LOWEST
        for w in range(wanted.shape[1]):
            if wanted[q, w] < 0:
                continue
            score = scores[q, w]
            count = 0
            for j in range(width):
                count += products[q, j] > score
            place = wanted[q, w] - start
            if 0 <= place < width and products[q, place] > score:
                count -= 1  # by rounding
            nearer[q, w] += count
