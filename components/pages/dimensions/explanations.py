"""Explanations of suites, methods and intervals, with their papers, and a suite's unknown words."""

import pandas as pd
import streamlit as st

from components import session
from components.pages.dimensions.lost_neighbours import legible
from components.pages.dimensions.request import SweepRequest
from components.wording import count
from models.quality.suites.builtin import NAMES, Coverage, coverage_of
from models.quality.suites.builtin import suite as suite_named
from models.quality.sweep.point import NEIGHBOURHOOD, SHARE

_PAPERS = {
    "google-analogies": "Google analogies ([Mikolov et al. 2013](https://arxiv.org/abs/1301.3781)) "
    "count how often the expected word comes first.",
    "wordsim-353": "WordSim-353 ([Finkelstein et al. 2002](https://doi.org/10.1145/503104.503110)) "
    "asks people how related two words are.",
    "simlex-999": "SimLex-999 ([Hill, Reichart and Korhonen 2015]"
    "(https://aclanthology.org/J15-4004)) asks people how similar two words are, which "
    "relatedness is not.",
    "knn-overlap": "The share of its ten nearest words that a word keeps is the strictest measure. "
    "Trustworthiness and continuity ([Venna and Kaski 2001]"
    "(https://doi.org/10.1007/3-540-44668-0_68)) forgive near misses, so they saturate: never "
    "read them alone.",
}
_METHODS = {
    "pca": "PCA ([Pearson 1901](https://doi.org/10.1080/14786440109462720)) keeps the directions "
    "of largest variance; it centres the vectors, which alone moves the scores, so that even all "
    "of its dimensions differ from the published vectors.",
    "abtt-pca": "All-but-the-top ([Mu and Viswanath 2018](https://arxiv.org/abs/1702.01417)) first "
    "removes the few directions that all words share.",
    "abtt-pca-abtt": "The variant of [Raunak, Gupta and Metze 2019]"
    "(https://aclanthology.org/W19-4328) removes them before and after PCA.",
    "first": "The first coordinates are what a careless cut would keep.",
    "random": "Random projection ([Bingham and Mannila 2001]"
    "(https://doi.org/10.1145/502512.502546)) knows nothing of the data: it is the control.",
}
_UNKNOWN_SHOWN = 60
_LUCK = (
    "The smallest of some twenty sizes is a slightly lucky one: where it matters, keep the next "
    "larger."
)


def explain(request: SweepRequest, suite: str, unit: str) -> None:
    """Explain a task, the methods drawn and the intervals; list the unknown words."""
    with st.expander("Why?"):
        lines = [_PAPERS[suite]] if suite in _PAPERS else []
        lines += [_METHODS[method] for method in request.methods]
        lines.append(f"{_intervals(unit, suite)} {_LUCK}")
        st.markdown("\n".join(f"- {line}" for line in lines))
    if suite in NAMES:
        _unknown_words(request, _coverage(request, suite))


def _intervals(unit: str, suite: str) -> str:
    """Say what the intervals of a suite rest on."""
    if suite in NEIGHBOURHOOD:
        return (
            "Intervals are normal ones of a mean over words drawn at random, the narrower the more "
            "of all words are drawn; differences are those of the same words."
        )
    over = (
        "the word pairs that questions are built from: questions that share a pair are not "
        "independent"
        if unit == SHARE
        else "the pairs that people judged"
    )
    return (
        "Intervals are bootstraps ([Efron and Tibshirani 1993]"
        f"(https://doi.org/10.1201/9780429246593)) over {over}. Differences to the published "
        "vectors are paired: both see the same draws."
    )


def _unknown_words(request: SweepRequest, found: Coverage) -> None:
    if not found.missing:
        return
    with st.expander(f"{count(len(found.missing))} words of this suite are not known"):
        more = " …" if len(found.missing) > _UNKNOWN_SHOWN else ""
        st.markdown(", ".join(legible(word) for word in found.missing[:_UNKNOWN_SHOWN]) + more)
        st.caption(
            f"Not among the {count(request.words)} most frequent words, which ask and answer. "
            f"{count(found.asked - found.total)} of {count(found.asked)} questions or pairs are "
            "left out for them."
        )


def unknown_of(request: SweepRequest) -> pd.DataFrame:
    """Return the unknown words of every suite as a table for export."""
    rows = [(name, word) for name in NAMES for word in _coverage(request, name).missing]
    return pd.DataFrame(rows, columns=["suite", "word"])


def _coverage(request: SweepRequest, suite: str) -> Coverage:
    space = request.in_use.published
    return session.remember(
        f"coverage-{suite}",
        (space.content_id, request.words),
        lambda: coverage_of(space, suite_named(suite), most_frequent=request.words),
    )
