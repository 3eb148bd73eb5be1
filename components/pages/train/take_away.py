"""The vectors of a run that has ended, to take away: as a space, as files, and as Python."""

import streamlit as st

from components import session
from components.widgets.notices import notice
from components.widgets.space_files import download
from components.widgets.text_source import options_code, text_code
from components.wording import bold, count, plain
from models.errors import EmbeddingError
from models.sources.write import FORMATS
from models.training.run import Run

_USED = "train-used"  # names of own spaces, by the run that they come from
_PROBLEM = "train-use-problem"


def take_away(run: Run) -> None:
    """Draw the buttons that use or download the vectors of a run that has ended."""
    if run.vectors is None:
        st.caption("No vectors were reached: the run was stopped too early.")
        return
    name = _used(run)
    with st.container(horizontal=True, vertical_alignment="center", key="train-keep"):
        st.button(
            "Use this space",
            type="primary",
            icon=":material/check:",
            disabled=name is not None,
            on_click=_use,
            args=(run,),
        )
        with st.popover("Download vectors", icon=":material/download:"):
            space = run.space()
            for form in FORMATS:
                try:
                    download(space, form, key=f"train-{form}")
                except EmbeddingError as error:  # a file too large for the limits
                    st.caption(plain(str(error), limit=300))
        rows, dimension = run.vectors.shape
        st.caption(f"{count(rows)} words, {dimension} dimensions.", width="content")
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="train-use")
        session.put(_PROBLEM, None)
    if name is not None:
        st.success(
            f"It is {bold(name)} now: choose it under “Space” in the sidebar, on every page (Map, "
            "Neighbours, Analogies, Dimensions, Compare); the Map page lays out all its words. "
            "It is yours alone, and gone with this session; save the session below to keep it.",
            icon=":material/check:",
        )


def code(run: Run) -> str:
    """Return Python that learns the same vectors."""
    settings, tokens = run.settings, options_code(run.facts.options)
    made_by, text = text_code(run.facts)
    every = options_code(settings, "dimension", "epochs", "seed")
    options = [option for option in every if not option.startswith("method=")]
    lines = ["import models", f"{made_by}\n"]
    if tokens:
        lines.insert(1, "from models.training.tokens import Tokens")
        options.append(f"tokens=Tokens({', '.join(tokens)})")
    lines.append(f'space = models.train({text}, "{settings.method}", {", ".join(options)})')
    if not run.finished:
        lines.insert(0, f"# This is the whole run; here it was stopped after epoch {run.reached}.")
    return "\n".join([*lines, "print(space.history)"])


def described(run: Run) -> str:
    """Describe sample and treatment in a sentence, as Markdown."""
    facts = run.facts
    licence = f" ({plain(facts.licence)})" if facts.licence else ""
    return (
        f"{plain(facts.describe(), limit=400)}. {plain(run.settings.describe(), limit=400)}. Map "
        f"and nearest words: the {count(run.shown)} most frequent; scores: all words. Source: "
        f"{plain(facts.source, limit=120)}{licence}."
    )


def _use(run: Run) -> None:
    try:
        name = session.add_space(run.space())
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
        return
    session.put(_USED, {**session.get(_USED, {}), run.name: name})


def _used(run: Run) -> str | None:
    """Return the name under which a run is in use, if it still is."""
    name: str | None = session.get(_USED, {}).get(run.name)
    space = session.own_spaces().get(name) if name is not None else None
    return name if space is not None and space.vectors is run.vectors else None
