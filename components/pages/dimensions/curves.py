"""2. The curves: quality against size, one line a method, for one task at a time."""

from functools import partial

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.charts.method_curves import METHOD_NAMES, method_curves
from components.charts.sections import section_multiples
from components.charts.sketch import sketch
from components.pages.dimensions.answer import rules_of, sweep_code, table_of
from components.pages.dimensions.explanations import explain, unknown_of
from components.pages.dimensions.jobs import PEERS, only_first_look
from components.pages.dimensions.request import DRAWS, SweepRequest
from components.pages.dimensions.wording import TITLES, figure, title
from components.widgets.chart import ink, show
from components.widgets.choice import choice
from components.widgets.exports import foot
from components.wording import count, listed, plain
from models.quality.sweep.point import (
    DRAWN,
    GROUP,
    NATIVE,
    RAW,
    SATURATING,
    SECTION,
    SHARE,
    TOTAL,
    SweepPoint,
    frame,
)

NEIGHBOURS = "knn-overlap"
WHOLE = "all questions"
_GOOGLE = "google-analogies"
_PUBLISHED_WORDS = 300_000  # that compete in gensim's evaluation, in Stanford's all 400,000
_PUBLISHED = ("glove-50", "glove-100")  # whose analogy scores are published
_UNITS = {
    "google-analogies": "answered rightly",
    "wordsim-353": "agreement with people (Spearman)",
    "simlex-999": "agreement with people (Spearman)",
    "knn-overlap": "of ten neighbours kept (kNN overlap)",
    "trustworthiness": "trustworthiness",
    "continuity": "continuity",
}


Place = tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]  # choices, picture, rest


def curves_place(request: SweepRequest, found: list[SweepPoint]) -> Place:
    """Reserve the place of the curves. Where nothing is found draw the axes, so that the browser
    loads what shows a picture meanwhile."""
    st.subheader("What does each task lose?", anchor=False)
    place = st.container(), st.empty(), st.container()
    if not _tasks(found):
        with place[1]:
            _sketch(request, [])
    return place


def curves(place: Place, request: SweepRequest, found: list[SweepPoint]) -> None:
    """Draw the curves of the task that is chosen."""
    above, picture, below = place
    tasks = _tasks(found)
    if not tasks:
        above.caption("The first figures come in a second or two.")
        return
    with above:
        task = choice("Task", list(tasks), key="task", wrap=True)
        suite = tasks[task]
        of_suite = [point for point in found if point.suite == suite]
        part = _part(of_suite)
    shown = [point for point in of_suite if point.part == part]
    if not any(point.total for point in shown):
        reason = next((point.sampled for point in shown if point.sampled), "")
        below.info(f"Nothing to measure here. {plain(reason, limit=300)}", icon=":material/info:")
        return
    charts = {task: _chart(request, shown)}
    above.markdown(_state(request, shown))
    with picture:
        if only_first_look(found):  # it needs nothing that the browser may still be loading
            _sketch(request, shown)
        else:
            show(charts[task], key=f"curve-{suite}-{part}", alt=_alt(request, shown, task))
    with below:
        _reading(request, shown)
        if suite == NEIGHBOURS:
            charts |= _forgiving(request, found)
        charts |= _by_section(request, of_suite)
        explain(request, suite, shown[0].unit)
        _foot(request, found, charts, suite)


def _tasks(found: list[SweepPoint]) -> dict[str, str]:
    """Return the suites that can be chosen, by title; trustworthiness and continuity are shown
    beside the share of neighbours kept, never alone."""
    suites = {point.suite: title(point) for point in found if point.method == RAW}
    ranked = [suite for suite in TITLES if suite in suites]
    ranked += [suite for suite in suites if suite not in TITLES]
    return {suites[suite]: suite for suite in ranked if suite not in SATURATING}


def _part(points: list[SweepPoint]) -> str:
    groups = list(dict.fromkeys(point.part for point in points if point.level == GROUP))
    if not groups:
        return TOTAL
    chosen = choice("Questions", [WHOLE, *groups], key="part")
    return chosen if chosen in groups else TOTAL


def _chart(request: SweepRequest, points: list[SweepPoint]) -> "partial[go.Figure]":
    per_cent, unit = _unit(points)
    return partial(
        method_curves,
        points,
        kept=request.kept,
        full=request.full,
        unit=unit,
        per_cent=per_cent,
        native_title=PEERS.get(request.name, ""),
    )


def _sketch(request: SweepRequest, points: list[SweepPoint]) -> None:
    per_cent, unit = _unit(points) if points else (True, "answered rightly")
    st.image(
        sketch(points, full=request.full, unit=unit, per_cent=per_cent, ink=ink()), width="stretch"
    )


def _unit(points: list[SweepPoint]) -> tuple[bool, str]:
    """Return whether the figures are shares, and the title of their axis."""
    per_cent = points[0].unit == SHARE
    other = "answered rightly" if per_cent else "agreement with people (Spearman)"
    return per_cent, _UNITS.get(points[0].suite, other)


