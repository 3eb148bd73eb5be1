"""A random rotation of a run's space: every number is another, and every answer is the same."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

import models
from components import session
from components.wording import cosine
from models.space import EmbeddingSpace
from models.training.row_change import random_rotation
from models.training.run import Run

_TURNS = "train-turns"
_ANALOGY, _FORMULA = ("king", "man", "woman"), "king - man + woman"


def rotation_section(run: Run, words: Sequence[str]) -> None:
    """Draw what a rotation changes, of a run that has vectors."""
    st.subheader("No number means anything by itself", anchor=False)
    turns = int(session.get(_TURNS, 0))
    identity = (run.name, tuple(words), turns)

    def make() -> pd.DataFrame:
        space = run.space()
        return rotated_table(space, random_rotation(space, seed=turns), words)

    table = session.remember("train-turned", identity, make)
    answers = table[~table["what"].str.startswith("first numbers")]
    st.markdown(
        "The whole space turned at random: every number is another, and "
        f"**{(answers['same'] == 'yes').sum()} of {len(answers)}** answers are the same. What a "
        "word means lies in where it stands to the others, not in its numbers."
    )
    st.dataframe(table, hide_index=True)
    st.button("Turn again", icon=":material/360:", on_click=session.put, args=(_TURNS, turns + 1))


def rotated_table(
    space: EmbeddingSpace, rotated: EmbeddingSpace, words: Sequence[str]
) -> pd.DataFrame:
    """Return what a rotation changes and what not: what, before, after, and if it is the same."""
    known = [word for word in words if word in space] or [space.vocabulary[0]]
    before, after = _figures(space, known), _figures(rotated, known)
    return pd.DataFrame(
        {
            "what": list(before),
            "before": list(before.values()),
            "after the turn": list(after.values()),
            "same": ["yes" if before[what] == after[what] else "no" for what in before],
        }
    )


def _figures(space: EmbeddingSpace, known: Sequence[str]) -> dict[str, str]:
    """Return the first numbers of two words and the answers of the space to questions on them."""
    found = {}
    for word in known[:2]:
        numbers = [f"{number:+.3f}".replace("-", "−") for number in space[word][:3].tolist()]
        found[f"first numbers of {word}"] = ", ".join(numbers)
        found[f"nearest to {word}"] = ", ".join(models.neighbours(space, word, k=3)["word"])
    if len(known) > 1:
        one, other = space.unit([space.index(word) for word in known[:2]])
        found[f"cosine of {known[0]} and {known[1]}"] = cosine(float(one @ other))
    if all(word in space for word in _ANALOGY):
        found[_FORMULA] = ", ".join(models.formula(space, _FORMULA, k=3)["word"])
    return found
