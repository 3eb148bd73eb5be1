"""Controls for the text to train on: its source, how it is split into tokens, and the result."""

from dataclasses import dataclass, fields
from functools import partial

import streamlit as st

from components import session
from components.charts.training import frequency_curve
from components.widgets.chart import show
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import count, plain
from models.errors import EmbeddingError
from models.training.corpora import CorpusFacts
from models.training.precomputed import load_default
from models.training.run import CorpusOutline
from models.training.settings import Settings
from models.training.tasks import content_of, outline
from models.training.texts import Text, pasted, uploaded
from models.training.tokens import LARGEST_MIN_COUNT, NUMBERS, Tokens

WIKIPEDIA, TEXT8 = "Wikipedia sample", "text8"
PASTED, UPLOADED = "pasted text", "uploaded file"
SOURCES = {WIKIPEDIA: "wikipedia", TEXT8: "text8", PASTED: None, UPLOADED: None}
_PLACE = "train-text"
_TEXT, _PROBLEM = "train-upload-read", "train-upload-problem"
_FETCH = "train-text8-wanted"
_LONGEST = 2_000_000  # characters of a pasted text; more comes as a file
_NUMBERS = {"keep": "kept", "drop": "left out", "digits": "digits as 0"}


@dataclass(frozen=True, eq=False)
class Source:
    """A text and how it is cut. `text` is the name of a built-in one, or a visitor's own."""

    text: str | Text
    tokens: Tokens

    @property
    def private(self) -> bool:
        return isinstance(self.text, Text)

    @property
    def key(self) -> str:
        """A digest of the text, and how it is cut."""
        digest = session.remember("train-digest", self.text, lambda: content_of(self.text))
        return f"{digest} {self.tokens!r}"


def choose_text(column: "st.delta_generator.DeltaGenerator") -> str:
    """Draw the choice of the text and return one of SOURCES."""
    chosen = column.selectbox(
        "Text",
        list(SOURCES),
        key="text",
        bind="query-params",
        help="The sample of English Wikipedia comes with the installation; text8 (17 million "
        "words) is fetched once, where there is a network. What you paste or bring stays in your "
        "session.",
    )
    return chosen if chosen in SOURCES else WIKIPEDIA


def text_of(chosen: str) -> str | Text | None:
    """Draw the input that the choice needs and return the text; None, and a note, without one."""
    if chosen == PASTED:
        return _pasted()
    if chosen == UPLOADED:
        return _uploaded()
    if chosen == TEXT8 and not session.get(_FETCH):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.info(
            "text8 is fetched when you ask for it: 31 MB, and 100 MB on the server's disk.",
            icon=":material/download:",
        )
        right.button("Fetch text8", on_click=session.put, args=(_FETCH, True))
        return None
    return SOURCES[chosen]


def choose_tokens() -> Tokens:
    """Draw the controls of the tokens and return them; raise InvalidRequest for a value that is not
    allowed."""
    one, two = st.columns(2)
    least = one.number_input(
        "Minimum count",
        value=Tokens().min_count,
        step=1,
        key="least",
        bind="query-params",
        help="Words seen less often are left out: nothing can be learned of them. From 1 to "
        f"{count(LARGEST_MIN_COUNT)}.",
    )
    numbers = two.selectbox(
        "Numbers",
        list(NUMBERS),
        key="numbers",
        bind="query-params",
        format_func=lambda name: _NUMBERS[name],
    )
    lower = one.toggle("Lower case", value=True, key="lower", bind="query-params")
    phrases = two.toggle(
        "Join phrases",
        key="phrases",
        bind="query-params",
        help="Pairs that stand together far more often than by chance become one word: new_york.",
    )
    return Tokens(
        lower=bool(lower),
        numbers=numbers if numbers in NUMBERS else "keep",
        min_count=int(least),
        phrases=bool(phrases),
    )


