"""The expected PIP loss of every dimension: an estimate of the best embedding_dim from the corpus
alone, without training.

Yin and Shen (2018) compare an embedding with the one that an infinite corpus would give, by the
distance between their matrices of inner products, ||E E' - F F'||. Few dimensions lose signal, many
fit noise; in between lies an optimum. They average simulations with random matrices. Here the
average is computed: how independent noise changes the singular values and directions of a large
matrix is known (_from_the_top).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError, InvalidRequest
from models.runtime.progress import ProgressCallback
from models.space import Doubles
from models.training.cooccurrence import cooccurrences
from models.training.corpora import Corpus

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array


SIGNALS = {"skip-gram": "PMI - log k", "lsa": "positive PMI", "glove": "log(1 + count)"}
MOST_WORDS = 8_000
_FEWEST_WORDS = 20
_MARGINS = (0.05, 0.10)
_MOST_STEPS = 60  # of Newton's; about ten are taken
_EXACT = 1e-12


@dataclass(frozen=True, eq=False)
class PIPLoss:
    """The expected loss of every dimension. `loss` float64 (most + 1,): loss[k] is that of k
    dimensions, from 0. `spectrum` float64 (words,) are the singular values as measured, `signal`
    what is left of them after the noise is taken off; `sigma` is the noise of an entry."""

    loss: Doubles = field(repr=False)
    spectrum: Doubles = field(repr=False)
    signal: Doubles = field(repr=False)
    sigma: float
    words: int
    described: str

    @property
    def optimum(self) -> int:
        """The dimension of the smallest loss, at least 1. (The authors' code prints the position
        in a list that begins at one dimension, which is one less.)"""
        return int(self.loss[1:].argmin()) + 1

    def flat(self, margin: float) -> tuple[int, int]:
        """Return the first and last dimension around the optimum whose loss is at most `margin`
        (0.05: 5 %) above the smallest."""
        above = np.flatnonzero(self.loss > (1 + margin) * self.loss[self.optimum])
        before, after = above[above < self.optimum], above[above > self.optimum]
        return int(before.max(initial=0)) + 1, int(after.min(initial=len(self.loss))) - 1

    def reading(self) -> str:
        """Say in words what was found."""
        (low, high), (lowest, highest) = (self.flat(margin) for margin in _MARGINS)
        return (
            f"By the PIP loss the optimum is {self.optimum:,} dimensions; from {low:,} to {high:,} "
            f"the loss is at most 5 % above the smallest, from {lowest:,} to {highest:,} at most "
            f"10 %. ({self.described})"
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return dimension and loss, from 1."""
        import pandas as pd

        return pd.DataFrame({"dimension": np.arange(1, len(self.loss)), "loss": self.loss[1:]})


def pip_loss(
    corpus: Corpus,
    *,
    signal: str = "skip-gram",
    words: int = 5_000,
    window: int = 5,
    negatives: int = 5,
    alpha: float = 0.5,
    seed: int = 0,
    progress: ProgressCallback | None = None,
) -> PIPLoss:
    """Return the expected PIP loss of embeddings of the `words` most frequent words of `corpus`.

    `signal` is the matrix that the embedding factors: one of SIGNALS. The noise is measured on two
    halves of the corpus, drawn by the seed; singular values are lessened by 2 sigma sqrt(n).
    Raises InvalidRequest for what is not allowed, EmbeddingError where the corpus is too small.
    """
    _check(signal, words, window, negatives, alpha)
    progress = progress or (lambda share: None)
    words = min(words, corpus.words)
    if words < _FEWEST_WORDS:
        raise EmbeddingError(
            f"{corpus.title} has {corpus.words} words; a spectrum worth reading needs "
            f"{_FEWEST_WORDS} at least."
        )
    sentences = len(corpus.starts) - 1
    first = np.random.default_rng([seed, 3]).random(sentences) < 0.5
    if sentences < 2 or first.all() or not first.any():
        raise EmbeddingError(
            f"{corpus.title} is one single sentence: the noise is measured on two halves of the "
            "text. Put it on several lines."
        )

    counts = [_counts(corpus.choose(half), signal, words, window) for half in (first, ~first)]
    halves = [_signal(part, signal, negatives) for part in counts]
    sigma = 0.5 * _deviation(halves[0] - halves[1])
    del halves
    progress(0.2)
    spectrum = _singular_values(_signal(counts[0] + counts[1], signal, negatives))
    progress(0.9)
    clean = np.maximum(spectrum - 2 * sigma * np.sqrt(words), 0)
    loss = expected_loss(clean, sigma, alpha=alpha)
    described = (
        f"{SIGNALS[signal]} of the {words:,} most frequent of {corpus.words:,} words, window "
        f"{window}, {corpus.tokens:,} tokens"
    )
    return PIPLoss(loss, spectrum, clean, sigma, words, described)


