"""How far the rows of a run moved, every epoch: in a table that is folded away, and in files."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components import session
from models.training.run import Glimpse, Run
from models.training.tasks import Moved

_MIDDLE = 2  # of the five quantiles
_SHARES = ["touched", "touched_so_far", "moved"]
_SINCE = {"since_start": "the beginning", "since_last": "the epoch before"}
_COLUMNS = {
    "epoch": st.column_config.Column("Epoch"),
    "touched": st.column_config.NumberColumn("Touched", format="%.1f %%"),
    "touched_so_far": st.column_config.NumberColumn("So far", format="%.1f %%"),
    "start": st.column_config.NumberColumn("Beginning", format="%.3f"),
    "start_raw": st.column_config.NumberColumn("Beginning, unturned", format="%.3f"),
    "last": st.column_config.NumberColumn("Epoch before", format="%.3f"),
    "last_raw": st.column_config.NumberColumn("Epoch before, unturned", format="%.3f"),
    "moved": st.column_config.NumberColumn("Moved", format="%.1f %%"),
}


def moved_in(run: Run) -> list[Glimpse]:
    """Return the epochs after the beginning, of which it is known how far the rows moved."""
    return [glimpse for glimpse in run.glimpses if glimpse.since_start and glimpse.since_last]


def every_epoch(run: Run) -> None:
    """Draw the figures of every epoch of a run that is over."""
    moved = moved_in(run)

    def make() -> pd.DataFrame:
        table = change_by_epoch(moved)
        table[_SHARES] *= 100
        return table

    table = session.remember("train-moved", (run.name, len(moved)), make)
    with st.expander("Every epoch in figures"):
        st.dataframe(
            table,
            hide_index=True,
            height=min(400, 38 + 35 * len(moved)),
            column_config=_COLUMNS,
        )
        st.caption(
            "The share of rows in which any number has changed, in the epoch and so far; the "
            "median cosine with the beginning and with the epoch before, after the table before "
            "was turned as a whole to fit, and as the numbers stand (unturned); how far the "
            "median word moved in the epoch, as a share of its length. All quantiles, and the "
            "moves by frequency, are in the CSV files under “Download”."
        )


def change_tables(run: Run) -> dict[str, Callable[[], pd.DataFrame]]:
    """Return what makes the tables of every epoch, to be taken away."""
    moved = moved_in(run)
    if not moved:
        return {}
    return {
        "change by epoch": partial(change_by_epoch, moved),
        "change, quantiles": partial(quantiles_by_epoch, moved),
        "change by frequency": partial(frequencies_by_epoch, moved),
    }


def change_by_epoch(moved: Sequence[Glimpse]) -> pd.DataFrame:
    """Return a row an epoch: the shares of rows touched, the median cosines, and how far a word
    moved in it, as a share of its length."""
    rows = []
    for glimpse in moved:
        start, step = since(glimpse, "since_start"), since(glimpse, "since_last")
        rows.append(
            {
                "epoch": glimpse.epoch,
                "touched": step.touched,
                "touched_so_far": start.touched,
                "start": median(start),
                "start_raw": median(start, "raw"),
                "last": median(step),
                "last_raw": median(step, "raw"),
                "moved": float(step.by_frequency["relative"].median()),
            }
        )
    return pd.DataFrame(rows)


def quantiles_by_epoch(moved: Sequence[Glimpse]) -> pd.DataFrame:
    """Return the distributions of cosines: epoch, since, touched, quantile, raw and aligned."""
    return _by_epoch(moved, lambda found: found.quantiles.assign(touched=found.touched))


def frequencies_by_epoch(moved: Sequence[Glimpse]) -> pd.DataFrame:
    """Return how far words moved by how frequent they are: epoch, since, group, words, count,
    update, relative and aligned."""
    return _by_epoch(moved, lambda found: found.by_frequency)


def since(glimpse: Glimpse, which: str) -> Moved:
    """Return how far the rows had moved: `which` is "since_start" or "since_last"."""
    moved: Moved | None = getattr(glimpse, which)
    assert moved is not None
    return moved


def median(moved: Moved, which: str = "aligned") -> float:
    """Return the median cosine, `which` is "aligned" or "raw"."""
    return float(moved.quantiles[which].to_numpy(dtype=float)[_MIDDLE])


def _by_epoch(moved: Sequence[Glimpse], table: Callable[[Moved], pd.DataFrame]) -> pd.DataFrame:
    parts = []
    for glimpse in moved:
        for which, name in _SINCE.items():
            found = table(since(glimpse, which)).copy()
            found.insert(0, "since", name)
            found.insert(0, "epoch", glimpse.epoch)
            parts.append(found)
    return pd.concat(parts, ignore_index=True)
