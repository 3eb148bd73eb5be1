"""Samples of words for measures of their neighbourhoods, and the interval of the mean of one."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest
from models.quality.metrics.score import NothingToMeasure
from models.space import EmbeddingSpace, Rows

_SAME = 1e-6  # directions nearer than this in every coordinate are one direction in float32


def draw(count: int, sample: int, seed: int) -> Rows:
    """Return `sample` of `count` rows drawn at random without repetition, in order; all of them
    where there are no more."""
    if isinstance(sample, bool) or sample < 1:
        raise InvalidRequest(f"Sample at least one word, not {sample}.")
    if sample >= count:
        return np.arange(count, dtype=np.intp)
    drawn = np.random.default_rng(seed).choice(count, size=sample, replace=False)
    return np.sort(drawn).astype(np.intp)


def same_heads(
    first: EmbeddingSpace, second: EmbeddingSpace, count: int
) -> tuple[EmbeddingSpace, EmbeddingSpace]:
    """Return the `count` most frequent words of both; raise InvalidRequest where these differ."""
    one, other = first.head(count), second.head(count)
    same = len(one) == len(other) and (
        first.vocabulary is second.vocabulary
        or one.vocabulary.chunk(0, len(one)) == other.vocabulary.chunk(0, len(other))
    )
    if not same:
        raise InvalidRequest(
            f"{first.title} and {second.title} list different words: compare spaces of the same "
            "words in the same order."
        )
    return one, other


def check_comparable(space: EmbeddingSpace, k: int) -> None:
    """Raise where the `k` nearest words by cosine are not defined in `space`: InvalidRequest unless
    2 k < n, NothingToMeasure where no word is nearer than another."""
    if len(space) < 3:
        raise NothingToMeasure(f"Neighbourhoods need at least 3 words; there are {len(space)}.")
    most = (len(space) - 1) // 2  # beyond, the worst case that normalises is another
    if isinstance(k, bool) or not 1 <= k <= most:
        raise InvalidRequest(
            f"Among {len(space):,} words compare 1 to {most:,} neighbours (fewer than half the "
            f"words), not {k:,}."
        )
    if space.dimension == 1:
        raise NothingToMeasure(
            f"{space.title} has one dimension, where a cosine is 1 or −1: no word is nearest."
        )
    one = space.unit([0])  # the first block decides, but for constant vectors
    if not any((np.abs(space.unit(slice(*ends)) - one) > _SAME).any() for ends in space.blocks()):
        raise NothingToMeasure(
            f"All {len(space):,} vectors of {space.title} point the same way: no word is nearer "
            "than another."
        )


def mean_interval(values: NDArray[np.float64], count: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean of a sample out of `count` words (normal, with the
    correction for a finite population: nothing is uncertain where all words were taken)."""
    size, mean = len(values), float(values.mean())
    if size == 1:
        return (mean, mean) if count == 1 else (0.0, 1.0)
    error = float(values.std(ddof=1)) * sqrt((1 - size / count) / size)
    return max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error)


def sampled_sentence(size: int, count: int, total: int) -> str:
    """Return in words which `size` of the `count` most frequent of `total` words were looked at."""
    among = f"all {count:,} words" if count == total else f"the {count:,} most frequent words"
    of = "" if count == total else f" (of {total:,})"
    drawn = f"{among}{of}" if size == count else f"{size:,} words drawn at random from {among}{of}"
    return f"{drawn[0].upper()}{drawn[1:]}; neighbours searched among {among} by cosine."
