"""How far the rows of a run move, epoch by epoch: the claim that embeddings hardly move, tested on
this run in a sentence, charts and tables."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components import session
from components.charts.training import change_bands, update_by_frequency
from components.pages.train.random_rotation import rotation_section
from components.widgets.chart import show
from components.wording import cosine, count, percent
from models.training.row_change import ChangeSummary
from models.training.run import EpochRecord, Run

# By the least median cosine of the rows with their beginning.
_VERDICTS = (
    (0.95, "**so it is in this one**"),
    (0.8, "**here they move a little**"),
    (0.5, "**not so in this one**"),
)
_FAR = "**not at all so in this one**, where hardly anything is left of how they began"
_EPOCH = "moved-after"
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


def change_over_epochs(run: Run, words: Sequence[str]) -> None:
    """Draw the section, of a run that has ended, and below it a random rotation."""
    st.subheader("How little do they change?", anchor=False)
    moved = _moved_records(run)
    if not moved:
        st.caption("Nothing to compare: the run has no epoch after its beginning.")
        return
    st.markdown(verdict(moved))
    one, two, three = st.columns(3, gap="large")
    with one:
        _bands("Cosine with the beginning", "since_start", moved, run)
    with two:
        _bands("Cosine with the epoch before", "since_last", moved, run)
    with three:
        _by_frequency(moved)
    st.caption(
        "Bands: the middle half and the middle nine tenths of the words, after the table before "
        "was turned as a whole to fit (Procrustes), as a turn changes no answer; dotted, the "
        f"median as the numbers stand. Of {count(_since(moved[-1], 'since_start').words)} words "
        "spread over all frequencies."
    )
    _every_epoch(moved, run.name)
    _why()
    if run.vectors is not None:
        rotation_section(run, words)


def change_tables(run: Run) -> dict[str, Callable[[], pd.DataFrame]]:
    """Return functions that make the tables of every epoch, for download."""
    moved = _moved_records(run)
    if not moved:
        return {}
    return {
        "change by epoch": partial(_change_by_epoch, moved),
        "change, quantiles": partial(
            _by_epoch, moved, lambda found: found.quantiles.assign(touched=found.touched)
        ),
        "change by frequency": partial(_by_epoch, moved, lambda found: found.by_frequency),
    }


def verdict(moved: Sequence[EpochRecord]) -> str:
    """Test the claim that embeddings hardly move, as Markdown with this run's own figures."""
    last = moved[-1]
    start, step = _since(last, "since_start"), _since(last, "since_last")
    far = _median(start)
    found = next((text for least, text in _VERDICTS if far >= least), _FAR)
    relative = float(step.by_frequency["relative"].median())
    return (
        f"Embeddings hardly move in a typical run, it is said: {found}. After epoch {last.epoch} "
        "the median cosine of a row with its beginning is "
        f"**{cosine(far)}** (as the numbers stand {cosine(_median(start, 'raw'))}), and "
        f"**{percent(start.touched)}** of the rows were touched. It is from one epoch to the next "
        f"that little changes: a cosine of **{cosine(_median(step))}** in the last, where a word "
        f"moved by {percent(relative)} of its length."
    )


def _bands(title: str, which: str, moved: Sequence[EpochRecord], run: Run) -> None:
    def make() -> tuple[tuple[int, ...], NDArray[np.float64], list[float]]:
        found = [_since(record, which) for record in moved]
        quantiles = np.stack([each.quantiles["aligned"].to_numpy(dtype=float) for each in found])
        return tuple(g.epoch for g in moved), quantiles, [_median(each, "raw") for each in found]

    epochs, quantiles, raw = session.remember(f"train-{which}", (run.name, len(moved)), make)
    st.markdown(f"**{title}**")
    show(
        partial(change_bands, epochs, quantiles, raw, last=run.settings.epochs),
        key=f"train-{which}",
        alt=f"{title}: median {quantiles[0, 2]:.3f} after epoch {epochs[0]}, "
        f"{quantiles[-1, 2]:.3f} after epoch {epochs[-1]}",
    )


