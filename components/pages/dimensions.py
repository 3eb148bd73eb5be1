"""What does every dimension buy?

Quality on three benchmarks against the number of dimensions kept by PCA, the variance that these
hold, and what a word's neighbours become.
"""

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import models
from components import session
from components.charts import theme
from components.charts.bars import answer_bars
from components.charts.curves import Curve, explained_curve, quality_curves
from components.widgets.chart import show
from components.widgets.curve import (
    CUT,
    NATIVE,
    PEERS,
    RAW,
    SIZES,
    curve_job,
    curve_key,
    curve_work,
    found_by,
    size_job,
)
from components.widgets.exports import foot
from components.widgets.jobs import job_card
from components.widgets.notices import notice
from components.wording import bold, count, listed, percent, plain, size
from models.jobs import Job
from models.quality.curve import CurvePoint, frame
from models.reduction import fit_pca

WORDS = {"40,000": 40_000, "20,000": 20_000, "10,000": 10_000, "all words": None}
GOOGLE = "google-analogies"
TITLES = {GOOGLE: "Google analogies", "wordsim-353": "WordSim-353", "simlex-999": "SimLex-999"}
ANALOGIES = {"semantic": theme.TASKS[0], "syntactic": theme.TASKS[1], "total": theme.TASKS[2]}
SIMILARITY = {"wordsim-353": theme.TASKS[3], "simlex-999": theme.TASKS[4]}
NEARLY = 0.95  # of the published score
_RAN = "curve-was-running"


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What does every dimension buy?")
    chosen = st.selectbox(
        "Most frequent words used",
        list(WORDS),
        key="words",
        bind="query-params",
        width=360,
        help="They are asked about and may answer. “All words” takes a minute or more for the "
        "400,000 words of glove-50.",
    )
    most_frequent = WORDS.get(str(chosen), 40_000)
    running = any(job.running for job in _jobs(in_use, most_frequent))
    st.fragment(_curves, run_every=1.0 if running else None)(in_use, most_frequent)
    _variance(in_use)
    _follow(in_use)


def _jobs(in_use: session.InUse, most_frequent: int | None) -> list[Job[None]]:
    """The job of the whole curve, and that of the size kept where the curve has no such point."""
    name, kept = in_use.published.name, in_use.kept.dimension
    jobs = [curve_job(name, most_frequent)]
    if in_use.is_cut and kept not in SIZES:
        jobs.append(size_job(name, most_frequent, kept))
    return jobs


def _curves(in_use: session.InUse, most_frequent: int | None) -> None:
    """The part that follows the job: drawn again each second while it runs."""
    name = in_use.published.name
    jobs = _jobs(in_use, most_frequent)
    job, running = jobs[0], any(each.running for each in jobs)
    found = found_by(*jobs)
    _answer(in_use, job, found)
    work = partial(curve_work, name, most_frequent)
    job_card(job, key="curve", job_key=curve_key(name, most_frequent), work=work)
    charts = {
        "Google analogies": partial(_analogies, in_use, found),
        "Word similarity": partial(_similarity, in_use, found),
    }
    for column, (title, draw) in zip(st.columns(2), charts.items(), strict=True):
        with column:
            st.subheader(title, anchor=False)
            show(
                draw(),
                key=f"curve-{title}",
                alt=f"{title} against the number of dimensions kept",
            )
    _reading(name)
    _curve_foot(in_use, found, most_frequent, charts)
    if session.get(_RAN) and not running:
        session.put(_RAN, False)
        st.rerun()  # once, so that the page stops asking
    session.put(_RAN, running)


def _answer(in_use: session.InUse, job: Job[None], found: list[CurvePoint]) -> None:
    total = [point for point in found if point.group == "total"]
    raw = {point.suite: point.value for point in total if point.kind == RAW}
    kept, full = in_use.kept.dimension, in_use.published.dimension
    at = [point for point in total if point.kind == CUT and point.dimension == kept]
    if not raw:
        st.markdown("The published vectors are being measured first.")
    elif in_use.is_cut and at:
        parts = [
            f"{TITLES[point.suite]} {_score(point.suite, point.value)} instead of "
            f"{_score(point.suite, raw[point.suite])}"
            for point in at
        ]
        st.markdown(
            f"At **{kept}** of {full} dimensions: {listed(parts)}, in "
            f"**{percent(kept / full)}** of the memory."
        )
    elif job.running or job.cancelled:
        parts = [f"{TITLES[suite]} {_score(suite, value)}" for suite, value in raw.items()]
        st.markdown(f"All {full} dimensions: {listed(parts)}.")
    else:
        st.markdown(_smallest(total, raw, full))


