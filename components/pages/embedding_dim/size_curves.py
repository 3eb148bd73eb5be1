"""Charts of the sweep: quality by embedding_dim beside rules of thumb, and the cost of a size."""

from collections.abc import Mapping
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from components import session
from components.charts.sizes import Advice, cost_curve, size_curves
from components.pages.embedding_dim.answer import (
    MEASURES,
    SHARES,
    TITLES,
    UNITS,
    between,
    figure,
    verdicts_of,
)
from components.pages.embedding_dim.jobs import SizeRequest, SizeResults
from components.widgets.chart import show
from components.widgets.choice import choice
from components.wording import count
from models.quality.rules import rules_of_thumb
from models.quality.size_answer import recommended
from models.training.size_sweep import CUT, KINDS, NESTED, TRAINED, Summary, by_size, gain

Charts = dict[str, "partial[go.Figure]"]


def draw_curves(request: SizeRequest, found: SizeResults) -> Charts:
    """Draw the chosen measure and the costs; return the functions that draw these charts."""
    st.subheader("What does each size reach?", anchor=False)
    titles = {title: measure for measure, title in TITLES.items()}
    chosen = choice(
        "Measure",
        list(titles),
        key="measure",
        default=TITLES["auc"],
        label_visibility="collapsed",
    )
    measure = titles[chosen]
    charts: Charts = {}
    if not any(run.value(measure) is not None for run in found.runs):
        st.info(f"{TITLES[measure]}: nothing to show yet, or nothing to measure.")
    else:
        draw = chart(request, found, measure)
        show(draw, key=f"sizes-{measure}", alt=_alt(found, measure))
        charts[TITLES[measure]] = draw
        st.markdown(three_ways(request, found, measure))
    st.caption(_caption(request, measure))
    return charts | _costs(request, found)


def _comparable(request: SizeRequest, measure: str) -> tuple[str, ...]:
    """The kinds of runs that a measure compares: the nested run is a skip-gram, whose loss differs
    from GloVe's."""
    other = measure == "loss" and request.settings.method == "glove"
    return (TRAINED, CUT) if other else KINDS


