"""Frames: a map while it is optimised. Limits of the options and centring, for UMAP and t-SNE."""

from typing import Any, NamedTuple

import numpy as np

from models.errors import InvalidRequest
from models.maps.neighbour_graph import check_metric
from models.space import Floats


class Frame(NamedTuple):
    """A map after `epoch` of `epochs`: positions float32 (words, 2 or 3), centred, a copy."""

    epoch: int
    epochs: int
    positions: Floats


def check_limits(options: Any, **limits: tuple[float, float]) -> None:
    """Raise InvalidRequest for one of a layout's `options` outside its limits."""
    limits |= {"seed": (0, 2**32 - 1), "dimensions": (2, 3)}
    for name, (low, high) in limits.items():
        value = getattr(options, name)
        if value is not None and not low <= value <= high:
            raise InvalidRequest(f"{name} lies between {low} and {high:,}; {value} does not.")
    check_metric(options.metric)


def centred(places: Floats) -> Floats:
    """Return a copy of places (words, axes) around their mean."""
    moved: Floats = (places - places.mean(axis=0, dtype=np.float64)).astype(np.float32)
    return moved