def _smallest(total: list[CurvePoint], raw: dict[str, float], full: int) -> str:
    parts = []
    for suite, value in raw.items():
        enough = [
            point.dimension
            for point in total
            if point.kind == CUT and point.suite == suite and point.value >= NEARLY * value
        ]
        smallest = min(enough, default=full)
        where = f"at **{smallest}**" if smallest < full else f"only with all **{full}**"
        parts.append(f"{TITLES[suite]} {where}")
    return (
        f"{100 * NEARLY:.0f} % of the published score is reached by {listed(parts)} dimensions "
        "(the smallest of the sizes measured)."
    )


def _score(suite: str, value: float) -> str:
    return f"**{percent(value)}**" if suite == GOOGLE else f"**{value:.3f}**"


def _analogies(in_use: session.InUse, found: list[CurvePoint]) -> go.Figure:
    google = [point for point in found if point.suite == GOOGLE]
    curves = [
        _curve([point for point in google if point.group == group], group, colour)
        for group, colour in ANALOGIES.items()
    ]
    return quality_curves(
        curves,
        kept=in_use.kept.dimension,
        full=in_use.published.dimension,
        unit="answered rightly",
        per_cent=True,
    )


def _similarity(in_use: session.InUse, found: list[CurvePoint]) -> go.Figure:
    curves = [
        _curve([point for point in found if point.suite == suite], TITLES[suite], colour)
        for suite, colour in SIMILARITY.items()
    ]
    return quality_curves(
        curves,
        kept=in_use.kept.dimension,
        full=in_use.published.dimension,
        unit="agreement with people (Spearman)",
        per_cent=False,
    )


def _curve(found: list[CurvePoint], name: str, colour: str) -> Curve:
    cut, raw, native = (
        [point for point in found if point.kind == kind] for kind in (CUT, RAW, NATIVE)
    )
    return Curve(name, cut, raw, native, colour)


def _reading(name: str) -> None:
    native = ""
    if name in PEERS:
        native = f" Hollow diamonds: {PEERS[name]}, trained at its own size, on the same words."
    st.caption(
        "Bands: 95 % intervals. Dashed: the vectors as published, all dimensions. Dotted: the "
        f"dimensions kept.{native}"
    )
    with st.expander("Why?"):
        st.markdown(
            "Google analogies (Mikolov et al. 2013) count how often 3CosAdd puts the expected word "
            "first. WordSim-353 (Finkelstein et al. 2002) and SimLex-999 (Hill, Reichart and "
            "Korhonen 2015) compare cosines with people's judgements of relatedness and of "
            "similarity. PCA centres the vectors, which alone moves the scores: a cut space can "
            "therefore lie above the published one. Intervals are bootstraps over the word pairs "
            "that the questions are built from, as questions that share a pair are not independent."
        )


def _peer_code(name: str, most_frequent: int | None) -> str:
    """The natively trained points as Python."""
    if name not in PEERS:
        return ""
    return (
        f'\n\npeer = models.load("{PEERS[name]}")\n'
        f"words = [word for word in space.words[:{most_frequent}] if word in peer]\n"
        "print(frame(curve(peer.select(words), dimensions=[], most_frequent=None)).to_string())"
    )


def _curve_foot(
    in_use: session.InUse,
    found: list[CurvePoint],
    most_frequent: int | None,
    charts: dict[str, partial[go.Figure]],
) -> None:
    space = in_use.published
    words = min(most_frequent or len(space), len(space))
    asked = [
        f"{TITLES[point.suite]} {count(point.total)} ({percent(point.coverage)})"
        for point in found
        if point.kind == RAW and point.group == "total"
    ]
    code = (
        "import models\nfrom models.quality.curve import curve, frame\n\n"
        f'space = models.load("{space.name}")\n'
        f"sizes = {[size for size in SIZES if size <= space.dimension]}\n"
        f"print(frame(curve(space, dimensions=sizes, most_frequent={most_frequent})).to_string())"
        + _peer_code(space.name, most_frequent)
    )
    foot(
        f"{count(words)} of {count(len(space))} words, the most frequent; PCA fitted on all words; "
        "3CosAdd on unit vectors, query words excluded; cosine"
        + (f"; questions asked: {listed(asked)}." if asked else "."),
        tables={"curves": frame(found)},
        charts=charts,
        code=code,
        key="curves",
    )


