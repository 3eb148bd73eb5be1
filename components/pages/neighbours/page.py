"""What is near a word?

The nearest words to a word, to several words or to a formula, searched over the whole vocabulary;
beside them the same question asked of all dimensions, or of another space.
"""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import models
from components import session
from components.charts.bars import answer_bars
from components.widgets.chart import show
from components.widgets.choice import choice
from components.widgets.exports import foot
from components.widgets.notices import examples, notice
from components.widgets.subword_notice import full_dimension_notice, subword_notice
from components.widgets.words import filter_code, filter_import, offer_frequent, word_filter
from components.wording import bold, cosine, count, listed, plain
from models.search.neighbours import Filter
from models.search.questions import Question, read, replace_word

FULL = "all dimensions"
NOTHING = "nothing"
# What the control and the link say, and what models calls it.
METRICS = {"cosine": "cosine", "Euclidean distance": "euclidean", "inner product": "dot"}
COUNTS = (5, 10, 15, 25, 50)
EXAMPLES = {
    "king": {"q": "king"},
    "paris, rome, london": {"q": "paris, rome, london"},
    "king - man + woman": {"q": "king - man + woman"},
    "good": {"q": "good"},
    "bank": {"q": "bank"},
}


@dataclass(frozen=True)
class Options:
    """How a question is answered."""

    k: int
    against: str
    unit: str
    among: Filter

    @property
    def metric(self) -> str:
        return METRICS[self.unit]

    def answer(self, question: Question, space: models.EmbeddingSpace) -> pd.DataFrame:
        return question.answer(space, k=self.k, metric=self.metric, among=self.among)


def render() -> None:
    """Draw the page."""
    in_use = session.current()
    st.title("What is near a word?")
    text, options = _controls(in_use)
    if not text.strip():
        st.info(
            "Type a word, several words with commas between them, or a formula.",
            icon=":material/edit:",
        )
        examples("Try", EXAMPLES, key="neighbours-empty")
        return
    try:
        question = read(text, in_use.published)
        answers = options.answer(question, in_use.kept)
    except models.EmbeddingError as error:
        wrong = error.word if isinstance(error, models.UnknownWord) else ""
        notice(error, repair=lambda word: {"q": replace_word(text, wrong, word)}, key="neighbours")
        full_dimension_notice(in_use, error)
        examples("Or try", EXAMPLES, key="neighbours-examples")
        return
    other = _other_space(in_use, options.against)
    theirs = _theirs(other, question, options)
    _answer(in_use.kept, question, answers, options)
    offer_frequent(in_use.kept, answers, key="neighbours")
    if other is None or theirs is None:
        _one(answers, options)
    else:
        subword_notice(other, question.words)
        _two((in_use.kept, answers), (other, theirs), options)
    _reading(in_use.kept)
    sides = {in_use.kept: answers} | ({other: theirs} if other and theirs is not None else {})
    _foot(in_use, question, sides, options)


def _controls(in_use: session.InUse) -> tuple[str, Options]:
    word, number, beside = st.columns([5, 2, 3], vertical_alignment="bottom")
    text = word.text_input(
        "Word or formula",
        "king",
        key="q",
        bind="query-params",
        placeholder="king, or king - man + woman",
        help="A word; several words with commas between them (what they share); or a formula "
        'with + and -, weights, parentheses and "quoted phrases".',
    )
    k = number.selectbox("Neighbours", COUNTS, index=1, key="k", bind="query-params")
    others = [name for name in session.space_names() if name != in_use.published.name]
    against = beside.selectbox(
        "Side by side with",
        [FULL, NOTHING, *others],
        key="against",
        bind="query-params",
        help="“All dimensions” shows a second list as soon as fewer dimensions are kept.",
    )
    unit, among = _more()
    return str(text or ""), Options(k if k in COUNTS else 10, str(against), unit, among)


def _more() -> tuple[str, Filter]:
    with st.expander("More: similarity, and who may answer"):
        left, right = st.columns(2)
        unit = choice("Similarity", list(METRICS), default="cosine", key="metric", place=left)
        with right:
            among = word_filter()
    return unit, among


def _other_space(in_use: session.InUse, against: str) -> models.EmbeddingSpace | None:
    if against == FULL:
        return in_use.published if in_use.is_cut else None
    if against in session.space_names() and against != in_use.published.name:
        with st.spinner("Opening the other space"):
            return session.open_space(against)
    return None


def _theirs(
    other: models.EmbeddingSpace | None, question: Question, options: Options
) -> pd.DataFrame | None:
    if other is None:
        return None
    try:
        return options.answer(question, other)
    except models.EmbeddingError as error:
        notice(error, key="neighbours-other")
        return None


def _answer(
    space: models.EmbeddingSpace, question: Question, answers: pd.DataFrame, options: Options
) -> None:
    if answers.empty:
        st.info("No word may answer: let more words answer under “More”.")
        return
    first = answers.iloc[0]
    st.markdown(
        f"{bold(str(first['word']))} is nearest to {plain(question.text)} of "
        f"{plain(options.among.describe(space), limit=200)} "
        f"({options.unit} **{cosine(float(first.iloc[2]))}**)."
    )
    subword_notice(space, question.words)


