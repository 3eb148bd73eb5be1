"""A sweep over twenty dimensions beside one pass of gensim at full dimension, on the same words.

Ours measures all answerable Google questions on `glove-100` at twenty sizes of its PCA, exactly;
gensim's evaluate_word_analogies answers them once. Both are timed in this run, and our counts are
compared with those of twenty separate evaluations. Then WordSim-353, SimLex-999 and the overlap of
neighbours are added. The kernels are compiled before, which is timed separately.

    python -m benchmarks.sweep
"""

import argparse
import time

import numpy as np

import models
from benchmarks._memory import watched
from benchmarks._run import run
from benchmarks.google_analogies import gensim_pass
from models.quality.suites.builtin import google_analogies
from models.quality.sweep.sweep import sweep
from models.reduction.reduce import fit_pca

DIMENSIONS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100)
RUNS = 3  # of ours, the median counts; gensim's pass takes seconds and runs once


def main(options: argparse.Namespace) -> bool:
    space = models.load("glove-100")
    space.find("king")  # the vocabulary is sorted when first asked, as gensim's is when loaded
    began = time.perf_counter()
    fit_pca(space)
    print(f"PCA of {len(space):,} words, fitted once: {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    _sweep(space.head(500), ["google-analogies", "knn-overlap"])
    print(f"kernels compiled, or read from disk: {time.perf_counter() - began:.2f} s")

    with watched() as peak:
        analogies, found = _timed(space, ["google-analogies"])
        everything, _ = _timed(
            space, ["google-analogies", "wordsim-353", "simlex-999", "knn-overlap"]
        )
    theirs, counts = gensim_pass(space, google_analogies())
    right, asked = (sum(count) for count in zip(*counts.values(), strict=True))
    print(f"gensim, one pass at 100 dimensions: {theirs:.2f} s, {right:,} of {asked:,} questions")
    print(f"ours, {len(DIMENSIONS)} dimensions: {analogies:.2f} s")
    print(f"ours, with similarity and neighbours: {everything:.2f} s")

    same = all(
        models.evaluate(models.reduce(space, dimension=dimension)).value == found[dimension]
        for dimension in DIMENSIONS
    )
    print(
        f"counts of {len(DIMENSIONS)} separate evaluations: {'the same' if same else 'DIFFERENT'}"
    )
    ratio, added = analogies / theirs, (everything - analogies) / theirs
    print(f"ratio of the sweep {ratio:.2f} (at most {options.ratio:g})")
    print(f"ratio of what similarity and neighbours add {added:.2f} (at most {options.added:g})")
    print(f"extra memory {peak.extra:.0f} MB (at most {options.memory:g})")
    fast = ratio <= options.ratio and added <= options.added
    return same and fast and peak.extra <= options.memory


def _timed(space: models.EmbeddingSpace, suites: list[str]) -> tuple[float, dict[int, float]]:
    """Return the median seconds of a sweep and the share of right answers by dimension."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = _sweep(space, suites)
        times.append(time.perf_counter() - began)
    return float(np.median(times)), found


def _sweep(space: models.EmbeddingSpace, suites: list[str]) -> dict[int, float]:
    table = sweep(space, suites=suites, dimensions=DIMENSIONS)
    google = table[(table["suite"] == "google-analogies") & (table["method"] == "pca")]
    return dict(zip(google["dimension"].tolist(), google["value"].tolist(), strict=True))


if __name__ == "__main__":
    run(
        main,
        __doc__,
        ratio=(0.5, "of gensim's pass, at most"),
        added=(0.25, "of gensim's pass, at most"),
        memory=(500.0, "MB of extra memory, at most"),
    )