def _variance(in_use: session.InUse) -> None:
    space = in_use.published
    explained = fit_pca(space).explained
    st.subheader("How much of the variance is kept?", anchor=False)
    kept = in_use.kept.dimension
    half = int((explained.cumsum() < 0.5).sum()) + 1
    sentence = f"**{half}** of {space.dimension} dimensions hold half of the variance."
    if in_use.is_cut:
        share = percent(float(explained[:kept].sum()))
        less, all_of_it = (size(4 * kind * len(space)) for kind in (kept, space.dimension))
        sentence += f" The **{kept}** kept hold **{share}**, in **{less}** instead of {all_of_it}."
    st.markdown(sentence)
    show(
        explained_curve(list(explained), kept=kept),
        key="explained",
        alt=f"Share of the variance by dimensions kept: {half} hold half",
    )
    st.caption("Variance is not meaning: compare this curve with those above.")
    shares = pd.DataFrame({"dimension": range(1, len(explained) + 1), "share": explained})
    foot(
        f"PCA of all {count(len(space))} words, centred.",
        tables={"variance": shares},
        charts={"variance": partial(explained_curve, list(explained), kept=kept)},
        code="import models\nfrom models.reduction import fit_pca\n\n"
        f'space = models.load("{space.name}")\nprint(fit_pca(space).explained.cumsum())',
        key="variance",
    )


def _follow(in_use: session.InUse) -> None:
    st.subheader("What becomes of a word's neighbours?", anchor=False)
    word = st.text_input("Word", "king", key="follow", bind="query-params", width=360)
    word = str(word or "").strip()
    full = in_use.published
    fewer = (
        in_use.kept if in_use.is_cut else models.reduce(full, dimension=max(2, full.dimension // 4))
    )
    if not word:
        st.info(
            "Type a word to see its neighbours at few and at all dimensions.",
            icon=":material/edit:",
        )
        return
    try:
        answers = {space: models.neighbours(space, word) for space in (fewer, full)}
    except models.EmbeddingError as error:
        notice(error, repair=lambda right: {"follow": right}, key="follow")
        return
    reach = max(float(found["similarity"].max()) for found in answers.values())
    shared = frozenset(answers[fewer]["word"]) & frozenset(answers[full]["word"])
    hint = "" if in_use.is_cut else " Drag “Dimensions kept” to choose another size."
    st.markdown(
        f"**{len(shared)} of 10** neighbours of {bold(word)} at {full.dimension} dimensions "
        f"are still there at **{fewer.dimension}**.{hint}"
    )
    for column, (space, found) in zip(st.columns(2), answers.items(), strict=True):
        with column:
            st.caption(f"{space.dimension} dimensions")
            show(
                answer_bars(found, shared=shared, reach=reach),
                key=f"follow-{space is full}",
                alt=f"Neighbours of {word} at {space.dimension} dimensions: "
                f"{listed([str(w) for w in found['word'][:3]])} first",
            )
    foot(
        f"Neighbours searched over all {count(len(full))} words; left: "
        f"{plain(fewer.treatment, limit=200)}; right: {plain(full.treatment, limit=200)}; cosine.",
        tables={f"neighbours at {space.dimension}": found for space, found in answers.items()},
        charts={
            f"neighbours at {space.dimension}": partial(
                answer_bars, found, shared=shared, reach=reach
            )
            for space, found in answers.items()
        },
        code=f'import models\n\nspace = models.load("{full.name}")\n'
        f"small = models.reduce(space, dimension={fewer.dimension})\n"
        f"print(models.neighbours(small, {word!r}))\nprint(models.neighbours(space, {word!r}))",
        key="follow",
    )


render()
