"""The advanced controls of the Map page: the visitor's own words, and the options of the layout."""

from typing import TYPE_CHECKING, Any

import streamlit as st

import models
from components.widgets.choice import choice
from components.widgets.notices import notice
from models.errors import InvalidRequest
from models.maps.neighbour_graph import METRICS, MOST_NEIGHBOURS
from models.maps.projection import options_of
from models.maps.tsne import TSNE
from models.maps.umap import UMAP, UMAP_LEARN, VECTORSCOPE
from models.search.groups import LONGEST, WordGroups, read_groups

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

HIGHLIGHT = "highlight them"
ONLY = "show only these"
_ENGINES = {"Vectorscope": VECTORSCOPE, "umap-learn": UMAP_LEARN}
_MOST_PERPLEXITY = (MOST_NEIGHBOURS - 1) // 3


def own_words(space: models.EmbeddingSpace) -> tuple[WordGroups, bool]:
    """Draw the box for the visitor's own words; return them, and whether the others are hidden."""
    text = st.text_area(
        "My own words",
        key="own",
        bind="query-params",
        height=110,
        max_chars=LONGEST,
        placeholder="animals: cat, dog, horse\nfood: bread, cheese, apple",
        help="Words with commas or spaces between them, or a named group a line. The link keeps "
        "them. “Words” in the first row lays them out alone.",
    )
    shown = choice("On the map", [HIGHLIGHT, ONLY], key="show")
    groups = read_groups(str(text or ""), space)
    return groups, shown == ONLY and bool(groups.words)


def layout_options(method: str, dimensions: int) -> UMAP | TSNE | None:
    """Draw the options of a layout by `method` and return them; None for PCA, which has none."""
    if method == "pca":
        return None
    chosen = _umap() if method == "umap" else _tsne()
    metric = choice("Distance", METRICS, default="cosine", key="by")
    try:
        return options_of(method, dimensions=dimensions, metric=metric, **chosen)
    except InvalidRequest as error:  # from a link: the browser's own controls hold the limits
        notice(error, key="layout-options")
        return options_of(method, dimensions=dimensions)


def _umap() -> dict[str, Any]:
    left, middle, right = st.columns(3)
    neighbours = left.number_input(
        "Neighbours",
        2,
        MOST_NEIGHBOURS,
        UMAP.n_neighbors,
        key="n_neighbors",
        bind="query-params",
        help="How many words each word holds on to, itself among them (n_neighbors). More show the "
        "large, fewer the small.",
    )
    apart = middle.number_input(
        "Least distance",
        0.0,
        1.0,
        UMAP.min_dist,
        step=0.05,
        key="min_dist",
        bind="query-params",
        help="How close words may come on the map (min_dist).",
    )
    seed = _seed(right)
    engine = choice(
        "Computed by",
        list(_ENGINES),
        key="engine",
        help="umap-learn is the reference implementation. It gets the same neighbours, start, "
        "settings and seed, takes longer, and shows nothing before it has finished.",
    )
    options = {"n_neighbors": neighbours, "min_dist": apart, "seed": seed}
    return options | {"engine": _ENGINES[engine]}


def _tsne() -> dict[str, Any]:
    left, right = st.columns(2)
    perplexity = left.number_input(
        "Perplexity",
        2,
        _MOST_PERPLEXITY,
        int(TSNE.perplexity),
        key="perplexity",
        bind="query-params",
        help="How many neighbours each word looks at, softly. Fewer where there are few words.",
    )
    return {"perplexity": perplexity, "seed": _seed(right)}


def _seed(column: "DeltaGenerator") -> int:
    seed = column.number_input(
        "Seed",
        0,
        9_999,
        0,
        key="map-seed",
        bind="query-params",
        help="The same seed draws the same map; another one shows what is chance in it.",
    )
    return int(seed or 0)
