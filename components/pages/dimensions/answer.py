"""1. The answer: how many dimensions are enough for each task, rules of thumb, and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from math import nan
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import session
from components.charts.method_curves import METHOD_NAMES
from components.pages.dimensions.advice import advised, at_kept, centring
from components.pages.dimensions.jobs import PEERS, start_again
from components.pages.dimensions.request import ANSWERED, SweepRequest
from components.pages.dimensions.wording import figure, interval, title
from components.widgets.choice import choice
from components.widgets.exports import foot
from components.widgets.jobs import job_card, job_section
from components.wording import bold, count, listed, percent, plain, size
from models.jobs.job import Job
from models.quality.rules import Rule, rules_of_thumb
from models.quality.sweep.point import NATIVE, RAW, SATURATING, TOTAL, SweepPoint
from models.quality.sweep.verdict import (
    Verdict,
    Within,
    frame,
    memory_saved,
    recommended,
    verdicts,
)
from models.quality.tasks import measure_costs

NEARLY, HARDLY = 0.05, 0.01  # of the published score may be lost
_GOOGLE = "google-analogies"
_PRECISIONS = {"1-bit": "1 bit"}
_UNBROKEN = "\u00a0"
_UNKNOWN = "The published vectors are being measured first."


Place = tuple[DeltaGenerator, DeltaGenerator]  # of the sentences, and of the tables


def answer_place(request: SweepRequest, jobs: Sequence[Job[Any]], found: list[SweepPoint]) -> Place:
    """Draw the choice of a method and the progress; reserve places for sentences and tables."""
    if len(request.methods) > 1:
        names = [METHOD_NAMES[method] for method in request.methods]
        choice("Answer for", names, key=ANSWERED, label_visibility="collapsed")
    sentences = st.empty()
    if not found:
        sentences.container().markdown(_UNKNOWN)
    with st.container():  # a slot of its own: what follows keeps its place when the bar goes
        for place, job in enumerate(jobs):
            job_card(job, key=f"sweep-{place}", again=start_again)
    return sentences, st.container()


def answer(
    place: Place, request: SweepRequest, jobs: Sequence[Job[Any]], found: list[SweepPoint]
) -> None:
    """Draw the answer from what is known so far."""
    judged = _judged(request, found)
    sentences, tables = place
    with sentences.container():
        st.markdown(_sentence(request, judged, found, jobs))
        if request.in_use.is_cut:
            st.markdown(at_kept(request, found))
    if all(point.method in (RAW, NATIVE) for point in found):
        return  # the browser has enough to do until the first curves come
    left, right = tables.columns([3, 2], gap="large")
    with left:
        st.table(_table(request, judged), border="horizontal", hide_index=True)
        st.caption(
            f"The smallest size at which a loss of more than 5 % (1 %) of the score that all "
            f"{request.full} dimensions have is ruled out, and the score there: the lower end of "
            "the paired 95 % interval lies within it. “Cannot tell”: the suite is too small to "
            "rule a loss out; sizes at which it surely loses more are not recommended. In "
            "parentheses after a task: the questions or pairs whose words are known. Neighbours "
            f"are no task that people set, and do not count for the answer. "
            f"{centring(request, found)}"
        )
    with right:
        sources = "; ".join(dict.fromkeys(plain(r.source) for r in rules_of_thumb(request.words)))
        st.table(_rules(request, found), border="horizontal", hide_index=True)
        st.caption(
            f"What rules of thumb say for a table of {count(request.words)} words, without looking "
            f"at the vectors, and what is measured there. Sources: {sources}."
        )


def enough(request: SweepRequest, found: list[SweepPoint]) -> int | None:
    """Return the size that the page recommends, None while there is none."""
    return recommended(_judged(request, found), NEARLY).dimension


def _judged(request: SweepRequest, found: list[SweepPoint]) -> list[Verdict]:
    method = request.method
    return session.remember(
        "judged",
        (tuple(found), method),
        lambda: verdicts(found, method=method, tolerances=(HARDLY, NEARLY)),
    )


def _sentence(
    request: SweepRequest,
    judged: list[Verdict],
    found: list[SweepPoint],
    jobs: Sequence[Job[Any]],
) -> str:
    if not any(verdict.raw for verdict in judged):
        return _UNKNOWN
    sentence = advised(request, recommended(judged, NEARLY), found)
    if jobs[0].running:
        return f"So far, not yet exact: {sentence}"
    return sentence[0].upper() + sentence[1:]


def _table(request: SweepRequest, judged: list[Verdict]) -> pd.DataFrame:
    rows = []
    for verdict in judged:
        if verdict.raw is None or verdict.suite in SATURATING:
            continue  # they saturate: the share of neighbours kept stands for them
        nearly, hardly = verdict.within(NEARLY), verdict.within(HARDLY)
        saved = "–"
        if nearly.dimension is not None:
            saved = percent(memory_saved(nearly.dimension, request.full, request.precision))
        of_neighbours, raw = verdict.neighbourhood, verdict.raw
        known = count(raw.total if raw.known is None else raw.known)
        of = f" ({known} of {count(raw.asked)})" if raw.total and not of_neighbours else ""
        rows.append(
            (
                f"{title(raw)}{of}",
                _size_within(nearly, neighbourhood=of_neighbours),
                _size_within(hardly, neighbourhood=of_neighbours),
                saved,
                "all of them" if of_neighbours else f"{figure(raw)} {interval(raw)}",
            )
        )
    columns = ["task", "within 5 %", "within 1 %", "memory saved", "as published"]
    return pd.DataFrame(rows, columns=columns)


def _size_within(entry: Within, *, neighbourhood: bool) -> str:
    """Return the smallest size within a tolerance and its figure, or why there is none."""
    if entry.state == "enough" and entry.point is not None:
        fails = [
            d for d in entry.sizes if d > entry.point.dimension and d not in entry.enough_sizes
        ]
        but = f", but not {listed([str(d) for d in fails[:3]])}" if fails else ""
        return f"**{entry.dimension}** ({figure(entry.point)}){but}"
    if entry.state == "all":
        return "only as published"
    nothing = "not measured" if neighbourhood else "words unknown"
    waits = {"no figures": "…", "no raw figure": "…", "uncovered": nothing}
    return waits.get(entry.reason, "cannot tell")


def _google(request: SweepRequest, found: list[SweepPoint]) -> dict[int, SweepPoint]:
    """Return the figures of all analogies, by size."""
    wanted = (_GOOGLE, TOTAL, request.method)
    return {p.dimension: p for p in found if (p.suite, p.level, p.method) == wanted}


def rules_of(request: SweepRequest, found: list[SweepPoint]) -> pd.DataFrame:
    """Return what rules of thumb say, and what was measured there, as a table for export."""
    curve = _google(request, found)
    rules = rules_of_thumb(request.words)
    values = [curve[r.dimension].value if r.dimension in curve else nan for r in rules]
    return pd.DataFrame(map(asdict, rules)).assign(analogies=values)


def _rules(request: SweepRequest, found: list[SweepPoint]) -> pd.DataFrame:
    curve = _google(request, found)
    rows = [
        {
            "rule": f"{rule.name}: {plain(rule.formula)}",
            "says": bold(str(rule.dimension)),
            "analogies there": _there(request, rule, curve),
        }
        for rule in rules_of_thumb(request.words)
    ]
    return pd.DataFrame(rows)


def _there(request: SweepRequest, rule: Rule, curve: Mapping[int, SweepPoint]) -> str:
    if rule.dimension > request.full:
        return f"more than the {request.full} there are"
    return figure(curve[rule.dimension]) if rule.dimension in curve else "…"


def table_of(request: SweepRequest, found: list[SweepPoint]) -> pd.DataFrame:
    """Return the answer as a table for export."""
    return frame(verdicts(found, method=request.method, tolerances=(HARDLY, NEARLY)))


def sweep_code(request: SweepRequest, found: list[SweepPoint]) -> str:
    """Return Python that gives the page's figures and its answer, those between the standard sizes
    included. A visitor's own suites are left out: Python has no name for them."""
    measured = {point.dimension for point in found if point.method == request.method}
    plan = replace(request.plan, dimensions=tuple(sorted(measured.union(request.sizes))))
    arguments = plan.arguments()
    if request.name in PEERS:
        arguments.append(f"peers=[{session.loading_code(PEERS[request.name])}]")
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return (
        f"import models\n\nspace = {session.loading_code(request.name)}\n"
        f"table = models.sweep(\n    space,\n{inner})\nprint(table.to_string())\n\n"
        "from models.quality.sweep.verdict import recommended, verdicts\n"
        "from models.quality.sweep.point import points_of\n\n"
        f"print(recommended(verdicts(points_of(table), method={request.method!r}), {NEARLY}))"
    )