def outline_of(source: Source) -> CorpusOutline | None:
    """Return the outline of the text. Until a job has found it, or where the job fails, draw the
    progress or the error and return None."""
    ours = load_default()
    if source.text == "wikipedia" and source.tokens == ours.facts.options:
        return ours.outline
    key = f"outline {source.key}"
    try:
        job = job_for(_PLACE, key, outline, source.text, source.tokens, private=source.private)
    except EmbeddingError as error:  # the queue takes no more
        notice(error, key="train-queue")
        return None
    if job.done:
        found: CorpusOutline = job.result()
        return found
    again = partial(forget_job, _PLACE)

    def draw() -> None:
        if isinstance(job.error, EmbeddingError):
            notice(job.error, key="train-text")
            if source.text == "text8":  # the network may be back
                st.button("Try again", on_click=again)
        else:
            job_card(job, key="train-text", again=again)

    while_running("train-text", [job], draw)
    if job.done:  # by now: nothing on the page asks again
        st.rerun()
    return None


def effect(known: CorpusOutline) -> None:
    """Draw the outline of the text: a sentence and the frequency curve."""
    facts = known.facts
    st.markdown(
        f"**{count(facts.tokens_read)}** tokens read, {count(facts.types_read)} different; "
        f"**{count(facts.tokens)}** tokens of **{count(facts.words)}** words are learned from."
    )
    least = int(known.counts[-1])
    rare = int((known.counts == least).sum())
    times = "once" if least == 1 else f"{count(least)} times"
    rest = f"{count(int(known.counts[0]))} times; {count(rare)} words stand there {times}."
    start, word = "The most frequent word", known.vocabulary[0]
    alt = f"{start}, {word}, stands there {rest}"
    show(partial(frequency_curve, known.counts), key="train-frequency", alt=alt)
    st.caption(f"{start}, {plain(word)}, stands there {rest}")


def text_code(facts: CorpusFacts) -> tuple[str, str]:
    """Return the Python that makes the text of a corpus: an import, and an expression."""
    if facts.source.endswith("from the gensim package"):
        return "from models.training.wikipedia import wikipedia_sample", "wikipedia_sample()"
    if facts.title == "text8":
        return "from models.training.text8 import text8", "text8()"
    file = facts.title if "." in facts.title else "text.txt"
    return "from pathlib import Path", f"Path({file!r})"


def options_code(chosen: Settings | Tokens, *always: str) -> list[str]:
    """Return the fields of `chosen` as Python, "name=value": those that differ from the default,
    and those that are named."""
    usual = type(chosen)()
    return [
        f"{each.name}={getattr(chosen, each.name)!r}"
        for each in fields(chosen)
        if each.name in always or getattr(chosen, each.name) != getattr(usual, each.name)
    ]


def _pasted() -> Text | None:
    text = st.text_area(
        "Your text",
        key="train-pasted",
        height=160,
        max_chars=_LONGEST,
        placeholder="A few thousand words or more, in a language that puts spaces between words.",
    )
    if not str(text or "").strip():
        st.info("Paste a text of a few thousand words or more.", icon=":material/edit:")
        return None
    try:
        return session.remember("train-pasted", str(text), lambda: pasted(str(text)))
    except EmbeddingError as error:
        notice(error, key="train-pasted")
        return None


def _uploaded() -> Text | None:
    st.file_uploader(
        "A text in UTF-8: .txt, .gz or a .zip of .txt files, up to 50 MB",
        type=["txt", "gz", "zip"],
        key="train-upload",
        on_change=_take,
    )
    problem: EmbeddingError | None = session.get(_PROBLEM)
    text: Text | None = session.get(_TEXT)
    if problem is not None:
        notice(problem, key="train-upload")
    elif text is None:
        st.info("Bring a text of a few thousand words or more.", icon=":material/upload_file:")
    if text is not None:
        st.caption(f"In use: {plain(text.title)}, {count(len(text.content))} characters.")
    return text


def _take() -> None:
    """Read the upload; where it cannot be read, the text before it stays."""
    file = session.get("train-upload")
    session.put(_PROBLEM, None)
    if file is None:
        return
    try:
        session.put(_TEXT, uploaded(file.getvalue(), file.name))
    except EmbeddingError as error:
        session.put(_PROBLEM, error)
