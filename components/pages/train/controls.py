"""The controls of a run: the text, the settings, the time and quality to expect, and the button."""

import streamlit as st

from components.pages.train import jobs
from components.widgets.notices import notice
from components.widgets.text_source import (
    Source,
    choose_text,
    choose_tokens,
    effect,
    outline_of,
    text_of,
)
from components.widgets.training_settings import choose_method, choose_numbers, choose_rare
from components.wording import count, listed, percent, roughly
from models.errors import EmbeddingError
from models.training.precomputed import expected_quality
from models.training.run import CorpusOutline
from models.training.settings import Settings

_MANY = 0.1  # of the analogies: then queen is among the answers, or may be


def controls() -> None:
    """Draw all controls, with a notice where a value is not allowed."""
    text, method, *rest = st.columns([7, 8, 4, 4, 4, 4, 4], vertical_alignment="bottom")
    chosen = choose_text(text)
    trainer = choose_method(method)
    numbers = choose_numbers(rest)
    source, outline, settings, tokens = None, None, None, None
    given = text_of(chosen)
    with st.expander("More: how the text is cut into words, and rarer settings"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**The text**")
            try:
                tokens = choose_tokens()
            except EmbeddingError as error:
                notice(error, key="train-tokens")
        with right:
            st.markdown("**The method**")
            make = choose_rare(trainer)
        shown = left.container()
    if given is not None and tokens is not None:
        source = Source(given, tokens)
        outline = outline_of(source)
    if outline is not None:
        with shown:
            effect(outline)
    try:
        settings = make(numbers)
    except EmbeddingError as error:
        notice(error, key="train-settings")
    _start(source, outline, settings)


def expectation(tokens: int, seconds: float) -> str:
    """Say how long a run takes, and what so many tokens usually reach."""
    time = f"About {roughly(seconds)} on one core of an ordinary machine."
    found = expected_quality(tokens)
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


def _start(source: Source | None, outline: CorpusOutline | None, settings: Settings | None) -> None:
    """Draw the button and the expectation; nothing starts that is too large to end well."""
    left, right = st.columns([1, 5], vertical_alignment="center")
    ready, refused = None, None
    if source is not None and outline is not None and settings is not None:
        try:
            settings.refuse_too_large(outline.facts, seconds=jobs.LONGEST)
            ready = (source, outline, settings)
        except EmbeddingError as error:
            refused = error
    left.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        disabled=ready is None or jobs.requested() is not None,
        on_click=jobs.start if ready else None,
        args=ready,
        width="stretch",
    )
    with right:
        if refused is not None:
            notice(refused, key="train-refused")
        elif outline is not None and settings is not None:
            facts = outline.facts
            st.caption(expectation(facts.tokens_read, settings.expected_seconds(facts)))


def _rounded(tokens: int) -> str:
    """Two digits of a number: 470,000."""
    return count(round(tokens, 1 - len(str(tokens)) + 1))


def _between(low: float, high: float, *, per_cent: bool = False) -> str:
    figures = [percent(v) if per_cent else f"{v:.2f}".replace("-", "−") for v in (low, high)]
    if figures[0] == figures[1]:
        return figures[0]
    return f"{figures[0].removesuffix(' %')} to {figures[1]}"
