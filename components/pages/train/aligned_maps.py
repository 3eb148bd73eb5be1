"""The maps of all epochs, aligned: each is rotated and mirrored onto the one before it, and a UMAP
of the final vectors onto the last."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import session
from components.word_map.scene import Keyframes, MapScene
from models.errors import InvalidRequest
from models.maps.align import procrustes
from models.space import Floats
from models.training.run import Run

FINAL = "UMAP"  # the state of the map after all epochs
_UNSETTLED = 3  # epochs
_INNER = (1.5, 98.5)  # per cent of the words, as many as the first view is fitted to


@dataclass(frozen=True, eq=False)
class FinalMap:
    """A map of the final vectors of a run, aligned with those of its epochs: `places` float32
    (words, 2). `described` names its method and options."""

    places: Floats
    described: str


def epoch_maps(run: Run) -> tuple[tuple[int, ...], list[Floats]]:
    """Return the epochs that have a map, and the maps float32 (words, 2), aligned.

    All have the same spread, so that shapes are compared. Each is aligned once, with the one before
    it: the replay then shows the same maps as the run did while it trained.
    """
    mapped = [g for g in run.records if g.positions is not None]
    known: list[Floats] = session.remember(f"train-frames-{run.name}", run.facts.content, list)
    for record in mapped[len(known) :]:
        assert record.positions is not None
        places = _even(record.positions)
        known.append(aligned(places, places, known[-1]) if known else places)
    return tuple(g.epoch for g in mapped), known[: len(mapped)]


def aligned_with_epochs(run: Run, places: Floats) -> Floats:
    """Return another map of the same words, float32 (words, 2), aligned with that of the last epoch
    and as wide or high: without the outliers of that map it would look small at the same spread."""
    last, even = epoch_maps(run)[1][-1], _even(places)
    found = aligned(even, even, last)
    sized: Floats = found * np.float32(_side(last) / max(_side(found), 1e-12))
    return sized


def map_scene(run: Run, final: FinalMap | None = None) -> tuple[MapScene, Keyframes | None] | None:
    """Return the map of the last epoch and, once the run has ended, the keyframes of all epochs and
    of the `final` map where there is one; None before the first epoch."""
    epochs, places = epoch_maps(run)
    if not places:
        return None

    ended = run.vectors is not None or run.finished

    def make() -> tuple[MapScene, Keyframes | None]:
        words = run.vocabulary[: run.shown]
        # The view is fitted anew as long as the first epochs change everything, and at the end.
        phase = "over" if ended else min(epochs[-1], _UNSETTLED)
        frame = f"{run.name} {run.facts.content} {phase}"
        last = MapScene(frame, words, places[-1])
        return last, _states(epochs, places, final) if ended else None

    return session.remember("train-layer", (run.name, len(places), ended, final), make)


def aligned(places: Floats, some: Floats, others: Floats) -> Floats:
    """Return `places` rotated and mirrored so that `some` of them lie nearest to `others`
    (Procrustes)."""
    try:
        found = procrustes(some, others)
    except InvalidRequest:  # all words at one point, as where nothing is learned
        return places
    rotated: Floats = (places @ found.rotation).astype(np.float32)
    return rotated


def _states(epochs: Sequence[int], places: Sequence[Floats], final: FinalMap | None) -> Keyframes:
    """Return the keyframes of the slider under the map. With a final map the epochs get other
    names, so that the slider moves on to it from wherever it stands."""
    names, maps = [f"epoch {epoch}" for epoch in epochs], list(places)
    if final is not None:
        names = [*(f"{name}, PCA" for name in names), FINAL]
        maps.append(final.places)
    return Keyframes(tuple(names), np.stack(maps), start=len(names) - 1)


def _even(places: Floats) -> Floats:
    """Centre a map and give it the spread 1."""
    centred = places - places.mean(axis=0)
    spread = float(np.sqrt((centred**2).sum(axis=1).mean()))
    even: Floats = (centred / max(spread, 1e-12)).astype(np.float32)
    return even


def _side(places: Floats) -> float:
    """Return the width or the height of a map, whichever is larger, without its outermost words."""
    low, high = np.percentile(places, _INNER, axis=0)
    return float((high - low).max())
