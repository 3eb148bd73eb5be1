"""What is nearest to the word: the sentence above the map, and the list beside it."""

from functools import partial

import pandas as pd
import streamlit as st

import models
from components import session
from components.pages.map.controls import go_there, next_token
from components.pages.map.layout import Shown
from components.pages.map.request import Sight
from components.pages.map.scene import Field
from components.widgets.notices import notice
from components.widgets.words import offer_frequent
from components.wording import bold, cosine, count, plain

NEIGHBOURS = 10
_LIST = "map-neighbours"


def ask(space: models.EmbeddingSpace, sight: Sight) -> pd.DataFrame | None:
    """Return the neighbours of the word, None where there is none; what is wrong is told."""
    if not sight.word:
        return None
    try:
        return models.neighbours(space, sight.word, k=NEIGHBOURS, among=sight.among)
    except models.EmbeddingError as error:
        notice(error, repair=lambda word: {"word": word, **next_token()}, key="map")
        return None


def answer(
    space: models.EmbeddingSpace, sight: Sight, shown: Shown, answers: pd.DataFrame | None
) -> None:
    """Say which word is nearest, and what is not on the map."""
    if not sight.word:
        st.markdown(f"**{count(len(shown.rows))}** words: click one, or type one to find it.")
    elif answers is not None and answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
    elif answers is not None:
        sentence = (
            f"{bold(str(answers['word'][0]))} is nearest to {bold(sight.word)} of "
            f"{plain(sight.among.describe(space), limit=200)} "
            f"(cosine **{cosine(float(answers['similarity'][0]))}**)."
        )
        if sight.word not in shown.mapped:
            sentence += f" {bold(sight.word)} {_absent(sight, shown)}"
        st.markdown(sentence)
        offer_frequent(space, answers, key="map")


def _absent(sight: Sight, shown: Shown) -> str:
    """What becomes of a word that was not laid out."""
    if sight.only:
        return "is none of your own words."
    why = "is too rare for this map" if shown.frequent else "is not among the words laid out"
    return f"{why}: it is placed amid its nearest words there."


def neighbours_list(sight: Sight, field: Field, answers: pd.DataFrame | None) -> None:
    """Draw the neighbours; a click goes to one."""
    if answers is None or answers.empty:
        st.caption("The neighbours of a word appear here.")
        return
    st.markdown(f"Nearest to {bold(sight.word)}")
    absent = [word not in field.mapped for word in answers["word"]]
    names = [
        f"{word} ·" if rare else word for word, rare in zip(answers["word"], absent, strict=True)
    ]
    frame = answers[["word", "similarity"]].assign(word=names)
    st.dataframe(
        frame,
        key=_LIST,
        hide_index=True,
        height=38 + 35 * len(frame),
        on_select=partial(_picked, list(answers["word"])),
        selection_mode="single-cell",
        column_config={
            "similarity": st.column_config.NumberColumn(format="%.3f", width="small"),
        },
    )
    mark = " A dot marks words that this map lacks." if any(absent) else ""
    st.caption(f"Click a word to go there. The search is in the vectors, not on the map.{mark}")


def _picked(shown: list[str]) -> None:
    cells = session.get(_LIST, {}).get("selection", {}).get("cells", [])
    if cells and isinstance(cells[0][0], int) and 0 <= cells[0][0] < len(shown):
        session.put("word", shown[cells[0][0]])
        go_there()
