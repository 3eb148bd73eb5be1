"""Where do words live?

The 20,000 most frequent words on a map, or any others; a search or a click marks a word's
neighbours, found in the original space and not on the map; lasso or box selects words. The sections
are in components/pages/map, in the order in which they stand on the page.
"""

import streamlit as st

from components import session
from components.pages.map.answer import answer, ask, neighbours_list
from components.pages.map.chart import chart
from components.pages.map.controls import controls
from components.pages.map.deferred import is_seen, rest_follows
from components.pages.map.foot import map_foot, reading, selection
from components.pages.map.layout_job import drawn_map
from components.pages.map.map_states import states
from components.pages.map.stability import stability
from components.pages.map.trust_panel import trust_panel


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("Where do words live?")
    sight = controls(in_use)
    drawn = drawn_map(in_use, sight)
    answers = ask(in_use.kept, sight)
    answer(in_use.kept, sight, drawn.start, answers)
    left, right = st.columns([3, 1])
    with left:
        field, event = chart(in_use, sight, drawn, answers)
    with right:
        neighbours_list(sight, field, answers)
    selection(event, field)
    reading(field.shown.method)
    if not is_seen():
        rest_follows()
    elif field.shown.settled:
        trust_panel(field.shown)
        stability(field.shown)
        states(in_use, field.shown)
    map_foot(in_use, sight, drawn, field, answers, selected=event.selected)


render()
