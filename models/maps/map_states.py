"""One map in several states: the same words at other sizes or in another space, brought as near to
the first as turning and mirroring can."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InvalidRequest
from models.maps.align import procrustes, spread
from models.maps.faithfulness import Faithfulness
from models.maps.faithfulness_of_many import judged
from models.maps.neighbour_graph import Progress, knn_graph
from models.maps.umap import UMAP, settle, umap
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10  # words in common
_OTHER_SEED = 1  # a bit of the seed that is turned over


@dataclass(frozen=True, eq=False)
class States:
    """`positions` float32 (states, words, axes), each turned and mirrored towards the first and of
    its spread; `left` is the share of the first map's spread that the best turn, mirroring and
    scale of each could not explain (Procrustes).

    `moved` float32 (words,) is how far a word goes from the first state to the last, in units of
    the first map's spread (the root mean square distance of all words from the middle); `by_seed`
    the same for the first map drawn once more from where it stands, with another seed: so much
    moves without any reason. `faithful` is how far each state can be trusted, beside its own space.
    """

    names: tuple[str, ...]
    words: tuple[str, ...] = field(repr=False)
    positions: Floats = field(repr=False)
    left: tuple[float, ...]
    moved: Floats = field(repr=False)
    by_seed: Floats = field(repr=False)
    described: str
    faithful: tuple[Faithfulness, ...] = field(repr=False)

    def to_frame(self) -> "pd.DataFrame":
        """Return word and moved, the words that move most first."""
        import pandas as pd

        frame = pd.DataFrame({"word": self.words, "moved": self.moved})
        return frame.sort_values("moved", ascending=False, kind="stable", ignore_index=True)

    def reading(self) -> str:
        """Say in two sentences what the numbers mean."""
        half, chance = (100 * float(np.median(each)) for each in (self.moved, self.by_seed))
        return (
            f"From {self.names[0]} to {self.names[-1]} half of the words move by more than "
            f"{half:.1f} % of the map's spread; drawing the first map on, with another seed, moves "
            f"half of them by more than {chance:.1f} %. {unexplained(self.left[-1])}"
        )


def unexplained(left: float) -> str:
    """Say in a sentence what the share that an alignment left means."""
    how = (
        "the two maps have nearly the same shape"
        if left < 0.1
        else "the two maps agree in the large, not in the small"
        if left < 0.5
        else "the two maps have little more than the words in common"
    )
    return (
        f"Turned, mirrored and scaled as well as can be, the last map leaves {100 * left:.1f} % of "
        f"the first unexplained: {how}."
    )


def states_of(
    spaces: Sequence[EmbeddingSpace],
    words: Sequence[str],
    names: Sequence[str],
    options: UMAP | None = None,
    *,
    progress: Progress | None = None,
) -> States:
    """Return the UMAP of those of `words` that all of `spaces` have, one state a space, each begun
    where the one before it ended: what lies elsewhere then was moved there.

    Raises InvalidRequest for fewer than two spaces or ten common words.
    """
    options = options or UMAP()
    common = [word for word in words if all(word in space for space in spaces)]
    if len(spaces) < 2 or len(common) < FEWEST:
        raise InvalidRequest(
            f"States are at least two, of at least {FEWEST} common words; here are {len(spaces)} "
            f"and {len(common)}."
        )
    tell = progress or (lambda fraction: None)
    rounds = len(spaces) + 2  # one with another seed, one to judge them all

    def told(number: int) -> Progress:
        return lambda part: tell((number + part) / rounds)

    maps, left = [umap(spaces[0], common, options, progress=told(0))], [0.0]
    for number, space in enumerate(spaces[1:], start=1):
        found = _moved_on(space, common, maps[-1], options, told(number))
        places, unlike = _beside(found, maps[0])
        maps.append(places)
        left.append(unlike)
    other = replace(options, seed=options.seed ^ _OTHER_SEED)
    again = _moved_on(spaces[0], common, maps[0], other, told(rounds - 2))
    again, _ = _beside(again, maps[0])
    faithful = []
    for number, (space, places) in enumerate(zip(spaces, maps, strict=True), start=1):
        faithful.append(judged(space, places, common, metric=options.metric))
        tell((rounds - 1 + number / len(spaces)) / rounds)
    return States(
        tuple(names),
        tuple(common),
        np.stack(maps),
        tuple(left),
        _way(maps[0], maps[-1]),
        _way(maps[0], again),
        f"{options.describe(len(common))}, each state begun where the one before it ended and "
        "aligned with the first",
        tuple(faithful),
    )


def _moved_on(
    space: EmbeddingSpace, words: Sequence[str], start: Floats, options: UMAP, tell: Progress
) -> Floats:
    """Return the map of `words` that begins at `start`, float32 (words, axes). Begun anew, two maps
    of the same vectors would differ three times as much."""
    graph = knn_graph(space, words, k=options.n_neighbors, metric=options.metric)
    for frame in settle(graph, start, options):
        tell(frame.epoch / frame.epochs)
        positions = frame.positions
    return positions


def _beside(found: Floats, first: Floats) -> tuple[Floats, float]:
    """Return a map turned and mirrored towards the first and of its spread, and the share left
    unexplained. The best scale would shrink a map the more the less it fits."""
    alignment = procrustes(found, first)
    turned = (found - found.mean(axis=0)) @ alignment.rotation
    places = turned * (spread(first) / spread(found)) + first.mean(axis=0)
    return places.astype(np.float32), alignment.left


def _way(first: Floats, last: Floats) -> Floats:
    """Return how far each word goes, in units of the first map's spread, float32 (words,)."""
    way: Floats = (np.linalg.norm(last - first, axis=1) / spread(first)).astype(np.float32)
    return way
