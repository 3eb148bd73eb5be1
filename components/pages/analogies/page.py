"""Does king - man + woman give queen?

An analogy a : b :: c : ?, its ranked answers, the picture of the offset, and what the usual figures
hide.
"""

import streamlit as st

import models
from components import session
from components.pages.analogies.answer import answer_of, answer_sentence
from components.pages.analogies.controls import BOXES, PRESETS, controls
from components.pages.analogies.evidence import evidence, hidden, plane_of
from components.pages.analogies.foot import foot
from components.widgets.notices import examples, notice
from components.widgets.subword_notice import full_dimension_notice
from components.wording import listed


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("Does king − man + woman give queen?")
    presets = {name: dict(zip(BOXES, words, strict=True)) for name, words in PRESETS.items()}
    examples("Try", presets, key="presets")
    question = controls()
    if missing := [label for label in ("a", "b", "c") if not getattr(question, label)]:
        st.info(
            f"Type a word for {listed(missing)}: three words make the question.",
            icon=":material/edit:",
        )
        return
    try:
        answered = answer_of(in_use.kept, question)
    except models.EmbeddingError as error:
        wrong = error.word if isinstance(error, models.UnknownWord) else None
        box = next((label for label in BOXES if getattr(question, label) == wrong), "a")
        notice(error, repair=lambda word: {box: word}, key="analogies")
        full_dimension_notice(in_use, error)
        return
    if answered.answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
        return
    answer_sentence(in_use, question, answered)
    plane = plane_of(in_use.kept, question, answered)
    evidence(question, answered.answers, plane)
    hidden(question, answered.honesty)
    foot(in_use, question, answered, plane)


render()
