"""Where do words live?

The 20,000 most frequent words on a map; a search or a click marks a word's neighbours, found in the
original space and not on the map; lasso or box selects words.
"""

import json
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import models
from components import session
from components.charts import theme
from components.charts.map_figure import map_figure
from components.widgets.exports import foot
from components.widgets.map_field import Field
from components.widgets.map_layer import (
    PALETTE,
    Categories,
    Colouring,
    Group,
    Highlights,
    MapEvent,
    Plain,
    Scale,
)
from components.widgets.notices import notice
from components.widgets.word_map import word_map
from components.widgets.words import filter_code, filter_import, offer_frequent, word_filter
from components.wording import bold, cosine, count, plain
from models.maps.clusters import clusters
from models.maps.projection import layout
from models.search.groups import LONGEST, WordGroups, read_groups
from models.search.neighbours import Filter, scores_of

# What a control and the link say, and what models calls it.
LAYOUTS = {"UMAP": "umap", "PCA": "pca"}
VIEWS = {"2-D": 2, "3-D": 3}
NEIGHBOURS = 10
COLOURS = ("nothing", "cluster", "frequency", "similarity to the word")
HIGHLIGHT = "highlight them"
ONLY = "show only these"
_TOKEN = "map-focus"


@dataclass(frozen=True)
class Sight:
    """What the controls ask for: a word and how the map is drawn."""

    word: str
    method: str
    dimensions: int
    colour: str
    groups: WordGroups
    only: bool
    among: Filter


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("Where do words live?")
    if session.get(_TOKEN) is None:  # a link that names a word opens there
        session.put(_TOKEN, 1 if session.read_link("word") else 0)
    sight = _controls(in_use.kept)
    field = _field(in_use, sight)
    if sight.only:
        field = field.only(sight.groups.words)
    answers = _ask(in_use.kept, sight)
    _answer(in_use.kept, sight, field, answers)
    chart, beside = st.columns([3, 1])
    marked = _marked(sight, answers)
    with chart:
        event = _map(in_use, sight, field, marked)
        _statement(in_use, sight, field)
    with beside:
        _neighbours(sight, field, answers)
    _selection(event)
    _reading(sight)
    _foot(in_use, sight, field, answers, marked=marked, selected=event.selected)


def _controls(space: models.EmbeddingSpace) -> Sight:
    search, how, view, colour = st.columns([4, 2, 2, 3], vertical_alignment="bottom")
    word = search.text_input(
        "Find a word",
        "king",
        key="word",
        bind="query-params",
        placeholder="king",
        on_change=_go_there,
        help="The map moves there and marks its neighbours.",
    )
    method = how.segmented_control(
        "Layout",
        list(LAYOUTS),
        default="UMAP",
        required=True,
        key="layout",
        bind="query-params",
        help="UMAP keeps neighbours together; PCA shows the directions of largest variance.",
    )
    dimensions = view.segmented_control(
        "View",
        list(VIEWS),
        default="2-D",
        required=True,
        key="view",
        bind="query-params",
    )
    chosen = colour.selectbox(
        "Colour by",
        COLOURS,
        index=1,
        key="colour",
        bind="query-params",
    )
    groups, only, among = _more(space)
    return Sight(
        word=str(word or "").strip(),
        method=LAYOUTS.get(str(method), "umap"),
        dimensions=VIEWS.get(str(dimensions), 2),
        colour=chosen if chosen in COLOURS else "nothing",
        groups=groups,
        only=only,
        among=among,
    )


def _more(space: models.EmbeddingSpace) -> tuple[WordGroups, bool, Filter]:
    with st.expander("More: my own words, and which neighbours may answer"):
        left, right = st.columns(2)
        text = left.text_area(
            "My own words",
            key="own",
            bind="query-params",
            height=110,
            max_chars=LONGEST,
            placeholder="animals: cat, dog, horse\nfood: bread, cheese, apple",
            help="Words with commas or spaces between them, or a named group a line. "
            "The link keeps them.",
        )
        shown = left.segmented_control(
            "On the map",
            [HIGHLIGHT, ONLY],
            default=HIGHLIGHT,
            required=True,
            key="show",
            bind="query-params",
        )
        with right:
            among = word_filter()
    groups = read_groups(str(text or ""), space)
    if groups.missing:
        some = ", ".join(plain(word, limit=30) for word in groups.missing[:10])
        more = f" and {len(groups.missing) - 10} more" if len(groups.missing) > 10 else ""
        st.caption(f"Not among the words of this space: {some}{more}.")
    if groups.cut:
        st.caption(f"Only the first {count(LONGEST)} characters and eight groups are used.")
    return groups, shown == ONLY and bool(groups.words), among