def _by_frequency(moved: Sequence[EpochRecord]) -> None:
    st.markdown("**How far words move, by frequency**")
    there = _chosen(moved)
    start, step = (_since(there, which).by_frequency for which in ("since_start", "since_last"))
    counts, far, near = start["count"].tolist(), start["update"].tolist(), step["update"].tolist()
    show(
        partial(update_by_frequency, counts, far, near),
        key="train-by-frequency",
        alt=f"After epoch {there.epoch}: words seen {counts[0]:,.0f} times have moved by "
        f"{far[0]:.2f}, in this epoch by {near[0]:.2f}; those seen {counts[-1]:,.0f} times by "
        f"{far[-1]:.2f} and {near[-1]:.2f}",
    )
    moved_by = float(step["relative"].median())
    st.caption(
        f"In epoch {there.epoch}, {percent(_since(there, 'since_last').touched)} of the rows were "
        f"touched, and a word moved by {percent(moved_by)} of its length."
    )


def _chosen(moved: Sequence[EpochRecord]) -> EpochRecord:
    """Draw the choice of an epoch, where there are several, and return it."""
    if len(moved) == 1:
        return moved[0]
    epochs = {record.epoch: record for record in moved}
    first, last = min(epochs), max(epochs)
    if session.get(_EPOCH, last) not in epochs:  # that of another run
        session.put(_EPOCH, last)
    chosen = st.slider("Epoch", first, last, last, key=_EPOCH, bind="query-params")
    return epochs.get(int(chosen), moved[-1])


def _every_epoch(moved: Sequence[EpochRecord], name: str) -> None:
    """Draw the figures of every epoch of the run `name`, which has ended."""

    def make() -> pd.DataFrame:
        table = _change_by_epoch(moved)
        table[_SHARES] *= 100
        return table

    table = session.remember("train-moved", (name, len(moved)), make)
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


def _change_by_epoch(moved: Sequence[EpochRecord]) -> pd.DataFrame:
    """Return a row an epoch: the shares of rows touched, the median cosines, and how far a word
    moved in it, as a share of its length."""
    rows = []
    for record in moved:
        start, step = _since(record, "since_start"), _since(record, "since_last")
        rows.append(
            {
                "epoch": record.epoch,
                "touched": step.touched,
                "touched_so_far": start.touched,
                "start": _median(start),
                "start_raw": _median(start, "raw"),
                "last": _median(step),
                "last_raw": _median(step, "raw"),
                "moved": float(step.by_frequency["relative"].median()),
            }
        )
    return pd.DataFrame(rows)


def _by_epoch(
    moved: Sequence[EpochRecord], table: Callable[[ChangeSummary], pd.DataFrame]
) -> pd.DataFrame:
    parts = []
    for record in moved:
        for which, name in _SINCE.items():
            found = table(_since(record, which)).copy()
            found.insert(0, "since", name)
            found.insert(0, "epoch", record.epoch)
            parts.append(found)
    return pd.concat(parts, ignore_index=True)


def _moved_records(run: Run) -> list[EpochRecord]:
    """Return the records with a measured change: those after the beginning."""
    return [record for record in run.records if record.since_start and record.since_last]


def _since(record: EpochRecord, which: str) -> ChangeSummary:
    """Return how far the rows had moved: `which` is "since_start" or "since_last"."""
    moved: ChangeSummary | None = getattr(record, which)
    assert moved is not None
    return moved


def _median(moved: ChangeSummary, which: str = "aligned") -> float:
    """Return the median cosine, `which` is "aligned" or "raw"."""
    return float(moved.quantiles[which].to_numpy(dtype=float)[_MIDDLE])


def _why() -> None:
    with st.expander("Why?"):
        st.markdown(
            "- A row moves only where its word is looked up or drawn as a context: rare words get "
            "fewer steps, and move less far.\n"
            "- word2vec and fastText begin with numbers near zero, so that a few steps are enough "
            "to leave nothing of the beginning. Where vectors are tuned that were trained before, "
            "they begin near their end, and the same claim can hold.\n"
            "- The learning rate falls to nearly nothing, so the last epochs move least.\n"
            "- A turn keeps all distances and angles. Two runs that end at the same relations can "
            "therefore differ in every number, and no single dimension has a meaning of its own."
        )
