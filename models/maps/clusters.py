"""The k-means clusters of a bundled space, computed beforehand on its full vectors."""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.sources.bundled import NAMES, data_folder


@dataclass(frozen=True, eq=False)
class Clusters:
    """`codes` uint8 (words,) for the most frequent words; `names[code]`: its most central words."""

    codes: NDArray[np.uint8]
    names: tuple[str, ...]


@lru_cache(maxsize=len(NAMES))
def clusters(name: str) -> Clusters:
    """Return the clusters of the bundled space `name`; raise UnknownSpace for another."""
    folder = data_folder(name)
    codes = np.load(folder / "clusters.npy", allow_pickle=False)
    codes.setflags(write=False)
    listed = json.loads((folder / "clusters.json").read_text("utf-8"))
    return Clusters(codes, tuple(cluster["name"] for cluster in listed))
