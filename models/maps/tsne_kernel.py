"""The compiled inner loops of tsne.py: the widths of the Gaussians, and the two kinds of force.

Words far away push as one, through a tree of cells (van der Maaten 2014, "Accelerating t-SNE using
tree-based algorithms"). The tree is an octree; on a flat map half of its cells stay empty.
"""

import numpy as np

from models.runtime.compiled_kernel import njit

DEPTH = 30  # halvings at most: words that then still share a cell stay in it
_NONE = -1


@njit(cache=True, nogil=True, error_model="numpy")
def conditional(squared, entropy, out):
    """Write to out (n, m) the probability of each neighbour, by a Gaussian over the squared
    distances (n, m) whose entropy, in nats, is `entropy`."""
    for row in range(squared.shape[0]):
        low, high, beta = 0.0, np.inf, 1.0
        nearest = squared[row].min()
        for _ in range(100):
            total, mean = 0.0, 0.0
            for j in range(squared.shape[1]):
                over = squared[row, j] - nearest
                value = np.exp(-over * beta)
                out[row, j] = value
                total += value
                mean += over * value
            found = np.log(total) + beta * mean / total
            if abs(found - entropy) < 1e-6:
                break
            if found > entropy:
                low = beta
                beta = beta * 2 if high == np.inf else (low + high) / 2
            else:
                high = beta
                beta = (low + high) / 2
        for j in range(squared.shape[1]):
            out[row, j] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def build_tree(places, children, leaf, middles, centres, masses, levels, sizes):
    """Build the tree of cells over places float32 (n, 3); return how many cells it has, or -1 where
    the arrays (cells, ...) are too short.

    children int32 (cells, 8), -1 for none; leaf bool (cells,); middles float32 (cells, 3) of each
    cell; centres float64 (cells, 3) of the words in it; masses int32 (cells,) how many they are;
    levels int32 (cells,) how often the map was halved; sizes float64 (cells,) the squared side of a
    cell, 0 where it has one word.
    """
    half = 0.0
    for axis in range(3):
        low, high = places[:, axis].min(), places[:, axis].max()
        middles[0, axis] = (low + high) / 2
        half = max(half, (high - low) / 2)
    half = half * 1.0001 + 1e-9
    children[0], leaf[0], centres[0], masses[0], levels[0] = _NONE, True, 0.0, 0, 0
    cells = 1
    for i in range(places.shape[0]):
        if cells + 2 * (DEPTH + 1) > len(masses):
            return -1
        cell = 0
        while True:
            if leaf[cell] and masses[cell] > 0 and levels[cell] < DEPTH:
                # A cell of one word: that word moves down before the next one comes in.
                octant = _octant(centres[cell], middles[cell])
                _add_child(
                    children, leaf, middles, centres, masses, levels, cell, octant, cells, half
                )
                centres[cells], masses[cells] = centres[cell], masses[cell]
                cells += 1
            for axis in range(3):
                centres[cell, axis] += places[i, axis]
            masses[cell] += 1
            if leaf[cell]:
                break
            octant = _octant(places[i], middles[cell])
            if children[cell, octant] == _NONE:
                _add_child(
                    children, leaf, middles, centres, masses, levels, cell, octant, cells, half
                )
                cells += 1
            cell = children[cell, octant]
    for cell in range(cells):
        for axis in range(3):
            centres[cell, axis] /= masses[cell]
        sizes[cell] = 0.0 if leaf[cell] else (2 * half / 2.0 ** levels[cell]) ** 2
    return cells


@njit(cache=True, nogil=True, error_model="numpy")
def _octant(place, middle):
    return (place[0] > middle[0]) + 2 * (place[1] > middle[1]) + 4 * (place[2] > middle[2])


@njit(cache=True, nogil=True, error_model="numpy")
def _add_child(children, leaf, middles, centres, masses, levels, cell, octant, new, half):
    """Make the empty cell `new` the child of `cell` in an octant."""
    children[cell, octant], leaf[cell] = new, False
    children[new], leaf[new], centres[new], masses[new] = _NONE, True, 0.0, 0
    levels[new] = levels[cell] + 1
    step = half / 2.0 ** levels[new]
    for axis in range(3):
        middles[new, axis] = middles[cell, axis] + (step if octant >> axis & 1 else -step)


@njit(cache=True, nogil=True, error_model="numpy")
def repel(places, children, centres, masses, sizes, theta, out):
    """Write to out float64 (n, 3) the unscaled force of all words on each, sum of q^2 (y_i - y_j)
    with q = 1 / (1 + distance^2), and return the sum of q over all pairs. A cell counts as one word
    where it is seen smaller than `theta`."""
    stack = np.empty(8 * (DEPTH + 2), dtype=np.int32)
    limit = theta * theta
    total = 0.0
    for i in range(places.shape[0]):
        x, y, z = np.float64(places[i, 0]), np.float64(places[i, 1]), np.float64(places[i, 2])
        fx, fy, fz = 0.0, 0.0, 0.0
        stack[0], waiting = 0, 1
        while waiting:
            waiting -= 1
            cell = stack[waiting]
            dx, dy, dz = x - centres[cell, 0], y - centres[cell, 1], z - centres[cell, 2]
            apart = dx * dx + dy * dy + dz * dz
            if sizes[cell] <= limit * apart:
                q = 1.0 / (1.0 + apart)
                force = masses[cell] * q
                total += force
                force *= q
                fx += force * dx
                fy += force * dy
                fz += force * dz
                continue
            for octant in range(8):
                if children[cell, octant] != _NONE:
                    stack[waiting] = children[cell, octant]
                    waiting += 1
        total -= 1.0  # the word itself, at distance 0
        out[i, 0], out[i, 1], out[i, 2] = fx, fy, fz
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def attract(places, starts, ends, weights, out):
    """Write to out float64 (n, 3) the force along the edges, sum of p q (y_i - y_j)."""
    for i in range(places.shape[0]):
        fx, fy, fz = 0.0, 0.0, 0.0
        for edge in range(starts[i], starts[i + 1]):
            j = ends[edge]
            dx = np.float64(places[i, 0]) - places[j, 0]
            dy = np.float64(places[i, 1]) - places[j, 1]
            dz = np.float64(places[i, 2]) - places[j, 2]
            q = weights[edge] / (1.0 + dx * dx + dy * dy + dz * dz)
            fx += q * dx
            fy += q * dy
            fz += q * dz
        out[i, 0], out[i, 1], out[i, 2] = fx, fy, fz
