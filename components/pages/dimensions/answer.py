"""1. The answer: how many dimensions are enough, by task, and what the rules of thumb say."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import session
from components.charts.curves import METHOD_NAMES
from components.pages.dimensions.advice import advised, at_kept, centring
from components.pages.dimensions.jobs import ANSWERED, PEERS, Laboratory, start_again
from components.pages.dimensions.wording import figure, interval, title
from components.widgets.choice import choice
from components.widgets.jobs import job_card
from components.wording import bold, count, listed, percent, plain
from models.jobs.computation import Job
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

NEARLY, HARDLY = 0.05, 0.01  # of the published score may be lost
_GOOGLE = "google-analogies"
_UNKNOWN = "The published vectors are being measured first."


@dataclass(frozen=True)
class Place:
    """Where the answer will stand: the sentences, and the tables below the progress."""

    sentences: DeltaGenerator
    tables: DeltaGenerator


def answer_place(lab: Laboratory, jobs: Sequence[Job[Any]], found: list[SweepPoint]) -> Place:
    """Draw the choice of a method and the progress, and hold the place of the answer."""
    if len(lab.plan.methods) > 1:
        names = [METHOD_NAMES[method] for method in lab.plan.methods]
        choice("Answer for", names, key=ANSWERED, label_visibility="collapsed")
    sentences = st.empty()
    if not found:
        sentences.container().markdown(_UNKNOWN)
    with st.container():  # a slot of its own: what follows keeps its place when the bar goes
        for place, job in enumerate(jobs):
            job_card(job, key=f"sweep-{place}", again=start_again)
    return Place(sentences, st.container())


def answer(
    place: Place, lab: Laboratory, jobs: Sequence[Job[Any]], found: list[SweepPoint]
) -> None:
    """Draw the answer from what is known so far."""
    judged = _judged(lab, found)
    with place.sentences.container():
        st.markdown(_sentence(lab, judged, found, jobs))
        if lab.in_use.is_cut:
            st.markdown(at_kept(lab, found))
    if all(point.method in (RAW, NATIVE) for point in found):
        return  # the browser has enough to do until the first curves come
    left, right = place.tables.columns([3, 2], gap="large")
    with left:
        st.table(_table(lab, judged), border="horizontal", hide_index=True)
        st.caption(
            f"The smallest size at which a loss of more than 5 % (1 %) of the score that all "
            f"{lab.full} dimensions have is ruled out, and the score there: the lower end of the "
            "paired 95 % interval lies within it. “Cannot tell”: the suite is too small to rule a "
            "loss out; sizes at which it surely loses more are not recommended. In parentheses "
            "after a task: the questions or pairs whose words are known. Neighbours are no task "
            f"that people set, and do not count for the answer. {centring(lab, found)}"
        )
    with right:
        st.table(_rules(lab, found), border="horizontal", hide_index=True)
        st.caption(
            f"What rules of thumb say for a table of {count(lab.words)} words, without looking at "
            f"the vectors, and what is measured there. Sources: {_sources(lab)}."
        )


def enough(lab: Laboratory, found: list[SweepPoint]) -> int | None:
    """Return the size that the page recommends, None while there is none."""
    return recommended(_judged(lab, found), NEARLY).dimension


def _judged(lab: Laboratory, found: list[SweepPoint]) -> list[Verdict]:
    method = lab.method
    return session.remember(
        "judged",
        (tuple(found), method),
        lambda: verdicts(found, method=method, tolerances=(HARDLY, NEARLY)),
    )


def _sentence(
    lab: Laboratory, judged: list[Verdict], found: list[SweepPoint], jobs: Sequence[Job[Any]]
) -> str:
    if not any(verdict.raw for verdict in judged):
        return _UNKNOWN
    said = advised(lab, recommended(judged, NEARLY), found)
    if jobs[0].running:
        return f"So far, not yet exact: {said}"
    return said[0].upper() + said[1:]


def _table(lab: Laboratory, judged: list[Verdict]) -> pd.DataFrame:
    rows = []
    for verdict in judged:
        if verdict.raw is None or verdict.suite in SATURATING:
            continue  # they saturate: the share of neighbours kept speaks for them
        nearly, hardly = verdict.within(NEARLY), verdict.within(HARDLY)
        saved = "–"
        if nearly.dimension is not None:
            saved = percent(memory_saved(nearly.dimension, lab.full, lab.plan.precision))
        rows.append(
            {
                "task": f"{title(verdict.raw)}{_known(verdict)}",
                "within 5 %": _said(nearly, neighbourhood=verdict.neighbourhood),
                "within 1 %": _said(hardly, neighbourhood=verdict.neighbourhood),
                "memory saved": saved,
                "as published": _published(verdict),
            }
        )
    columns = ["task", "within 5 %", "within 1 %", "memory saved", "as published"]
    return pd.DataFrame(rows, columns=columns)


def _known(verdict: Verdict) -> str:
    """How much of the suite could be asked."""
    raw = verdict.raw
    if raw is None or verdict.neighbourhood or not raw.total:
        return ""
    return f" ({count(raw.total if raw.known is None else raw.known)} of {count(raw.asked)})"


def _published(verdict: Verdict) -> str:
    if verdict.raw is None or verdict.neighbourhood:
        return "all of them"
    return f"{figure(verdict.raw)} {interval(verdict.raw)}"


def _said(entry: Within, *, neighbourhood: bool) -> str:
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


def _google(lab: Laboratory, found: list[SweepPoint]) -> dict[int, SweepPoint]:
    """The curve of all analogies, by size."""
    wanted = (_GOOGLE, TOTAL, lab.method)
    return {p.dimension: p for p in found if (p.suite, p.level, p.method) == wanted}


def rules_of(lab: Laboratory, found: list[SweepPoint]) -> pd.DataFrame:
    """Return what rules of thumb say, and what was measured there, as a table for export."""
    curve = _google(lab, found)
    rows = [
        asdict(rule) | {"analogies": point.value if (point := curve.get(rule.dimension)) else None}
        for rule in rules_of_thumb(lab.words)
    ]
    return pd.DataFrame(rows).astype({"analogies": "float64"})


def _sources(lab: Laboratory) -> str:
    return "; ".join(dict.fromkeys(plain(rule.source) for rule in rules_of_thumb(lab.words)))


def _rules(lab: Laboratory, found: list[SweepPoint]) -> pd.DataFrame:
    curve = _google(lab, found)
    rows = [
        {
            "rule": f"{rule.name}: {plain(rule.formula)}",
            "says": bold(str(rule.dimension)),
            "analogies there": _there(lab, rule, curve),
        }
        for rule in rules_of_thumb(lab.words)
    ]
    return pd.DataFrame(rows)


def _there(lab: Laboratory, rule: Rule, curve: Mapping[int, SweepPoint]) -> str:
    if rule.dimension > lab.full:
        return f"more than the {lab.full} there are"
    return figure(curve[rule.dimension]) if rule.dimension in curve else "…"


def table_of(lab: Laboratory, found: list[SweepPoint]) -> pd.DataFrame:
    """Return the answer as a table for export."""
    return frame(verdicts(found, method=lab.method, tolerances=(HARDLY, NEARLY)))


def sweep_code(lab: Laboratory, found: list[SweepPoint]) -> str:
    """Return Python that gives the page's figures and its answer, those between the standard sizes
    included. Suites that the visitor brought have no name that Python knows."""
    plan = lab.plan
    measured = {point.dimension for point in found if point.method == lab.method}
    arguments = [
        f"suites={list(plan.suites)!r}",
        f"dimensions={sorted(measured.union(plan.dimensions))!r}",
        f"methods={list(plan.methods)!r}",
        f"most_frequent={plan.most_frequent}",
        *([f"objective={plan.objective!r}"] if plan.objective != "3cosadd" else []),
        *([f"precision={plan.precision!r}"] if plan.precision != "float32" else []),
        *(
            [f"components_removed={plan.components_removed}"]
            if plan.components_removed is not None
            else []
        ),
        *([f"seed={plan.seed}"] if plan.seed else []),
        *([f"draws={plan.draws}"] if plan.draws > 1 else []),
        *([f"peers=[{session.loading_code(PEERS[lab.name])}]"] if lab.name in PEERS else []),
    ]
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return (
        f"import models\n\nspace = {session.loading_code(lab.name)}\n"
        f"table = models.sweep(\n    space,\n{inner})\nprint(table.to_string())\n\n"
        "from models.quality.sweep.verdict import recommended, verdicts\n"
        "from models.quality.sweep.point import points_of\n\n"
        f"print(recommended(verdicts(points_of(table), method={lab.method!r}), {NEARLY}))"
    )
