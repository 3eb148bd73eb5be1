"""The controls in the first row of the Map page."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from components import session
from components.pages.map import stability, trust_panel, word_selection
from components.pages.map.advanced_controls import layout_options, own_words
from components.pages.map.request import LAYOUTS, VIEWS, MapRequest
from components.pages.map.word_selection import LISTED, OWN
from components.widgets.choice import choice
from components.widgets.words import word_filter
from components.wording import count, plain
from models.maps.neighbour_graph import MOST
from models.maps.precomputed_maps import MAPPED
from models.maps.tasks import MOST_TSNE
from models.maps.word_list import WordList
from models.search.groups import LONGEST

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

COLOURS = (
    "nothing",
    "cluster",
    "frequency",
    "similarity to the word",
    trust_panel.COLOUR,
    stability.COLOUR,
)
_COUNTS = (1_000, 5_000, 10_000, 20_000, 50_000)
_TOKEN = "map-focus"


def controls(in_use: session.InUse) -> MapRequest:
    """Draw the controls and return what they ask for."""
    if session.get(_TOKEN) is None:  # a link that names a word opens there
        session.put(_TOKEN, 1 if session.read_link("word") else 0)
    search, how, which, view, colour = st.columns([3, 3, 2, 2, 3], vertical_alignment="bottom")
    word = search.text_input(
        "Find a word",
        "king",
        key="word",
        bind="query-params",
        placeholder="king",
        on_change=focus_word,
        help="The map moves there and marks its neighbours.",
    )
    method = _layout(how)
    words = _words(which, len(in_use.published), method)
    most_frequent = words if isinstance(words, int) else None
    axes = VIEWS[choice("View", list(VIEWS), default="2-D", key="view", place=view)]
    coloured = colour.selectbox("Colour by", COLOURS, index=1, key="colour", bind="query-params")
    recomputed = _recomputed(in_use, method)
    with st.expander("More: my own words, which neighbours may answer, how the map is made"):
        left, right = st.columns(2)
        with left:
            groups, only = own_words(in_use.kept)
            word_selection.list_input()
        with right:
            among = word_filter()
            options = layout_options(method, axes)
    _note_on_groups(groups.missing, cut=groups.cut)
    alone = _alone(in_use, method) if words == LISTED else None
    if most_frequent is None:
        total = len(in_use.published)
        word_selection.selection_note(
            alone, linked=bool(groups.words), counts=counts_offered(total), usual=_usual(total)
        )
    return MapRequest(
        word=str(word or "").strip(),
        method=method,
        dimensions=axes,
        colour=coloured if coloured in COLOURS else "nothing",
        most_frequent=most_frequent,
        groups=groups,
        only_groups=only and most_frequent is not None,
        word_list=alone.words if alone else None,
        among=among,
        options=options,
        recomputed=recomputed,
    )


def counts_offered(words: int) -> list[str]:
    """Return how many of a space's words can be laid out, as the control shows it."""
    return [count(n) for n in sorted({n for n in (*_COUNTS, words) if n <= min(words, MOST)})]


def focus_word() -> None:
    """Let the map move to the query word when it is next drawn."""
    session.put(_TOKEN, focus_token() + 1)


def next_focus_token() -> dict[str, object]:
    """Return focus_word() as the value of a control."""
    return {_TOKEN: focus_token() + 1}


def focus_token() -> int:
    """Return a number that rises whenever the map is to move to the word; 0 at first."""
    return int(session.get(_TOKEN, 0))


def _layout(column: "DeltaGenerator") -> str:
    method = choice(
        "Layout",
        list(LAYOUTS),
        default="UMAP",
        key="layout",
        place=column,
        help="UMAP and t-SNE keep neighbours together; PCA shows the directions of largest "
        "variance. What was not computed beforehand settles while you look on.",
    )
    return LAYOUTS[method]


def _words(column: "DeltaGenerator", words: int, method: str) -> int | str:
    """Return how many of the most frequent words are laid out, or OWN or LISTED."""
    offered = counts_offered(words)
    usual = _usual(words)
    chosen = column.selectbox(
        "Words",
        [*offered, OWN, LISTED],
        index=offered.index(usual),
        key=word_selection.WORDS,
        bind="query-params",
        help="How many of the most frequent words are laid out; or the words that you type under "
        "“More”, or a list that you select on the map or bring there, and no others.",
    )
    if chosen in (OWN, LISTED):
        return str(chosen)
    most = int((chosen if chosen in offered else usual).replace(",", ""))
    return _within_tsne(most) if method == "tsne" else most


def _usual(words: int) -> str:
    return count(min(MAPPED, words))


def _within_tsne(words: int) -> int:
    """Return how many of so many words t-SNE lays out; say so where it is not all."""
    if words > MOST_TSNE:
        st.caption(
            f"t-SNE of more than {count(MOST_TSNE)} words takes more than a minute: the "
            f"{count(MOST_TSNE)} most frequent are laid out."
        )
    return min(words, MOST_TSNE)


def _alone(in_use: session.InUse, method: str) -> WordList:
    """Return the visitor's list, as much of it as is laid out."""
    found = word_selection.word_list(in_use.published)
    if method != "tsne":
        return found
    return replace(found, words=found.words[: _within_tsne(len(found.words))])


def _recomputed(in_use: session.InUse, method: str) -> bool:
    """Draw the switch for a map of the reduced vectors, where they are reduced."""
    if not in_use.is_cut:
        return False
    return st.toggle(
        f"Recompute the map at {in_use.kept.dimension} dimensions",
        key="recompute",
        bind="query-params",
        help=f"Otherwise positions stay those of all {in_use.published.dimension} dimensions, and "
        "only the neighbours follow."
        + (" PCA of the most frequent words is the same at any size." if method == "pca" else ""),
    )


def _note_on_groups(missing: tuple[str, ...], *, cut: bool) -> None:
    """Say which of the visitor's own words are not used."""
    if missing:
        some = ", ".join(plain(word, limit=30) for word in missing[:10])
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        st.caption(f"Not among the words of this space: {some}{more}.")
    if cut:
        st.caption(f"Only the first {count(LONGEST)} characters and eight groups are used.")
