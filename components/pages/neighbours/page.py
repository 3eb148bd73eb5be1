"""What is near a word?

The nearest words to a word, to several words or to a formula, searched over the whole vocabulary;
beside them those at all dimensions, or in another space.
"""

import pandas as pd
import streamlit as st

import models
from components import session
from components.pages.neighbours.answer import answer_sentence, one_list, reading, two_lists
from components.pages.neighbours.controls import FULL, Options, controls
from components.pages.neighbours.foot import foot
from components.widgets.notices import examples, notice
from components.widgets.subword_notice import full_dimension_notice, subword_notice
from components.widgets.words import offer_frequent
from models.search.questions import Question, read, replace_word

_TEXTS = ("king", "paris, rome, london", "king - man + woman", "good", "bank")
EXAMPLES = {text: {"q": text} for text in _TEXTS}


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What is near a word?")
    text, options = controls(in_use)
    if not text.strip():
        st.info(
            "Type a word, several words with commas between them, or a formula.",
            icon=":material/edit:",
        )
        examples("Try", EXAMPLES, key="neighbours-empty")
        return
    try:
        question = read(text, in_use.published)
        answers = options.answer(question, in_use.kept)
    except models.EmbeddingError as error:
        wrong = error.word if isinstance(error, models.UnknownWord) else ""
        notice(error, repair=lambda word: {"q": replace_word(text, wrong, word)}, key="neighbours")
        full_dimension_notice(in_use, error)
        examples("Or try", EXAMPLES, key="neighbours-examples")
        return
    other = _other_space(in_use, options.against)
    theirs = _answers_beside(other, question, options)
    answer_sentence(in_use.kept, question, answers, options)
    offer_frequent(in_use.kept, answers, key="neighbours")
    if other is None or theirs is None:
        one_list(answers, options)
    else:
        subword_notice(other, question.words)
        two_lists((in_use.kept, answers), (other, theirs), options)
    reading(in_use.kept)
    sides = {in_use.kept: answers} | ({other: theirs} if other and theirs is not None else {})
    foot(in_use, question, sides, options)


def _other_space(in_use: session.InUse, against: str) -> models.EmbeddingSpace | None:
    if against == FULL:
        return in_use.published if in_use.is_cut else None
    if against in session.space_names() and against != in_use.published.name:
        with st.spinner("Opening the other space"):
            return session.open_space(against)
    return None


def _answers_beside(
    other: models.EmbeddingSpace | None, question: Question, options: Options
) -> pd.DataFrame | None:
    if other is None:
        return None
    try:
        return options.answer(question, other)
    except models.EmbeddingError as error:
        notice(error, key="neighbours-other")
        return None


render()
