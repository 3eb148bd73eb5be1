"""How far can this map be trusted? Five figures beside those of a random map; each word's share of
neighbours kept, as a colour; and for one word the neighbours that the map tears away or invents."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components import session
from components.charts.trust import trust_chart
from components.pages.map.code import code_of
from components.pages.map.layout import MapLayout
from components.widgets.chart import show
from components.widgets.exports import foot
from components.widgets.faithfulness_figures import CAUTION, figures_table, overlap_sentence
from components.widgets.jobs import job_for, job_section
from components.word_map.scene import Scale
from components.wording import bold, plain
from models.jobs.job import Job
from models.maps.faithfulness import (
    FEWEST,
    Faithfulness,
    Neighbourhood,
    map_digest,
    nearest_compared,
    neighbourhood,
)
from models.maps.tasks import handle_of_words, measure_faithfulness
from models.runtime.shared_array import share
from models.sources.space_handles import is_shared

COLOUR = "neighbours kept"  # what “Colour by” calls faithfulness_colours()
_WANTED, _PLACE = "trust", "trust"


def neighbourhood_on(layout: MapLayout, word: str) -> Neighbourhood | None:
    """Return which nearest words of `word`, among those on the map, the map keeps, tears away and
    invents; None where the word is not on it or the map has not settled."""
    if not is_measurable(layout) or word not in layout:
        return None
    k, metric = nearest_compared(len(layout.rows)), _metric(layout)
    return session.remember(
        "torn-and-false",
        (layout_digest(layout), word, k, metric),
        lambda: neighbourhood(
            layout.space, layout.positions, word, layout.rows, k=k, metric=metric
        ),
    )


def neighbourhood_sentence(near: Neighbourhood) -> str:
    """Return the numbers of neighbours kept, torn and false as a sentence, in Markdown."""
    nearest = len(near.kept) + len(near.torn)
    sentence = (
        f"Of the {nearest} words of this map that are nearest to {bold(near.word)} in the "
        f"space, {_are(near.kept)} among its {nearest} nearest on the map"
    )
    if not near.torn:
        return f"{sentence}: nothing is torn, and nothing false."
    return (
        f"{sentence}; {_are(near.torn)} torn away (lines), and in their place lie "
        f"**{len(near.false)}** false neighbours (crosses)."
    )


def faithfulness_colours(layout: MapLayout) -> Scale | None:
    """Return each word's share of its nearest neighbours kept on the map, as a colour; None until
    it is measured, which this starts, or if the visitor has switched the measuring off."""
    wanted = session.get(_WANTED)
    if wanted is None:  # the switch is drawn below the map, and not yet
        wanted = (session.read_link(_WANTED) or "").lower() != "false"
    if not wanted or not is_measurable(layout):
        return None
    job = _job(layout)
    return _colours(job.result()) if job.done else None


def trust_panel(layout: MapLayout) -> None:
    """Draw the section below the map; it runs the page again once, when the figures are there."""
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
    if not layout.settled:
        st.caption("The figures come when the map rests.")
        return
    if not is_measurable(layout):
        st.caption(f"Neighbours are compared among at least {FEWEST} words.")
        return
    job_section(_PLACE, _job(layout), partial(_answer, layout), key="trust-job")


def is_measurable(layout: MapLayout) -> bool:
    """Tell whether the map has settled and has words enough to compare."""
    return layout.settled and len(layout.rows) >= FEWEST


def layout_digest(layout: MapLayout) -> str:
    """Return a digest of the words, their vectors and their positions: figures with another one are
    those of another map."""
    return session.remember(
        "map-digest", layout, lambda: map_digest(layout.space, layout.rows, layout.positions)
    )


def _job(layout: MapLayout) -> Job[Faithfulness]:
    """Return the job that measures the map, started with the first call; its arguments are made
    once a map."""
    space, k, metric = layout.space, nearest_compared(len(layout.rows)), _metric(layout)
    key = f"faithfulness of {layout_digest(layout)}, {k} nearest by {metric}"
    handle, positions = session.remember(
        "faithfulness-arguments",
        key,
        lambda: (handle_of_words(space, layout.rows), share(layout.positions)),
    )
    arguments = handle, positions, k, metric
    return job_for(_PLACE, key, measure_faithfulness, *arguments, private=not is_shared(space))


def _metric(layout: MapLayout) -> str:
    return layout.options.metric if layout.options is not None else "cosine"


def _colours(found: Faithfulness) -> Scale:
    best = max(1, round(found.k * float(np.quantile(found.overlap, 0.99))))  # else all is dark
    high = f"{best} of {found.k}"
    return Scale(found.overlap, 0.0, best / found.k, COLOUR, low_text="none", high_text=high)


def _answer(layout: MapLayout, found: Faithfulness) -> None:
    kept = found["knn_overlap"]
    sentence = overlap_sentence(kept, found.k)
    st.markdown(sentence)
    left, right = st.columns([2, 3], gap="large")
    with left:
        alt = sentence.replace("*", "")
        show(partial(trust_chart, found), key="trust-chart", alt=alt)
    with right:
        st.table(figures_table(found), border="horizontal", hide_index=True)
    st.caption(f"{CAUTION} Colour the map by “{COLOUR}” to see where to believe it.")
    foot(
        f"{plain(found.sampled, limit=500)} {plain(layout.described, limit=300)}.",
        tables={
            "trust in the map": lambda: found.to_frame().drop(columns="name"),
            "neighbours kept by word": lambda: pd.DataFrame(
                {"word": layout.words, "share of neighbours kept": found.overlap}
            ),
        },
        charts={"trust in the map": partial(trust_chart, found)},
        code=f"{code_of(layout)}from models.maps.faithfulness import faithfulness\n\n"
        f"found = faithfulness(space, positions, words, k={found.k}, metric={_metric(layout)!r})\n"
        "print(found.to_frame(), found.sampled)\n",
        key="trust",
    )


def _are(words: tuple[str, ...]) -> str:
    return f"**{len(words)}** {'is' if len(words) == 1 else 'are'}"