def cost(request: SweepRequest, sizes: list[int]) -> None:
    """Draw what each of `sizes` costs, leaving out those that the space does not have."""
    shown = tuple(sorted({d for d in sizes if 1 <= d <= request.full}))
    with st.expander("What does it cost?"):
        job = request.job("cost", f"cost {shown!r}", measure_costs, shown)
        job_section("cost", job, partial(_cost, request, shown), key="cost-job")


def _cost(request: SweepRequest, sizes: tuple[int, ...], found: pd.DataFrame) -> None:
    words = count(len(request.in_use.published))
    st.table(cost_table(found, full=request.full), border="horizontal", hide_index=True)
    queries = int(found["queries"].min())
    foot(
        f"All {words} words, and in parentheses one word. One query: an exact search for the 10 "
        f"nearest of all {words} words on one thread, the median of {queries} drawn at random, "
        "timed on this machine when the page first asked. Searches read float32, however the "
        "vectors are stored.",
        tables={"costs": found},
        code="import models\nfrom models.quality.metrics.cost import costs\n\n"
        f"space = {session.loading_code(request.name)}\nprint(costs(space, {list(sizes)}))",
        key="cost",
    )


def cost_table(found: pd.DataFrame, *, full: int) -> pd.DataFrame:
    """Return a row a size, a column a precision, as Markdown."""
    rows: dict[int, dict[str, str]] = {}
    for entry in found.to_dict("records"):
        dimension, precision = entry["dimension"], entry["precision"]
        label = f"**{dimension}**" + (" (all)" if dimension == full else "")
        row = rows.setdefault(dimension, {"dimensions": label})
        total = size(entry["bytes"]).replace(" ", _UNBROKEN)
        bytes_each = entry["bytes_per_word"]
        unit = "byte" if bytes_each == 1 else "bytes"
        each = f"{total} ({count(bytes_each)}{_UNBROKEN}{unit})"
        row[_PRECISIONS.get(precision, precision)] = each
    times = found.groupby("dimension")["query_ms"].first()
    for dimension, row in rows.items():
        row["one query"] = f"{times[dimension]:.2g}{_UNBROKEN}ms"
    return pd.DataFrame(list(rows.values()))
