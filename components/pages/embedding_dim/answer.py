"""The answer: the size that is enough by each measure, and where the seeds cannot tell."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import session
from components.pages.embedding_dim.jobs import SizeRequest, SizeResults
from components.wording import bold, cosine, count, listed, percent, plain
from models.quality.rules import rules_of_thumb
from models.quality.size_answer import (
    CHANCES,
    NEARLY,
    ONE_SEED,
    ONE_SIZE,
    UNSURE,
    SizeVerdict,
    recommended,
    verdicts,
)
from models.training.size_sweep import SizeRun, Summary, by_size, gain

# As they stand in a sentence.
MEASURES = {
    "auc": "held-out contexts (AUC)",
    "wordsim-353": "WordSim-353",
    "simlex-999": "SimLex-999",
    "google-analogies": "Google analogies",
    "loss": "held-out loss",
}
TITLES = {name: title[0].upper() + title[1:] for name, title in MEASURES.items()}
UNITS = {
    "auc": "true context above a random one (AUC)",
    "wordsim-353": "agreement with people (Spearman)",
    "simlex-999": "agreement with people (Spearman)",
    "google-analogies": "answered rightly",
    "loss": "held-out loss (nats), less is better",
}
SHARES = ("google-analogies",)
_LONGER = 1.1  # times the duration: a smaller ratio may be due to other work of the machine


def verdicts_of(found: SizeResults) -> list[SizeVerdict]:
    """Return the verdict of each measure so far."""
    return session.remember("sizes-judged", found.runs, lambda: verdicts(found.runs))


def answer(request: SizeRequest, found: SizeResults) -> None:
    """Draw the answer in a sentence and, below it, the verdict of each measure beside the advice of
    others."""
    if not found.runs:
        st.markdown("The first figures come with the smallest size.")
        return
    judged = verdicts_of(found)
    text = headline(judged, found.runs)
    st.markdown(f"So far: {text[0].lower()}{text[1:]}" if found.running else text)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.table(_table(judged), border="horizontal", hide_index=True)
        st.caption(
            "Enough: the smallest size of which it is ruled out that it lacks more than "
            f"{percent(NEARLY)} of what the best has above chance. Sizes are compared within each "
            "seed, intervals are 95 % by Student's t over the seeds. They hold for this text and "
            "these questions; other questions would add their own spread."
        )
    with right:
        st.table(_rules(request, found), border="horizontal", hide_index=True)
        st.caption(
            f"What others say for {count(request.outline.facts.words)} words, without training, "
            "and what was measured at the size nearest to it."
        )


def headline(judged: Sequence[SizeVerdict], runs: Sequence[SizeRun]) -> str:
    """Return the answer as Markdown: the recommended size and its evidence, the measures by which
    fewer are worse, the price of more, and the measures that the seeds cannot decide."""
    size = recommended(judged)
    if not size:
        return _nothing(next((one for one in judged if one.found), judged[0]))
    asking = [one for one in judged if one.least == size]
    lead = next(one for one in judged if one.least and size in one.found)
    if size == lead.largest:
        one = asking[0]
        text = (
            f"On this text more is better up to {bold(count(size))} dimensions, the most that were "
            f"tried: {MEASURES[one.measure]} **{figure(one.measure, one.found[size].mean)}** "
            f"({seeds_text(one.found[size])})."
        )
    else:
        text = _nothing_more(lead, size, runs)
        if lead.least < size:
            text += f" Fewer are surely worse by {listed([MEASURES[o.measure] for o in asking])}."
    text += _price(size, lead.largest, runs)
    unsure = [
        f"{MEASURES[one.measure]} ({_with_size(one, one.best)})"
        for one in judged
        if one.state == UNSURE and one.best > size
    ]
    if unsure:
        seeds = seeds_text(lead.found[size]).capitalize()
        text += f" {seeds} cannot tell whether more would help by {listed(unsure)}."
    if not any(one.told for one in judged):
        text = f"These seeds rule nothing out: {text[0].lower()}{text[1:]}"
    return text


def reason(one: SizeVerdict) -> str:
    """Return why a measure has no answer, in a few words; empty where it has one."""
    if one.told:
        return ""
    if one.asked and not one.total:
        return f"none of its {count(one.asked)} questions has all its words in this text"
    if not one.found and not one.asked:
        if one.measure == "auc":
            return (
                "nothing could be held out of so short a text, or the method has no output vectors"
            )
        return "the text knows none of its questions"
    if one.asked and one.best == 0:
        return f"only {count(one.total)} of {count(one.asked)} questions can be asked"
    return {
        ONE_SEED: "one seed alone cannot say what is chance",
        ONE_SIZE: "one size is done",
        CHANCES: "no size is surely better than chance",
    }.get(one.state, f"{count(one.alike)} to {count(one.best)} differ less than seeds do")


def figure(measure: str, value: float) -> str:
    """A figure of a measure: 0.832 or 2.3 %."""
    return percent(value) if measure in SHARES else cosine(value)


def between(measure: str, one: Summary) -> str:
    """A mean and, of several seeds, its interval: "0.012 (0.004 to 0.020)"; shares in points."""
    write, unit = (_points, " points") if measure in SHARES else (cosine, "")
    interval = f" ({write(one.low)} to {write(one.high)})" if one.has_interval else ""
    return f"{write(one.mean)}{unit}{interval}"


def seeds_text(one: Summary) -> str:
    """How many runs a mean is of: "three seeds"."""
    words = {1: "one seed", 2: "two seeds", 3: "three seeds"}
    return words.get(one.seeds, f"{one.seeds} seeds")


def _nothing(one: SizeVerdict) -> str:
    text = f"These runs cannot tell: by {MEASURES[one.measure]}, {reason(one)}."
    if one.best:
        best = one.found[one.best]
        text += f" The best mean is {_with_size(one, one.best)} ({seeds_text(best)})."
    return text


def _nothing_more(one: SizeVerdict, size: int, runs: Sequence[SizeRun]) -> str:
    there, top = one.found[size], one.found[one.largest]
    gained = gain(runs, one.measure, one.largest, size)
    more = ""
    if gained is not None:
        more = f", a difference of {between(one.measure, gained)} within {seeds_text(gained)}"
    return (
        f"On this text nothing that counts is surely gained beyond {bold(count(size))} dimensions: "
        f"{MEASURES[one.measure]} **{figure(one.measure, there.mean)}** at {count(size)}, "
        f"**{figure(one.measure, top.mean)}** at {count(one.largest)}{more}."
    )


def _price(small: int, large: int, runs: Sequence[SizeRun]) -> str:
    """What the largest size costs, against the one that is enough."""
    seconds = by_size(runs, "seconds")
    if small == large or small not in seconds or large not in seconds:
        return ""
    times = seconds[large].least / max(seconds[small].least, 1e-9)
    memory = f"**{large / small:.3g} times** the memory"
    if times < _LONGER:
        return f" {count(large)} dimensions take {memory}, and took no longer to train."
    return f" {count(large)} dimensions take **{times:.1f} times** as long to train and {memory}."


def _table(judged: Sequence[SizeVerdict]) -> pd.DataFrame:
    rows = []
    for one in judged:
        questions = f" ({count(one.total)} of {count(one.asked)} questions)" if one.asked else ""
        enough = f"cannot tell: {reason(one)}"
        if one.told:
            enough = (
                f"{bold(count(one.enough))} ({figure(one.measure, one.found[one.enough].mean)})"
            )
        rows.append(
            {
                "by": f"{MEASURES[one.measure]}{questions}",
                "enough": enough,
                "best": _with_size(one, one.best),
                "at the largest": _with_size(one, one.largest),
            }
        )
    return pd.DataFrame(rows)


def _with_size(one: SizeVerdict, size: int) -> str:
    if size not in one.found:
        return "–"
    return f"{figure(one.measure, one.found[size].mean)} at {count(size)}"


def _rules(request: SizeRequest, found: SizeResults) -> pd.DataFrame:
    rows = [
        (
            f"{rule.name}: {plain(rule.formula)}",
            bold(count(rule.dimension)),
            _near(found, rule.dimension),
        )
        for rule in rules_of_thumb(request.outline.facts.words)
        if rule.name in ("fastai", "TensorFlow")
    ]
    rows.append(("usual choice", "50 to 300", _near(found, 100)))
    says = near = "…" if found.running else "–"
    if found.pip is not None:
        low, high = found.pip.flat(0.05)
        says = f"{bold(count(found.pip.optimum))}, flat from {count(low)} to {count(high)}"
        near = _near(found, found.pip.optimum)
    rows.append(("PIP loss of this text", says, near))
    return pd.DataFrame(rows, columns=["rule", "says", "measured near it"])


def _near(found: SizeResults, size: int) -> str:
    """The AUC at the trained size nearest on the logarithmic axis."""
    figures = by_size(found.runs, "auc")
    if not figures:
        return "–"
    near = min(figures, key=lambda each: max(each / size, size / each))
    return f"{figure('auc', figures[near].mean)} at {count(near)}"


def _points(share: float) -> str:
    return f"{100 * share:.1f}".replace("-", "−")