def three_ways(request: SizeRequest, found: SizeResults, measure: str) -> str:
    """Say what training at a size, cutting the largest to it and a nested run give, at the size
    that the page names, or else the middle one."""
    figures = by_size(found.runs, measure)
    size = recommended(verdicts_of(found))
    size = size if size in figures else list(figures)[len(figures) // 2] if figures else 0
    if not size:
        return ""
    largest = max(run.dimension for run in found.runs if run.kind == TRAINED)
    text = f"At **{count(size)}** dimensions: trained {figure(measure, figures[size].mean)}"
    for kind, name in ((CUT, f"cut from {count(largest)} by PCA"), (NESTED, "nested")):
        one = by_size(found.runs, measure, kind).get(size)
        better = gain(found.runs, measure, size, size, kind=kind)
        if one is not None and better is not None and kind in _comparable(request, measure):
            text += f"; {name} {figure(measure, one.mean)}{_against(measure, better)}"
    return f"{text}."


def _against(measure: str, better: Summary) -> str:
    """Whether a kind of run is better than training at the size, as far as the seeds can tell."""
    if not better.has_interval:
        return ""
    if better.low <= 0 <= better.high:
        return ", which seeds cannot tell from it"
    sign = "better" if better.mean > 0 else "worse"
    return f", surely {sign} by {between(measure, better.magnitude())}"


def chart(request: SizeRequest, found: SizeResults, measure: str) -> "partial[go.Figure]":
    """Return the function that draws a measure; the same object until something has changed."""
    identity = (request.key, found.runs, found.pip is None, measure)
    return session.remember(
        f"sizes-{measure}",
        identity,
        lambda: partial(
            size_curves,
            {kind: by_size(found.runs, measure, kind) for kind in _comparable(request, measure)},
            advice(request, found, measure),
            sizes=request.sizes,
            unit=UNITS[measure],
            per_cent=measure in SHARES,
            zero=measure in SHARES,
        ),
    )


def advice(request: SizeRequest, found: SizeResults, measure: str) -> list[Advice]:
    """Return the sizes that rules of thumb and the PIP loss give for this text, then our own."""
    names = {"fastai": "fastai", "TensorFlow": "fourth root"}
    rules = [
        Advice(names[rule.name], rule.dimension, rule.dimension, rule.dimension)
        for rule in rules_of_thumb(request.outline.facts.words)
        if rule.name in names
    ]
    rules.append(Advice("50 to 300", 50, 300))
    if found.pip is not None:
        low, high = found.pip.flat(0.05)
        rules.append(Advice("PIP loss", low, high, found.pip.optimum, wide=found.pip.flat(0.10)))
    judged = next((one for one in verdicts_of(found) if one.measure == measure), None)
    if judged is not None and judged.least:
        low, high = (judged.enough,) * 2 if judged.told else (judged.alike, judged.best)
        rules.append(Advice("here", low, high, high if judged.told else None, measured=True))
    return rules


def _costs(request: SizeRequest, found: SizeResults) -> Charts:
    seconds = by_size(found.runs, "seconds")
    if not seconds:
        return {}
    numbers = {run.dimension: run.parameters for run in found.runs if run.kind == TRAINED}
    # Counted, so that no seed changes them.
    parameters = {size: Summary(n, n, n, n, n, 1) for size, n in sorted(numbers.items())}
    drawn: Charts = {}
    panels: list[tuple[str, Mapping[int, Summary], str, float]] = [
        ("Training time", seconds, "seconds", 1.0),
        ("Parameters", parameters, "million parameters", 1e-6),
        ("Memory", parameters, "MB (float32)", 4e-6),
    ]
    for column, (title, figures, unit, factor) in zip(st.columns(3), panels, strict=True):
        with column:
            st.markdown(f"**{title}**")
            draw = session.remember(
                f"sizes-cost-{title}",
                (request.sizes, found.runs),
                partial(
                    partial, cost_curve, figures, sizes=request.sizes, unit=unit, factor=factor
                ),
            )
            top = max(figures)
            alt = f"{title} at {count(top)} dimensions: {factor * figures[top].mean:.3g} {unit}"
            show(draw, key=f"sizes-cost-{title}", alt=alt)
            drawn[title] = draw
    st.caption(
        "Of word vectors alone; while it is trained a run keeps as many output vectors besides. "
        + _nested_time(found)
        + (
            "The seconds are the epochs times the fastest of ten, on one core of the machine that "
            "built this sweep."
            if found.precomputed
            else "The seconds are those of this server; bars reach from the fastest to the slowest "
            "seed."
        )
    )
    return drawn


def _nested_time(found: SizeResults) -> str:
    times = by_size(found.runs, "seconds", NESTED)
    if not times:
        return ""
    size, time = next(iter(times.items()))
    return (
        f"The nested run of {count(size)} dimensions took {time.least:.0f} s (in PyTorch) and "
        "gives every size below. "
    )


def _caption(request: SizeRequest, measure: str) -> str:
    lines = {
        "auc": "How often a true context of a held-out sentence scores above a random word: 0.5 is "
        "chance. PCA leaves the output vectors behind that it needs, so there is no such line.",
        "loss": f"The trainer's own objective: {request.settings.objective}. It compares runs of "
        "one method and one number of negatives alone.",
        "google-analogies": "The share of the questions whose words are known that are answered "
        "rightly among all words.",
    }
    usual = "Spearman's correlation with people's judgements, over the pairs whose words are known."
    return (
        f"{lines.get(measure, usual)} Lines are means over the seeds, bands reach from the lowest "
        "to the highest seed; the 95 % intervals (Student's t) are under the pointer. Much of a "
        "band is the seed's own luck, which all its sizes share. Below, on the same axis: what "
        "rules of thumb say, what the spectrum of this text says (thick: within 5 % of the "
        "smallest PIP loss, thin: within 10 %), and what these runs tell by this "
        "measure."
    )


def _alt(found: SizeResults, measure: str) -> str:
    figures = by_size(found.runs, measure)
    parts = [f"{count(size)}: {figure(measure, one.mean)}" for size, one in figures.items()]
    text = f"{MEASURES[measure]} by dimensions trained: {', '.join(parts)}"
    if cut := by_size(found.runs, measure, CUT):
        text += f"; cut by PCA to {count(min(cut))}: {figure(measure, cut[min(cut)].mean)}"
    return text
