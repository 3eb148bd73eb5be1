"""Where do words live?

A map of the 20,000 most frequent words, or of any others. A search or a click marks a word's
neighbours, found in the original space and not on the map; lasso or box selects words.
"""

import streamlit as st

from components import session
from components.pages.map.answer import answer, neighbours_list, neighbours_of
from components.pages.map.chart import chart
from components.pages.map.controls import controls
from components.pages.map.deferred import is_map_drawn, rerun_soon
from components.pages.map.foot import how_to_read, map_foot, selection
from components.pages.map.layout_job import map_layout
from components.pages.map.map_states import map_states
from components.pages.map.stability import stability
from components.pages.map.trust_panel import trust_panel


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("Where do words live?")
    request = controls(in_use)
    layout = map_layout(in_use, request)
    answers = neighbours_of(in_use.kept, request)
    answer(in_use.kept, request, layout, answers)
    left, right = st.columns([3, 1])
    with left:
        shown, scene, event = chart(in_use, request, layout, answers)
    with right:
        neighbours_list(request, scene, answers)
    selection(event, shown)
    how_to_read(shown.method)
    if not is_map_drawn():
        rerun_soon()
    elif shown.settled:
        trust_panel(shown)
        stability(shown)
        map_states(in_use, shown)
    map_foot(in_use, request, layout, shown, answers, selected=event.selected)


render()
