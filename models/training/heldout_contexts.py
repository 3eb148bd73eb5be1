"""Held-out contexts, and the AUC on them, the one measure that compares all trainers.

Losses of two methods cannot be compared: each has its own, and word2vec's grows with the number of
negatives. But any pair of tables tells whether a true context scores higher than a random one: the
AUC of in . out, true held-out contexts against words drawn by their frequency to the power of 0.75,
as word2vec draws its negatives. 0.5 is chance, 1 never wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.space import Doubles, Floats
from models.training.corpora import Codes, Corpus
from models.training.settings import Settings

POWER = 0.75
_PAIRS = 5_000  # the AUC's standard error is then about 0.004
_TOKENS = 40_000  # held out at most
_SMALLEST = 50  # pairs with which measuring makes sense


@dataclass(frozen=True, eq=False)
class HeldOut:
    """True contexts, and words at random beside each: `centres` and `contexts` int32 (pairs,),
    `others` int32 (pairs, negatives)."""

    centres: Codes
    contexts: Codes
    others: Codes

    def __len__(self) -> int:
        return len(self.centres)

    def scores(self, inputs: Floats, outputs: Floats) -> tuple[Floats, Floats]:
        """Return in . out of the true contexts (pairs,) and of the others (pairs, negatives)."""
        centres = inputs[self.centres]  # (p, d)
        true: Floats = np.einsum("pd,pd->p", centres, outputs[self.contexts])
        others = np.empty(self.others.shape, dtype=np.float32)
        for column in range(self.others.shape[-1]):  # one at a time: all at once would take 10 MB
            others[:, column] = np.einsum("pd,pd->p", centres, outputs[self.others[:, column]])
        return true, others


def hold_out(corpus: Corpus, settings: Settings) -> tuple[Corpus, HeldOut | None]:
    """Return what is left to train on, and contexts of the sentences drawn by the seed.

    The contexts are drawn as word2vec draws them in training: frequent words thinned out, windows
    of random width. None where the text is too short to spare any.
    """
    random = np.random.default_rng([settings.seed, 0x4E1D])
    lengths = np.diff(corpus.starts)
    order = random.permutation(len(lengths))
    wanted = min(settings.heldout * corpus.tokens, _TOKENS)
    held = order[np.cumsum(lengths[order]) <= wanted]
    pairs = contexts(corpus.choose(held), settings, random)
    if len(pairs) < _SMALLEST:
        return corpus, None
    if len(pairs) > _PAIRS:
        pairs = pairs[np.sort(random.choice(len(pairs), _PAIRS, replace=False))]
    rest = np.ones(len(lengths), dtype=bool)
    rest[held] = False
    others = random.choice(
        corpus.words, (len(pairs), settings.negatives), p=noise(corpus.counts)
    ).astype(np.int32)
    return corpus.choose(rest), HeldOut(pairs[:, 0], pairs[:, 1], others)


def noise(counts: NDArray[np.int64]) -> Doubles:
    """Return the distribution of negatives, float64 (words,): unigram^0.75 (Mikolov et al. 2013,
    section 2.2)."""
    weights = counts.astype(np.float64) ** POWER
    drawn: Doubles = weights / weights.sum()
    return drawn


def keep_share(corpus: Corpus, sample: float) -> Floats:
    """Return the chance that an occurrence of each word is kept, float32 (words,), as word2vec's
    code has it: sqrt(t / f) + t / f for a word of frequency f."""
    if sample == 0:
        return np.ones(corpus.words, dtype=np.float32)
    ratio = sample * corpus.counts.sum() / corpus.counts
    share: Floats = np.minimum(1, np.sqrt(ratio) + ratio).astype(np.float32)
    return share


def contexts(corpus: Corpus, settings: Settings, random: np.random.Generator) -> Codes:
    """Return the pairs of centre and context that one epoch would see, int32 (pairs, 2)."""
    kept = random.random(corpus.tokens) < keep_share(corpus, settings.sample)[corpus.codes]
    codes = corpus.codes[kept]
    sentence = np.repeat(np.arange(len(corpus.starts) - 1), np.diff(corpus.starts))[kept]
    reach = random.integers(1, settings.window + 1, len(codes))
    found = []
    for apart in range(1, settings.window + 1):
        if apart >= len(codes):
            break
        here, there = np.arange(len(codes) - apart), np.arange(apart, len(codes))
        same = sentence[here] == sentence[there]
        ahead, back = same & (reach[here] >= apart), same & (reach[there] >= apart)
        found.append(np.stack([codes[here[ahead]], codes[there[ahead]]], axis=1))
        found.append(np.stack([codes[there[back]], codes[here[back]]], axis=1))
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int32)


def auc(true: Floats, others: Floats) -> float:
    """Return the share of pairs (true, other) in which the true context scores higher; a tie
    counts half."""
    ordered = np.sort(others.reshape(-1))
    below = np.searchsorted(ordered, true, side="left")
    up_to = np.searchsorted(ordered, true, side="right")
    return float((below + up_to).mean() / (2 * len(ordered)))


def negative_sampling_loss(true: Floats, others: Floats) -> float:
    """Return -log s(true) - sum of log s(-other), the mean over pairs, s the logistic function
    (Mikolov et al. 2013, equation 4)."""
    away = np.logaddexp(0, others.astype(np.float64)).sum(axis=1)
    return float((np.logaddexp(0, -true.astype(np.float64)) + away).mean())
