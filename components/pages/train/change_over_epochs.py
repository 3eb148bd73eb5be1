"""How little they change: how far rows move, tested on this run; and a turn at random, which
changes every number and no answer."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import models
from components import session
from components.charts.training import change_bands, update_by_frequency
from components.pages.train.row_movement import every_epoch, median, moved_in, since
from components.widgets.chart import show
from components.wording import cosine, count, percent
from models.space import EmbeddingSpace, Floats
from models.training.change import rotated
from models.training.run import Glimpse, Run

_HARDLY, _LITTLE, _FAR = 0.95, 0.8, 0.5  # median cosines
_EPOCH = "moved-after"
_TURNS = "train-turns"
_ANALOGY = ("king", "man", "woman")


def change(run: Run, words: Sequence[str]) -> None:
    """Draw both parts, of a run that is over."""
    st.subheader("How little do they change?", anchor=False)
    moved = moved_in(run)
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
        f"median as the numbers stand. Of {count(since(moved[-1], 'since_start').words)} words "
        "spread over all frequencies."
    )
    every_epoch(run)
    _why()
    if run.vectors is not None:
        _turned(run, words)


def verdict(moved: Sequence[Glimpse]) -> str:
    """Test the claim that embeddings hardly move, as Markdown with this run's own figures."""
    last = moved[-1]
    start, step = since(last, "since_start"), since(last, "since_last")
    far = median(start)
    if far >= _HARDLY:
        found = "Embeddings hardly move in a typical run, it is said: **so it is in this one**"
    elif far >= _LITTLE:
        found = "Embeddings hardly move in a typical run, it is said: **here they move a little**"
    elif far >= _FAR:
        found = "Embeddings hardly move in a typical run, it is said: **not so in this one**"
    else:
        found = (
            "Embeddings hardly move in a typical run, it is said: **not at all so in this one**, "
            "where hardly anything is left of how they began"
        )
    relative = float(step.by_frequency["relative"].median())
    return (
        f"{found}. After epoch {last.epoch} the median cosine of a row with its beginning is "
        f"**{cosine(far)}** (as the numbers stand {cosine(median(start, 'raw'))}), and "
        f"**{percent(start.touched)}** of the rows were touched. It is from one epoch to the next "
        f"that little changes: a cosine of **{cosine(median(step))}** in the last, where a word "
        f"moved by {percent(relative)} of its length."
    )


def turned_table(space: EmbeddingSpace, turn: EmbeddingSpace, words: Sequence[str]) -> pd.DataFrame:
    """Return what a turn changes and what it leaves: what, before, after and the same or not."""
    known = [word for word in words if word in space] or [space.vocabulary[0]]
    rows = []
    for word in known[:2]:
        rows.append((f"first numbers of {word}", _numbers(space[word]), _numbers(turn[word])))
        rows.append((f"nearest to {word}", _nearest(space, word), _nearest(turn, word)))
    if len(known) > 1:
        pair = f"cosine of {known[0]} and {known[1]}"
        rows.append((pair, _cosine(space, *known[:2]), _cosine(turn, *known[:2])))
    if all(word in space for word in _ANALOGY):
        asked = "king - man + woman"
        rows.append((asked, _answers(space, asked), _answers(turn, asked)))
    table = pd.DataFrame(rows, columns=["what", "before", "after the turn"])
    table["same"] = np.where(table["before"] == table["after the turn"], "yes", "no")
    return table


def _bands(title: str, which: str, moved: Sequence[Glimpse], run: Run) -> None:
    def make() -> tuple[tuple[int, ...], NDArray[np.float64], list[float]]:
        found = [since(glimpse, which) for glimpse in moved]
        quantiles = np.stack([each.quantiles["aligned"].to_numpy(dtype=float) for each in found])
        return tuple(g.epoch for g in moved), quantiles, [median(each, "raw") for each in found]

    epochs, quantiles, raw = session.remember(f"train-{which}", (run.name, len(moved)), make)
    st.markdown(f"**{title}**")
    show(
        partial(change_bands, epochs, quantiles, raw, last=run.settings.epochs),
        key=f"train-{which}",
        alt=f"{title}: median {quantiles[0, 2]:.3f} after epoch {epochs[0]}, "
        f"{quantiles[-1, 2]:.3f} after epoch {epochs[-1]}",
    )


def _by_frequency(moved: Sequence[Glimpse]) -> None:
    st.markdown("**How far words move, by frequency**")
    there = _chosen(moved)
    start, step = (since(there, which).by_frequency for which in ("since_start", "since_last"))
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
        f"In epoch {there.epoch}, {percent(since(there, 'since_last').touched)} of the rows were "
        f"touched, and a word moved by {percent(moved_by)} of its length."
    )


def _chosen(moved: Sequence[Glimpse]) -> Glimpse:
    """Draw the choice of an epoch, where there are several, and return it."""
    if len(moved) == 1:
        return moved[0]
    epochs = {glimpse.epoch: glimpse for glimpse in moved}
    first, last = min(epochs), max(epochs)
    if session.get(_EPOCH, last) not in epochs:  # that of another run
        session.put(_EPOCH, last)
    chosen = st.slider("Epoch", first, last, last, key=_EPOCH, bind="query-params")
    return epochs.get(int(chosen), moved[-1])


def _turned(run: Run, words: Sequence[str]) -> None:
    st.subheader("No number means anything by itself", anchor=False)
    turns = int(session.get(_TURNS, 0))
    identity = (run.name, tuple(words), turns)

    def make() -> pd.DataFrame:
        space = run.space()
        return turned_table(space, rotated(space, seed=turns), words)

    table = session.remember("train-turned", identity, make)
    st.markdown(_said(table))
    st.dataframe(table, hide_index=True)
    st.button("Turn again", icon=":material/360:", on_click=session.put, args=(_TURNS, turns + 1))


def _said(table: pd.DataFrame) -> str:
    numbers = table["what"].str.startswith("first numbers")
    answers = table[~numbers]
    same = int((answers["same"] == "yes").sum())
    return (
        "The whole space turned at random: every number is another, and "
        f"**{same} of {len(answers)}** answers are the same. What a word means lies in where it "
        "stands to the others, not in its numbers."
    )


def _numbers(vector: Floats) -> str:
    return ", ".join(f"{number:+.3f}".replace("-", "−") for number in vector[:3].tolist())


def _nearest(space: EmbeddingSpace, word: str) -> str:
    return ", ".join(models.neighbours(space, word, k=3)["word"].astype(str))


def _cosine(space: EmbeddingSpace, one: str, other: str) -> str:
    unit = space.unit([space.index(one), space.index(other)])
    return cosine(float(unit[0] @ unit[1]))


def _answers(space: EmbeddingSpace, asked: str) -> str:
    return ", ".join(models.formula(space, asked, k=3)["word"].astype(str))


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
