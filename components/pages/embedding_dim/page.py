"""How large should embedding_dim be?

Vectors trained at several sizes with several seeds, beside the largest cut by PCA, a nested run,
rules of thumb and what the spectrum of the text says. The sections are beside this file.
"""

import streamlit as st

from components.pages.embedding_dim import jobs as work
from components.pages.embedding_dim.answer import answer
from components.pages.embedding_dim.controls import controls
from components.pages.embedding_dim.curves import curves
from components.pages.embedding_dim.foot import foot_of, why
from components.pages.embedding_dim.start import begin, precomputed, under_way
from components.widgets.jobs import while_running
from components.widgets.notices import notice
from models.errors import EmbeddingError


def render() -> None:
    """Draw the page."""
    st.title("How large should embedding_dim be?")
    asked = controls()
    if asked is None:
        return
    found = work.shipped(asked)
    if found is not None:
        precomputed(found)
        draw(asked, found)
    elif work.started(asked):
        live(asked)
    else:
        begin(asked)


def live(asked: work.Asked) -> None:
    """Draw runs that were started, as far as they are."""
    try:
        jobs = [job for _, job in work.found_by(asked).jobs]
    except EmbeddingError as error:  # too many of this visitor's jobs wait
        notice(error, key="sizes-jobs")
        return

    def drawn() -> None:
        found = work.found_by(asked)
        under_way(found)
        draw(asked, found)

    while_running("sizes", jobs, drawn, every=1.0)


def draw(asked: work.Asked, found: work.Found) -> None:
    """Draw the answer, the evidence and the foot."""
    answer(asked, found)
    charts = curves(asked, found)
    why()
    foot_of(asked, found, charts)


render()
