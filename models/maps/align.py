"""Maps beside each other: turned, mirrored and scaled so that the same words lie at the same place
as nearly as can be, for a comparison or an animation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.maps.faithfulness import Faithfulness
from models.maps.faithfulness_of_many import judged
from models.maps.neighbour_graph import Progress, rows_of
from models.maps.umap import UMAP, umap
from models.space import EmbeddingSpace, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

_DRAWN = 0.9  # of the work on a map; the rest tells how far to trust it

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """A turn or mirroring, a scale and a shift: ``places @ rotation * scale + shift``.

    `left` is the share of the fixed map's spread that the alignment could not explain: 0 where the
    maps have the same shape, near 1 where they have nothing in common.
    """

    rotation: Doubles
    scale: float
    shift: Doubles
    left: float

    def __call__(self, places: Floats) -> Floats:
        moved: Floats = (places @ self.rotation * self.scale + self.shift).astype(np.float32)
        return moved


def procrustes(moving: Floats, fixed: Floats) -> Alignment:
    """Return what brings `moving` as near as possible to `fixed`, float32 (n, axes) row by row:
    the least sum of squared distances (Schönemann 1966; Schönemann and Carroll 1970)."""
    if moving.shape != fixed.shape or len(fixed) < 2:
        raise InvalidRequest(
            f"Maps are aligned on the same words, at least 2, in as many dimensions; these are "
            f"{moving.shape} and {fixed.shape}."
        )
    one, other = moving.astype(np.float64), fixed.astype(np.float64)
    middle, there = one.mean(axis=0), other.mean(axis=0)
    one, other = one - middle, other - there
    left, singular, right = np.linalg.svd(one.T @ other)
    rotation = left @ right
    before, after = float((one**2).sum()), float((other**2).sum())
    if before == 0 or after == 0:
        raise InvalidRequest("All words of a map lie at one point: there is nothing to align.")
    scale = float(singular.sum()) / before
    unexplained = max(0.0, 1 - float(singular.sum()) ** 2 / (before * after))
    return Alignment(rotation, scale, there - middle @ rotation * scale, unexplained)


@dataclass(frozen=True, eq=False)
class Stability:
    """Maps of the same words by several seeds, aligned with the first.

    `positions` float32 (seeds, words, axes); `movement` float32 (words,) is how far a word lies
    from its mean place, the root mean square over the seeds, in units of the map's spread (the root
    mean square distance of all words from the middle). `faithful` is how far each can be trusted.
    """

    words: tuple[str, ...]
    seeds: tuple[int, ...]
    positions: Floats
    movement: Floats
    described: str
    faithful: tuple[Faithfulness, ...] = field(repr=False)

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
    words: Sequence[str] | Rows | None = None,
    *,
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    options: UMAP | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Return the UMAP of `words` (or rows; None: all) by each of `seeds`, aligned with the first.

    The neighbour graph is computed once. All begin at the same principal components, as maps here
    do: this is the accident of the epochs, not of every possible beginning.
    """
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise InvalidRequest("Stability needs at least two different seeds.")
    options = options or UMAP()
    rows = rows_of(space, words)
    maps: list[Floats] = []
    faithful: list[Faithfulness] = []
    tell = progress or (lambda fraction: None)
    for number, seed in enumerate(seeds):
        told = _part(tell, number, len(seeds))
        drawn = replace(options, seed=seed)
        found = umap(space, rows, drawn, progress=_share(told, 0, _DRAWN))
        maps.append(procrustes(found, maps[0])(found) if maps else found)
        near = _share(told, _DRAWN, 1)
        faithful.append(judged(space, found, rows, metric=options.metric, progress=near))
    positions = np.stack(maps)
    apart = np.linalg.norm(positions - positions.mean(axis=0), axis=2)  # (seeds, words)
    movement = np.sqrt((apart**2).mean(axis=0)) / spread(maps[0])
    return Stability(
        tuple(space.vocabulary[int(row)] for row in rows),
        tuple(seeds),
        positions,
        movement.astype(np.float32),
        f"{options.describe(len(rows)).rpartition(', ')[0]}; {len(seeds)} seeds, aligned",
        tuple(faithful),
    )


def _part(progress: Progress, number: int, count: int) -> Progress:
    return _share(progress, number / count, (number + 1) / count)


def _share(progress: Progress, start: float, end: float) -> Progress:
    return lambda fraction: progress(start + (end - start) * fraction)


def common_rows(words: Sequence[str], others: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the places of the words that both have, in the order of the first."""
    place = {word: number for number, word in enumerate(others)}
    found = [(number, place[word]) for number, word in enumerate(words) if word in place]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def spread(places: Floats) -> float:
    """Return the root mean square distance of all words from the middle of their map."""
    centred = places - places.mean(axis=0)
    return max(float(np.sqrt((centred**2).sum(axis=1).mean())), 1e-12)
