"""The compiled inner loops of nested_analogies.py and nested_neighbours.py.

Nested vectors are such that the first d columns are the vectors at d dimensions. The inner product
of two words at d dimensions is then that at fewer plus the products of the columns between, so all
sizes cost hardly more than the largest. Everything here works on one block of words, small enough
for the processor's own cache, and writes no scores to memory that are not needed again at once.

numba compiles on first use (some seconds) and keeps the result on disk.
"""

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


@njit(cache=True, nogil=True, error_model="numpy")
def _better(unit, abc, vector, norm, target, row, expected, tie):
    """Tell in float64 whether the word `row` with this vector (d,) answers better."""
    length = norm if norm > 0 else np.float32(1)
    total = 0.0
    for k in range(unit.shape[1]):
        query = (
            np.float64(unit[abc[1], k]) - np.float64(unit[abc[0], k]) + np.float64(unit[abc[2], k])
        )
        total += query * np.float64(np.float32(vector[k] / length))
    lead = total - target
    if abs(lead) <= tie * (1 + abs(target)):
        return row < expected
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
def contest(
    products,  # float32 (words, m): inner products with the words of the questions
    row_scale,  # float32 (words,): 1 / length of these words
    column_scale,  # float32 (m,): 1 / length of the words of the block, 0 for padding
    pairs,  # (pairs, 2): a and b by their places among the words
    pair_of,  # (q,): the pair of each question
    questions,  # (q, 4): a, b, c and the expected word by their places among the words
    rows,  # (words,): the row of each word in the space
    target,  # float64 (q,)
    doubt,  # how far rounding may move a score
    tie,  # scores nearer than this in float64 are equal
    unit,  # float32 (words, d)
    vectors,  # float32 (n, d)
    norms,  # float32 (n,)
    start,  # the row of the block's first word
    width,  # how many words of the block are none of the padding
    waiting,  # (q,): the questions still open; those that stay open are moved to the front
    count,  # how many they are
    scratch,  # scaled, best, offset, best offset, wanted words, wanted pairs
):
    """Return how many of the open questions no word of the block answers better."""
    scaled, best, offset, best_offset, wanted, wanted_pairs = scratch
    wanted[:] = False
    wanted_pairs[:] = False
    for i in range(count):
        q = waiting[i]
        wanted_pairs[pair_of[q]] = True
        for part in range(3):
            wanted[questions[q, part]] = True
    _scaled(products, row_scale, column_scale, wanted, scaled, best)
    _offsets(scaled, pairs, wanted_pairs, offset, best_offset)

    kept = 0
    for i in range(count):
        q = waiting[i]
        pair, word = pair_of[q], questions[q, 2]
        low = np.float32(target[q] - doubt)
        beaten = False
        for s in range(best.shape[1]):
            if best_offset[pair, s] + best[word, s] < low:
                continue
            top = _LOWEST
            for j in range(s * SPAN, (s + 1) * SPAN):
                top = max(top, offset[pair, j] + scaled[word, j])
            if top >= low and _beaten(
                s,
                offset[pair],
                scaled[word],
                questions[q],
                rows,
                target[q],
                doubt,
                tie,
                unit,
                vectors,
                norms,
                start,
                width,
            ):
                beaten = True
                break
        if not beaten:
            waiting[kept] = q
            kept += 1
    return kept


@njit(cache=True, nogil=True, error_model="numpy")
def _beaten(
    span, offset, scaled, question, rows, target, doubt, tie, unit, vectors, norms, start, width
):
    """Tell whether a word of this span, none of the question's own, answers better."""
    expected = rows[question[3]]
    for j in range(span * SPAN, min((span + 1) * SPAN, width)):
        score = offset[j] + scaled[j]
        if score < target - doubt:
            continue
        row = start + j
        if (
            row == rows[question[0]]
            or row == rows[question[1]]
            or row == rows[question[2]]
            or row == expected
        ):
            continue
        if score > target + doubt or _better(
            unit, question, vectors[row], norms[row], target, row, expected, tie
        ):
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
