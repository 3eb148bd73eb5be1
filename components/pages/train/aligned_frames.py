"""The map of every epoch in one common frame: each turned and mirrored to lie as near as it can
to the one before, and what the run ended with onto the last."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import session
from components.word_map.scene import Keyframes, MapScene
from models.errors import InvalidRequest
from models.maps.align import procrustes
from models.space import Floats
from models.training.run import Run

ENDING = "UMAP"  # the state of the map after all epochs
_UNSETTLED = 3  # epochs
_INNER = (1.5, 98.5)  # per cent of the words, as many as the first view is fitted to


@dataclass(frozen=True, eq=False)
class Ending:
    """Another map of the words of a run, made of the vectors that it ended with and brought into
    the frame of its epochs: `places` float32 (words, 2). `described` says how it was made."""

    places: Floats
    described: str


def frames(run: Run) -> tuple[tuple[int, ...], list[Floats]]:
    """Return the epochs that have a map, and the maps float32 (words, 2), aligned.

    All are drawn equally large, so that what is seen is their shape. To turn each onto the one
    before is the same as to turn all, from the last on, onto the one after: so what is shown while
    a run settles is what is replayed. Aligned once an epoch.
    """
    mapped = [g for g in run.glimpses if g.positions is not None]
    known: list[Floats] = session.remember(f"train-frames-{run.name}", run.about.content, list)
    for glimpse in mapped[len(known) :]:
        assert glimpse.positions is not None
        known.append(_turned(_even(glimpse.positions), known[-1:]))
    return tuple(g.epoch for g in mapped), known[: len(mapped)]


def in_frame(run: Run, places: Floats) -> Floats:
    """Return another map of the same words, float32 (words, 2), turned and mirrored to lie as near
    as it can to the last of the epochs, and as wide or high: it may have no outliers where that has
    many, and would look small with the same spread."""
    last = frames(run)[1][-1]
    turned = _turned(_even(places), [last])
    sized: Floats = turned * np.float32(_side(last) / max(_side(turned), 1e-12))
    return sized


def layer(run: Run, ending: Ending | None = None) -> tuple[MapScene, Keyframes | None] | None:
    """Return the map of the last epoch and, once the run is over, of all epochs, and of its
    `ending` where there is one; None before the first."""
    epochs, places = frames(run)
    if not places:
        return None

    over = run.vectors is not None or run.finished

    def make() -> tuple[MapScene, Keyframes | None]:
        words = run.vocabulary[: run.shown]
        # The view is fitted anew as long as the first epochs change everything, and at the end.
        phase = "over" if over else min(epochs[-1], _UNSETTLED)
        frame = f"{run.name} {run.about.content} {phase}"
        last = MapScene(frame, words, places[-1])
        return last, _states(epochs, places, ending) if over else None

    return session.remember("train-layer", (run.name, len(places), over, ending), make)


def _states(epochs: Sequence[int], places: Sequence[Floats], ending: Ending | None) -> Keyframes:
    """Return what the line under the map leads through. With an ending the epochs get other names:
    a visitor who stands at one of them is taken to what was asked for."""
    names, maps = [f"epoch {epoch}" for epoch in epochs], list(places)
    if ending is not None:
        names = [*(f"{name}, PCA" for name in names), ENDING]
        maps.append(ending.places)
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


def _turned(places: Floats, before: Sequence[Floats]) -> Floats:
    if not before:
        return places
    try:
        found = procrustes(places, before[0])
    except InvalidRequest:  # all words at one point, as where nothing is learned
        return places
    turned: Floats = (places @ found.rotation).astype(np.float32)
    return turned
