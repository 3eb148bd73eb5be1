"""How far the rows of a table move while it is trained, apart from a rotation of all of them; and
a random rotation, which changes every number and no answer."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.space import Doubles, EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class ChangeSummary:
    """How far the rows moved, in one epoch or since the beginning: `quantiles` and `by_frequency`
    as in RowChange, `touched` the share of rows that changed at all; of `words` words."""

    quantiles: "pd.DataFrame" = field(repr=False)
    by_frequency: "pd.DataFrame" = field(repr=False)
    touched: float
    words: int


@dataclass(frozen=True, eq=False)
class RowChange:
    """How each row of a table differs from an earlier one. All are float32 (words,): `raw` is the
    cosine of a row now and before, `aligned` the same after the earlier table was rotated onto the
    present one (a rotation changes no answer), `update` the distance between the two rows, `size`
    the length of the row now. `touched` is the share of rows that changed at all."""

    raw: Floats = field(repr=False)
    aligned: Floats = field(repr=False)
    update: Floats = field(repr=False)
    size: Floats = field(repr=False)
    touched: float

    def quantiles(self) -> "pd.DataFrame":
        """Return quantile, raw and aligned: the two distributions of cosines."""
        import pandas as pd

        cosines = {"raw": self.raw, "aligned": self.aligned}
        values = {name: np.quantile(found, QUANTILES) for name, found in cosines.items()}
        return pd.DataFrame({"quantile": QUANTILES, **values})

    def by_frequency(self, counts: NDArray[np.int64], *, groups: int = 10) -> "pd.DataFrame":
        """Return words from the most to the least frequent in `groups` of equal size, with the
        median of their counts, of the update, of it relative to the row, and of the cosine."""
        import pandas as pd

        if len(counts) != len(self.raw):
            raise InvalidRequest(f"{len(counts):,} counts but {len(self.raw):,} rows were given.")
        order = np.argsort(-counts, kind="stable")
        values: dict[str, NDArray[Any]] = {
            "count": counts,
            "update": self.update,
            "relative": self.update / np.maximum(self.size, 1e-12),
            "aligned": self.aligned,
        }
        rows: list[dict[str, float]] = [
            {"group": number, "words": len(part)}
            | {name: float(np.median(value[part])) for name, value in values.items()}
            for number, part in enumerate(np.array_split(order, min(groups, len(order))), start=1)
        ]
        return pd.DataFrame(rows)

    def summary(self, counts: NDArray[np.int64]) -> ChangeSummary:
        """Return both tables; `counts` are as in by_frequency()."""
        return ChangeSummary(
            self.quantiles(), self.by_frequency(counts), self.touched, len(self.raw)
        )


def row_change(before: Floats, after: Floats) -> RowChange:
    """Return how the rows of `after` differ from those of `before`, float32 (words, dimension)."""
    if before.shape != after.shape or before.ndim != 2 or not len(before):
        raise InvalidRequest(
            f"Tables of the same words and size are compared; these are {before.shape} and "
            f"{after.shape}."
        )
    difference = after - before
    rotated = before @ best_rotation(before, after).astype(np.float32)
    return RowChange(
        raw=_cosines(before, after),
        aligned=_cosines(rotated, after),
        update=np.linalg.norm(difference, axis=1),
        size=np.linalg.norm(after, axis=1),
        touched=float((difference != 0).any(axis=1).mean()),
    )


def best_rotation(before: Floats, after: Floats) -> Doubles:
    """Return the rotation or mirroring R, float64 (d, d), for which before @ R comes nearest to
    `after` (orthogonal Procrustes, Schönemann 1966)."""
    left, _, right = np.linalg.svd((before.T @ after).astype(np.float64))
    found: Doubles = left @ right
    return found


def random_rotation(space: EmbeddingSpace, seed: int = 0) -> EmbeddingSpace:
    """Return `space` rotated at random: every coordinate is another, and all distances, angles and
    hence all answers are the same up to rounding."""
    random = np.random.default_rng(seed)
    axes, upper = np.linalg.qr(random.standard_normal((space.dimension, space.dimension)))
    axes = (axes * np.sign(np.diag(upper))).astype(np.float32)  # uniform among all rotations
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
