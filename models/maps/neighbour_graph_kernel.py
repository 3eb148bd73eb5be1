"""The compiled inner loops of neighbour_graph.py: the nearest words, from a block of products.

numba compiles on first use (a second) and caches the result on disk.
"""

import numpy as np

from models.runtime.compiled_kernel import njit

SPAN = 64  # words of which only the best score is looked at first
_LOWEST = np.float32(-3e38)


# Comparisons only: their order does not matter, which lets the processor do eight at a time.
@njit(cache=True, nogil=True, fastmath={"nnan", "ninf", "nsz", "reassoc"}, error_model="numpy")
def _spans(scores, best):
    """Write the best score of every span of `scores` (n,) to `best` (spans,)."""
    for s in range(len(best)):
        top = _LOWEST
        for j in range(s * SPAN, min((s + 1) * SPAN, len(scores))):
            top = max(top, scores[j])
        best[s] = top


@njit(cache=True, nogil=True, error_model="numpy")
def _cut(scores, best, own, kept):
    """Return the len(kept)-th largest of `scores` (n,), that of the row `own` left out."""
    kept[:] = _LOWEST
    last = len(kept) - 1
    for s in range(len(best)):
        if best[s] <= kept[last]:
            continue
        for j in range(s * SPAN, min((s + 1) * SPAN, len(scores))):
            score = scores[j]
            if score <= kept[last] or j == own:
                continue
            place = last
            while place > 0 and kept[place - 1] < score:
                kept[place] = kept[place - 1]
                place -= 1
            kept[place] = score
    return kept[last]


@njit(cache=True, nogil=True, error_model="numpy")
def lengths(vectors, out):
    """Write the Euclidean length of every row of vectors (n, d) to out float64 (n,)."""
    for row in range(vectors.shape[0]):
        total = 0.0
        for k in range(vectors.shape[1]):
            total += np.float64(vectors[row, k]) ** 2
        out[row] = np.sqrt(total)


@njit(cache=True, nogil=True, error_model="numpy")
def _apart(vectors, norms, one, other, cosine):
    """Return 1 - cosine, or the squared distance, of two rows of vectors (n, d)."""
    total = 0.0
    if cosine:
        for k in range(vectors.shape[1]):
            total += np.float64(vectors[one, k]) * np.float64(vectors[other, k])
        scale = norms[one] * norms[other]
        return max(0.0, 1.0 - total / scale) if scale > 0 else 1.0
    for k in range(vectors.shape[1]):
        total += (np.float64(vectors[one, k]) - np.float64(vectors[other, k])) ** 2
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def nearest(scores, doubts, start, vectors, norms, cosine, indices, distances):
    """Write the nearest rows to the rows start, start + 1, ..., the nearest first, ties by row.

    scores float32 (b, n): the larger the nearer, off by at most doubts float32 (b,), so that a
    word further than twice that below the last of the best is not among them; whatever is nearer
    is measured in float64. vectors float32 (n, d), norms float64 (n,); indices int32 (b, k) and
    distances float32 (b, k), whose first column is the row itself at 0.
    """
    rows, count = scores.shape
    k = indices.shape[1]
    best = np.empty((count + SPAN - 1) // SPAN, dtype=np.float32)
    kept = np.empty(k - 1, dtype=np.float32)
    apart = np.empty(k - 1, dtype=np.float64)
    for q in range(rows):
        own = start + q
        indices[q, 0], distances[q, 0] = own, 0
        _spans(scores[q], best)
        low = _cut(scores[q], best, own, kept) - 2 * doubts[q]
        apart[:] = np.inf
        for s in range(len(best)):
            if best[s] < low:
                continue
            for j in range(s * SPAN, min((s + 1) * SPAN, count)):
                if scores[q, j] < low or j == own:
                    continue
                value = _apart(vectors, norms, own, j, cosine)
                if value >= apart[k - 2]:
                    continue
                place = k - 2
                while place > 0 and apart[place - 1] > value:
                    apart[place] = apart[place - 1]
                    indices[q, place + 1] = indices[q, place]
                    place -= 1
                apart[place] = value
                indices[q, place + 1] = j
        for place in range(k - 1):
            distances[q, place + 1] = apart[place] if cosine else np.sqrt(apart[place])
