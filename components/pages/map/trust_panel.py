"""How far can this map be trusted? Five figures beside those of a random map, each word's share of
neighbours kept as a colour, and for one word what the map tore away and what it invented."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import session
from components.charts.trust import trust_chart
from components.pages.map.code import code_of
from components.pages.map.layout import Shown
from components.widgets.chart import show
from components.widgets.exports import foot
from components.widgets.faithfulness_figures import CAUTION, figures_table, kept_sentence
from components.widgets.jobs import job_for, job_section
from components.word_map.layer import Colouring, Scale
from components.wording import bold, plain
from models.jobs.job import Job
from models.maps.faithfulness import (
    Faithfulness,
    Neighbourhood,
    measured_of,
    neighbourhood,
)
from models.maps.faithfulness import nearest_compared as compared_among
from models.maps.faithfulness_of_many import FEWEST
from models.maps.faithfulness_tasks import judge_map, laid_down
from models.runtime.shared_array import share
from models.sources.space_handles import is_shared

COLOUR = "neighbours kept"  # what “Colour by” calls Trusted.colouring
_WANTED, _PLACE = "trust", "trust"


@dataclass(frozen=True)
class Trusted:
    """What the map keeps of its words' neighbourhoods.

    `colouring` is each word's share of its 10 neighbours kept, a colour a word of the map; None
    until it is measured. Of the word asked about, among the words on the map, the nearest first:
    `torn` are true neighbours that lie elsewhere on the map, `false` are those that only the map
    shows, `kept` are both; all empty where the word is not on the map or the map has not settled.
    """

    word: str = ""
    colouring: Colouring | None = None
    torn: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Count what is kept, torn and false, as Markdown; empty where nothing is known."""
        nearest = len(self.kept) + len(self.torn)
        if not nearest:
            return ""
        sentence = (
            f"Of the {nearest} words of this map that are nearest to {bold(self.word)} in the "
            f"space, {_are(self.kept)} among its {nearest} nearest on the map"
        )
        if not self.torn:
            return f"{sentence}: nothing is torn, and nothing false."
        return (
            f"{sentence}; {_are(self.torn)} torn away (lines), and in their place lie "
            f"**{len(self.false)}** false neighbours (crosses)."
        )


def trust(shown: Shown, word: str) -> Trusted:
    """Return what is known about the map, to be called before it is drawn. Cheap: the measuring is
    a job, started here or by trust_panel() where the visitor wants it."""
    if not measurable(shown):
        return Trusted(word)
    found = _found(shown)
    near = _near(shown, word) if word in shown.mapped else None
    return Trusted(
        word,
        _colouring(found) if found is not None else None,
        near.torn if near else (),
        near.false if near else (),
        near.kept if near else (),
    )


def trust_panel(shown: Shown) -> None:
    """Draw the section below the map; it redraws the page once, when the figures are there."""
    st.subheader("How far can this map be trusted?", anchor=False)
    wanted = st.toggle(
        "Measure how far this map can be trusted",
        value=True,
        key=_WANTED,
        bind="query-params",
        help="Compares every word's neighbours in the space with those on the map.",
    )
    if not wanted:
        st.caption(f"Without it the map cannot be coloured by “{COLOUR}”.")
        return
    if not shown.settled:
        st.caption("The figures come when the map rests.")
        return
    if not measurable(shown):
        st.caption(f"Neighbours are compared among at least {FEWEST} words.")
        return
    job_section(_PLACE, _job(shown), partial(_answer, shown), key="trust-job")


def measurable(shown: Shown) -> bool:
    """Tell whether the map rests and has words enough to compare."""
    return shown.settled and len(shown.rows) >= FEWEST


def nearest_compared(shown: Shown) -> int:
    """How many neighbours are compared: 10, fewer on a map of few words."""
    return compared_among(len(shown.rows))


def metric_of(shown: Shown) -> str:
    """The metric by which the map was made."""
    return shown.options.metric if shown.options is not None else "cosine"


def map_name(shown: Shown) -> str:
    """Name the words, their vectors and their places: what is measured of another is stale."""
    return session.remember(
        "map-name", shown, lambda: measured_of(shown.space, shown.rows, shown.positions)
    )


def _job(shown: Shown) -> Job[Faithfulness]:
    """Return the job that measures the map, started when first asked for; what it takes is laid
    down once a map."""
    k, metric = nearest_compared(shown), metric_of(shown)
    key = f"trust of {map_name(shown)}, {k} nearest by {metric}"
    arguments = session.remember("trust-arguments", key, lambda: _arguments(shown))
    private = not is_shared(shown.space)
    return job_for(_PLACE, key, judge_map, *arguments, k, metric, private=private)


def _arguments(shown: Shown) -> tuple[Any, ...]:
    return laid_down(shown.space, shown.rows), share(shown.positions)


def _found(shown: Shown) -> Faithfulness | None:
    """Return the figures of this very map where they are wanted and there."""
    wanted = session.get(_WANTED)
    if wanted is None:  # the switch is drawn below the map, and not yet
        wanted = (session.read_link(_WANTED) or "").lower() != "false"
    if not wanted:
        return None
    job = _job(shown)
    return job.result() if job.done else None


def _near(shown: Shown, word: str) -> Neighbourhood:
    k, metric = nearest_compared(shown), metric_of(shown)
    return session.remember(
        "torn-and-false",
        (map_name(shown), word, k, metric),
        lambda: neighbourhood(shown.space, shown.positions, word, shown.rows, k=k, metric=metric),
    )


def _colouring(found: Faithfulness) -> Scale:
    best = max(1, round(found.k * float(np.quantile(found.overlap, 0.99))))  # else all is dark
    high = f"{best} of {found.k}"
    return Scale(found.overlap, 0.0, best / found.k, COLOUR, low_text="none", high_text=high)


def _answer(shown: Shown, found: Faithfulness) -> None:
    kept = found["knn_overlap"]
    sentence = kept_sentence(kept, found.k)
    st.markdown(sentence)
    left, right = st.columns([2, 3], gap="large")
    with left:
        alt = sentence.replace("*", "")
        show(partial(trust_chart, found), key="trust-chart", alt=alt)
    with right:
        st.table(figures_table(found), border="horizontal", hide_index=True)
    st.caption(f"{CAUTION} Colour the map by “{COLOUR}” to see where to believe it.")
    foot(
        f"{plain(found.sampled, limit=500)} {plain(shown.described, limit=300)}.",
        tables={
            "trust in the map": lambda: found.to_frame().drop(columns="name"),
            "neighbours kept by word": lambda: pd.DataFrame(
                {"word": shown.words, "share of neighbours kept": found.overlap}
            ),
        },
        charts={"trust in the map": partial(trust_chart, found)},
        code=_code(shown, found.k),
        key="trust",
    )


def _code(shown: Shown, k: int) -> str:
    return (
        f"{code_of(shown)}from models.maps.faithfulness import faithfulness\n\n"
        f"found = faithfulness(space, positions, words, k={k}, metric={metric_of(shown)!r})\n"
        "print(found.to_frame(), found.sampled)\n"
    )


def _are(words: tuple[str, ...]) -> str:
    return f"**{len(words)}** {'is' if len(words) == 1 else 'are'}"
