"""5. The shape of the space: how many dimensions it fills, how evenly, and its hubs."""

from functools import partial
from math import isfinite

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import session
from components.charts.shape import held_curve, occurrence_chart, shape_curves, spectrum_chart
from components.pages.dimensions.follow import sizes_shown
from components.pages.dimensions.request import SweepRequest
from components.widgets.chart import show
from components.widgets.exports import foot
from components.widgets.jobs import job_section
from components.wording import bold, cosine, count, percent, plain
from models.quality.metrics.hubs import HUB_K, Occurrences
from models.quality.tasks import Shape, measure_shape

HUBS = 10  # in the table
# The columns that are drawn against size, and the titles of their axes.
FIGURES = {
    "participation_ratio": "participation ratio",
    "intrinsic_dimension": "intrinsic dimension",
    "mean_cosine": "mean cosine",
    "hubness": "hubness",
}
_WHY = """
- The participation ratio ([Gao et al. 2017](https://doi.org/10.1101/214262)) counts principal axes
  by their variance: equal ones count fully, weak ones hardly.
- IsoScore ([Rudman et al. 2022](https://aclanthology.org/2022.findings-acl.262)) is the same count
  on a scale from 0, a line, to 1, a ball.
- The intrinsic dimension ([TwoNN, Facco et al. 2017](https://doi.org/10.1038/s41598-017-11873-y))
  compares the distances to a vector's two nearest, so it sees a curved sheet in many dimensions.
- Parallel analysis ([Horn 1965](https://doi.org/10.1007/BF02289447)) keeps the axes that carry more
  variance than those of the same columns shuffled, which know nothing of each other.
- The mean cosine ([Ethayarajh 2019](https://aclanthology.org/D19-1006)) is 0 where vectors point
  everywhere; what all share (anisotropy) raises it, and centring takes most of it out.
- Hubness ([Radovanović et al. 2010](https://www.jmlr.org/papers/v11/radovanovic10a.html)) is the
  skewness of how often words are neighbours: many dimensions breed words that are near to all.
"""


def shape(request: SweepRequest) -> None:
    """Draw the shape of the space as published, and of its PCA at several sizes."""
    st.subheader("What shape has the space?", anchor=False)
    sizes = tuple(sizes_shown(request.sizes, request.full))
    arguments = (sizes, request.most_frequent, request.seed)
    job = request.job("shape", f"shape {arguments!r}", measure_shape, *arguments)
    job_section("shape", job, partial(_draw, request), key="shape-job")


def _draw(request: SweepRequest, found: Shape) -> None:
    st.markdown(shape_sentence(found))
    variance, shuffled = found.spectrum.variance, found.spectrum.shuffled
    charts = {
        "variance held": partial(held_curve, variance, kept=request.kept),
        "spectrum": partial(spectrum_chart, variance, shuffled, kept=request.kept),
    }
    held = float(variance[: request.kept].sum() / variance.sum())
    alts = (
        f"The first {request.kept} of {request.full} principal axes hold {percent(held)} "
        "of the variance",
        f"{found.spectrum.above} of {request.full} axes carry more variance than shuffled columns",
    )
    for column, (name, draw), alt in zip(st.columns(2), charts.items(), alts, strict=True):
        with column:
            show(draw, key=f"shape-{name}", alt=alt)
    charts |= _against_size(request, found)
    counted = found.occurrences
    sampled = None if counted.exact else counted.asked
    charts["neighbour counts"] = partial(occurrence_chart, counted.counts, sampled=sampled)
    _hubs(counted, charts["neighbour counts"])
    with st.expander("Why?"):
        st.markdown(_WHY)
    _foot(request, found, charts)


def shape_sentence(found: Shape) -> str:
    """Say what was found in plain words, as Markdown."""
    raw, full = found.figures.iloc[0], len(found.spectrum.variance)
    local = float(raw["intrinsic_dimension"])
    near = f", locally over about **{local:.0f}** (TwoNN intrinsic dimension)"
    return (
        f"The vectors spread over **{raw['participation_ratio']:.0f}** of {full} dimensions "
        f"(participation ratio; IsoScore {raw['isoscore']:.2f}){near if isfinite(local) else ''}; "
        f"**{found.spectrum.above}** principal axes carry more than shuffled columns would "
        "(parallel analysis). Two random words have on average a cosine of "
        f"**{cosine(raw['mean_cosine'])}** (anisotropy){_hub(found.occurrences)}."
    )


