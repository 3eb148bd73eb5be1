"""The faithfulness of maps in words: the share of neighbours kept as a sentence, all figures as a
table, and a note on each kind of layout. The same on every page."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components.charts.trust import TITLES
from components.wording import cosine, listed, plain
from models.maps.faithfulness import FEWEST, Faithfulness, Figure, sampled_knn_overlap
from models.space import EmbeddingSpace, Floats

CAUTION = (
    "Trustworthiness and continuity look good even where most of the nearest neighbours are "
    "gone: never read them without the first row. The first three look near; the last two look "
    "far, which UMAP and t-SNE do not promise to keep."
)
LAYOUT_NOTES = {
    "umap": "Words that lie together are used alike. Distances between far groups, and the sizes "
    "of groups, mean little on a UMAP map.",
    "tsne": "Words that lie together are used alike. Groups come out about equally large and far "
    "apart whatever they are in the space: sizes and distances of groups mean nothing on a t-SNE "
    "map.",
    "pca": "A straight shadow of the vectors: most of what tells words apart lies in the "
    "dimensions that this view leaves out.",
}


def overlap_sentence(kept: Figure, k: int) -> str:
    """Return the share of neighbours kept as a sentence, in Markdown."""
    return (
        f"Of a word's {k} nearest, **{k * kept.value:.1f}** on average are still its nearest on "
        f"this map; a random map keeps **{k * kept.random:.2g}**."
    )


def by_name(names: Sequence[str], found: Sequence[Faithfulness]) -> dict[str, Faithfulness]:
    """Return the faithfulness of several maps by name; a name that occurs twice is numbered."""
    seen: Counter[str] = Counter()
    named: dict[str, Faithfulness] = {}
    for name, each in zip(names, found, strict=True):
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = each
    return named


def overlap_of_each(found: Mapping[str, Faithfulness]) -> str:
    """Return the share of neighbours kept on several maps as a sentence, in Markdown; their names
    are any text."""
    first = next(iter(found.values()))
    each = [
        f"**{of.k * of['knn_overlap'].value:.1f}** ({plain(name)})" for name, of in found.items()
    ]
    return (
        f"Of a word's {first.k} nearest, {listed(each)} on average are still its nearest on the "
        f"map; a random map keeps **{first.k * first['knn_overlap'].random:.2g}**."
    )


def sampled_overlap_sentence(space: EmbeddingSpace, positions: Floats) -> str:
    """Return overlap_sentence() of a map of the first words of `space`, `positions` float32
    (words, 2), from a sample; empty for too few words. It takes a fifth of a second for 5,000
    words, so remember the result."""
    if len(positions) < FEWEST:
        return ""
    return overlap_sentence(*sampled_knn_overlap(space, positions))


def faithfulness_of_maps(found: Mapping[str, Faithfulness]) -> None:
    """Draw an expander with all figures of several maps, by name."""
    with st.expander("How far can these maps be believed?"):
        for tab, each in zip(st.tabs([plain(name) for name in found]), found.values(), strict=True):
            with tab:
                st.table(figures_table(each), border="horizontal", hide_index=True)
                st.caption(plain(each.sampled, limit=500))
        st.caption(CAUTION)


def figures_table(found: Faithfulness) -> pd.DataFrame:
    """Return a row for each figure: title and value, and the sentence on it."""
    rows = [(_titled(figure), plain(figure.reading, limit=300)) for figure in found.figures]
    return pd.DataFrame(rows, columns=["figure, 95 % interval", "what it says"])


def faithfulness_frame(found: Mapping[str, Faithfulness]) -> pd.DataFrame:
    """Return all figures of several maps for a file: a row for each map and figure."""
    frames = [each.to_frame().drop(columns="name").assign(map=name) for name, each in found.items()]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["map", *(column for column in frame.columns if column != "map")]]


def _titled(figure: Figure) -> str:
    title, interval = TITLES[figure.name], "exact"
    if figure.interval is not None:
        interval = f"{cosine(figure.interval[0])} to {cosine(figure.interval[1])}"
    return (
        f"{title[0].upper()}{title[1:]}: **{cosine(figure.value)}** ({interval}), on a random map "
        f"{cosine(figure.random)}"
    )