def _one(answers: pd.DataFrame, options: Options) -> None:
    chart, table = st.columns([3, 2])
    with chart:
        _bars(answers, options, key="neighbours-bars")
    with table:
        _table(answers)


def _two(
    ours: tuple[models.EmbeddingSpace, pd.DataFrame],
    theirs: tuple[models.EmbeddingSpace, pd.DataFrame],
    options: Options,
) -> None:
    shared = frozenset(ours[1]["word"]) & frozenset(theirs[1]["word"])
    lost = [plain(str(word)) for word in theirs[1]["word"] if word not in shared]
    sentence = f"**{len(shared)} of {len(theirs[1])}** neighbours are the same on both sides."
    if lost:
        shown = lost if len(lost) <= 5 else [*lost[:4], f"{len(lost) - 4} more"]
        sentence += f" Missing on the left: {listed(shown)}."
    if len(ours[0]) != len(theirs[0]):
        sentence += (
            f" The left has {count(len(ours[0]))} words, the right {count(len(theirs[0]))}: a word "
            "that one side lacks cannot be shared."
        )
    st.markdown(sentence)
    for column, (space, frame) in zip(st.columns(2), (ours, theirs), strict=True):
        with column:
            st.subheader(_side(space), anchor=False)
            _bars(frame, options, key=f"bars-{space.name}-{space.dimension}", shared=shared)
            with st.expander("As a table"):
                _table(frame)


def _file(space: models.EmbeddingSpace) -> str:
    return f"neighbours, {space.name} at {space.dimension}"


def _side(space: models.EmbeddingSpace) -> str:
    full = space.published.dimension
    kept = f"{space.dimension} of {full}" if space.dimension < full else f"all {full}"
    return f"{plain(space.name)}: {kept} dimensions"


def _bars(
    answers: pd.DataFrame, options: Options, *, key: str, shared: frozenset[str] | None = None
) -> None:
    best = listed([str(word) for word in answers["word"][:3]])
    show(
        partial(_chart, answers, options, shared=shared),
        key=key,
        alt=f"Bars of {options.unit} for {len(answers)} neighbours; the nearest are {best}",
    )


def _chart(
    answers: pd.DataFrame, options: Options, *, shared: frozenset[str] | None = None
) -> go.Figure:
    return answer_bars(answers, value=str(answers.columns[2]), shared=shared, unit=options.unit)


def _table(answers: pd.DataFrame) -> None:
    st.dataframe(
        answers,
        hide_index=True,
        height=min(38 + 35 * len(answers), 420),
        column_config={str(answers.columns[2]): st.column_config.NumberColumn(format="%.3f")},
    )


def _reading(space: models.EmbeddingSpace) -> None:
    example = ""
    if "good" in space and "bad" in space:
        good, bad = space.unit(space.indices(["good", "bad"]))
        example = f" (good and bad: **{cosine(float(good @ bad))}** here)"
    st.caption(
        "Similar means used in similar contexts, not meaning the same: opposites score high too"
        f"{example}."
    )
    with st.expander("Why?"):
        st.markdown(
            "These vectors are learned from the words around a word. “Good” and “bad” stand in the "
            "same sentences, so their vectors point the same way (the distributional hypothesis: "
            "Harris 1954, Firth 1957). Cosine compares directions and forgets lengths; the inner "
            "product favours long vectors, which belong to frequent words; Euclidean distance "
            "counts both."
        )


def _foot(
    in_use: session.InUse,
    question: Question,
    sides: dict[models.EmbeddingSpace, pd.DataFrame],
    options: Options,
) -> None:
    arguments = f", k={options.k}"
    arguments += f', metric="{options.metric}"' if options.metric != "cosine" else ""
    call = question.code(arguments + filter_code(options.among))
    code = f"{filter_import(options.among)}{in_use.code}\nprint({call})"
    for other in list(sides)[1:]:
        code += f"\nother = {session.loading_code(other.name)}"
        code += f"\nprint({call.replace('(space', '(other', 1)})"
    shared = None
    if len(sides) == 2:
        shared = frozenset.intersection(*(frozenset(frame["word"]) for frame in sides.values()))
    samples = [
        f"{count(len(frame))} neighbours in {plain(space.name)} among "
        f"{plain(options.among.describe(space), limit=200)}, {plain(space.treatment, limit=300)}"
        for space, frame in sides.items()
    ]
    foot(
        f"{'; beside them '.join(samples)}; {options.unit}; query words excluded.",
        tables={_file(space): frame for space, frame in sides.items()},
        charts={
            _file(space): partial(_chart, frame, options, shared=shared)
            for space, frame in sides.items()
        },
        code=code,
        key="neighbours",
    )


render()
