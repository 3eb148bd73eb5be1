"""nn.Embedding step by step: the rows looked up, their gradient, and the update of an optimiser.

Everything is done by torch, on a table small enough to be read: one step of an optimiser for each
sentence, by SGD and by Adam from the same beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest, shorten
from models.runtime.progress import Reporter
from models.space import Floats

if TYPE_CHECKING:
    import torch

LOSSES = {
    "mean": "the mean of all entries looked up",
    "sum": "the sum of all entries looked up",
    "squares": "half the mean of their squares",
}
OPTIMISERS = ("SGD", "Adam")
MOST_WORDS, MOST_DIMENSIONS, LONGEST = 12, 16, 20  # what can still be read on a page

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Table:
    """A small embedding table and how it is trained. `sentences` are tuples of words of the
    `vocabulary`, each one batch and one step; `padding` is a word whose row stays 0 and `max_norm`
    the length to which looked-up rows are cut. Raises InvalidRequest for what torch or a page
    cannot hold."""

    vocabulary: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    dimension: int = 8
    loss: str = "mean"
    rate: float = 0.1
    padding: str | None = None
    max_norm: float | None = None
    sparse: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        _check_size("words in the vocabulary", len(self.vocabulary), MOST_WORDS)
        _check_size("dimensions", self.dimension, MOST_DIMENSIONS)
        if len(set(self.vocabulary)) < len(self.vocabulary):
            raise InvalidRequest("A word has one row: name each word of the vocabulary once.")
        for sentence in self.sentences:
            _check_size("words in a sentence", len(sentence), LONGEST)
            _check_known(sentence, self.vocabulary)
        if self.loss not in LOSSES:
            raise InvalidRequest(f"“{self.loss}” is no loss here. Choose {', '.join(LOSSES)}.")
        if not (isfinite(self.rate) and 0 < self.rate <= 10):
            raise InvalidRequest(f"A learning rate lies above 0 and up to 10; {self.rate} doesn't.")
        if self.max_norm is not None and not (isfinite(self.max_norm) and self.max_norm > 0):
            raise InvalidRequest(f"A length is above 0; {self.max_norm} is not.")
        if self.padding is not None:
            _check_known((self.padding,), self.vocabulary)

    def ids(self, sentence: Sequence[str]) -> Rows:
        """Return the row of each word of `sentence`, (T,)."""
        return np.array([self.vocabulary.index(word) for word in sentence], dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Step:
    """One batch and one step. All of float32: `looked_up` (T, d), the others (n, d): `table` after
    the lookup, its `gradient`, and how far the step `moved` each entry.

    `cut` (n,) tells which rows the lookup itself shortened to max_norm. `stored` counts the numbers
    that the gradient holds in memory: n times d, or T times d where it is sparse.
    """

    ids: Rows
    loss: float
    looked_up: Floats = field(repr=False)
    table: Floats = field(repr=False)
    gradient: Floats = field(repr=False)
    moved: Floats = field(repr=False)
    cut: NDArray[np.bool_] = field(repr=False)
    stored: int = 0

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which rows have a gradient, (n,)."""
        return np.asarray(np.any(self.gradient != 0, axis=1))

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Which rows the step has moved, (n,)."""
        return np.asarray(np.any(self.moved != 0, axis=1))


def take_apart(reporter: Reporter, table: Table) -> dict[str, tuple[Step, ...]]:
    """Return a step for each sentence of `table`, by optimiser. Runs as a job: torch is not for the
    process of the pages."""
    reporter.report(0.0, "waking torch")
    return {name: _run(table, name) for name in OPTIMISERS}


def _run(table: Table, optimiser_name: str) -> tuple[Step, ...]:
    import torch

    embedding = _embedding(table)
    adam = torch.optim.SparseAdam if table.sparse else torch.optim.Adam
    kind = torch.optim.SGD if optimiser_name == "SGD" else adam
    optimiser: torch.optim.Optimizer = kind(embedding.parameters(), lr=table.rate)
    steps = []
    for sentence in table.sentences:
        ids = torch.tensor(table.ids(sentence))  # (T,)
        before = _copy(embedding.weight)  # (n, d)
        optimiser.zero_grad()
        looked_up = embedding(ids)  # (T, d); with max_norm this changes the table itself
        loss = _loss(looked_up, table.loss)
        loss.backward()  # type: ignore[no-untyped-call]
        after_lookup = _copy(embedding.weight)
        gradient: Any = embedding.weight.grad
        stored = gradient._values().numel() if gradient.is_sparse else gradient.numel()
        optimiser.step()
        steps.append(
            Step(
                ids=table.ids(sentence),
                loss=float(loss.detach()),
                looked_up=_copy(looked_up),
                table=after_lookup,
                gradient=_copy(gradient.to_dense() if gradient.is_sparse else gradient),
                moved=_copy(embedding.weight) - after_lookup,
                cut=np.any(before != after_lookup, axis=1),
                stored=stored,
            )
        )
    return tuple(steps)


def _embedding(table: Table) -> "torch.nn.Embedding":
    """The table as torch begins it: normally distributed, by the seed."""
    import torch

    padding = None if table.padding is None else table.vocabulary.index(table.padding)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(table.seed)
        return torch.nn.Embedding(
            len(table.vocabulary),
            table.dimension,
            padding_idx=padding,
            max_norm=table.max_norm,
            sparse=table.sparse,
        )


def _loss(looked_up: "torch.Tensor", name: str) -> "torch.Tensor":
    if name == "sum":
        return looked_up.sum()
    return looked_up.mean() if name == "mean" else looked_up.square().mean() / 2


def _copy(tensor: "torch.Tensor") -> Floats:
    return tensor.detach().numpy().copy()


def _check_size(what: str, found: int, most: int) -> None:
    if not 1 <= found <= most:
        raise InvalidRequest(f"{found} {what}: this page can show 1 to {most}.")


def _check_known(sentence: Sequence[str], vocabulary: Sequence[str]) -> None:
    for word in sentence:
        if word not in vocabulary:
            raise InvalidRequest(
                f"“{shorten(word)}” has no row: the table holds {shorten(', '.join(vocabulary))}. "
                "nn.Embedding raises IndexError for a number that it has no row for; a model keeps "
                "a row for unknown words, or you add the word to the vocabulary."
            )
