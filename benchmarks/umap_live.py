"""UMAP of the 10,000 most frequent words of glove-100, beside umap-learn, cold and warm.

Ours is models.project(live=True), to the last coordinate, frames included; the peer is
umap.UMAP(metric="cosine", random_state=0).fit_transform(). Each runs in a process of its own, with
the vectors loaded: the first call is cold (imports, compiled code read from disk), the second warm
(with one word fewer, so that no cached neighbour graph is used). An untimed run before lets either
write its compiled code to disk.

    python -m benchmarks.umap_live
    python -m benchmarks.umap_live --words 2000
"""

import argparse
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import models
from benchmarks._process import OURS, THEIRS, fresh, process_options, ran
from benchmarks._run import run
from models.maps.faithfulness import faithfulness
from models.space import EmbeddingSpace, Floats

MODULE = "benchmarks.umap_live"
MIN_DIST = 0.1  # of umap-learn's defaults the one that ours differ in
NAMES = ("knn_overlap", "trustworthiness")


def main(options: argparse.Namespace) -> bool:
    if ran(options, _measure):
        return True
    space = models.load("glove-100").head(options.words)
    seconds: dict[str, list[float]] = {}
    figures: dict[str, list[float]] = {}
    for who in (OURS, THEIRS):
        seconds[who], positions = fresh(MODULE, who, words=options.words, once=options.once)
        found = faithfulness(space, positions)
        figures[who] = [found[name].value for name in NAMES]
        quality = ", ".join(
            f"{name} {value:.3f}" for name, value in zip(NAMES, figures[who], strict=True)
        )
        cold, warm = seconds[who]
        print(f"{who:7} {cold:6.2f} s cold, {warm:6.2f} s warm; {quality}", flush=True)
    cold, warm = (theirs / ours for ours, theirs in zip(*seconds.values(), strict=True))
    behind = max(theirs - ours for ours, theirs in zip(*figures.values(), strict=True))
    print(f"cold ratio {cold:.1f} (at least {options.cold:g})")
    print(f"warm ratio {warm:.1f} (at least {options.warm:g})")
    print(f"behind umap-learn by {behind:+.4f} (at most 0.01)")
    return bool(cold >= options.cold and warm >= options.warm and behind <= 0.01)


def _measure(who: str, words: int, out: Path) -> list[float]:
    """Return the seconds of both calls; the first one's map goes to `out`."""
    warnings.simplefilter("ignore")  # umap says at every fit that a seed leaves it one thread
    space = models.load("glove-100")
    call: Callable[[EmbeddingSpace], Floats] = _ours if who == OURS else _theirs
    seconds = []
    for count in (words, words - 1):
        head = space.head(count)
        float(head.vectors.sum())  # read from disk before the clock starts
        began = time.perf_counter()
        positions = call(head)
        seconds.append(time.perf_counter() - began)
        if count == words:
            np.save(out, positions)
    return seconds


def _ours(space: EmbeddingSpace) -> Floats:
    frame = models.project(space, live=True, min_dist=MIN_DIST)
    positions: Floats = frame[["x", "y"]].to_numpy(np.float32)
    return positions


def _theirs(space: EmbeddingSpace) -> Floats:
    import umap

    peer = umap.UMAP(metric="cosine", random_state=0)
    positions: Floats = peer.fit_transform(np.ascontiguousarray(space.vectors))
    return positions


if __name__ == "__main__":
    run(
        main,
        __doc__,
        **process_options(words=10_000),
        cold=(4.0, "times as fast cold, at least"),
        warm=(2.0, "times as fast warm, at least"),
    )
