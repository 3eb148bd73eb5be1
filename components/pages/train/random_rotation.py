"""A random rotation of a run's space: every number is another, and every answer is the same."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

import models
from components import session
from components.wording import cosine
from models.space import EmbeddingSpace, Floats
from models.training.row_change import random_rotation
from models.training.run import Run

_TURNS = "train-turns"
_ANALOGY = ("king", "man", "woman")


def rotation_section(run: Run, words: Sequence[str]) -> None:
    """Draw what a rotation changes, of a run that has vectors."""
    st.subheader("No number means anything by itself", anchor=False)
    turns = int(session.get(_TURNS, 0))
    identity = (run.name, tuple(words), turns)

    def make() -> pd.DataFrame:
        space = run.space()
        return rotated_table(space, random_rotation(space, seed=turns), words)

    table = session.remember("train-turned", identity, make)
    st.markdown(_summary(table))
    st.dataframe(table, hide_index=True)
    st.button("Turn again", icon=":material/360:", on_click=session.put, args=(_TURNS, turns + 1))


def _summary(table: pd.DataFrame) -> str:
    numbers = table["what"].str.startswith("first numbers")
    answers = table[~numbers]
    same = int((answers["same"] == "yes").sum())
    return (
        "The whole space turned at random: every number is another, and "
        f"**{same} of {len(answers)}** answers are the same. What a word means lies in where it "
        "stands to the others, not in its numbers."
    )


def rotated_table(
    space: EmbeddingSpace, rotated: EmbeddingSpace, words: Sequence[str]
) -> pd.DataFrame:
    """Return what a rotation changes and what not: what, before, after, and if it is the same."""
    known = [word for word in words if word in space] or [space.vocabulary[0]]
    rows = []
    for word in known[:2]:
        rows.append((f"first numbers of {word}", _numbers(space[word]), _numbers(rotated[word])))
        rows.append((f"nearest to {word}", _nearest(space, word), _nearest(rotated, word)))
    if len(known) > 1:
        pair = f"cosine of {known[0]} and {known[1]}"
        rows.append((pair, _cosine(space, *known[:2]), _cosine(rotated, *known[:2])))
    if all(word in space for word in _ANALOGY):
        formula = "king - man + woman"
        rows.append((formula, _answers(space, formula), _answers(rotated, formula)))
    table = pd.DataFrame(rows, columns=["what", "before", "after the turn"])
    table["same"] = np.where(table["before"] == table["after the turn"], "yes", "no")
    return table


def _numbers(vector: Floats) -> str:
    return ", ".join(f"{number:+.3f}".replace("-", "−") for number in vector[:3].tolist())


def _nearest(space: EmbeddingSpace, word: str) -> str:
    return ", ".join(models.neighbours(space, word, k=3)["word"].astype(str))


def _cosine(space: EmbeddingSpace, one: str, other: str) -> str:
    unit = space.unit([space.index(one), space.index(other)])
    return cosine(float(unit[0] @ unit[1]))


def _answers(space: EmbeddingSpace, formula: str) -> str:
    return ", ".join(models.formula(space, formula, k=3)["word"].astype(str))