def _field(in_use: session.InUse, sight: Sight) -> Field:
    space = in_use.published

    def make() -> Field:
        places = layout(space, method=sight.method, dimensions=sight.dimensions)
        return Field(space.vocabulary.chunk(0, len(places.positions)), places)

    return space.remember(("map", sight.method, sight.dimensions), make)


def _ask(space: models.EmbeddingSpace, sight: Sight) -> pd.DataFrame | None:
    if not sight.word:
        return None
    try:
        return models.neighbours(space, sight.word, k=NEIGHBOURS, among=sight.among)
    except models.EmbeddingError as error:
        notice(error, repair=_mend, key="map")
        return None


def _mend(suggestion: str) -> dict[str, object]:
    return {"word": suggestion, _TOKEN: _next_token()}


def _answer(
    space: models.EmbeddingSpace, sight: Sight, field: Field, answers: pd.DataFrame | None
) -> None:
    if not sight.word:
        st.markdown(f"**{count(len(field.words))}** words: click one, or type one to find it.")
    elif answers is not None and answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
    elif answers is not None:
        sentence = (
            f"{bold(str(answers['word'][0]))} is nearest to {bold(sight.word)} of "
            f"{plain(sight.among.describe(space), limit=200)} "
            f"(cosine **{cosine(float(answers['similarity'][0]))}**)."
        )
        if sight.word not in field.mapped:
            sentence += f" {bold(sight.word)} itself is too rare to be on this map."
        st.markdown(sentence)
        offer_frequent(space, answers, key="map")


def _marked(sight: Sight, answers: pd.DataFrame | None) -> Highlights:
    near = tuple(str(found) for found in answers["word"]) if answers is not None else ()
    own = tuple(
        Group(name, chosen, PALETTE[place % len(PALETTE)])
        for place, (name, chosen) in enumerate(sight.groups.groups)
    )
    return Highlights(
        query=(sight.word,) if answers is not None else (),
        neighbours=near,
        groups=own,
    )


def _colouring(in_use: session.InUse, sight: Sight, field: Field) -> Colouring:
    shown = len(field.words)
    if field.rows is not None or (sight.groups.words and sight.colour == "cluster"):
        return Plain()  # the groups' own colours are the ones to see
    if sight.colour == "cluster" and in_use.published.name in session.space_names():
        found = clusters(in_use.published.name)
        return Categories(found.codes[:shown], found.names)
    if sight.colour == "frequency":
        ranks = np.arange(1, shown + 1, dtype=np.float32)
        return Scale(
            ranks,
            1,
            shown,
            "rank by frequency",
            colours="Cividis",
            low_text="frequent",
            high_text="rare",
        )
    if sight.colour == "similarity to the word" and sight.word in in_use.kept:
        query = in_use.kept[sight.word][None]
        near = scores_of(in_use.kept, query, metric="cosine")[0, :shown]
        second = float(np.partition(near, -2)[-2]) if shown > 1 else 1.0  # the first is the word
        return Scale(near, 0.0, max(second, 0.01), f"cosine with {sight.word}")
    return Plain()


def _taken_away(
    in_use: session.InUse, sight: Sight, field: Field, marked: dict[str, tuple[str, ...]]
) -> go.Figure:
    """The map as a figure for a file, coloured by cluster where the page is."""
    colouring, colours = _colouring(in_use, sight, field), None
    if isinstance(colouring, Categories):
        colours = [PALETTE[code % len(PALETTE)] for code in colouring.codes]
    return map_figure(field.words, field.positions, marked, colours)


def _map(in_use: session.InUse, sight: Sight, field: Field, marked: Highlights) -> MapEvent:
    about = ""
    if marked.query and marked.neighbours:
        nearest = ", ".join(marked.neighbours[:3])
        about = f"{marked.query[0]} is marked; its nearest words are {nearest}"
    return word_map(
        field.layer(_colouring(in_use, sight, field)),
        highlights=marked,
        focus=_focus(field, marked),
        focus_token=session.get(_TOKEN, 0),
        view=_view_of_link(field.places.content_id),
        alt=f"Map of {count(len(field.words))} words of {in_use.published.title}. {about}".strip(),
        file_name=f"vectorscope-{in_use.published.name}-map",
        height=640,
        on_click=partial(session.put, "word"),
    )


def _focus(field: Field, marked: Highlights) -> str | None:
    """The word to move to: the one asked for, or its nearest neighbour that the map has. None at
    first, as a newcomer should see the whole field."""
    if not session.get(_TOKEN, 0):
        return None
    return next(
        (word for word in (*marked.query, *marked.neighbours) if word in field.mapped), None
    )


def _view_of_link(frame: str) -> dict[str, object] | None:
    """The view that the link brought for this map; the browser keeps the address up to date."""

    def read() -> dict[str, object] | None:
        try:
            view = json.loads(session.read_link("at") or "null")
        except (ValueError, RecursionError):
            return None
        return view if isinstance(view, dict) and view.get("frame") == frame else None

    return session.remember("view of the link", frame, read)


