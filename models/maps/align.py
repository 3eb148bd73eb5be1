"""Alignment of maps (Procrustes: rotation, reflection, scale and shift), and how stable the
positions on a UMAP are from seed to seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InvalidRequest
from models.maps.faithfulness import Faithfulness, sampled_faithfulness
from models.maps.neighbour_graph import Progress, map_rows, part_of
from models.maps.umap import UMAP, umap
from models.space import Doubles, EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

_DRAWN = 0.9  # of the work on a map; the rest measures its faithfulness


@dataclass(frozen=True, eq=False)
class Alignment:
    """A rotation or reflection, a scale and a shift: ``places @ rotation * scale + shift``.

    `disparity` is the share of the fixed map's variance that remains unexplained: 0 where the maps
    have the same shape, near 1 where they have nothing in common.
    """

    rotation: Doubles
    scale: float
    shift: Doubles
    disparity: float

    def __call__(self, places: Floats) -> Floats:
        return (places @ self.rotation * self.scale + self.shift).astype(np.float32)


def procrustes(moving: Floats, fixed: Floats) -> Alignment:
    """Return the alignment of `moving` with `fixed`, float32 (n, axes) row by row, that has the
    least sum of squared distances (Schönemann 1966; Schönemann and Carroll 1970)."""
    if moving.shape != fixed.shape or len(fixed) < 2:
        raise InvalidRequest(
            f"Maps are aligned on the same words, at least 2, in as many dimensions; these are "
            f"{moving.shape} and {fixed.shape}."
        )
    one, other = moving.astype(np.float64), fixed.astype(np.float64)
    middle, there = one.mean(axis=0), other.mean(axis=0)
    one, other = one - middle, other - there
    u, singular, vt = np.linalg.svd(one.T @ other)
    rotation = u @ vt
    before, after = float((one**2).sum()), float((other**2).sum())
    if before == 0 or after == 0:
        raise InvalidRequest("All words of a map lie at one point: there is nothing to align.")
    scale = float(singular.sum()) / before
    disparity = max(0.0, 1 - float(singular.sum()) ** 2 / (before * after))
    return Alignment(rotation, scale, there - middle @ rotation * scale, disparity)


@dataclass(frozen=True, eq=False)
class Stability:
    """Maps of the same words by several seeds, aligned with the first.

    `positions` float32 (seeds, words, axes); `movement` float32 (words,) is how far a word lies
    from its mean place, the root mean square over the seeds, in units of the map's spread (the root
    mean square distance of all words from the middle). `faithfulness` has one entry a seed.
    """

    words: tuple[str, ...]
    seeds: tuple[int, ...]
    positions: Floats
    movement: Floats
    described: str
    faithfulness: tuple[Faithfulness, ...] = field(repr=False)

    def to_frame(self) -> "pd.DataFrame":
        """Return word and movement, the words that move most first."""
        import pandas as pd

        frame = pd.DataFrame({"word": self.words, "movement": self.movement})
        return frame.sort_values("movement", ascending=False, kind="stable", ignore_index=True)

    def reading(self) -> str:
        """Say in one sentence what the numbers mean."""
        half, most = 100 * np.quantile(self.movement, [0.5, 0.95])
        return (
            f"From one seed to another half of the words stay within {half:.1f} % of the map's "
            f"spread, and one in twenty moves by more than {most:.1f} %."
        )


def stability(
    space: EmbeddingSpace,
    words: int | Sequence[str] | Rows | None = None,
    *,
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    options: UMAP | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Return the UMAP of `words` (rows, or a number of most frequent ones; None: all) by each of
    `seeds`, aligned with the first.

    The neighbour graph is computed once. All begin at the same principal components, as every UMAP
    here does: this measures the randomness of the epochs, not that of the initialisation.
    """
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise InvalidRequest("Stability needs at least two different seeds.")
    options = options or UMAP()
    rows = map_rows(space, words)
    maps: list[Floats] = []
    measured: list[Faithfulness] = []
    report = progress or (lambda fraction: None)
    for number, seed in enumerate(seeds):
        start, drawn, end = (part / len(seeds) for part in (number, number + _DRAWN, number + 1))
        one = replace(options, seed=seed)
        found = umap(space, rows, one, progress=part_of(report, start, drawn))
        maps.append(procrustes(found, maps[0])(found) if maps else found)
        measuring = part_of(report, drawn, end)
        measured.append(
            sampled_faithfulness(space, found, rows, metric=options.metric, progress=measuring)
        )
    positions = np.stack(maps)
    apart = np.linalg.norm(positions - positions.mean(axis=0), axis=2)  # (seeds, words)
    movement = np.sqrt((apart**2).mean(axis=0)) / spread(maps[0])
    return Stability(
        tuple(space.vocabulary[int(row)] for row in rows),
        tuple(seeds),
        positions,
        movement.astype(np.float32),
        f"{options.describe(len(rows)).rpartition(', ')[0]}; {len(seeds)} seeds, aligned",
        tuple(measured),
    )


def common_rows(words: Sequence[str], others: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the rows, in either list, of the words that both have, in the order of the first."""
    row_of = {word: row for row, word in enumerate(others)}
    found = [(row, row_of[word]) for row, word in enumerate(words) if word in row_of]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def spread(places: Floats) -> float:
    """Return the root mean square distance of all words from the middle of their map."""
    centred = places - places.mean(axis=0)
    return max(float(np.sqrt((centred**2).sum(axis=1).mean())), 1e-12)