def _state(request: SweepRequest, points: list[SweepPoint]) -> str:
    """Say whether the figures are of a sample or exact, and compare with a native space."""
    raw = next((point for point in points if point.method == RAW), None)
    start = f"As published: **{figure(raw)}**. " if raw else ""
    last = max(points, key=lambda point: (point.exact, point.total))
    if last.suite == NEIGHBOURS:
        return f"{start}{plain(last.sampled, limit=300)}"
    known = count(last.total if last.known is None else last.known)
    of = f"{known} of {count(last.asked)} {'questions' if last.unit == SHARE else 'pairs'}"
    rough = any(not point.exact for point in points)
    if rough and not last.exact:
        drawn = count(last.total)
        return f"{start}A first look, to be refined: {drawn} drawn at random of the {of} known."
    if rough:
        return f"{start}{of} are known; hollow points are still those of a first look, at a sample."
    return f"{start}Exact: all {of} that are known.{_native(request, points)}"


def _native(request: SweepRequest, points: list[SweepPoint]) -> str:
    """Compare what was trained at its own size with the vectors cut to it."""
    native = next((point for point in points if point.method == NATIVE), None)
    if native is None:
        return ""
    same = (request.method, native.dimension)
    cut = [point for point in points if (point.method, point.dimension) == same]
    if not cut:
        return ""
    return (
        f" Cut to {native.dimension} by {METHOD_NAMES[request.method]}, {request.name} has "
        f"**{figure(cut[0])}**; {PEERS[request.name]}, trained at {native.dimension}, has "
        f"**{figure(native)}** on the same words."
    )


def _alt(request: SweepRequest, points: list[SweepPoint], name: str) -> str:
    method = request.method
    line = [point for point in points if point.method == method]
    if not line:
        return f"{name} against the number of dimensions kept"
    first, last = line[0], line[-1]
    return (
        f"{name} by {METHOD_NAMES[method]} rises from {figure(first)} at {first.dimension} "
        f"dimensions to {figure(last)} at {last.dimension}"
    )


def _reading(request: SweepRequest, points: list[SweepPoint]) -> None:
    marks = [
        "Bands: 95 % intervals",
        "dashed: the vectors as published, all dimensions",
        "dotted: the dimensions kept",
    ]
    if any(not point.exact for point in points):
        marks.append("hollow, thin: of a sample")
    if any(point.method == NATIVE for point in points):
        marks.append(f"hollow diamond: {PEERS.get(request.name, '')}, trained at its own size")
    control = ""
    if any(DRAWN in point.treatment for point in points):
        control = f" Random projection is the mean of {DRAWS} draws; its band holds those of all."
    st.caption(f"{'; '.join(marks)}.{control}")


def _forgiving(request: SweepRequest, found: list[SweepPoint]) -> "dict[str, partial[go.Figure]]":
    """Draw the two measures that saturate, side by side."""
    charts = {}
    for column, suite in zip(st.columns(2), SATURATING, strict=True):
        points = [point for point in found if point.suite == suite]
        if any(point.total for point in points):
            charts[TITLES[suite]] = draw = _chart(request, points)
            with column:
                st.caption(f"{TITLES[suite]}: saturates, read it beside the neighbours kept")
                show(draw, key=f"curve-{suite}", alt=_alt(request, points, TITLES[suite]))
    return charts


def _by_section(request: SweepRequest, points: list[SweepPoint]) -> "dict[str, partial[go.Figure]]":
    if not any(point.level == SECTION for point in points):
        return {}
    if not st.toggle("Show every section", key="sections", bind="query-params"):
        return {}
    draw = partial(
        section_multiples, points, kept=request.kept, full=request.full, method=request.method
    )
    show(draw, key="sections-chart", alt="The same curve for every section of the suite")
    return {"sections": draw}


def _foot(
    request: SweepRequest,
    found: list[SweepPoint],
    charts: "dict[str, partial[go.Figure]]",
    suite: str,
) -> None:
    fewer = ""
    if suite == _GOOGLE and request.name in _PUBLISHED and request.words < _PUBLISHED_WORDS:
        fewer = " (scores published elsewhere let more words compete, and are lower)"
    methods = listed([METHOD_NAMES[method] for method in request.methods])
    kept = request.in_use.kept.treatment
    cut = f"; kept: {plain(kept, limit=200)}" if request.in_use.is_cut else ""
    foot(
        f"{count(request.words)} most frequent words ask and answer{fewer}; {methods}, fitted on "
        f"all {count(len(request.in_use.published))} words; {request.precision}; "
        f"seed {request.seed}{cut}.",
        tables={
            "answer": partial(table_of, request, found),
            "curves, all tasks": partial(frame, found),
            "rules of thumb": partial(rules_of, request, found),
            "words unknown": partial(unknown_of, request),
        },
        charts=charts,
        code=sweep_code(request, found),
        key="curves",
    )