def _hub(found: Occurrences) -> str:
    """Name the word that is a neighbour of most others; none where the counts are of a sample, as
    another sample would give another word."""
    first = found.hubs(1).iloc[0]
    if found.exact:
        return (
            f", and {bold(first['word'])} is among the {found.k} nearest of "
            f"**{count(first['count'])}** others (a hub)"
        )
    return (
        f", and of {count(found.asked)} words drawn at random up to **{count(first['count'])}** "
        f"have one and the same word among their {found.k} nearest (a hub; counted in this sample)"
    )


def _against_size(request: SweepRequest, found: Shape) -> "dict[str, partial[go.Figure]]":
    reduced = found.figures[found.figures["kind"] == "pca"]
    charts = {}
    for column, (name, title) in zip(st.columns(len(FIGURES)), FIGURES.items(), strict=True):
        rows = list(zip(reduced["dimension"].tolist(), reduced[name].tolist(), strict=True))
        draw = partial(shape_curves, rows, kept=request.kept, figure=title)
        charts[f"{title} by size"] = draw
        first, last = rows[0], rows[-1]
        alt = f"{title}: {first[1]:.3g} at {first[0]} and {last[1]:.3g} at {last[0]} dimensions"
        with column:
            show(draw, key=f"shape-{name}", alt=alt)
    raw, counted = found.figures.iloc[0], found.occurrences
    those = f"{'all' if counted.exact else 'a sample of'} {count(counted.asked)} words"
    st.caption(
        f"By PCA, which centres; intrinsic dimension and hubness are estimates of a sample: "
        f"{plain(found.sampled, limit=300)} As published: mean cosine "
        f"{cosine(raw['mean_cosine'])}; hubness {raw['hubness']:.2f} in that sample, "
        f"{counted.hubness:.2f} over {those}."
    )
    return charts


def _hubs(found: Occurrences, draw: "partial[go.Figure]") -> None:
    left, right = st.columns([3, 2], gap="large")
    hubs = found.hubs(HUBS)
    of = "others" if found.exact else f"{count(found.asked)} words drawn at random"
    with left:
        show(
            draw,
            key="occurrences",
            alt=f"How many words are how often among the {found.k} nearest of {of}: "
            f"{percent(found.never)} never, {hubs['word'].iloc[0]} {hubs['count'].iloc[0]} times",
        )
        nobody = "nobody's neighbour" if found.exact else f"a neighbour of none of the {of}"
        st.caption(
            f"**{percent(found.never)}** of the words are {nobody}. "
            f"{plain(found.sampled, limit=300)}"
        )
    header = f"among the {found.k} nearest of" + ("" if found.exact else " (a sample)")
    counts = hubs["count"].map(lambda n: f"{count(n)} words")
    rows = pd.DataFrame({"hub": hubs["word"].map(bold), header: counts})
    right.table(rows, border="horizontal", hide_index=True)


def _foot(request: SweepRequest, found: Shape, charts: "dict[str, partial[go.Figure]]") -> None:
    variance, shuffled = found.spectrum.variance, found.spectrum.shuffled
    axes = {"axis": range(1, request.full + 1), "variance": variance, "shuffled": shuffled}
    sizes = sizes_shown(request.sizes, request.full)
    most, seed = request.most_frequent, request.seed
    drawn = "" if found.occurrences.exact else f" for {count(found.occurrences.asked)} of them"
    foot(
        f"Spectrum, participation ratio, IsoScore and mean cosine of all "
        f"{count(len(request.in_use.published))} words; hubs counted among the "
        f"{count(request.words)} most frequent{drawn}, intrinsic dimension and hubness by size "
        f"of words drawn from them; cosine; seed {seed}.",
        tables={
            "shape by size": found.figures,
            "spectrum": pd.DataFrame(axes),
            "hubs": partial(found.occurrences.hubs, 100),
        },
        charts=charts,
        code="import models\nfrom models.quality.metrics.geometry import spectrum\n"
        "from models.quality.metrics.hubs import occurrences\n"
        "from models.quality.metrics.shape_by_size import estimates_at, shape_at\n\n"
        f"space = {session.loading_code(request.name)}\nsizes = {sizes}\n"
        f"print(spectrum(space, seed={seed}).above, shape_at(space, sizes))\n"
        f"print(estimates_at(space, sizes, most_frequent={most}, seed={seed}))\n"
        f"print(occurrences(space.head({request.words}), k={HUB_K}, seed={seed}).hubs())",
        key="shape",
    )
