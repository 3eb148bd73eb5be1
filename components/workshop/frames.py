"""The map of every epoch in one common frame: each turned and mirrored to lie as near as it can
to the one before."""

from collections.abc import Sequence

import numpy as np

from components import session
from components.widgets.map_layer import Keyframes, MapLayer
from models.errors import InvalidRequest
from models.maps.align import procrustes
from models.space import Floats
from models.training.runs import Run

_UNSETTLED = 3  # epochs


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


def layer(run: Run, key: str = "train") -> tuple[MapLayer, Keyframes | None] | None:
    """Return the map of the last epoch and, once the run is over, of all epochs; None before the
    first."""
    epochs, places = frames(run)
    if not places:
        return None

    over = run.vectors is not None or run.finished

    def make() -> tuple[MapLayer, Keyframes | None]:
        words = run.vocabulary[: run.shown]
        # The view is fitted anew as long as the first epochs change everything, and at the end.
        phase = "over" if over else min(epochs[-1], _UNSETTLED)
        frame = f"{run.name} {run.about.content} {phase}"
        last = MapLayer(f"{frame} {epochs[-1]}", words, places[-1], frame=frame)
        if not over:
            return last, None
        names = tuple(f"epoch {epoch}" for epoch in epochs)
        return last, Keyframes(names, np.stack(places), start=len(names) - 1)

    return session.remember(f"{key}-layer", (run.name, len(places), over), make)


def _even(places: Floats) -> Floats:
    """Centre a map and give it the spread 1."""
    centred = places - places.mean(axis=0)
    spread = float(np.sqrt((centred**2).sum(axis=1).mean()))
    even: Floats = (centred / max(spread, 1e-12)).astype(np.float32)
    return even


def _turned(places: Floats, before: Sequence[Floats]) -> Floats:
    if not before:
        return places
    try:
        found = procrustes(places, before[0])
    except InvalidRequest:  # all words at one point, as where nothing is learned
        return places
    turned: Floats = (places @ found.rotation).astype(np.float32)
    return turned
