"""Trainer: the interface of a method of learning vectors. glove.py, skipgram.py and
gensim_trainer.py implement it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from models.runtime.progress import ProgressCallback
from models.space import Floats
from models.training.heldout_contexts import HeldOut


class Trainer(Protocol):
    """Two tables being learned. Rows are those of the corpus's vocabulary."""

    def epoch(self, number: int, progress: ProgressCallback) -> None:
        """Go through the corpus once, the `number`-th time from 0; `progress` gets the share of the
        epoch done and may raise, which ends the epoch."""

    @property
    def vectors(self) -> Floats:
        """The vectors of words, float32 (words, d); they may change with the next epoch."""

    @property
    def tables(self) -> tuple[Floats, Floats] | None:
        """Two tables, float32 (words, d), of which one row of each scores a word and a context;
        None where there are none of the kind."""

    def loss(self, held: HeldOut | None) -> float | None:
        """The trainer's own objective, or None."""


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Keep torch within this context to one thread: other visitors' work runs beside it, and small
    steps gain little from a second."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