def _neighbours(sight: Sight, field: Field, answers: pd.DataFrame | None) -> None:
    if answers is None or answers.empty:
        st.caption("The neighbours of a word appear here.")
        return
    st.markdown(f"Nearest to {bold(sight.word)}")
    absent = [word not in field.mapped for word in answers["word"]]
    names = [
        f"{word} ·" if rare else word for word, rare in zip(answers["word"], absent, strict=True)
    ]
    frame = answers[["word", "similarity"]].assign(word=names)
    st.dataframe(
        frame,
        key="map-neighbours",
        hide_index=True,
        height=38 + 35 * len(frame),
        on_select=partial(_picked, list(answers["word"])),
        selection_mode="single-cell",
        column_config={
            "similarity": st.column_config.NumberColumn(format="%.3f", width="small"),
        },
    )
    mark = " A dot marks words that this map lacks." if any(absent) else ""
    st.caption(f"Click a word to go there. The search is in the vectors, not on the map.{mark}")


def _picked(shown: list[str]) -> None:
    cells = session.get("map-neighbours", {}).get("selection", {}).get("cells", [])
    if cells and isinstance(cells[0][0], int) and 0 <= cells[0][0] < len(shown):
        session.put("word", shown[cells[0][0]])
        _go_there()


def _go_there() -> None:
    session.put(_TOKEN, _next_token())


def _next_token() -> int:
    return int(session.get(_TOKEN, 0)) + 1


def _statement(in_use: session.InUse, sight: Sight, field: Field) -> None:
    space = in_use.kept
    which = "the most frequent" if field.rows is None else "your own that are on the map"
    text = (
        f"{count(len(field.words))} of {count(len(space))} words, {which}; neighbours searched "
        f"over {plain(sight.among.describe(space), limit=200)}; "
        f"{plain(space.treatment, limit=300)}."
    )
    if in_use.is_cut and sight.method == "umap":
        text += (
            f" Neighbours follow the {space.dimension} dimensions kept; the positions stay those "
            f"of all {in_use.published.dimension}."
        )
    elif in_use.is_cut:
        text += " The first principal components are the same at every size, so positions stay."
    st.caption(text)


def _selection(event: MapEvent) -> None:
    if not event.selected:
        return
    sentence = f"**{count(event.selected_total)}** words selected on the map"
    if event.selected_total > len(event.selected):
        sentence += f", the {count(len(event.selected))} most frequent of them listed"
    st.markdown(f"{sentence}. Download them below.")
    st.dataframe(pd.DataFrame({"word": event.selected}), hide_index=True, height=200)


def _reading(sight: Sight) -> None:
    if sight.method == "umap":
        st.caption(
            "Words that lie together are used alike. Distances between far groups, and the sizes "
            "of groups, mean little on a UMAP map."
        )
    else:
        st.caption(
            "A straight shadow of the vectors: most of what tells words apart lies in the "
            "dimensions that this view leaves out."
        )
    with st.expander("Why?"):
        st.markdown(
            "No flat map can keep all distances of a space with 50 or more dimensions. UMAP "
            "(McInnes, Healy and Melville 2018) keeps who is near whom; PCA (Pearson 1901) keeps "
            "the largest differences. This is why neighbours are always searched in the vectors "
            "themselves: a neighbour may lie far away on the map."
        )


def _foot(
    in_use: session.InUse,
    sight: Sight,
    field: Field,
    answers: pd.DataFrame | None,
    *,
    marked: Highlights,
    selected: tuple[str, ...],
) -> None:
    code = (
        f"{filter_import(sight.among)}{in_use.code}\n"
        f'print(models.project(space, method="{sight.method}", dimensions={sight.dimensions}))'
    )
    axes = {axis: field.positions[:, i] for i, axis in enumerate("xyz"[: sight.dimensions])}
    tables = {"positions": pd.DataFrame({"word": field.words} | axes)}
    if answers is not None:
        arguments = f"{sight.word!r}, k={NEIGHBOURS}{filter_code(sight.among)}"
        code += f"\nprint(models.neighbours(space, {arguments}))"
        tables["neighbours"] = answers
    if selected:
        tables["selection"] = pd.DataFrame({"word": selected})
    colours = {theme.NEIGHBOUR: marked.neighbours, theme.ASKED: marked.query}
    colours |= {group.colour: group.words for group in marked.groups}
    foot(
        f"Layout: {plain(field.places.described, limit=200)}.",
        tables=tables,
        charts={"map": partial(_taken_away, in_use, sight, field, colours)},
        code=code,
        key="map",
    )


render()
