"""The table, the lookup, the gradient and the optimisers' steps, as heatmaps with captions."""

from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.charts.heatmap import heatmap, short
from components.widgets.chart import show
from components.widgets.exports import foot
from components.wording import bold, count, listed, plain
from models.training.lookup import LOSSES, OPTIMISERS, Step, Table

Runs = dict[str, tuple[Step, ...]]
_LOSS = {
    "mean": "looked_up.mean()",
    "sum": "looked_up.sum()",
    "squares": "looked_up.square().mean() / 2",
}


def steps(table: Table, runs: Runs) -> None:
    """Draw the table, a lookup, its gradient, and a step of each optimiser on each sentence."""
    first = runs["SGD"][0]
    st.markdown(answer(table, first))
    charts = {"table": _table(table, first)}
    left, right = st.columns(2, gap="large")
    with left:
        charts["looked up"] = _looked_up(table, first)
    with right:
        charts["gradient"] = _gradient(table, first)
    for place in range(len(table.sentences)):
        charts |= _moved(table, runs, place)
    _why()
    foot(
        f"{len(table.vocabulary)} words, {table.dimension} dimensions, computed by torch from seed "
        f"{table.seed}; the loss is {LOSSES[table.loss]}.",
        tables={"steps": partial(frame, table, runs)},
        charts=charts,
        code=code(table),
        key="inside",
    )


def answer(table: Table, first: Step) -> str:
    """Say which rows get a gradient and how large it is, in one sentence."""
    reached = _names(table, first.reached)
    idle = _names(table, ~first.reached)
    if not reached:
        return "No row gets a gradient: all words of the sentence are padding."
    verb = "gets" if len(reached) == 1 else "get"
    text = f"{listed(reached)} {verb} a gradient{_how_large(table, first)}"
    if idle:
        verb = "gets" if len(idle) == 1 else "get"
        padding = "" if first.reached[first.ids].all() else "padding learns nothing and "
        text += f"; {listed(idle)} {verb} none, as {padding}what is not looked up takes no part"
    size = count(first.table.size)
    return f"{text}. The table is nothing but {size} numbers, and a word is the number of its row."


def _how_large(table: Table, first: Step) -> str:
    entries = first.looked_up.size
    if table.loss != "mean":
        return ""
    counts = np.bincount(first.ids, minlength=len(table.vocabulary))[first.reached]
    if counts.min() == counts.max():
        share = Fraction(int(counts[0]), entries)
        return (
            f" of **{share.numerator}/{share.denominator} = {float(share):.4f}** in each of their "
            f"{table.dimension} entries"
        )
    return f" of **1/{entries}** an occurrence: a word that stands twice sums both"


def _table(table: Table, first: Step) -> "partial[go.Figure]":
    st.subheader("A table with a row for each word", anchor=False)
    reach = float(np.abs(first.table).max())
    draw = partial(heatmap, first.table, table.vocabulary, reach=reach)
    show(draw, key="inside-table", alt=f"The table: {len(table.vocabulary)} rows of numbers")
    text = (
        f"`nn.Embedding({len(table.vocabulary)}, {table.dimension})` begins with random numbers. "
        "They mean nothing yet: training is what gives near places to words used alike."
    )
    if first.cut.any():
        text += f" max_norm has shortened {listed(_names(table, first.cut))} at the lookup."
    st.caption(text)
    return draw


def _looked_up(table: Table, first: Step) -> "partial[go.Figure]":
    st.subheader("Looking up is taking rows", anchor=False)
    words = [table.vocabulary[row] for row in first.ids]
    reach = float(np.abs(first.table).max())
    draw = partial(heatmap, first.looked_up, words, reach=reach, numbers=first.ids.tolist())
    show(draw, key="inside-rows", alt="The rows of the sentence, word after word")
    numbers = ", ".join(str(row) for row in first.ids)
    st.caption(
        f"`table(torch.tensor([{numbers}]))`: the same as one-hot vectors times the table, "
        f"without the multiplication. The loss, {LOSSES[table.loss]}, is "
        f"**{short(first.loss, 4)}**."
    )
    return draw


def _gradient(table: Table, first: Step) -> "partial[go.Figure]":
    st.subheader("backward() reaches what was looked up", anchor=False)
    draw = partial(heatmap, first.gradient, table.vocabulary)
    idle = listed(_names(table, ~first.reached)) or "no row"
    show(draw, key="inside-gradient", alt=f"The gradient: zero for {idle.replace('*', '')}")
    dense = first.table.size
    held = (
        f"Sparse, the gradient holds {count(first.stored)} numbers, the rows looked up"
        if table.sparse
        else f"Dense, the gradient holds all {count(dense)} numbers, the zeros too"
    )
    st.caption(f"{held}. With 400,000 words and a batch of a thousand, nearly all are zeros.")
    return draw


