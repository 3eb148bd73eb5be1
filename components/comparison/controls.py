"""Which two spaces are compared, and how."""

from dataclasses import dataclass

import streamlit as st

from components import session
from models.quality.compare_at_work import LAYOUTS, Side
from models.reduction import reduce
from models.sources.handles import handle_of
from models.space import EmbeddingSpace

WORDS = {"20,000": 20_000, "10,000": 10_000, "5,000": 5_000, "1,000": 1_000}
COUNTS = (5, 10, 25, 50)


@dataclass(frozen=True)
class Asked:
    """Two sides, how many common words and neighbours, the layout and a word to find."""

    one: Side
    other: Side
    space: EmbeddingSpace  # of the other side, cut as it is
    most: int
    k: int
    layout: str
    word: str

    @property
    def key(self) -> str:
        """Name all that the figures depend on."""
        return f"{self.one.key} with {self.other.key}: {self.most}, {self.k}, {self.layout}"

    @property
    def private(self) -> bool:
        """Whether one of the two is a visitor's own."""
        return self.one.handle.private or self.other.handle.private


def controls(in_use: session.InUse) -> Asked:
    """Draw the controls."""
    name = in_use.published.name
    names = session.space_names()
    left, right, size, which = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    left.text_input(
        "The space in use",
        f"{name}, {in_use.kept.dimension} dimensions",
        disabled=True,
        help="Choose it, and its dimensions kept, in the sidebar.",
    )
    usual = next((other for other in names if other != name), name)
    against = right.selectbox(
        "Compare with", names, index=names.index(usual), key="with", bind="query-params"
    )
    other = session.open_space(against if against in names else usual)
    kept = size.number_input(
        "Its dimensions",
        session.LOWEST,
        other.dimension,
        other.dimension,
        key=f"with-{other.name}-dimensions",
        help="Fewer are kept by PCA. The same space at another size is a comparison too.",
    )
    word = which.text_input(
        "Find a word", "king", key="word", bind="query-params", help="Marked on both maps."
    )
    with st.expander("More: how many words and neighbours, and which map"):
        one, two, three = st.columns(3)
        most = one.selectbox(
            "Common words", list(WORDS), index=1, key="common", bind="query-params"
        )
        k = two.selectbox("Neighbours", COUNTS, index=1, key="near", bind="query-params")
        layout = three.segmented_control(
            "Maps", LAYOUTS, default=LAYOUTS[0], required=True, key="maps", bind="query-params"
        )
    dimension = min(max(int(kept or other.dimension), session.LOWEST), other.dimension)
    return Asked(
        Side(handle_of(in_use.published), in_use.kept.dimension),
        Side(handle_of(other), dimension),
        other if dimension == other.dimension else reduce(other, dimension=dimension),
        WORDS.get(str(most), 10_000),
        k if k in COUNTS else 10,
        layout if layout in LAYOUTS else LAYOUTS[0],
        str(word or "").strip(),
    )
