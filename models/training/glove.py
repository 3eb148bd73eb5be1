"""GloVe (Pennington, Socher and Manning 2014) on two nn.Embedding and two biases.

Where skip-gram reads the text again every epoch, GloVe counts it once and then fits
w_i . c_j + b_i + b'_j to log X_ij over the places of the co-occurrence matrix that are not zero,
each weighted by min(1, X_ij / x_max)^alpha. The vector of a word is w + c, as in the paper.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from models.space import Floats
from models.training.cooccurrence import Cooccurrences, cooccurrences, places
from models.training.corpora import Corpus
from models.training.heldout import HeldOut
from models.training.settings import Settings
from models.training.snapshots import Tell
from models.training.torch_threads import one_torch_thread

if TYPE_CHECKING:
    from torch import Tensor

X_MAX = 10.0  # as the authors' demonstration on text8 has it; 100 is meant for billions of words
ALPHA = 0.75
_BATCH = 16_384  # places of the matrix a step


class GloVeTrainer:
    """Learns `words` and `near`, (words, d + 1) each: a vector, and its bias as last column."""

    def __init__(self, corpus: Corpus, settings: Settings) -> None:
        import torch
        from torch import nn

        self._settings = settings
        self._random = np.random.default_rng([settings.seed, 2])
        self._known: Cooccurrences = places(cooccurrences(corpus, window=settings.window))
        self._squares = 0.0
        n, d = corpus.words, settings.dimension
        self.words: nn.Embedding = nn.Embedding(n, d + 1)
        self.near: nn.Embedding = nn.Embedding(n, d + 1)
        with torch.no_grad():
            for table in (self.words, self.near):
                start = self._random.uniform(-0.5, 0.5, (n, d + 1)) / d
                table.weight.copy_(torch.from_numpy(start))
        self._step = torch.optim.Adagrad([self.words.weight, self.near.weight], lr=settings.rate)

    def epoch(self, number: int, tell: Tell) -> None:
        """Go through the places of the matrix once, in random order."""
        summed = 0.0
        with one_torch_thread():
            for share, rows, columns, counts in self._batches():
                tell(share)
                loss = self.batch_loss(rows, columns, counts)
                self._step.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                self._step.step()
                summed += loss.item()
        self._squares = summed / max(1, len(self._known.values))
        tell(1.0)

    def batch_loss(self, rows: "Tensor", columns: "Tensor", counts: "Tensor") -> "Tensor":
        """Return half the weighted squares, summed (equation 8; the half is that of the authors'
        code, whose learning rate it fits)."""
        word, near = self.words(rows), self.near(columns)  # (B, d + 1)
        products = (word[:, :-1] * near[:, :-1]).sum(1)  # (B,)
        missed = products + word[:, -1] + near[:, -1] - counts.log()  # (B,)
        weights = (counts / X_MAX).clamp(max=1) ** ALPHA  # (B,)
        loss: Tensor = 0.5 * (weights * missed**2).sum()
        return loss

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
        """Return the loss of the last epoch, the mean over the places of the matrix."""
        return self._squares or None

    def _batches(self) -> Iterator[tuple[float, "Tensor", "Tensor", "Tensor"]]:
        import torch

        known = self._known
        order = self._random.permutation(len(known.values))
        for begin in range(0, len(order), _BATCH):
            chosen = order[begin : begin + _BATCH]
            yield (
                begin / len(order),
                torch.from_numpy(known.rows[chosen]),
                torch.from_numpy(known.columns[chosen]),
                torch.from_numpy(known.values[chosen]),
            )
