"""The two maps, aligned, with one selection: words selected on one are marked on both."""

from functools import partial

import streamlit as st

from components import session
from components.pages.compare.controls import ComparisonRequest
from components.widgets.faithfulness_figures import (
    by_name,
    faithfulness_of_maps,
    overlap_sentence,
)
from components.word_map.component import word_map
from components.word_map.event import MapEvent
from components.word_map.scene import Group, MapScene, Scale
from components.wording import count, plain
from models.maps.faithfulness import Faithfulness
from models.quality.comparison_tasks import Compared

_LINKED = "compare-selected"
_CHOSEN = "#cc6677"
_MOST = 200  # selected words that are marked on the other map
_SIDES = ("left", "right")


def maps(request: ComparisonRequest, compared: Compared) -> None:
    """Draw both maps."""
    st.subheader("The two maps, aligned", anchor=False)
    found = compared.comparison
    own = len(compared.mapped)
    colours = Scale(found.jaccard[:own], 0.0, 1.0, "neighbours shared")
    selected: tuple[str, ...] = session.get(_LINKED, ())
    titles = (found.first, found.second)
    events: list[MapEvent] = []
    for column, side, title, places, faithful in zip(
        st.columns(2),
        _SIDES,
        titles,
        (compared.first, compared.second),
        compared.faithful,
        strict=True,
    ):
        with column:
            st.markdown(plain(title))
            events.append(
                word_map(
                    MapScene(
                        f"{request.key} {side}",
                        compared.mapped,
                        places,
                        colours,
                        query=(request.word,) if request.word in compared.mapped else (),
                        groups=(Group("selected", selected, _CHOSEN),) if selected else (),
                    ),
                    alt=f"Map of {count(own)} common words in {title}",
                    file_name=f"vectorscope-compare-{side}",
                    height=480,
                    key=f"compare-{side}",
                    on_click=partial(session.put, "word"),
                )
            )
            st.markdown(overlap_sentence(faithful["knn_overlap"], faithful.k))
    chosen = _chosen(events)
    if chosen != selected:
        session.put(_LINKED, chosen)
        st.rerun()
    st.caption(
        f"The {count(own)} most frequent common words by {request.layout}; the right map is "
        "turned, mirrored and scaled onto the left. Click a word to mark it on both; lasso words "
        "on either to see where the other has them. Each map is held against its own vectors."
    )
    faithfulness_of_maps(faithful_of(compared))


def faithful_of(compared: Compared) -> dict[str, Faithfulness]:
    """Return the faithfulness of each map, by its name."""
    found = compared.comparison
    return by_name((f"Left: {found.first}", f"Right: {found.second}"), compared.faithful)


def _chosen(events: list[MapEvent]) -> tuple[str, ...]:
    """Return the words that are selected on the map where the visitor has selected last."""
    now = tuple(event.selected[:_MOST] for event in events)
    before = session.get(f"{_LINKED}-before", ((), ()))
    session.put(f"{_LINKED}-before", now)
    linked: tuple[str, ...] = session.get(_LINKED, ())
    return next((mine for mine, old in zip(now, before, strict=True) if mine != old), linked)
