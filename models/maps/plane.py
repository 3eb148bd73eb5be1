"""The projection of an analogy onto the plane of its three given words, where it is a
parallelogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InvalidRequest
from models.search.query_vectors import vectors_of
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class OffsetPlane:
    """`points`: word, role (a, b, c, answer), x, y, off_plane (the distance that the picture hides,
    in units of a word's length); `predicted`: the (x, y) of b - a + c."""

    points: "pd.DataFrame"
    predicted: tuple[float, float]


def offset_plane(
    space: EmbeddingSpace, a: str, b: str, c: str, answers: Sequence[str]
) -> OffsetPlane:
    """Project words on the plane through the unit vectors of a, b and c.

    a lies at the origin and c - a along x, so that b - a + c completes a parallelogram in the
    plane exactly; other words are seen from straight above it.
    Raises UnknownWord; InvalidRequest where a, b and c lie on one line.
    """
    import pandas as pd

    words = [a, b, c, *answers]
    vectors = vectors_of(space, words).astype(np.float64)
    origin, to_b, to_c = vectors[0], vectors[1] - vectors[0], vectors[2] - vectors[0]
    basis, triangle = np.linalg.qr(np.stack([to_c, to_b], axis=1))
    if np.abs(np.diag(triangle)).min() < 1e-6:
        raise InvalidRequest(f"{a}, {b} and {c} lie on one line, so they span no plane.")
    basis = basis * np.sign(np.diag(triangle))  # c to the right, b above
    seen = (vectors - origin) @ basis
    beside = (vectors - origin) - seen @ basis.T
    points = pd.DataFrame(
        {
            "word": words,
            "role": ["a", "b", "c"] + ["answer"] * len(answers),
            "x": seen[:, 0],
            "y": seen[:, 1],
            "off_plane": np.linalg.norm(beside, axis=1),
        }
    )
    predicted = seen[1] + seen[2]
    return OffsetPlane(points, (float(predicted[0]), float(predicted[1])))
