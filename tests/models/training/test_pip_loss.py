"""The expected PIP loss beside simulations, and on a corpus."""

import numpy as np
import pytest

from models import EmbeddingError, InvalidRequest
from models.training.corpora import Corpus, corpus_of
from models.training.pip_loss import PIPLoss, _counts, _signal, expected_loss, pip_loss
from models.training.texts import Text
from models.training.tokens import Tokens

N = 100
SPECTRA = {
    "geometric": (np.r_[100 * 0.8 ** np.arange(30), np.zeros(70)], 0.5),
    "even": (np.r_[np.linspace(60, 1, 60), np.zeros(40)], 1.0),
    "harmonic": (np.r_[100 / np.arange(1, 81), np.zeros(20)], 0.3),
    "few": (np.r_[50.0, 30, 20, np.zeros(97)], 1.0),
}


def simulated(signal: np.ndarray, sigma: float, alpha: float, draws: int = 6) -> np.ndarray:
    """The mean PIP loss of each dimension over matrices with noise, as Yin and Shen compute it."""
    random, n = np.random.default_rng(0), len(signal)
    losses = np.zeros((draws, n + 1))
    for draw in range(draws):
        left, right = (np.linalg.qr(random.standard_normal((n, n)))[0] for _ in range(2))
        noisy = (left * signal) @ right.T + sigma * random.standard_normal((n, n))
        axes, values, _ = np.linalg.svd(noisy)
        apart = (left * signal ** (2 * alpha)) @ left.T
        losses[draw, 0] = np.linalg.norm(apart)
        for k in range(n):
            apart = apart - values[k] ** (2 * alpha) * np.outer(axes[:, k], axes[:, k])
            losses[draw, k + 1] = np.linalg.norm(apart)
    return losses.mean(axis=0)


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("alpha", [0.25, 0.5, 1.0])
def test_expected_is_what_simulations_give(spectrum: str, alpha: float) -> None:
    signal, sigma = SPECTRA[spectrum]
    found = expected_loss(signal, sigma, alpha=alpha)
    brute = simulated(signal, sigma, alpha)[: len(found)]
    assert found == pytest.approx(brute, rel=0.05)
    best = found[1:].argmin() + 1
    assert brute[best] <= 1.01 * brute[1:].min()


def test_without_noise_only_what_is_cut_off_is_lost() -> None:
    signal = np.array([3.0, 2, 1, 0])
    found = expected_loss(signal, 0.0)
    assert found == pytest.approx(np.sqrt([14, 5, 1, 0, 0]))


def _of(loss: list[float]) -> PIPLoss:
    nothing = np.zeros(0)
    return PIPLoss(np.array(loss), nothing, nothing, 0.0, 0, "d")


def test_the_optimum_is_a_dimension_and_not_a_position() -> None:
    found = _of([9, 5, 4, 4.1, 4.3, 7, 4.01])
    assert found.optimum == 2
    assert found.flat(0.05) == (2, 3)
    assert found.flat(0.10) == (2, 4)  # not the 6 beyond the hill
    assert "optimum is 2 dimensions; from 2 to 3" in found.reading()
    assert found.to_frame()["dimension"].tolist() == [1, 2, 3, 4, 5, 6]


def test_pmi_is_that_of_a_plain_loop(topics: Corpus) -> None:
    met = _counts(topics, "skip-gram", 27, 3)
    found = _signal(met, "skip-gram", 5).toarray()
    counts = np.zeros((27, 27))
    for line in topics.sentence_codes():
        for i in range(len(line)):
            for j in range(max(0, i - 3), min(len(line), i + 4)):
                counts[line[i], line[j]] += (i != j) * (1 - (abs(i - j) - 1) / 3)
    row = counts.sum(axis=1)
    with np.errstate(divide="ignore"):
        pmi = np.log(counts * counts.sum() / np.outer(row, row))
    assert found == pytest.approx(np.where(counts > 0, pmi - np.log(5), 0), abs=1e-9)
    lsa = _signal(met, "lsa", 5).toarray()
    assert lsa == pytest.approx(np.maximum(pmi, 0), abs=1e-9)


@pytest.mark.parametrize("signal", ["skip-gram", "lsa", "glove"])
def test_a_corpus_has_an_optimum_within_its_flat_ranges(wikipedia: Corpus, signal: str) -> None:
    told: list[float] = []
    found = pip_loss(wikipedia, signal=signal, words=600, progress=told.append)
    (low, high), (lowest, highest) = found.flat(0.05), found.flat(0.10)
    assert 1 <= lowest <= low <= found.optimum <= high <= highest < len(found.loss)
    assert found.sigma > 0
    assert (np.diff(found.spectrum) <= 0).all()
    assert told == sorted(told)
    assert "600 most frequent" in found.reading()


def test_three_topics_need_few_dimensions(topics: Corpus) -> None:
    assert pip_loss(topics, signal="lsa").optimum <= 4


def test_what_cannot_be_computed_is_said(topics: Corpus) -> None:
    with pytest.raises(InvalidRequest, match="no signal matrix"):
        pip_loss(topics, signal="x")
    with pytest.raises(InvalidRequest, match="can be computed"):
        pip_loss(topics, words=100_000)
    with pytest.raises(InvalidRequest, match="Alpha"):
        pip_loss(topics, alpha=0)
    few = corpus_of(Text("few", "a b c a b c"), Tokens(min_count=1))
    with pytest.raises(EmbeddingError, match="few has 3 words"):
        pip_loss(few)
    one = topics.choose(np.array([0]))
    with pytest.raises(EmbeddingError, match="single sentence"):
        pip_loss(one)
