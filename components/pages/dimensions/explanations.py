"""What stands behind the curves: the suites, the methods and the intervals, each with its paper."""

import streamlit as st

from components.pages.dimensions.jobs import Laboratory
from components.pages.dimensions.unknown_words import unknown_words
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
_LUCK = (
    "The smallest of some twenty sizes is a slightly lucky one: where it matters, keep the next "
    "larger."
)


def why(lab: Laboratory, suite: str, unit: str) -> None:
    """Explain a task, the methods drawn and the intervals; name the words that are not known."""
    with st.expander("Why?"):
        lines = [_PAPERS[suite]] if suite in _PAPERS else []
        lines += [_METHODS[method] for method in lab.plan.methods]
        lines.append(f"{_intervals(unit, suite)} {_LUCK}")
        st.markdown("\n".join(f"- {line}" for line in lines))
    unknown_words(lab, suite)


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
