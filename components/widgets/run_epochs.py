"""The epochs of this visitor's runs, each as a space of its own: to be compared with any other.

Their vectors lie in a temporary file that is mapped, as a server holds the runs of many visitors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from components import session
from components.wording import count
from models.runtime.mapped_array import mapped_empty
from models.space import EmbeddingSpace
from models.training.run import Glimpse, Run

_KEPT = "train-epochs"  # by the names of runs


@dataclass(frozen=True, eq=False)
class Epochs:
    """The vectors of the epochs of these `numbers`, of the most frequent words: float16
    (epochs, words, dimension)."""

    numbers: tuple[int, ...]
    vectors: NDArray[np.float16]


@dataclass(frozen=True)
class Epoch:
    """One epoch of a run that can be had as a space; `number` None: the last, of all words."""

    run: str
    number: int | None
    label: str


def keep_epochs(run: Run, seen: Sequence[Glimpse], runs: Sequence[Run]) -> None:
    """Keep the vectors of the epochs `seen`, and forget those of runs that are not among `runs`."""
    found = [(glimpse.epoch, glimpse.vectors) for glimpse in seen if glimpse.vectors is not None]
    names = {other.name for other in runs}
    kept = {name: epochs for name, epochs in _kept().items() if name in names}
    if found:
        numbers, tables = zip(*found, strict=True)
        vectors = mapped_empty((len(tables), *tables[0].shape), np.float16)
        np.stack(tables, out=vectors)
        vectors.setflags(write=False)
        kept[run.name] = Epochs(numbers, vectors)
    session.put(_KEPT, kept)


def epochs_of(runs: Sequence[Run]) -> dict[str, Epoch]:
    """Return all that can be had of `runs` by what it is called, the last run first."""
    found = []
    for run in reversed(runs):
        kept, last = _kept().get(run.name), run.settings.epochs
        numbers = kept.numbers if kept else ()
        ended = run.vectors is not None and (run.finished or not numbers)
        if ended and run.reached not in numbers:
            found.append(Epoch(run.name, None, f"{run.name}, epoch {run.reached} of {last}"))
        found += [
            Epoch(run.name, number, f"{run.name}, epoch {number} of {last}")
            for number in reversed(numbers)
        ]
    return {epoch.label: epoch for epoch in found}


def space_of(run: Run, epoch: Epoch) -> EmbeddingSpace:
    """Return the space of an epoch among epochs_of()."""
    name = epoch.label.replace(", ", "-").replace(" ", "-")
    if epoch.number is None:
        ended = run.space(name)
        assert ended.card is not None
        return replace(ended, card=replace(ended.card, title=run.title_after(run.reached)))
    kept = _kept()[run.name]
    return run.space_after(epoch.number, kept.vectors[kept.numbers.index(epoch.number)], name)


def held(run: Run) -> str:
    """Say how much of its epochs is there."""
    kept = _kept().get(run.name)
    if kept is None:
        return "only the last epoch is there, as of every run that was restored"
    words, gone = kept.vectors.shape[1], run.reached + 1 - len({*kept.numbers, run.reached})
    part = f"the {count(words)} most frequent of {count(len(run.vocabulary))} words"
    part = part if words < len(run.vocabulary) else "all words"
    last = "" if run.reached in kept.numbers else ", the last as it ended"
    left = f"; {count(gone)} of {count(run.reached + 1)} epochs were not kept" if gone else ""
    return f"each epoch with {part}, 16 bits a number{last}{left}"


def _kept() -> dict[str, Epochs]:
    found: dict[str, Epochs] = session.get(_KEPT, {})
    return found
