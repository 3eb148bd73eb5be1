"""A map in several states: UMAPs of the same words in several spaces (other sizes of one, or two
different ones), each aligned with the first."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InvalidRequest
from models.maps.align import procrustes, spread
from models.maps.faithfulness import Faithfulness, sampled_faithfulness
from models.maps.neighbour_graph import Progress, knn_graph, part_of
from models.maps.umap import UMAP, VECTORSCOPE, optimise_layout, umap
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10  # words in common
_OTHER_SEED = 1  # the bit in which the other seed differs


@dataclass(frozen=True, eq=False)
class MapStates:
    """`positions` float32 (states, words, axes), each rotated and reflected towards the first and
    of its spread; `disparity` is what the best alignment of each leaves unexplained (Procrustes).

    `moved` float32 (words,) is how far a word goes from the first state to the last, in units of
    the first map's spread (the root mean square distance of all words from the middle); `by_seed`
    the same for the first map optimised further with another seed: movement by chance alone.
    `faithfulness` compares each state with its own space.
    """

    names: tuple[str, ...]
    words: tuple[str, ...] = field(repr=False)
    positions: Floats = field(repr=False)
    disparity: tuple[float, ...]
    moved: Floats = field(repr=False)
    by_seed: Floats = field(repr=False)
    described: str
    faithfulness: tuple[Faithfulness, ...] = field(repr=False)

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
            f"half of them by more than {chance:.1f} %. {unexplained(self.disparity[-1])}"
        )


def unexplained(disparity: float) -> str:
    """Say in a sentence what the disparity of two maps means."""
    how = (
        "the two maps have nearly the same shape"
        if disparity < 0.1
        else "the two maps agree in the large, not in the small"
        if disparity < 0.5
        else "the two maps have little more than the words in common"
    )
    return (
        f"Turned, mirrored and scaled as well as can be, the last map leaves "
        f"{100 * disparity:.1f} % of the first unexplained: {how}."
    )


def map_states(
    spaces: Sequence[EmbeddingSpace],
    words: Sequence[str],
    names: Sequence[str],
    options: UMAP | None = None,
    *,
    progress: Progress | None = None,
) -> MapStates:
    """Return the UMAP of those of `words` that all of `spaces` have, one state a space. Each starts
    from the positions of the one before it, so that a word moves only for a reason: always by our
    own engine, as umap-learn cannot be continued.

    Raises InvalidRequest for fewer than two spaces or ten common words.
    """
    options = replace(options or UMAP(), engine=VECTORSCOPE)
    common = [word for word in words if all(word in space for space in spaces)]
    if len(spaces) < 2 or len(common) < FEWEST:
        raise InvalidRequest(
            f"States are at least two, of at least {FEWEST} common words; here are {len(spaces)} "
            f"and {len(common)}."
        )
    report = progress or (lambda fraction: None)
    rounds = len(spaces) + 2  # one with another seed, one to measure them all

    def step(number: int) -> Progress:
        return part_of(report, number / rounds, (number + 1) / rounds)

    maps, disparity = [umap(spaces[0], common, options, progress=step(0))], [0.0]
    for number, space in enumerate(spaces[1:], start=1):
        found = _continued(space, common, maps[-1], options, step(number))
        places, unlike = _aligned(found, maps[0])
        maps.append(places)
        disparity.append(unlike)
    other = replace(options, seed=options.seed ^ _OTHER_SEED)
    again, _ = _aligned(_continued(spaces[0], common, maps[0], other, step(rounds - 2)), maps[0])
    measured = []
    for number, (space, places) in enumerate(zip(spaces, maps, strict=True), start=1):
        measured.append(sampled_faithfulness(space, places, common, metric=options.metric))
        step(rounds - 1)(number / len(spaces))
    return MapStates(
        tuple(names),
        tuple(common),
        np.stack(maps),
        tuple(disparity),
        _movement(maps[0], maps[-1]),
        _movement(maps[0], again),
        f"{options.describe(len(common))}, each state begun where the one before it ended and "
        "aligned with the first",
        tuple(measured),
    )


def _continued(
    space: EmbeddingSpace, words: Sequence[str], start: Floats, options: UMAP, progress: Progress
) -> Floats:
    """Return the map of `words` optimised from `start`, float32 (words, axes). Begun anew, two maps
    of the same vectors would differ three times as much."""
    graph = knn_graph(space, words, k=options.n_neighbors, metric=options.metric)
    for frame in optimise_layout(graph, start, options):
        progress(frame.epoch / frame.epochs)
        positions = frame.positions
    return positions


def _aligned(found: Floats, first: Floats) -> tuple[Floats, float]:
    """Return a map rotated and reflected towards the first, with its spread, and the disparity. The
    scale of least squares would shrink a map the more the less it fits."""
    alignment = procrustes(found, first)
    turned = (found - found.mean(axis=0)) @ alignment.rotation
    places = turned * (spread(first) / spread(found)) + first.mean(axis=0)
    return places.astype(np.float32), alignment.disparity


def _movement(first: Floats, last: Floats) -> Floats:
    """Return how far each word goes, in units of the first map's spread, float32 (words,)."""
    apart: Floats = (np.linalg.norm(last - first, axis=1) / spread(first)).astype(np.float32)
    return apart
