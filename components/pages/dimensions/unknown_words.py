"""Words of the suites that the space lacks, or that are too rare to be asked about."""

import pandas as pd
import streamlit as st

from components import session
from components.pages.dimensions.jobs import Laboratory
from components.pages.dimensions.moved_words import legible
from components.wording import count
from models.quality.suites.builtin import NAMES, Coverage, coverage_of
from models.quality.suites.builtin import suite as suite_named

_SHOWN = 60


def unknown_words(lab: Laboratory, suite: str) -> None:
    """Name the words of `suite` that cannot be asked about, where there are any."""
    if suite not in NAMES:
        return
    found = _coverage(lab, suite)
    if not found.missing:
        return
    with st.expander(f"{count(len(found.missing))} words of this suite are not known"):
        more = " …" if len(found.missing) > _SHOWN else ""
        st.markdown(", ".join(legible(word) for word in found.missing[:_SHOWN]) + more)
        st.caption(
            f"Not among the {count(lab.words)} most frequent words, which ask and answer. "
            f"{count(found.asked - found.total)} of {count(found.asked)} questions or pairs are "
            "left out for them."
        )


def unknown_of(lab: Laboratory) -> pd.DataFrame:
    """Return a row for each word of a suite that cannot be asked about."""
    rows = [(name, word) for name in NAMES for word in _coverage(lab, name).missing]
    return pd.DataFrame(rows, columns=["suite", "word"])


def _coverage(lab: Laboratory, suite: str) -> Coverage:
    space = lab.in_use.published
    return session.remember(
        f"coverage-{suite}",
        (space.content_id, lab.words),
        lambda: coverage_of(space, suite_named(suite), most_frequent=lab.words),
    )
