"""The controls of the Dimensions page: the first row, and the rare ones under “More”."""

from typing import Any

import streamlit as st

from components import session
from components.charts.method_curves import METHOD_NAMES
from components.pages.dimensions.request import SweepRequest
from components.widgets.choice import choice
from components.widgets.suite_upload import uploaded_suites
from components.wording import count
from models.reduction.reduce import PRECISIONS

WORDS = {"40,000": 40_000, "20,000": 20_000, "10,000": 10_000, "all words": None}
OBJECTIVES = {"3CosAdd": "3cosadd", "3CosMul": "3cosmul"}
_NAMED = {name: method for method, name in METHOD_NAMES.items()}
_USUAL = "usual-words"  # of the space last shown
_DEFAULT = ("pca", "abtt-pca", "random")


def controls(in_use: session.InUse) -> SweepRequest | None:
    """Draw the controls and return the request; None where no method is chosen."""
    left, right = st.columns([1, 3])
    most_frequent = _words(left, in_use)
    chosen = right.multiselect(
        "Ways to fewer dimensions",
        list(_NAMED),
        default=[METHOD_NAMES[method] for method in _DEFAULT],
        key="methods",
        bind="query-params",
        help="One line each. Random projection is the control: what keeps no more than it has "
        "gained nothing from knowing the data.",
    )
    options = _more(in_use)
    own = uploaded_suites(most_frequent=most_frequent)
    methods = tuple(method for method in METHOD_NAMES if METHOD_NAMES[method] in chosen)
    if not methods:
        st.info("Choose at least one way to fewer dimensions.", icon=":material/tune:")
        return None
    return SweepRequest(in_use, methods, most_frequent, own=own, **options)


def words_offered(words: int) -> list[str]:
    """Return those of WORDS that make sense for a space of so many words."""
    return [name for name, most in WORDS.items() if most is None or most < words]


def _words(column: "st.delta_generator.DeltaGenerator", in_use: session.InUse) -> int | None:
    words = len(in_use.published)
    offered = words_offered(words)
    usual = "40,000" if "40,000" in offered else "all words"
    before = session.get(_USUAL, usual)
    if before != usual and session.get("words") == before:  # no choice: what is usual has changed
        session.put("words", usual)
    session.put(_USUAL, usual)
    chosen = column.selectbox(
        "Most frequent words used",
        offered,
        index=offered.index(usual),
        key="words",
        bind="query-params",
        help="They are asked about and may answer. All words of this space are "
        f"{count(words)}. With 400,000 the exact curves take ten to thirty seconds a method on two "
        "cores instead of two or three.",
    )
    return WORDS[chosen if chosen in offered else usual]


def _more(in_use: session.InUse) -> dict[str, Any]:
    """Draw the rare controls and return their values as arguments of SweepRequest."""
    full = in_use.published.dimension
    usual = max(1, round(full / 100))
    with st.expander("More: scoring, precision, directions removed, seed"):
        first, second = st.columns(2)
        third, fourth = st.columns(2)
        objective = choice(
            "Analogies are answered by",
            list(OBJECTIVES),
            default="3CosAdd",
            key="scoring",
            place=first,
            help="3CosMul (Levy and Goldberg 2014) multiplies the cosines instead of adding them, "
            "which keeps one large term from deciding alone. It takes some five times as long.",
        )
        precision = choice(
            "Bits a number",
            list(PRECISIONS),
            default="float32",
            key="precision",
            place=second,
            help="The reduced vectors are rounded to this and read back. The published ones, which "
            "they are compared with, stay as they are.",
        )
        removed = third.number_input(
            "Directions removed (D)",
            min_value=0,
            max_value=min(20, full - 1),
            value=None,
            placeholder=f"{usual}, a hundredth of {full}",
            key="removed",
            bind="query-params",
            help="By all-but-the-top: it takes out what all words share.",
        )
        seed = fourth.number_input(
            "Seed",
            min_value=0,
            max_value=9_999,
            value=0,
            key="seed",
            bind="query-params",
            help="Of the random projection and of all samples and intervals.",
        )
    return {
        "objective": OBJECTIVES[objective],
        "components_removed": removed if removed is not None and 0 <= removed < full else None,
        "precision": precision,
        "seed": int(seed or 0) % 10_000,
    }