def expected_loss(signal: Doubles, sigma: float, *, alpha: float = 0.5) -> Doubles:
    """Return the expected PIP loss for k = 0, 1, ... dimensions, float64 (most + 1,), of a square
    matrix with the singular values `signal` (n,), zeros included, and noise of standard deviation
    `sigma` in each entry. Dimensions beyond the rank of the signal only add noise, so the list ends
    at twice that, at most n.

    ||E E'||^2 + ||F F'||^2 - 2 <E E', F F'>, of which the noisy F are integrals over what
    _from_the_top() returns.
    """
    n, rank = len(signal), int((signal > 0).sum())
    most = min(n, max(2 * rank, 50))
    power = 2 * alpha
    if sigma == 0:
        lost = np.concatenate([[0], np.cumsum(np.sort(signal)[::-1] ** (2 * power))])[: most + 1]
        squared = (signal ** (2 * power)).sum() - lost
    else:
        number, own, common = _from_the_top(signal, sigma, power)
        points = (signal ** (2 * power)).sum() + own - 2 * common
        squared = np.interp(np.arange(most + 1), number, points)
    loss: Doubles = np.sqrt(np.maximum(squared, 0))
    return loss


def _from_the_top(signal: Doubles, sigma: float, power: float) -> tuple[Doubles, Doubles, Doubles]:
    """Return running sums over the singular values y of signal + noise, the largest first: their
    number, the sum of y^(2 power), and the sum of y^power times signal^power, each direction of the
    signal by the share of it that lies there. All float64 (points,).

    With independent entries, direction i of the signal has the density (2 / pi) |Im a / (a^2 -
    signal_i^2)| at w, where a(w) solves w = a + sigma^2 sum_i a / (a^2 - signal_i^2) in the upper
    half plane (Dozier and Silverstein 2007, here for square matrices). Followed along the real part
    of a, the imaginary part is the root of a decreasing function (Biane 1997) and w is explicit.
    What is integrated is analytic in a, so straight lines between points of that curve do.
    """
    levels, times = np.unique(signal, return_counts=True)
    path = _path(levels, times, sigma)
    sums = np.zeros((3, len(path)), dtype=complex)
    nodes, weights = np.polynomial.legendre.leggauss(3)
    block = max(1, 1_000_000 // len(levels))
    for begin in range(0, len(path) - 1, block):
        start, stop = path[:-1][begin : begin + block], path[1:][begin : begin + block]
        for node, weight in zip(nodes, weights, strict=True):
            a = ((start + stop) / 2 + node * (stop - start) / 2)[:, None]  # (points, 1)
            inverse = 1 / (a**2 - levels**2)  # (points, levels)
            terms = a * inverse * times
            slope = 1 - sigma**2 * ((a**2 + levels**2) * inverse**2 * times).sum(1)
            w = a[:, 0] + sigma**2 * terms.sum(1)
            step = weight * (stop - start) / 2 * slope
            part = slice(begin + 1, begin + 1 + len(start))
            sums[0, part] += terms.sum(1) * step
            sums[1, part] += terms.sum(1) * w ** (2 * power) * step
            sums[2, part] += (terms @ levels**power) * w**power * step
    number, own, common = 2 / np.pi * np.cumsum(sums, axis=1).imag
    return np.maximum.accumulate(number), own, common


def _path(levels: Doubles, times: NDArray[np.intp], sigma: float) -> NDArray[np.complex128]:
    """Return points of the curve a(w), complex (points,), from beyond the largest singular value
    down to 0; close together near each level, where it bends."""
    edge = sigma * np.sqrt(times.sum())
    near = np.sinh(np.linspace(-3.5, 3.5, 29)) / 4
    wide = np.linspace(0, levels[-1] + 3 * edge, 1_500)
    grid = np.concatenate([(levels[:, None] + sigma * near).ravel(), wide])
    grid = np.unique(np.round(grid / sigma * 32)) * sigma / 32
    real = grid[(grid > 0) & (grid <= wide[-1] + sigma)][::-1]
    block = max(1, 2_000_000 // len(levels))
    heights = [
        _height(real[begin : begin + block], levels, times, sigma)
        for begin in range(0, len(real), block)
    ]
    path: NDArray[np.complex128] = real + 1j * np.concatenate(heights)
    return path


def _height(real: Doubles, levels: Doubles, times: NDArray[np.intp], sigma: float) -> Doubles:
    """Return the imaginary part of a, float64 (points,): 0 outside the support.

    Its square s solves 1 / sum_i c_i (1 / (below_i + s) + 1 / (above_i + s)) = 1, whose left side
    is concave: Newton's steps come from below and never pass the root.
    """
    below = (real[:, None] - levels) ** 2  # (points, levels)
    above = (real[:, None] + levels) ** 2
    share = sigma**2 / 2 * times  # (levels,)
    squared = np.maximum((share - below).max(1), 0)  # one term alone is 1 there, so not too large
    for _ in range(_MOST_STEPS):
        near, far = 1 / (below + squared[:, None]), 1 / (above + squared[:, None])
        crowd, fall = (near + far) @ share, (near**2 + far**2) @ share
        found = np.maximum(squared + crowd * (crowd - 1) / fall, 0)
        settled = found - squared <= _EXACT * found
        squared = found
        if settled.all():
            break
    height: Doubles = np.sqrt(squared)
    return height


def _counts(corpus: Corpus, signal: str, words: int, window: int) -> "csr_array":
    """Return how often the most frequent `words` meet, (words, words), as the signal has it."""
    if signal == "glove":
        return cooccurrences(corpus, window=window, words=words)
    # word2vec draws the width of each window, so near words count more.
    return cooccurrences(
        corpus, window=window, weight=lambda apart: 1 - (apart - 1) / window, words=words
    )


def _signal(counts: "csr_array", signal: str, negatives: int) -> "csr_array":
    """Return the signal matrix, (words, words), symmetric; what never meets is 0 in each."""
    found = counts.copy()
    if signal == "glove":
        found.data = np.log1p(counts.data)
        return found
    sums = np.asarray(counts.sum(axis=1)).ravel()
    row = np.repeat(np.arange(len(sums)), np.diff(counts.indptr))
    pmi = np.log(counts.data * sums.sum() / (sums[row] * sums[counts.indices]))
    found.data = np.maximum(pmi, 0) if signal == "lsa" else pmi - np.log(negatives)
    return found


def _deviation(matrix: "csr_array") -> float:
    """Return the standard deviation of all entries, zeros included."""
    places = matrix.shape[0] * matrix.shape[1]
    mean = matrix.sum() / places
    return float(np.sqrt(max(0.0, (matrix.data**2).sum() / places - mean**2)))


def _singular_values(matrix: "csr_array") -> Doubles:
    """Return the singular values of a symmetric matrix, float64 (n,), the largest first."""
    from scipy.linalg import eigvalsh

    dense = matrix.astype(np.float32).toarray().T  # as LAPACK has it: nothing is copied
    values = eigvalsh(dense, lower=False, overwrite_a=True, check_finite=False)
    return np.sort(np.abs(values.astype(np.float64)))[::-1]


def _check(signal: str, words: int, window: int, negatives: int, alpha: float) -> None:
    if signal not in SIGNALS:
        raise InvalidRequest(f"“{signal}” is no signal matrix. Choose {', '.join(SIGNALS)}.")
    if not _FEWEST_WORDS <= words <= MOST_WORDS:
        raise InvalidRequest(
            f"The spectrum of {_FEWEST_WORDS} to {MOST_WORDS:,} words can be computed, not {words}."
        )
    if not 1 <= window <= 20 or not 1 <= negatives <= 30:
        raise InvalidRequest("The window lies from 1 to 20, the negatives from 1 to 30.")
    if not 0 < alpha <= 1:
        raise InvalidRequest(f"Alpha lies above 0 and up to 1, not {alpha}.")
