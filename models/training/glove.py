"""GloVe (Pennington, Socher and Manning 2014) on two nn.Embedding and two biases.

Skip-gram reads the text again every epoch. GloVe counts co-occurrences X once and then fits
w_i . c_j + b_i + b'_j to log X_ij, each entry weighted by min(1, X_ij / x_max)^alpha. The vector of
a word is w + c, as in the paper.

The paper leaves out entries that are zero, which works with billions of words. In a small text the
counts of a word say little beyond its frequency, which the bias holds, and the vectors stay near
chance. So the co-occurrences expected by frequency alone, X_i X_j / sum of X, are added to the
counts, CHANCE times (a prior: the more text, the less it weighs). Then no entry is zero. Of those
without a count, as many as of the others are drawn each epoch, with the probability of their
weight, (X_i X_j)^alpha, as word2vec draws its negatives. The biases begin at what chance explains.
With `chance` 0 and `x_max` 100 all is as in the paper.

On the Wikipedia sample (WordSim-353 after 20 epochs, 100 dimensions) the paper's recipe reaches
-0.04, x_max 10 reaches 0.04, the prior 0.32, and the initial biases 0.50; word2vec reaches 0.47.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from models.errors import EmbeddingError
from models.runtime.progress import ProgressCallback
from models.space import Floats, Rows
from models.training.cooccurrence import cooccurrences, nonzero_entries
from models.training.corpora import Corpus
from models.training.heldout_contexts import HeldOut
from models.training.settings import Settings
from models.training.trainer import one_torch_thread

if TYPE_CHECKING:
    from torch import Tensor

PAPER_X_MAX = 100.0  # meant for billions of words
X_MAX = 10.0  # as the authors' demonstration on text8 has it
ALPHA = 0.75
CHANCE = 1.0  # 0.3 reaches 0.46 on the Wikipedia sample where this reaches 0.50
_BATCH = 8_192  # entries of the matrix a step, and as many that are zero
_START = 1.0  # AdaGrad's sum of squares at the start, as in the authors' code


class GloVeTrainer:
    """Learns `words` and `near`, (words, d + 1) each: a vector, and its bias as last column."""

    def __init__(
        self, corpus: Corpus, settings: Settings, *, chance: float = CHANCE, x_max: float = X_MAX
    ) -> None:
        import torch
        from torch import nn

        self._random = np.random.default_rng([settings.seed, 2])
        self._known = nonzero_entries(cooccurrences(corpus, window=settings.window))
        if not len(self._known):
            raise EmbeddingError(
                "No two words of this text stand in the same line, so there is nothing for GloVe "
                "to count: put sentences on lines, not single words."
            )
        self._chance, self._x_max, self._squares = chance, x_max, 0.0
        powers = self._known.sums**ALPHA
        self._drawn = np.cumsum(powers / powers.sum())
        whole = powers.sum() ** 2 * (chance / x_max / self._known.sums.sum()) ** ALPHA
        self._each = whole / len(self._known)  # the weight of a drawn entry
        n, d = corpus.words, settings.dimension
        self.words: nn.Embedding = nn.Embedding(n, d + 1)
        self.near: nn.Embedding = nn.Embedding(n, d + 1)
        sums = self._known.sums
        positive = np.maximum(sums, sums[sums > 0].min(initial=1.0))
        with torch.no_grad():
            for table in (self.words, self.near):
                start = self._random.uniform(-0.5, 0.5, (n, d + 1)) / d
                if chance:  # the biases that give the counts expected by chance
                    start[:, -1] = np.log(positive * np.sqrt(chance / sums.sum()))
                table.weight.copy_(torch.from_numpy(start))
        self._step = torch.optim.Adagrad(
            [self.words.weight, self.near.weight],
            lr=settings.rate,
            initial_accumulator_value=_START,
        )

    def epoch(self, number: int, progress: ProgressCallback) -> None:
        """Go through the non-zero entries once, in random order."""
        summed = 0.0
        with one_torch_thread():
            for share, entries in self._batches():
                progress(share)
                loss = self.batch_loss(*entries)
                self._step.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                self._step.step()
                summed += loss.item()
        self._squares = summed / len(self._known)
        progress(1.0)

    def batch_loss(
        self, rows: "Tensor", columns: "Tensor", counts: "Tensor", weights: "Tensor"
    ) -> "Tensor":
        """Return half the weighted squares, summed (equation 8; the half is that of the authors'
        code, whose learning rate it fits)."""
        word, near = self.words(rows), self.near(columns)  # (B, d + 1)
        products = (word[:, :-1] * near[:, :-1]).sum(1)  # (B,)
        missed = products + word[:, -1] + near[:, -1] - counts.log()  # (B,)
        loss: Tensor = 0.5 * (weights * missed**2).sum()
        return loss

    def weights(self, counts: Floats) -> Floats:
        """Return the weights of entries (equation 9)."""
        return np.asarray(np.minimum(counts / self._x_max, 1) ** ALPHA, dtype=np.float32)

    @property
    def vectors(self) -> Floats:
        """w + c, as in the paper."""
        words, near = self.tables
        return words + near

    @property
    def tables(self) -> tuple[Floats, Floats]:
        words, near = (table.weight.detach().numpy() for table in (self.words, self.near))
        return words[:, :-1], near[:, :-1]

    def loss(self, held: HeldOut | None) -> float | None:
        """Return the loss of the last epoch, the mean over the entries."""
        return self._squares or None

    def _batches(self) -> "Iterator[tuple[float, list[Tensor]]]":
        """Yield the share of the epoch done, and rows, columns, counts and weights of entries."""
        import torch

        known = self._known
        order = self._random.permutation(len(known))
        for begin in range(0, len(order), _BATCH):
            rows, columns, values = known.at(order[begin : begin + _BATCH])
            counts = values + self._chance * known.by_chance(rows, columns)
            weights = self.weights(counts)
            if self._chance:
                unseen = self._unseen(len(rows))
                rows, columns = np.append(rows, unseen[0]), np.append(columns, unseen[1])
                counts, weights = np.append(counts, unseen[2]), np.append(weights, unseen[3])
            entries = (rows, columns, counts, weights)
            yield begin / len(order), [torch.from_numpy(each) for each in entries]

    def _unseen(self, number: int) -> tuple[Rows, Rows, Floats, Floats]:
        """Draw `number` entries by their weight, and return those without a count, each with its
        share of the weight of all."""
        known = self._known
        uniform = self._random.random((2, number))
        uniform[0].sort()  # what lies together is found quickly
        rows, columns = np.searchsorted(self._drawn, uniform)
        new = ~known.holds(rows, columns)
        rows, columns = rows[new], columns[new]
        counts = self._chance * known.by_chance(rows, columns)
        weights = self._each * np.minimum(1, self._x_max / counts) ** ALPHA
        return rows, columns, counts, weights.astype(np.float32)
