"""How little a run changes: every row beside what it was, with what turning alone explains taken
away; and the reverse, a turn at random that changes every number and no answer."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

Doubles = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Change:
    """Rows of two tables of the same words. All are float32 (words,): `raw` is the cosine of each
    row now and before, `aligned` the same after the table before was turned to lie as near as it
    can to the one now (a turn changes no answer), `update` the distance between the two, and `size`
    the length of the row now. `touched` is the share of rows that changed at all."""

    raw: Floats = field(repr=False)
    aligned: Floats = field(repr=False)
    update: Floats = field(repr=False)
    size: Floats = field(repr=False)
    touched: float

    def quantiles(self) -> "pd.DataFrame":
        """Return quantile, raw and aligned: the two distributions of cosines."""
        import pandas as pd

        values = {
            name: np.quantile(cosines, QUANTILES)
            for name, cosines in (("raw", self.raw), ("aligned", self.aligned))
        }
        return pd.DataFrame({"quantile": QUANTILES, **values})

    def by_frequency(self, counts: NDArray[np.int64], *, groups: int = 10) -> "pd.DataFrame":
        """Return words from the most to the least frequent in `groups` of equal size, with the
        median of their counts, of the update, of it relative to the row, and of the cosine."""
        import pandas as pd

        if len(counts) != len(self.raw):
            raise InvalidRequest(f"{len(counts):,} counts but {len(self.raw):,} rows were given.")
        order = np.argsort(-counts, kind="stable")
        rows = []
        for number, part in enumerate(np.array_split(order, min(groups, len(order)))):
            relative = self.update[part] / np.maximum(self.size[part], 1e-12)
            rows.append(
                {
                    "group": number + 1,
                    "words": len(part),
                    "count": float(np.median(counts[part])),
                    "update": float(np.median(self.update[part])),
                    "relative": float(np.median(relative)),
                    "aligned": float(np.median(self.aligned[part])),
                }
            )
        return pd.DataFrame(rows)


def change(before: Floats, after: Floats) -> Change:
    """Return how the rows of `after` differ from those of `before`, float32 (words, dimension)."""
    if before.shape != after.shape or before.ndim != 2 or not len(before):
        raise InvalidRequest(
            f"Tables of the same words and size are compared; these are {before.shape} and "
            f"{after.shape}."
        )
    difference = after - before
    update = np.linalg.norm(difference, axis=1)
    turned = before @ turn(before, after).astype(np.float32)
    return Change(
        raw=_cosines(before, after),
        aligned=_cosines(turned, after),
        update=update,
        size=np.linalg.norm(after, axis=1),
        touched=float((difference != 0).any(axis=1).mean()),
    )


def turn(before: Floats, after: Floats) -> Doubles:
    """Return the rotation or mirroring R, float64 (d, d), for which before @ R comes nearest to
    `after` (orthogonal Procrustes, Schönemann 1966)."""
    left, _, right = np.linalg.svd((before.T @ after).astype(np.float64))
    found: Doubles = left @ right
    return found


def rotated(space: EmbeddingSpace, seed: int = 0) -> EmbeddingSpace:
    """Return `space` turned at random: every coordinate is another, and all distances, angles and
    hence all answers are the same up to rounding."""
    random = np.random.default_rng(seed)
    axes, upper = np.linalg.qr(random.standard_normal((space.dimension, space.dimension)))
    axes = (axes * np.sign(np.diag(upper))).astype(np.float32)  # uniform among all turns
    vectors = np.empty((len(space), space.dimension), dtype=np.float32)
    for start, stop in space.blocks():
        vectors[start:stop] = space.vectors[start:stop] @ axes
    note = f"turned at random (seed {seed}): other coordinates, the same distances and angles"
    return replace(
        space, vectors=vectors, provenance=(*space.provenance, note), origin=space.origin or space
    )


def _cosines(one: Floats, other: Floats) -> Floats:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines: Floats = np.einsum("nd,nd->n", one, other) / np.maximum(lengths, 1e-30)
    return np.clip(cosines, -1, 1)
