"""The neighbours and the similarity pairs that a smaller size loses."""

from contextlib import suppress

import pandas as pd
import streamlit as st

import models
from components import session
from components.pages.dimensions.request import SweepRequest
from components.pages.dimensions.wording import TITLES
from components.wording import bold, cosine, plain
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import SimilaritySuite, simlex999, wordsim353
from models.quality.sweep.losses import similarity_losses

NEAREST = 10  # neighbours compared
PAIRS = 8  # of each suite
_SHOWN = 4  # lost and new neighbours in a row of the table


def lost_neighbours(dimension: int, words: pd.DataFrame | None, sampled: str) -> None:
    """Draw the result of neighbour_losses(), the words that lose most neighbours; where it is None,
    the reason `sampled`."""
    if words is None:
        st.info(f"Neighbours: {plain(sampled, limit=300)}", icon=":material/info:")
        return
    st.markdown(f"**Words that lose most of their ten neighbours** at {dimension} dimensions")
    rows = [
        {
            "word": bold(row["word"]),
            "kept": f"{round(NEAREST * row['overlap'])} of {NEAREST}",
            "lost, the nearest first": _few(row["lost"]),
            "came instead": _few(row["gained"]),
        }
        for row in words.to_dict("records")
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
    st.caption(plain(sampled, limit=300))


def pair_losses_table(request: SweepRequest, dimension: int) -> pd.DataFrame:
    """Return the pairs that move furthest, of both suites, as a table for export."""
    parts = []
    for suite in (simlex999(), wordsim353()):
        with suppress(NothingToMeasure):
            parts.append(_moved(request, dimension, suite).assign(suite=suite.name))
    return pd.concat(parts) if parts else pd.DataFrame({"suite": []})


def legible(word: str, *, limit: int = 60) -> str:
    """Return a word as Markdown; in quotes where it is punctuation, as it would look like ours."""
    shown = plain(word, limit=limit)
    return shown if any(letter.isalnum() for letter in word) else f"“{shown}”"


def pair_losses(request: SweepRequest, dimension: int) -> None:
    """Draw the pairs that move furthest from people's judgement, of both similarity suites."""
    with st.expander("Word pairs that move furthest from people's judgement"):
        columns = st.columns(2, gap="large")
        for column, suite in zip(columns, (simlex999(), wordsim353()), strict=True):
            try:
                moved = _moved(request, dimension, suite)
            except NothingToMeasure as nothing:
                column.caption(plain(str(nothing), limit=300))
                continue
            column.markdown(f"{TITLES[suite.name]}: cosine at {request.full} and at {dimension}")
            column.table(_table(moved), border="horizontal", hide_index=True)
        st.caption(
            "Rank among all pairs of the suite, 1 the most alike: by people, by all dimensions as "
            f"published, and by the {dimension} kept."
        )


def _moved(request: SweepRequest, dimension: int, suite: SimilaritySuite) -> pd.DataFrame:
    space, most_frequent = request.in_use.published, request.most_frequent
    reduced = models.reduce(space, dimension=dimension)
    return session.remember(
        f"moved-{suite.name}",
        (space.content_id, dimension, most_frequent),
        lambda: similarity_losses(space, reduced, suite, n=PAIRS, most_frequent=most_frequent),
    )


def _few(words: tuple[str, ...]) -> str:
    more = " …" if len(words) > _SHOWN else ""
    return ", ".join(legible(word, limit=24) for word in words[:_SHOWN]) + more


def _table(moved: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "pair": f"{plain(row['word1'])} – {plain(row['word2'])}",
            "cosine": _move(cosine(row["cosine_full"]), cosine(row["cosine_kept"])),
            "rank": _move(f"{row['rank_full']:,.0f}", f"{row['rank_kept']:,.0f}"),
            "people's rank": f"{row['rank_people']:,.0f}",
        }
        for row in moved.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["pair", "cosine", "rank", "people's rank"])


def _move(before: str, after: str) -> str:
    return f"{before}\u00a0→\u00a0{after}"  # not broken into two lines
