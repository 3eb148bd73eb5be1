"""How far two spaces agree: a sentence, the distribution over words, and figures of the whole."""

from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.charts.bars import agreement_chart
from components.pages.compare.controls import ComparisonRequest
from components.pages.compare.maps import faithful_of
from components.widgets.chart import show
from components.widgets.exports import foot
from components.widgets.faithfulness_figures import faithfulness_frame
from components.wording import bold, cosine, count, percent, plain
from models.quality.comparison_tasks import Compared
from models.search.neighbours import neighbours

_LISTED = 10


def figures(request: ComparisonRequest, compared: Compared) -> None:
    """Draw all but the maps."""
    found = compared.comparison
    low, high = found.interval
    st.markdown(
        f"Of their {found.k} neighbours {bold(found.first)} and {bold(found.second)} share "
        f"**{found.shared.mean():.1f}** on average (Jaccard **{cosine(found.mean)}**, "
        f"{cosine(low)} to {cosine(high)}); drawn at random they would share "
        f"{found.chance_shared:.2g}."
    )
    chart, most, least = st.columns([4, 2, 2], gap="medium")
    draw = partial(agreement_chart, found.shared, k=found.k, chance=found.chance_shared)
    frame = found.to_frame()
    with chart:
        show(draw, key="agreement", alt=f"{found.shared.mean():.1f} of {found.k} shared")
    for column, title, part in (
        (most, "Words that agree most", frame.head(_LISTED)),
        (least, "Words that agree least", frame.tail(_LISTED).iloc[::-1]),
    ):
        with column:
            st.markdown(f"**{title}**")
            st.dataframe(
                part,
                hide_index=True,
                column_config={"jaccard": st.column_config.NumberColumn(format="%.3f")},
            )
    st.table(_whole(compared), border="horizontal", hide_index=True)
    with st.expander("Why?"):
        st.markdown(
            "Absolute coordinates mean nothing: a space that is turned or mirrored answers every "
            "question alike. So neighbours are compared, and figures that forgive a turn: what "
            "orthogonal Procrustes leaves (Schönemann 1966), linear CKA (Kornblith and others "
            "2019), the PIP distance (Yin and Shen 2018). The figures of the whole are ruled by "
            "the few directions of largest variance: two spaces with a CKA of 0.9 can disagree "
            "about most neighbours."
        )
    foot(
        plain(found.sampled, limit=700),
        tables={
            "agreement by word": found.to_frame,
            "figures": partial(_whole, compared),
            "trust in the maps": lambda: faithfulness_frame(faithful_of(compared)),
        },
        charts={"agreement": draw},
        code=_code(request),
        key="compare",
    )


def beside(request: ComparisonRequest) -> None:
    """Draw the neighbours of the word in both spaces, side by side."""
    st.subheader(f"What is near {plain(request.word)}?", anchor=False)
    sides = []
    for name, space in (("here", request.here), ("there", request.space)):
        if request.word not in space:
            st.caption(f"{plain(space.title)} has no word {bold(request.word)}.")
            continue
        found = session.remember(
            f"near-{name}",
            (space.content_id, request.word, request.k),
            partial(neighbours, space, request.word, k=request.k),
        )
        sides.append((space, found))
    shared = set(sides[0][1]["word"]) & set(sides[1][1]["word"]) if len(sides) == 2 else set()
    for column, (space, frame) in zip(st.columns(2), sides, strict=False):
        with column:
            cut = f", cut to {space.dimension}" if space.origin else ""
            st.markdown(plain(f"{space.published.title}{cut}"))
            st.dataframe(
                frame[["word", "similarity"]].assign(
                    shared=["yes" if word in shared else "" for word in frame["word"]]
                ),
                hide_index=True,
                column_config={"similarity": st.column_config.NumberColumn(format="%.3f")},
            )
    if len(sides) == 2:
        st.caption(
            f"{count(len(shared))} of {request.k} in common; each searched over all of its own "
            "words."
        )


def _whole(compared: Compared) -> pd.DataFrame:
    found = compared.comparison
    rows = [
        (
            "left by the best turn and scale (Procrustes residual)",
            percent(found.residual),
            "0 %: the same shape; 100 %: nothing in common",
        ),
        ("linear CKA", cosine(found.cka), "1: the same large directions; 0: none in common"),
        (
            "PIP distance, of the largest possible",
            percent(found.pip),
            "0 %: all inner products equal",
        ),
        (
            "left between the two maps",
            percent(compared.left),
            "of the maps below, not of the spaces",
        ),
    ]
    return pd.DataFrame(rows, columns=["figure", "value", "reading"])


def _code(request: ComparisonRequest) -> str:
    lines = ["import models", "from models.quality.metrics.comparison import compare", ""]
    sides = (("space", request.one, request.here), ("other", request.other, request.space))
    for name, side, space in sides:
        if side.handle.name in session.space_names():
            opened = session.loading_code(side.handle.name)
        else:
            title = space.published.title
            opened = f"...  # {title}: the vectors that models.train(on_snapshot=...) sees"
        lines.append(f"{name} = {opened}")
        if space.origin is not None:
            lines.append(f"{name} = models.reduce({name}, dimension={side.dimension})")
    lines.append(f"found = compare(space, other, most={request.most}, k={request.k})")
    return "\n".join([*lines, "print(found, found.mean, found.to_frame())"])