def _moved(table: Table, runs: Runs, place: int) -> "dict[str, partial[go.Figure]]":
    sentence = plain(" ".join(table.sentences[place]))
    st.subheader(
        "One step on the first sentence" if place == 0 else f"A second step, on “{sentence}”",
        anchor=False,
    )
    charts = {}
    for column, name in zip(st.columns(2, gap="large"), OPTIMISERS, strict=True):
        step = runs[name][place]
        with column:
            title = "SparseAdam" if name == "Adam" and table.sparse else name
            st.markdown(f"**{title}** moves {_far(table, step)}")
            draw = partial(heatmap, step.moved, table.vocabulary)
            show(draw, key=f"inside-{name}-{place}", alt=f"What {name} moved in step {place + 1}")
            charts[f"{name}, step {place + 1}"] = draw
    st.caption(_compared(table, runs, place))
    return charts


def _far(table: Table, step: Step) -> str:
    """Say which rows a step has moved, and how far at most."""
    if not step.changed.any():
        return "nothing"
    most = short(float(np.abs(step.moved).max()), 4)
    return f"{listed(_names(table, step.changed))}, by {most} at most"


def _compared(table: Table, runs: Runs, place: int) -> str:
    """Say what the two optimisers do differently in this step."""
    plain_step, adam = runs["SGD"][place], runs["Adam"][place]
    carried = adam.changed & ~adam.reached
    if carried.any():
        return (
            f"Adam moves {listed(_names(table, carried))} although this sentence lacks it: its "
            "running mean of earlier gradients has not faded. SGD has no memory and leaves the row "
            "alone; so does SparseAdam (switch sparse gradients on)."
        )
    if place == 0 and adam.changed.any() and table.loss == "mean":
        smallest = float(np.abs(plain_step.moved[plain_step.changed]).max(initial=0.0))
        return (
            f"SGD moves by the learning rate times the gradient, at most {smallest:.4f}; Adam "
            f"divides by the gradient's own size, so its first step is the learning rate, "
            f"{table.rate:g}, whatever the gradient."
        )
    return "Rows without a gradient, now or before, stay where they are with both."


def _names(table: Table, which: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> list[str]:
    return [bold(table.vocabulary[row]) for row in np.flatnonzero(which)]


def frame(table: Table, runs: Runs) -> pd.DataFrame:
    """Return every number shown: optimiser, step, word, what, and a column a dimension."""
    parts = []
    for name, run in runs.items():
        for number, step in enumerate(run, start=1):
            for what in ("table", "gradient", "moved"):
                part = pd.DataFrame({"optimiser": name, "step": number, "word": table.vocabulary})
                part["what"] = what
                part[[str(i) for i in range(table.dimension)]] = getattr(step, what)
                parts.append(part)
    return pd.concat(parts, ignore_index=True)


def code(table: Table) -> str:
    """Return a script that prints what the page shows for SGD; one word makes it Adam."""
    sentences = [[int(row) for row in table.ids(sentence)] for sentence in table.sentences]
    options = [f"{len(table.vocabulary)}, {table.dimension}"]
    if table.padding is not None:
        options.append(f"padding_idx={table.vocabulary.index(table.padding)}")
    if table.max_norm is not None:
        options.append(f"max_norm={table.max_norm:g}")
    if table.sparse:
        options.append("sparse=True")
    adam = "SparseAdam" if table.sparse else "Adam"
    return (
        "import torch\n\n"
        f"vocabulary = {list(table.vocabulary)!r}\n"
        f"torch.manual_seed({table.seed})\n"
        f"table = torch.nn.Embedding({', '.join(options)})\n"
        f"optimiser = torch.optim.SGD(table.parameters(), lr={table.rate:g})  # or {adam}\n"
        f"for sentence in {sentences!r}:\n"
        "    optimiser.zero_grad()\n"
        "    looked_up = table(torch.tensor(sentence))  # (T, d)\n"
        f"    loss = {_LOSS[table.loss]}\n"
        "    loss.backward()\n"
        "    print(table.weight.grad)  # (n, d)\n"
        "    optimiser.step()\n"
        "    print(table.weight)"
    )


def _why() -> None:
    with st.expander("Why?"):
        st.markdown(
            "- A layer of embeddings is a matrix that is indexed instead of multiplied; both give "
            "the same numbers and the same gradients.\n"
            "- The gradient of a mean of T x d entries is 1/(T d) in each; a word that stands "
            "twice in the sentence gets both. Rare words learn slowly because they are seldom "
            "looked up.\n"
            "- Adam ([Kingma and Ba 2015](https://arxiv.org/abs/1412.6980)) keeps running means of "
            "each gradient and of its square. Rows that a batch lacks still move by what is left "
            "of them, and their means fade: with a large vocabulary that is work for nothing, and "
            "not what one wants for rare words.\n"
            "- padding_idx pins a row at zero for the filling at the end of short sentences. "
            "max_norm bounds lengths, at the price of changing weights during the forward pass."
        )
