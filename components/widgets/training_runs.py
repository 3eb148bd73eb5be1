"""The training runs of this visitor, and their epochs as spaces to compare with any other.

The vectors of epochs are in a mapped temporary file, as a server holds the runs of many visitors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components import session
from components.wording import count
from models.runtime.mapped_array import mapped_empty
from models.space import EmbeddingSpace
from models.training.precomputed import load_default
from models.training.run import EpochRecord, Run

MOST_RUNS = 4  # of a visitor's own, the last ones
SHOWN = "run"  # the key of the control that chooses which run is shown
_RUNS, _COUNTED = "train-runs", "train-counted"
_EPOCHS = "train-epochs"  # by the names of runs


@dataclass(frozen=True)
class Epoch:
    """An epoch of a run that can be opened as a space; `number` None: the last, of all words."""

    run: Run
    number: int | None
    label: str


def runs() -> tuple[Run, ...]:
    """Return the runs of this visitor, the last one last."""
    found: tuple[Run, ...] = session.get(_RUNS, ())
    return found


def all_runs() -> dict[str, Run]:
    """Return the run that comes with the installation and this visitor's, by name."""
    ours = load_default()
    return {ours.name: ours} | {run.name: run for run in runs()}


def title_of(run: Run) -> str:
    """Return the title of a run in a list: its name, text and settings."""
    if run.precomputed:
        return f"Precomputed: {run.settings.describe()}"
    stopped = "" if run.finished else f", stopped after epoch {run.reached}"
    return f"{run.name.capitalize()}: {run.facts.title}, {run.settings.describe()}{stopped}"


def next_name() -> str:
    """Return a name for a new run: they are numbered."""
    number = int(session.get(_COUNTED, 0)) + 1
    session.put(_COUNTED, number)
    return f"run {number}"


def add_run(run: Run, records: Sequence[EpochRecord] = ()) -> None:
    """Put a run after the others, with the vectors in its `records`, and show it; the first of too
    many is dropped."""
    others = [other for other in runs() if other.name != run.name]
    remaining = (*others, run)[-MOST_RUNS:]
    session.put(_RUNS, remaining)
    session.put(SHOWN, run.name)
    found = [(record.epoch, record.vectors) for record in records if record.vectors is not None]
    names = {other.name for other in remaining}
    epochs = {name: vectors for name, vectors in _epoch_vectors().items() if name in names}
    if found:
        numbers, tables = zip(*found, strict=True)
        vectors = mapped_empty((len(tables), *tables[0].shape), np.float16)
        np.stack(tables, out=vectors)
        vectors.setflags(write=False)
        epochs[run.name] = dict(zip(numbers, vectors, strict=True))
    session.put(_EPOCHS, epochs)


def run_epochs() -> dict[str, Epoch]:
    """Return the epochs that can be opened, by their labels, the last run first."""
    found = {}
    for run in reversed(runs()):
        recorded = _epoch_vectors().get(run.name, {})
        numbers: dict[int, int | None] = {number: number for number in reversed(recorded)}
        ended = run.vectors is not None and (run.finished or not recorded)
        if ended and run.reached not in recorded:
            numbers = {run.reached: None, **numbers}
        for epoch, number in numbers.items():
            label = f"{run.name}, epoch {epoch} of {run.settings.epochs}"
            found[label] = Epoch(run, number, label)
    return found


def space_of(epoch: Epoch) -> EmbeddingSpace:
    """Return the space of an epoch among run_epochs()."""
    run = epoch.run
    name = epoch.label.replace(", ", "-").replace(" ", "-")
    if epoch.number is None:
        return run.space(name, title=run.title_after(run.reached))
    return run.space_after(epoch.number, _epoch_vectors()[run.name][epoch.number], name)


def recorded_epochs(run: Run) -> str:
    """Say which epochs of a run can be opened, with how many words."""
    stored = _epoch_vectors().get(run.name)
    if stored is None:
        return "only the last epoch is there, as of every run that was restored"
    words = len(next(iter(stored.values())))
    gone = run.reached + 1 - len({*stored, run.reached})
    part = f"the {count(words)} most frequent of {count(len(run.vocabulary))} words"
    part = part if words < len(run.vocabulary) else "all words"
    last = "" if run.reached in stored else ", the last as it ended"
    left = f"; {count(gone)} of {count(run.reached + 1)} epochs were not kept" if gone else ""
    return f"each epoch with {part}, 16 bits a number{last}{left}"


def _epoch_vectors() -> dict[str, dict[int, NDArray[np.float16]]]:
    """Return vectors of the most frequent words, float16 (words, dimension), by run and epoch."""
    found: dict[str, dict[int, NDArray[np.float16]]] = session.get(_EPOCHS, {})
    return found
