"""The exact neighbour graph of 20,000 words of glove-100, k = 15, beside pynndescent's.

Ours is knn_graph(), in one thread; the peer is NNDescent(metric="cosine"). Each runs in a process
of its own, imports included, with the vectors loaded. An untimed run before lets either write its
compiled code to disk. The share of true neighbours found is that of a plain float64 computation for
a sample of the words. Memory is the growth of RssAnon.

    python -m benchmarks.knn_graph
    python -m benchmarks.knn_graph --words 5000
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import models
from benchmarks._memory import watched
from benchmarks._process import OURS, THEIRS, fresh, process_options, ran
from benchmarks._run import run
from models.space import EmbeddingSpace

MODULE = "benchmarks.knn_graph"
K = 15
JUDGED = 1_000

Indices = NDArray[np.int32]


def main(options: argparse.Namespace) -> bool:
    if ran(options, _measure):
        return True
    space = models.load("glove-100").head(options.words)
    seconds: dict[str, float] = {}
    recall: dict[str, float] = {}
    memory: dict[str, float] = {}
    for who in (OURS, THEIRS):
        measured, indices = fresh(MODULE, who, words=options.words, once=options.once)
        seconds[who], memory[who] = measured
        recall[who] = _recall(space, indices)
        print(
            f"{who:7} {seconds[who]:6.2f} s, {100 * recall[who]:.2f} % of the true neighbours, "
            f"{memory[who]:.0f} MB of extra memory",
            flush=True,
        )
    ratio = seconds[THEIRS] / seconds[OURS]
    print(f"ratio {ratio:.1f} (at least {options.ratio:g})")
    print(f"extra memory {memory[OURS]:.0f} MB (at most {options.memory:g})")
    exact = recall[OURS] == 1
    print("exact" if exact else "NOT exact")
    return exact and ratio >= options.ratio and memory[OURS] <= options.memory


def _measure(who: str, words: int, out: Path) -> list[float]:
    """Return the seconds of the call and the extra memory in MB."""
    space = models.load("glove-100").head(words)
    float(space.vectors.sum())  # read from disk before the clock starts
    call: Callable[[EmbeddingSpace], Indices] = _ours if who == OURS else _theirs
    with watched() as peak:
        began = time.perf_counter()
        indices = call(space)
        seconds = time.perf_counter() - began
    np.save(out, indices)
    return [seconds, peak.extra]


def _ours(space: EmbeddingSpace) -> Indices:
    from models.maps.neighbour_graph import knn_graph

    return knn_graph(space, k=K).indices


def _theirs(space: EmbeddingSpace) -> Indices:
    from pynndescent import NNDescent

    vectors = np.ascontiguousarray(space.vectors)
    index = NNDescent(vectors, n_neighbors=K, metric="cosine", random_state=0)
    indices: Indices = index.neighbor_graph[0]
    return indices


def _recall(space: EmbeddingSpace, indices: Indices) -> float:
    """Return the share of the true neighbours found, for a sample of the words."""
    vectors = space.vectors.astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    rows = np.random.default_rng(0).choice(len(space), min(JUDGED, len(space)), replace=False)
    found = 0
    for block in np.array_split(rows, 20):
        similar = vectors[block] @ vectors.T
        similar[np.arange(len(block)), block] = np.inf
        true = np.argpartition(-similar, K, axis=1)[:, :K]
        found += sum(len(set(a) & set(b)) for a, b in zip(true, indices[block], strict=True))
    return found / (len(rows) * K)


if __name__ == "__main__":
    run(
        main,
        __doc__,
        **process_options(words=20_000),
        ratio=(1.0, "times as fast, at least"),
        memory=(200.0, "MB of extra memory, at most"),
    )
