"""The controls: which two spaces are compared, and how."""

from dataclasses import dataclass

import streamlit as st

from components import session
from components.dimension_slider import LOWEST
from components.widgets.choice import choice
from components.widgets.training_runs import recorded_epochs, run_epochs, runs, space_of
from models.quality.comparison_tasks import LAYOUTS, Side
from models.reduction.reduce import reduce
from models.sources.space_handles import handle_of
from models.space import EmbeddingSpace

WORDS = {"20,000": 20_000, "10,000": 10_000, "5,000": 5_000, "1,000": 1_000}
COUNTS = (5, 10, 25, 50)
_IN_USE = ""  # the option for the space in use, beside the epochs


@dataclass(frozen=True)
class ComparisonRequest:
    """Two spaces, how many common words and neighbours, the layout of the maps, a word to find."""

    one: Side
    other: Side
    here: EmbeddingSpace  # of the side `one`, reduced as in the request
    space: EmbeddingSpace  # of the side `other`
    most: int
    k: int
    layout: str
    word: str
    remarks: tuple[str, ...] = ()  # on epochs of a run

    @property
    def key(self) -> str:
        """Both sides and all choices: requests with equal figures have equal keys."""
        return f"{self.one.key} with {self.other.key}: {self.most}, {self.k}, {self.layout}"

    @property
    def private(self) -> bool:
        """Whether one of the two is a visitor's own."""
        return self.one.handle.private or self.other.handle.private


def controls(in_use: session.InUse) -> ComparisonRequest:
    """Draw the controls."""
    name = in_use.published.name
    epochs = run_epochs()
    left, right, size, which = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    first = _first(left, in_use, list(epochs))
    one = _opened(first, "one") if first else None
    names = [*session.space_names(), *epochs]
    usual = next((other for other in names if other != (first or name)), name)
    against = right.selectbox(
        "Compare with", names, index=names.index(usual), key="with", bind="query-params"
    )
    against = str(against) if against in names else usual
    other = _opened(against, "other")
    kept = size.number_input(
        "Its dimensions",
        LOWEST,
        other.dimension,
        other.dimension,
        key=f"with-{other.name}-dimensions",
        help="Fewer are kept by PCA. The same space at another size is a comparison too.",
    )
    word = which.text_input(
        "Find a word", "king", key="word", bind="query-params", help="Marked on both maps."
    )
    with st.expander("More: how many words and neighbours, and which map"):
        columns = st.columns(3)
        most = columns[0].selectbox(
            "Common words", list(WORDS), index=1, key="common", bind="query-params"
        )
        k = columns[1].selectbox("Neighbours", COUNTS, index=1, key="near", bind="query-params")
        layout = choice("Maps", LAYOUTS, key="maps", place=columns[2])
    chosen = [epochs[name].run for name in (first, against) if name in epochs]
    dimension = min(max(int(kept or other.dimension), LOWEST), other.dimension)
    return ComparisonRequest(
        Side(handle_of(one or in_use.published), (one or in_use.kept).dimension),
        Side(handle_of(other), dimension),
        one or in_use.kept,
        other if dimension == other.dimension else reduce(other, dimension=dimension),
        WORDS.get(str(most), 10_000),
        k if k in COUNTS else 10,
        layout,
        str(word or "").strip(),
        tuple(f"Of {run.name}: {recorded_epochs(run)}." for run in runs() if run in chosen),
    )


def _first(
    column: "st.delta_generator.DeltaGenerator", in_use: session.InUse, epochs: list[str]
) -> str | None:
    """Draw the choice of the first side; return the epoch, None for the space in use."""
    used = f"{in_use.published.name}, {in_use.kept.dimension} dimensions"
    help_ = "The space in use is chosen, with its dimensions kept, in the sidebar."
    if not epochs:
        column.text_input("The space in use", used, disabled=True, help=help_)
        return None
    chosen = column.selectbox(
        "Compare",
        [_IN_USE, *epochs],
        key="compare-first",
        format_func=lambda name: used if name == _IN_USE else str(name),
        help=f"{help_} Or an epoch of a run of yours on the Train page.",
    )
    return str(chosen) if chosen in epochs else None


def _opened(name: str, side: str) -> EmbeddingSpace:
    """Return the space `name`, or the epoch of that name."""
    epoch = run_epochs().get(name)
    if epoch is None:
        return session.open_space(name)
    return session.remember(f"compare-{side}", epoch, lambda: space_of(epoch))
