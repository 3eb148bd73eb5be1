"""Below the map: what was selected on it, how it is to be read, and what can be taken away."""

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import session
from components.charts import theme
from components.charts.map_figure import map_figure
from components.pages.map.answer import NEIGHBOURS
from components.pages.map.code import words_line
from components.pages.map.colouring import colouring
from components.pages.map.layout_job import Drawn
from components.pages.map.request import Sight
from components.pages.map.scene import Field, field_of, marked
from components.pages.map.word_selection import offer_layout
from components.widgets.exports import Table, foot
from components.widgets.words import filter_code, filter_import
from components.word_map.layer import PALETTE, Categories, MapEvent
from components.wording import count, plain
from models.maps.tsne import TSNE
from models.maps.umap import UMAP

_LISTED = 5_000  # selected words; a longer table is not read
READINGS = {
    "umap": "Words that lie together are used alike. Distances between far groups, and the sizes "
    "of groups, mean little on a UMAP map.",
    "tsne": "Words that lie together are used alike. Groups come out about equally large and far "
    "apart whatever they are in the space: sizes and distances of groups mean nothing on a t-SNE "
    "map.",
    "pca": "A straight shadow of the vectors: most of what tells words apart lies in the "
    "dimensions that this view leaves out.",
}


def selection(event: MapEvent, field: Field) -> None:
    """List the words that were selected by box or lasso, and offer a map of them alone."""
    if not event.selected:
        return
    selected, total = event.selected, event.selected_total
    sentence = f"**{count(total)}** words selected on the map"
    if total > _LISTED:
        sentence += f", the {count(_LISTED)} most frequent of them listed"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{sentence}. Download them below.", width="content")
        if len(selected) < len(field.shown.rows):
            offer_layout(field.shown.space.published, selected)
    st.dataframe(pd.DataFrame({"word": selected[:_LISTED]}), hide_index=True, height=200)


def reading(method: str) -> None:
    """Say what the map means and what it does not."""
    st.caption(READINGS[method])
    with st.expander("Why?"):
        st.markdown(
            "No flat map can keep all distances of a space with 50 or more dimensions. UMAP "
            "(McInnes, Healy and Melville 2018) and t-SNE (van der Maaten and Hinton 2008) keep "
            "who is near whom; PCA (Pearson 1901) keeps the largest differences. This is why "
            "neighbours are always searched in the vectors themselves: a neighbour may lie far "
            "away on the map."
        )


def map_foot(
    in_use: session.InUse,
    sight: Sight,
    drawn: Drawn,
    field: Field,
    answers: pd.DataFrame | None,
    *,
    selected: tuple[str, ...],
) -> None:
    """Draw the foot of the page."""
    tables: dict[str, Table] = {"positions": partial(_positions, drawn, sight)}
    if answers is not None:
        tables["neighbours"] = answers
    if selected:
        tables["selection"] = partial(pd.DataFrame, {"word": selected})
    foot(
        f"Layout: {plain(field.shown.described, limit=400)}.",
        tables=tables,
        charts={"map": partial(_taken_away, in_use, sight, drawn, answers)},
        code=code(in_use, sight, field, answers),
        key="map",
    )


def code(in_use: session.InUse, sight: Sight, field: Field, answers: pd.DataFrame | None) -> str:
    """Return Python that gives the numbers of this page, with `models` alone."""
    lines = f"{filter_import(sight.among)}{in_use.code}\n"
    shown = field.shown
    whole = not in_use.kept.is_same(shown.source)
    of = "space"
    if shown.source is not None and whole and in_use.is_cut:
        lines += f"published = {session.loading_code(in_use.published.name)}\n"
        of = "published"
    words = ""
    if shown.source is not None:
        laid_out = sight.laid_out
        if sight.listed is not None:
            lines += f"{words_line(shown)}\n"
        elif isinstance(laid_out, int):
            lines += f"words = {of}.words[:{laid_out}]\n"
        else:
            lines += f"words = {list(laid_out)!r}\n"
        words = ", words"
    recipe = _recipe(shown.options) + (", live=True" if shown.source is not None else "")
    lines += (
        f'print(models.project({of}{words}, method="{shown.method}", '
        f"dimensions={shown.dimensions}{recipe}))"
    )
    if answers is not None:
        arguments = f"{sight.word!r}, k={NEIGHBOURS}{filter_code(sight.among)}"
        lines += f"\nprint(models.neighbours(space, {arguments}))"
    return lines


def _recipe(options: UMAP | TSNE | None) -> str:
    """Return the options of a live map as arguments."""
    if options is None:
        return ""
    if isinstance(options, UMAP):
        own = f"n_neighbors={options.n_neighbors}, min_dist={options.min_dist:g}"
    else:
        own = f"perplexity={options.perplexity:g}"
    return f', {own}, metric="{options.metric}", seed={options.seed}'


def _positions(drawn: Drawn, sight: Sight) -> pd.DataFrame:
    field = field_of(drawn, sight)
    axes = dict(zip("xyz", field.positions.T, strict=False))
    frame = pd.DataFrame({"word": field.words} | axes)
    if field.placed.words:
        frame["placed"] = [False] * len(field.shown.rows) + [True] * len(field.placed.words)
    return frame


def _taken_away(
    in_use: session.InUse, sight: Sight, drawn: Drawn, answers: pd.DataFrame | None
) -> go.Figure:
    """The map as a figure for a file, coloured by cluster where the page is."""
    field = field_of(drawn, sight)
    marks = marked(sight, field, answers)
    colours = {theme.NEIGHBOUR: marks.neighbours, theme.ASKED: marks.query}
    colours |= {group.colour: group.words for group in marks.groups}
    shades, known = colouring(in_use, sight, field), None
    if isinstance(shades, Categories):
        known = [PALETTE[code % len(PALETTE)] for code in shades.codes]
    return map_figure(field.words, field.positions, colours, known)
