"""The start: what is to be expected, what it would take, and the button."""

import streamlit as st

from components.pages.train import jobs
from components.widgets.notices import notice
from components.widgets.text_source import Source
from components.wording import count, listed, percent, roughly
from models.errors import EmbeddingError
from models.training.expected_quality import expected
from models.training.run import Outline
from models.training.settings import Settings

_MANY = 0.1  # of the analogies: then queen is among the answers, or may be


def begin(source: Source | None, known: Outline | None, settings: Settings | None) -> None:
    """Draw the button and what stands beside it; nothing starts that cannot end well."""
    refused = _refused(known, settings)
    busy = jobs.asked() is not None
    left, right = st.columns([1, 5], vertical_alignment="center")
    ready = source is not None and known is not None and settings is not None and refused is None
    left.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not ready or busy,
        on_click=jobs.start if ready else None,
        args=(source, known, settings) if ready else None,
        width="stretch",
    )
    with right:
        if refused is not None:
            notice(refused, key="train-refused")
        elif known is not None and settings is not None:
            st.caption(
                expectation(known.about.tokens_read, settings.expected_seconds(known.corpus))
            )


def expectation(tokens: int, seconds: float) -> str:
    """Say how long a run takes, and what so many tokens usually reach."""
    time = f"About {roughly(seconds)} on one core of an ordinary machine."
    found = expected(tokens)
    if found is None:
        nearest = "few" if tokens < 1_000_000 else "many"
        return f"{time} No figures were measured for as {nearest} as {count(tokens)} tokens."
    least, most = found.analogies
    sizes = listed([_rounded(number) for number in found.tokens])
    queen = "" if most > _MANY else ": don't expect queen"
    return (
        f"{time} About {_rounded(tokens)} tokens usually reach WordSim-353 "
        f"{_between(*found.wordsim)} and {_between(least, most, per_cent=True)} of the Google "
        f"analogies{queen}. Measured with word2vec, 100 dimensions and 20 epochs (fewer reach "
        f"less), on texts of {sizes} tokens."
    )


def _rounded(tokens: int) -> str:
    """Two digits of a number: 470,000."""
    return count(round(tokens, 1 - len(str(tokens)) + 1))


def _between(low: float, high: float, *, per_cent: bool = False) -> str:
    figures = [percent(v) if per_cent else f"{v:.2f}".replace("-", "−") for v in (low, high)]
    if figures[0] == figures[1]:
        return figures[0]
    return f"{figures[0].removesuffix(' %')} to {figures[1]}"


def _refused(known: Outline | None, settings: Settings | None) -> EmbeddingError | None:
    if known is None or settings is None:
        return None
    try:
        settings.refuse_too_large(known.corpus, seconds=jobs.LONGEST)
    except EmbeddingError as error:
        return error
    return None
