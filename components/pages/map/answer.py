"""The nearest neighbours of the word: the sentence above the map, and the list beside it."""

from functools import partial

import pandas as pd
import streamlit as st

import models
from components import session
from components.pages.map.controls import focus_word, next_focus_token
from components.pages.map.layout import MapLayout
from components.pages.map.request import NEIGHBOURS, MapRequest
from components.widgets.notices import notice
from components.widgets.words import offer_frequent
from components.word_map.scene import MapScene
from components.wording import bold, cosine, count, plain

_LIST = "map-neighbours"


def neighbours_of(space: models.EmbeddingSpace, request: MapRequest) -> pd.DataFrame | None:
    """Return the neighbours of the word; None without one, or after saying what is wrong."""
    if not request.word:
        return None
    try:
        return models.neighbours(space, request.word, k=NEIGHBOURS, among=request.among)
    except models.EmbeddingError as error:
        notice(error, repair=lambda word: {"word": word, **next_focus_token()}, key="map")
        return None


def answer(
    space: models.EmbeddingSpace,
    request: MapRequest,
    layout: MapLayout,
    answers: pd.DataFrame | None,
) -> None:
    """Say which word is nearest, and what is not on the map."""
    if not request.word:
        st.markdown(f"**{count(len(layout.rows))}** words: click one, or type one to find it.")
    elif answers is not None and answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
    elif answers is not None:
        sentence = (
            f"{bold(str(answers['word'][0]))} is nearest to {bold(request.word)} of "
            f"{plain(request.among.describe(space), limit=200)} "
            f"(cosine **{cosine(float(answers['similarity'][0]))}**)."
        )
        if request.word not in layout:
            sentence += f" {bold(request.word)} {_absent(request, layout)}"
        st.markdown(sentence)
        offer_frequent(space, answers, key="map")


def _absent(request: MapRequest, layout: MapLayout) -> str:
    """Say why a word was not laid out, and where it is."""
    if request.only_groups:
        return "is none of your own words."
    why = "is too rare for this map" if layout.frequent else "is not among the words laid out"
    return f"{why}: it is placed amid its nearest words there."


def neighbours_list(request: MapRequest, scene: MapScene, answers: pd.DataFrame | None) -> None:
    """Draw the neighbours; a click goes to one."""
    if answers is None or answers.empty:
        st.caption("The neighbours of a word appear here.")
        return
    st.markdown(f"Nearest to {bold(request.word)}")
    words = list(answers["word"])
    names = [word if word in scene.word_set else f"{word} ·" for word in words]
    frame = answers[["word", "similarity"]].assign(word=names)
    st.dataframe(
        frame,
        key=_LIST,
        hide_index=True,
        height=38 + 35 * len(frame),
        on_select=partial(_picked, words),
        selection_mode="single-cell",
        column_config={
            "similarity": st.column_config.NumberColumn(format="%.3f", width="small"),
        },
    )
    mark = " A dot marks words that this map lacks." if names != words else ""
    st.caption(f"Click a word to go there. The search is in the vectors, not on the map.{mark}")


def _picked(words: list[str]) -> None:
    cells = session.get(_LIST, {}).get("selection", {}).get("cells", [])
    if cells and isinstance(cells[0][0], int) and 0 <= cells[0][0] < len(words):
        session.put("word", words[cells[0][0]])
        focus_word()
