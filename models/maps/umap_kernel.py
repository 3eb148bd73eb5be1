"""The compiled inner loops of umap.py: the width of each word's neighbourhood, and the epochs.

numba compiles on first use (some seconds) and caches the result on disk. No sum is reordered and
everything runs in one thread, so that the same arrays give the same picture.
"""

import numpy as np

from models.runtime.compiled_kernel import njit

STEPS = 64  # entries of a table of forces per doubling of the squared distance
OCTAVES = 64  # doublings that a table covers, from 2**-32
_CLIP = np.float32(4)  # no word moves further by one force, in units of the map


@njit(cache=True, nogil=True, error_model="numpy")
def neighbourhood_widths(distances, target, near, scale):
    """Write to float64 near (n,) the distance of each word's nearest neighbour that is not at 0,
    and to scale (n,) the sigma for which the sum of exp(-(d - near) / sigma) over its neighbours,
    distances (n, k), is `target` (McInnes, Healy and Melville 2018, algorithm 3)."""
    overall = distances.mean()
    for row in range(distances.shape[0]):
        near[row] = 0.0
        for d in distances[row]:
            if d > 0:
                near[row] = d
                break
        low, high, sigma = 0.0, np.inf, 1.0
        for _ in range(64):
            total = 0.0
            for d in distances[row, 1:]:
                over = d - near[row]
                total += np.exp(-over / sigma) if over > 0 else 1.0
            if abs(total - target) < 1e-5:
                break
            if total > target:
                high = sigma
                sigma = (low + high) / 2
            else:
                low = sigma
                sigma = sigma * 2 if high == np.inf else (low + high) / 2
        # Equally near neighbours would leave no width at all.
        floor = distances[row].mean() if near[row] > 0 else overall
        scale[row] = max(sigma, 1e-3 * floor)


@njit(cache=True, nogil=True, error_model="numpy")
def _looked_up(table, squared):
    """Return the value of `table` at a squared distance, linear between its entries. They are
    spaced by the bits of a float32, so that the place follows from its exponent and mantissa."""
    bits = np.float32(squared).view(np.int32)
    shift = 17  # 23 bits of mantissa, of which 6 choose the entry
    place = int(bits >> shift) - (95 << 6)  # 2**-32 has the exponent 95
    entry = np.uint64(min(max(place, 0), STEPS * OCTAVES - 1))
    part = np.float32(bits & ((1 << shift) - 1)) * np.float32(2.0**-shift)
    return table[entry] + part * (table[entry + np.uint64(1)] - table[entry])


@njit(cache=True, nogil=True, error_model="numpy")
def _clipped(force):
    return min(max(force, -_CLIP), _CLIP)


@njit(cache=True, nogil=True, error_model="numpy")
def run_epochs(places, starts, ends, period, due, due_away, pull, push, first, last, epochs, state):
    """Move places float32 (n, 3) through the epochs `first` to `last` of `epochs`.

    The edges of word i are starts[i] to starts[i + 1] of ends (m,), to whom, and period (m,), every
    how many epochs an edge pulls. due and due_away (m,) are when it will next, and when words at
    random are next pushed away; state uint64 (1,) is the generator's. All three are updated.
    pull and push are tables of the two forces by squared distance.
    """
    count = places.shape[0]
    words, bits = np.uint64(count), state[0]
    for epoch in range(first, last):
        step = np.float32(1.0 - epoch / epochs)
        for i in range(count):
            x, y, z = places[i, 0], places[i, 1], places[i, 2]
            for edge in range(starts[i], starts[i + 1]):
                if due[edge] > epoch:
                    continue
                j = np.uint64(ends[edge])  # unsigned: numba need not handle negative indices
                dx, dy, dz = x - places[j, 0], y - places[j, 1], z - places[j, 2]
                force = _looked_up(pull, dx * dx + dy * dy + dz * dz)
                dx, dy, dz = (
                    step * _clipped(force * dx),
                    step * _clipped(force * dy),
                    step * _clipped(force * dz),
                )
                x, y, z = x + dx, y + dy, z + dz
                places[j, 0] -= dx
                places[j, 1] -= dy
                places[j, 2] -= dz
                due[edge] += period[edge]

                away = np.float32(period[edge] / np.float32(5))
                drawn = int((epoch - due_away[edge]) / away)
                due_away[edge] += drawn * away
                # All pushed away from the same place: so the processor need not wait for one
                # force before it begins with the next.
                mx = my = mz = np.float32(0)
                for _ in range(drawn):
                    bits ^= bits << np.uint64(13)
                    bits ^= bits >> np.uint64(7)
                    bits ^= bits << np.uint64(17)
                    j = ((bits >> np.uint64(32)) * words) >> np.uint64(32)
                    if j == np.uint64(i):
                        continue
                    dx, dy, dz = x - places[j, 0], y - places[j, 1], z - places[j, 2]
                    force = _looked_up(push, dx * dx + dy * dy + dz * dz)
                    mx += _clipped(force * dx)
                    my += _clipped(force * dy)
                    mz += _clipped(force * dz)
                x, y, z = x + step * mx, y + step * my, z + step * mz
            places[i, 0], places[i, 1], places[i, 2] = x, y, z
    state[0] = bits
