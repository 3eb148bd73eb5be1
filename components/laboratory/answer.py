"""1. The answer: how many dimensions are enough, by task, and what the rules of thumb say."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.charts.curves import METHOD_NAMES
from components.laboratory.wording import figure, interval, title
from components.laboratory.work import SHIPPED, Laboratory, start_again
from components.widgets.jobs import job_card
from components.wording import bold, count, listed, percent, plain, size
from models.jobs.computation import Job
from models.quality.answer import (
    Recommendation,
    Verdict,
    Within,
    frame,
    memory_saved,
    recommended,
    verdicts,
)
from models.quality.points import TOTAL, SweepPoint
from models.quality.rules import Rule, rules_of_thumb
from models.reduction import bytes_per_word

NEARLY, HARDLY = 0.05, 0.01  # of the published score may be lost
_GOOGLE = "google-analogies"


def answer(lab: Laboratory, jobs: Sequence[Job[Any]], found: list[SweepPoint]) -> None:
    """Draw the answer from what is known so far."""
    judged = verdicts(found, method=lab.method, tolerances=(HARDLY, NEARLY))
    st.markdown(_sentence(lab, judged, jobs))
    if lab.in_use.is_cut:
        st.markdown(_at_kept(lab, found))
    with st.container():  # a slot of its own: what follows keeps its place when the bar goes
        for place, job in enumerate(jobs):
            job_card(job, key=f"sweep-{place}", again=start_again)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.table(_table(lab, judged), border="horizontal", hide_index=True)
        st.caption(
            "The smallest size at which a loss of more than 5 % (1 %) of the published score is "
            "ruled out: the lower end of the paired 95 % interval lies within it. “Cannot tell”: "
            f"the suite is too small to say. By {METHOD_NAMES[lab.method]}."
        )
    with right:
        st.table(_rules(lab, found), border="horizontal", hide_index=True)
        st.caption(
            f"What rules of thumb say for a table of {count(lab.words)} words, without looking at "
            "the vectors, and what is measured there."
        )


def enough(lab: Laboratory, found: list[SweepPoint]) -> int | None:
    """Return the size that the page recommends, None while there is none."""
    judged = verdicts(found, method=lab.method, tolerances=(NEARLY,))
    return recommended(judged, NEARLY).dimension


def _sentence(lab: Laboratory, judged: list[Verdict], jobs: Sequence[Job[Any]]) -> str:
    if not any(verdict.raw for verdict in judged):
        return "The published vectors are being measured first."
    advice = recommended(judged, NEARLY)
    sampled = any(not verdict.exact for verdict in advice.decided)
    first = "A first look, at a sample of questions: " if sampled and jobs[0].running else ""
    return first + _advised(lab, advice)


def _advised(lab: Laboratory, advice: Recommendation) -> str:
    full = lab.full
    silent = [title(verdict.raw) for verdict in advice.undecided if verdict.raw]
    unsure = f" {listed(silent)} cannot tell." if silent else ""
    if advice.dimension is None or advice.binding is None or advice.binding.raw is None:
        if advice.state == "cannot tell":
            return f"None of the suites is large enough to tell.{unsure}"
        stays = title(advice.binding.raw) if advice.binding and advice.binding.raw else "a task"
        return (
            f"Keep the published vectors, all **{full}** dimensions: {stays} loses more than 5 % "
            f"at every size.{unsure}"
        )
    kept = advice.dimension
    if kept == full:
        return (
            f"Keep all **{full}** dimensions: at the next smaller size {title(advice.binding.raw)} "
            f"may lose more than 5 % of its published score.{unsure}"
        )
    words = len(lab.in_use.published)
    now, before = (
        size(words * bytes_per_word(d, p))
        for d, p in ((kept, lab.plan.precision), (full, "float32"))
    )
    return (
        f"**{kept} of {full}** dimensions are enough: no task that can tell loses more than 5 % of "
        f"its published score, in **{now}** instead of {before}. {title(advice.binding.raw)} "
        f"decides.{unsure}"
    )


def _at_kept(lab: Laboratory, found: list[SweepPoint]) -> str:
    """What the size kept in the sidebar does to each task."""
    at = {
        point.suite: point
        for point in found
        if point.level == TOTAL and point.dimension == lab.kept and point.method == "pca"
    }
    shown = [at[suite] for suite in SHIPPED[:4] if suite in at and at[suite].total]
    parts = [
        f"{title(p)} **{figure(p)}** instead of {figure(p, p.value - p.difference)}" for p in shown
    ]
    if not parts:
        treatment = plain(lab.in_use.kept.treatment, limit=200)
        return f"The **{lab.kept}** kept ({treatment}) are being measured."
    share = percent(lab.kept / lab.full)
    return f"At the **{lab.kept}** kept: {listed(parts)}, in **{share}** of the memory."


def _table(lab: Laboratory, judged: list[Verdict]) -> pd.DataFrame:
    rows = []
    for verdict in judged:
        if verdict.raw is None or verdict.suite in ("trustworthiness", "continuity"):
            continue  # they saturate: the share of neighbours kept speaks for them
        nearly, hardly = verdict.within(NEARLY), verdict.within(HARDLY)
        saved = "–"
        if nearly.dimension is not None:
            saved = percent(memory_saved(nearly.dimension, lab.full))
        rows.append(
            {
                "task": title(verdict.raw),
                "within 5 %": _said(nearly, lab.full),
                "within 1 %": _said(hardly, lab.full),
                "memory saved": saved,
                "as published": _published(verdict),
            }
        )
    columns = ["task", "within 5 %", "within 1 %", "memory saved", "as published"]
    return pd.DataFrame(rows, columns=columns)


def _published(verdict: Verdict) -> str:
    if verdict.raw is None or verdict.neighbourhood:
        return "all of them"
    return f"{figure(verdict.raw)} {interval(verdict.raw)}"


def _said(entry: Within, full: int) -> str:
    if entry.state == "enough":
        fails = [
            str(d)
            for d in entry.sizes
            if d > (entry.dimension or 0) and d not in entry.enough_sizes
        ]
        return f"**{entry.dimension}**" + (f", but not {listed(fails)}" if fails else "")
    if entry.state == "all":
        return f"only all {full}, as published"
    return {
        "no figures": "…",
        "no raw figure": "…",
        "uncovered": "words unknown",
    }.get(entry.reason, "cannot tell")


def _rules(lab: Laboratory, found: list[SweepPoint]) -> pd.DataFrame:
    rows = [
        {
            "rule": f"{rule.name}: {plain(rule.formula)}",
            "says": bold(str(rule.dimension)),
            "analogies there": _there(lab, rule, found),
        }
        for rule in rules_of_thumb(lab.words)
    ]
    return pd.DataFrame(rows)


def _there(lab: Laboratory, rule: Rule, found: list[SweepPoint]) -> str:
    if rule.dimension > lab.full:
        return f"more than the {lab.full} there are"
    at = [
        point
        for point in found
        if (point.suite, point.level, point.method, point.dimension)
        == (_GOOGLE, TOTAL, lab.method, rule.dimension)
    ]
    return figure(at[0]) if at else "…"


def table_of(lab: Laboratory, found: list[SweepPoint]) -> pd.DataFrame:
    """Return the answer as a table for export."""
    return frame(verdicts(found, method=lab.method, tolerances=(HARDLY, NEARLY)))


def sweep_code(lab: Laboratory) -> str:
    """Return Python that gives the page's figures."""
    plan = lab.plan
    arguments = [
        f"suites={list(plan.suites)!r}",
        f"dimensions={list(plan.dimensions)!r}",
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
    ]
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return (
        f'import models\n\nspace = models.load("{lab.name}")\n'
        f"table = models.sweep(\n    space,\n{inner})\nprint(table.to_string())\n\n"
        "from models.quality.answer import recommended, verdicts\n"
        "from models.quality.points import points_of\n\n"
        f"print(recommended(verdicts(points_of(table), method={lab.method!r}), {NEARLY}))"
    )
