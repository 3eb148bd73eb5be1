"""How far a map can be believed, in words: the share of neighbours kept as a sentence, all figures
as a table. Every map says it so, whichever page draws it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components.charts.trust import TITLES
from components.wording import listed, plain
from models.maps.faithfulness import Faithfulness, Figure
from models.maps.faithfulness_of_many import FEWEST, sampled_knn_overlap
from models.space import EmbeddingSpace, Floats

CAUTION = (
    "Trustworthiness and continuity look good even where most of the nearest neighbours are "
    "gone: never read them without the first row. The first three look near; the last two look "
    "far, which UMAP and t-SNE do not promise to keep."
)


def kept_sentence(kept: Figure, k: int) -> str:
    """Say the first figure for people, as Markdown."""
    return (
        f"Of a word's {k} nearest, **{k * kept.value:.1f}** on average are still its nearest on "
        f"this map; a random map keeps **{k * kept.random:.2g}**."
    )


def by_name(names: Sequence[str], found: Sequence[Faithfulness]) -> dict[str, Faithfulness]:
    """Return what was found of several maps by their names; a name that two have is numbered."""
    seen: Counter[str] = Counter()
    named: dict[str, Faithfulness] = {}
    for name, each in zip(names, found, strict=True):
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = each
    return named


def kept_by_each(found: Mapping[str, Faithfulness]) -> str:
    """Say the first figure of several maps, as Markdown; their names are any text."""
    first = next(iter(found.values()))
    each = [
        f"**{of.k * of['knn_overlap'].value:.1f}** ({plain(name)})" for name, of in found.items()
    ]
    return (
        f"Of a word's {first.k} nearest, {listed(each)} on average are still its nearest on the "
        f"map; a random map keeps **{first.k * first['knn_overlap'].random:.2g}**."
    )


def sentence_of(
    space: EmbeddingSpace,
    positions: Floats,
    words: tuple[str, ...] | None = None,
    *,
    metric: str = "cosine",
) -> str:
    """Return the sentence on a map `positions`, float32 (words, 2 or 3), of `words` of `space`
    (None: its first ones), as Markdown; empty where there are too few. For a map that no job has
    judged: a fifth of a second for 5,000 words, so remember what it returns."""
    if len(positions) < FEWEST:
        return ""
    return kept_sentence(*sampled_knn_overlap(space, positions, words, metric=metric))


def believed(found: Mapping[str, Faithfulness]) -> None:
    """Draw all figures of several maps, by their names, closed at first."""
    with st.expander("How far can these maps be believed?"):
        for tab, each in zip(st.tabs([plain(name) for name in found]), found.values(), strict=True):
            with tab:
                st.table(figures_table(each), border="horizontal", hide_index=True)
                st.caption(plain(each.sampled, limit=500))
        st.caption(CAUTION)


def figures_table(found: Faithfulness) -> pd.DataFrame:
    """Return a row a figure: what it is, and what it says."""
    return pd.DataFrame(
        [
            {
                "figure, 95 % interval": _told(figure),
                "what it says": plain(figure.reading, limit=300),
            }
            for figure in found.figures
        ]
    )


def trust_frame(found: Mapping[str, Faithfulness]) -> pd.DataFrame:
    """Return all figures of several maps for a file, a row a map and figure."""
    frames = [each.to_frame().drop(columns="name").assign(map=name) for name, each in found.items()]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["map", *(column for column in frame.columns if column != "map")]]


def _told(figure: Figure) -> str:
    title = TITLES[figure.name]
    return (
        f"{title[0].upper()}{title[1:]}: **{_number(figure.value)}**{_interval(figure)}, on a "
        f"random map {_number(figure.random)}"
    )


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _interval(figure: Figure) -> str:
    if figure.interval is None:
        return " (exact)"
    return f" ({_number(figure.interval[0])} to {_number(figure.interval[1])})"
