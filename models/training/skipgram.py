"""Skip-gram with negative sampling (Mikolov et al. 2013) on two nn.Embedding, written to be read.

One pair of words at a time would leave torch idle. So the text is split into blocks of _BLOCK
centres with their surroundings, and one matrix product a block scores every centre with every word
near it; a mask selects those within the centre's window. A block shares its negatives, each counted
so that a true context meets as many of them as the settings say (Ji et al. 2016 do the same).

Nested dimensions (Kusupati et al. 2022, Matryoshka): the loss is the sum of the same loss at every
size of nested_sizes(), each on the first columns alone, so that one run gives all sizes. With a sum
each size has the gradient that it would have if trained alone; with a mean the last columns, which
only the largest size trains, would hardly change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.runtime.progress import ProgressCallback
from models.space import Floats
from models.training.corpora import Codes, Corpus
from models.training.heldout_contexts import HeldOut, keep_share, negative_sampling_loss, noise
from models.training.settings import Settings
from models.training.trainer import one_torch_thread

if TYPE_CHECKING:
    from torch import Tensor, nn

_BLOCK = 32  # centres of a block, L
_BATCH = 32  # blocks of a step, B
_CROWD = 4.0  # limit of the pairs of a row in a step, times the learning rate
_NEGATIVES = 32  # drawn for each block, N


@dataclass(frozen=True, eq=False)
class Batch:
    """Blocks of text. `centres` (B, L) are the words in the middle, `near` (B, L + 2w) those and w
    on either side; `pairs` (B, L, L + 2w) is 1 where the second is a context of the first.
    `negatives` (B, N) are words at random."""

    centres: "Tensor"
    near: "Tensor"
    pairs: "Tensor"
    negatives: "Tensor"


class SkipGramTrainer:
    """Learns `into`, the vectors of words, and `out`, their vectors as context."""

    def __init__(self, corpus: Corpus, settings: Settings) -> None:
        import torch
        from torch import nn

        self._corpus, self._settings = corpus, settings
        self._random = np.random.default_rng([settings.seed, 1])
        self._sizes = (
            nested_sizes(settings.dimension)
            if settings.method == "nested"
            else (settings.dimension,)
        )
        n, d = corpus.words, settings.dimension
        self.into: nn.Embedding = nn.Embedding(n, d, sparse=True)
        self.out: nn.Embedding = nn.Embedding(n, d, sparse=True)
        start = self._random.uniform(-0.5, 0.5, (n, d)) / d
        with torch.no_grad():
            self.into.weight.copy_(torch.from_numpy(start))
            self.out.weight.zero_()
        self._noise = np.cumsum(noise(corpus.counts))
        self._keep = keep_share(corpus, settings.sample)

    def epoch(self, number: int, progress: ProgressCallback) -> None:
        """Go through the text once, a step a batch; the learning rate falls linearly."""
        with one_torch_thread():
            for share, batch in self._batches():
                progress(share)
                rate = self._settings.rate_at((number + share) / self._settings.epochs)
                self.batch_loss(batch).backward()  # type: ignore[no-untyped-call]
                centres, near = self._crowds(batch)
                self._move(self.into, centres, rate)
                self._move(self.out, near, rate)
        progress(1.0)

    def batch_loss(self, batch: Batch) -> "Tensor":
        """Return the loss of all pairs of a batch, summed: each pair then moves its two vectors as
        far as if it were alone, as in word2vec."""
        from torch.nn.functional import logsigmoid

        centres = self.into(batch.centres)  # (B, L, d)
        near = self.out(batch.near)  # (B, L + 2w, d)
        random = self.out(batch.negatives)  # (B, N, d)
        counted = batch.pairs.sum(2, keepdim=True)  # (B, L, 1) contexts of each centre
        counted = counted * (self._settings.negatives / batch.negatives.shape[1])

        total: Tensor = centres.new_zeros(())
        true, other, begin = 0.0, 0.0, 0
        for size in self._sizes:  # one size, unless nested
            part = centres[..., begin:size]  # (B, L, size - begin)
            true = true + part @ near[..., begin:size].mT  # (B, L, L + 2w)
            other = other + part @ random[..., begin:size].mT  # (B, L, N)
            total = total - (batch.pairs * logsigmoid(true)).sum()
            total = total - (counted * logsigmoid(-other)).sum()
            begin = size
        return total

    @property
    def vectors(self) -> Floats:
        return self.tables[0]

    @property
    def tables(self) -> tuple[Floats, Floats]:
        into, out = (table.weight.detach().numpy() for table in (self.into, self.out))
        return into, out

    def loss(self, held: HeldOut | None) -> float | None:
        """Return the objective on held-out contexts; of nested sizes the mean."""
        if held is None:
            return None
        into, out = self.tables
        losses = [
            negative_sampling_loss(*held.scores(into[:, :size], out[:, :size]))
            for size in self._sizes
        ]
        return float(np.mean(losses))

    def _move(self, table: "nn.Embedding", pairs: "Tensor", rate: float) -> None:
        """Move the rows of `table` down their gradients; `pairs` (n,) is how many pairs each row's
        gradient sums. All pairs of a step are scored before any row moves, so the sum of very many
        would overshoot: beyond _CROWD it is scaled down."""
        import torch

        assert table.weight.grad is not None
        gradient = table.weight.grad.coalesce()  # sparse: only rows that were looked up
        rows = gradient.indices()[0]  # (r,)
        eased = (_CROWD / (rate * pairs[rows])).clamp(max=1)  # (r,)
        with torch.no_grad():
            table.weight.index_add_(0, rows, gradient.values() * eased[:, None], alpha=-rate)
        table.weight.grad = None

    def _crowds(self, batch: Batch) -> "tuple[Tensor, Tensor]":
        """Return in how many pairs each word takes part, as centre and as context, once for each
        size, float32 (n,)."""
        import torch

        n, k = self._corpus.words, self._settings.negatives
        contexts = batch.pairs.sum(2)  # (B, L)
        drawn = batch.negatives.shape[1]
        away = (contexts.sum(1, keepdim=True) * (k / drawn)).expand(-1, drawn)  # (B, N)
        centres = torch.bincount(batch.centres.flatten(), contexts.flatten() * (1 + k), n)
        near = torch.bincount(batch.near.flatten(), batch.pairs.sum(1).flatten(), n)
        near = near + torch.bincount(batch.negatives.flatten(), away.flatten(), n)
        return centres * len(self._sizes), near * len(self._sizes)

    def _batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield the share of the epoch done and a batch; the batches come in random order."""
        import torch

        w, corpus = self._settings.window, self._corpus
        kept = self._random.random(corpus.tokens) < self._keep[corpus.codes]
        sentences = np.repeat(np.arange(len(corpus.starts) - 1), np.diff(corpus.starts))[kept]
        codes = corpus.codes[kept]
        reach = self._random.integers(1, w + 1, len(codes))
        blocks = -(-len(codes) // _BLOCK)
        codes = _padded(codes, w, blocks, fill=0)
        sentence = _padded(sentences, w, blocks, fill=-1)
        width = _padded(reach, w, blocks, fill=0)
        offsets = np.abs(np.arange(_BLOCK + 2 * w) - w - np.arange(_BLOCK)[:, None])  # (L, L + 2w)
        offsets[offsets == 0] = w + 1  # no word is its own context
        order = self._random.permutation(-(-blocks // _BATCH)) * _BATCH
        for done, first in enumerate(order):
            rows = np.arange(first, min(first + _BATCH, blocks)) * _BLOCK
            wide = rows[:, None] + np.arange(_BLOCK + 2 * w)  # (B, L + 2w)
            inner = wide[:, w : w + _BLOCK]  # (B, L)
            pairs = offsets <= width[inner][..., None]
            pairs &= sentence[inner][..., None] == sentence[wide][:, None, :]
            drawn = np.searchsorted(self._noise, self._random.random((len(rows), _NEGATIVES)))
            yield (
                done / len(order),
                Batch(
                    torch.from_numpy(codes[inner]),
                    torch.from_numpy(codes[wide]),
                    torch.from_numpy(pairs.astype(np.float32)),
                    torch.from_numpy(drawn),
                ),
            )


def nested_sizes(dimension: int) -> tuple[int, ...]:
    """Return the sizes that a nested run learns: powers of two from 8, and the dimension itself."""
    sizes = [2**power for power in range(3, 11) if 2**power < dimension]
    return (*sizes, dimension)


def _padded(values: NDArray[np.int64] | Codes, w: int, blocks: int, *, fill: int) -> Codes:
    """Return `values` with w places before and what fills the last block and w places after."""
    out = np.full(blocks * _BLOCK + 2 * w, fill, dtype=np.int32)
    out[w : w + len(values)] = values
    return out
