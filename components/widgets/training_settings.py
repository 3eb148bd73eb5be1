"""Controls for the settings of a training run: the usual ones in a row, and the rarer ones.

The number inputs have no limits: the browser would enforce them without a message, and a link with
a number beyond them would silently give the default. Settings() raises an error with a message
instead, and the number stays to be corrected.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components.widgets.choice import choice
from components.wording import count
from models.training.settings import ARCHITECTURES, BY_GENSIM, LIMITS, METHODS, Settings

_USUAL = Settings()
_WITH_CHANCE, _AS_IN_PAPER = "with chance as a prior", "as in the paper"
_LABELS = {
    "dimension": ("Dimensions", "size", "Numbers a word: the length of each row of the table."),
    "epochs": ("Epochs", "epochs", "How often the whole text is gone through."),
    "window": ("Window", "reach", "How far a context reaches to either side of a word."),
    "negatives": (
        "Negatives",
        "negatives",
        "Words at random that each true context is set against.",
    ),
    "seed": ("Seed", "train-seed", "Of all that is random: the same seed, the same vectors."),
}
KEYS = {name: key for name, (_, key, _) in _LABELS.items()}  # of the controls, by the setting


def choose_method(column: "st.delta_generator.DeltaGenerator") -> str:
    """Draw the choice of the trainer."""
    chosen = column.selectbox(
        "Method",
        list(METHODS),
        key="trainer",
        bind="query-params",
        format_func=METHODS.__getitem__,
        help="fastText also learns parts of words; the nested one learns all smaller sizes at "
        "once; GloVe learns from counted co-occurrences, to which what chance alone would give is "
        "added: without it so little text teaches it next to nothing.",
    )
    return chosen if chosen in METHODS else _USUAL.method


def choose_numbers(
    columns: "Sequence[st.delta_generator.DeltaGenerator]",
    names: Sequence[str] = tuple(_LABELS),
    *,
    most_epochs: int = int(LIMITS["epochs"][1]),
) -> dict[str, Any]:
    """Draw a number input for each of `names` in its column; return the numbers by name."""
    chosen = {}
    for column, name in zip(columns, names, strict=True):
        label, key, help_ = _LABELS[name]
        low, high = (int(end) for end in LIMITS[name])
        high = most_epochs if name == "epochs" else high
        chosen[name] = int(
            column.number_input(
                label,
                value=int(getattr(_USUAL, name)),
                step=1,
                key=key,
                bind="query-params",
                help=f"{help_} From {count(low)} to {count(high)}.",
            )
        )
    return chosen


def choose_architecture(column: "st.delta_generator.DeltaGenerator", method: str) -> str:
    """Draw the choice of the architecture, which gensim's trainers alone have."""
    by_gensim = method in BY_GENSIM
    chosen = column.selectbox(
        "Architecture",
        ARCHITECTURES,
        key="architecture",
        bind="query-params",
        disabled=not by_gensim,
        help="Skip-gram guesses the context from the word, CBOW the word from its context.",
    )
    return str(chosen) if by_gensim else _USUAL.architecture


def choose_rare(method: str) -> Callable[[dict[str, int]], Settings]:
    """Draw the rarer settings; return a function that makes Settings of them and of the numbers,
    and raises InvalidRequest."""
    by_gensim = method in BY_GENSIM
    one, two = st.columns(2)
    architecture = choose_architecture(one, method)
    hierarchical = two.toggle(
        "Hierarchical softmax",
        key="hierarchical",
        bind="query-params",
        disabled=not by_gensim,
        help="Instead of negatives: a path through a tree of words. There is no AUC then.",
    )
    rate = one.number_input(
        "Learning rate",
        value=None,
        step=0.001,
        key="learning-rate",
        bind="query-params",
        format="%.4f",
        placeholder="0.05" if method == "glove" else "0.025",
        help="AdaGrad's, throughout."
        if method == "glove"
        else "At the start; it falls to nearly nothing by the end.",
    )
    sample = two.number_input(
        "Thin out words above",
        value=_USUAL.sample,
        key="thin",
        bind="query-params",
        format="%.5f",
        step=0.0005,
        disabled=method == "glove",
        help="Words that make up more than this share of the text are skipped at random (0: none).",
    )

    chance = True
    if method == "glove":
        counts = choice(
            "Counts",
            (_WITH_CHANCE, _AS_IN_PAPER),
            key="counted",
            help="The paper leaves out whatever was never counted and weighs by x_max 100, which "
            "billions of words allow. On the Wikipedia sample (20 epochs, 100 dimensions) that "
            "reaches WordSim-353 −0.04 (−0.17 to 0.10), which is chance; with what chance alone "
            "would give counted on top, and x_max 10, it reaches 0.51 (0.41 to 0.60).",
        )
        chance = counts == _WITH_CHANCE

    def settings(numbers: dict[str, int]) -> Settings:
        return Settings(
            method=method,
            architecture=architecture,
            hierarchical=bool(hierarchical) and by_gensim,
            chance=chance,
            learning_rate=None if rate is None else float(rate),
            sample=float(sample),
            **numbers,
        )

    return settings
