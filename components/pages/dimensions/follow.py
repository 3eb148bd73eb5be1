"""4. An analogy's answer, and the neighbours of a word, followed through all sizes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

import models
from components import session
from components.charts.follow import bump_chart, rank_curve
from components.pages.dimensions.request import SweepRequest
from components.widgets.chart import show
from components.widgets.exports import foot
from components.widgets.notices import notice
from components.wording import bold, count, ordinal, plain
from models.search.follow import expected_ranks, first_from, neighbour_ranks, stays_from
from models.search.neighbours import Filter

NEAREST = 10
_SIZES = 12  # on the bump chart
_LONGEST = 1_000  # characters read of an analogy
_EXAMPLE = "man king woman queen"
_JOINTS = re.compile(r"^(?:[:,→]|->)+|(?:[:,→]|->)+$")  # around a word that stands between blanks
_COLONS = re.compile(r"(?:\s|:|->|→)+")


@dataclass(frozen=True, eq=False)
class Followed:
    """What one half of the section adds to its foot: tables, charts and lines of Python."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    charts: "dict[str, partial[go.Figure]]" = field(default_factory=dict)
    code: str = ""


def follow(request: SweepRequest, *, drawn: bool = True) -> None:
    """Draw an analogy and a word, each followed through all sizes. Unless `drawn`, draw only the
    input boxes, so that their text stays."""
    st.subheader("Follow one thing through the dimensions", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        first = _analogy(request, drawn=drawn)
    with right:
        second = _word(request, drawn=drawn)
    if not drawn:
        return
    st.caption(
        "PCA centres the vectors, so even at all dimensions it need not agree with them as "
        "published. Dotted: the dimensions kept."
    )
    foot(
        f"Ranks are exact, by cosine (3CosAdd, query words excluded), among the "
        f"{count(request.words)} most frequent words; PCA fitted on all "
        f"{count(len(request.in_use.published))}.",
        tables=first.tables | second.tables,
        charts=first.charts | second.charts,
        code=f"from models.search.follow import expected_ranks, first_from, neighbour_ranks\n"
        "from models.search.neighbours import Filter\nimport models\n\n"
        f"space = {session.loading_code(request.name)}\namong = Filter({request.most_frequent})\n"
        f"{first.code}{second.code}",
        key="follow",
    )


def read_analogy(text: str) -> list[str]:
    """Return the words of "man : king :: woman : queen", "man king woman queen" or
    "man:king::woman:queen"."""
    text = text[:_LONGEST]
    words = [word for part in text.split() if (word := _JOINTS.sub("", part))]
    if len(words) == 4:  # a colon within a word, as in 10:30, belongs to it
        return words
    return [word for part in _COLONS.split(text) if (word := _JOINTS.sub("", part))]


def sizes_shown(sizes: Sequence[int], kept: int) -> list[int]:
    """Return some twelve of `sizes`, from the smallest to the largest, and the size kept."""
    spread = np.linspace(0, len(sizes) - 1, min(len(sizes), _SIZES - 1)).round().astype(int)
    return sorted({*(sizes[place] for place in spread), kept})


def _analogy(request: SweepRequest, *, drawn: bool) -> Followed:
    text = st.text_input(
        "Analogy, with the answer expected",
        _EXAMPLE,
        key="analogy",
        bind="query-params",
        help="Four words: man is to king as woman is to queen. Colons and arrows are ignored.",
    )
    if not drawn:
        return Followed()
    words = read_analogy(str(text or ""))
    if len(words) != 4:
        found = f"{count(len(words))} word{'s' * (len(words) != 1)}"
        st.info(
            f"An analogy has four words, as in “{_EXAMPLE}”; here "
            f"{'is' if len(words) == 1 else 'are'} {found}.",
            icon=":material/edit:",
        )
        return Followed()
    words = _known(request, words)
    try:
        ranks = _ranks(request, words)
    except models.UnknownWord as error:
        wrong = error.word
        notice(
            error,
            repair=lambda right: {"analogy": " ".join(right if w == wrong else w for w in words)},
            key="analogy",
        )
        return Followed()
    expected = words[3]
    if expected in words[:3]:
        st.info(
            f"{bold(expected)} is one of the words asked about, which may not answer.",
            icon=":material/edit:",
        )
        return Followed()
    st.markdown(rank_sentence(ranks, expected, kept=request.cut))
    draw = partial(
        rank_curve, ranks, kept=request.kept, first_from=first_from(ranks), expected=expected
    )
    show(draw, key="rank-curve", alt=_without_markdown(rank_sentence(ranks, expected, kept=None)))
    if request.in_use.published.index(expected) >= request.words:
        st.caption(
            f"{bold(expected)} is rarer than the {count(request.words)} words that may answer: "
            "this is where it would stand among them."
        )
    frame = pd.DataFrame({"dimension": np.arange(1, len(ranks) + 1), "rank": ranks})
    code = (
        f"ranks = expected_ranks(space, {', '.join(map(repr, words))}, among=among)\n"
        "print(first_from(ranks), ranks)\n"
    )
    return Followed({"rank of the answer": frame}, {"rank of the answer": draw}, code)


def _known(request: SweepRequest, words: list[str]) -> list[str]:
    """Return `words`, each in lower case where the space has only that; captions say so."""
    space = request.in_use.published
    read = [w.lower() if w not in space and w.lower() in space else w for w in words]
    for typed, word in dict(zip(words, read, strict=True)).items():
        if typed != word:
            st.caption(f"{plain(typed)} was read as {plain(word)}.")
    return read


def _ranks(request: SweepRequest, words: list[str]) -> NDArray[np.int64]:
    space = request.in_use.published
    a, b, c, expected = words
    return session.remember(
        "followed-analogy",
        (space.content_id, tuple(words), request.most_frequent),
        lambda: expected_ranks(space, a, b, c, expected, among=Filter(request.most_frequent)),
    )


def rank_sentence(ranks: NDArray[np.int64], expected: str, *, kept: int | None) -> str:
    """Say from which size on `expected` is first, as Markdown; `kept` is the cut, None for none."""
    full, from_on = len(ranks), first_from(ranks)
    if from_on is not None:
        sentence = f"{bold(expected)} is first from **{from_on}** of {full} dimensions on"
    elif (best := int(ranks.min())) == 1:
        sentence = (
            f"{bold(expected)} is first at **{int((ranks == 1).sum())}** of {full} sizes, "
            f"not at all {full} dimensions (**{ordinal(int(ranks[-1]))}**)"
        )
    else:
        size = int(ranks.argmin()) + 1
        sentence = (
            f"{bold(expected)} is first at no size: at best **{ordinal(best)}**, at {size} of "
            f"{full} dimensions"
        )
    if kept is None:
        return f"{sentence}."
    return f"{sentence}; at the **{kept}** kept it is **{ordinal(int(ranks[kept - 1]))}**."


def _without_markdown(sentence: str) -> str:
    return sentence.replace("*", "").replace("\\", "")


def _word(request: SweepRequest, *, drawn: bool) -> Followed:
    word = st.text_input("Word, with its ten neighbours", "king", key="follow", bind="query-params")
    word = str(word or "").strip()
    if not drawn:
        return Followed()
    if not word:
        st.info("Type a word, for example king.", icon=":material/edit:")
        return Followed()
    [word] = _known(request, [word])
    sizes = sizes_shown(request.sizes, request.kept)
    try:
        ranks = _neighbours(request, word, sizes)
    except models.UnknownWord as error:
        notice(error, repair=lambda right: {"follow": right}, key="follow")
        return Followed()
    sentence = neighbour_sentence(ranks, word, kept=request.cut)
    st.markdown(sentence)
    draw = partial(bump_chart, ranks, word=word, kept=request.kept)
    show(draw, key="bump-chart", alt=_without_markdown(sentence))
    code = f"print(neighbour_ranks(space, {word!r}, dimensions={sizes}, among=among))"
    return Followed({"neighbours by size": ranks}, {"neighbours by size": draw}, code)


def _neighbours(request: SweepRequest, word: str, sizes: list[int]) -> pd.DataFrame:
    space = request.in_use.published
    among = Filter(request.most_frequent)
    return session.remember(
        "followed-word",
        (space.content_id, word, tuple(sizes), request.most_frequent),
        lambda: neighbour_ranks(space, word, dimensions=sizes, k=NEAREST, among=among),
    )


def neighbour_sentence(ranks: pd.DataFrame, word: str, *, kept: int | None) -> str:
    """Say how many of the neighbours are still there at the cut `kept` (None: nothing is cut, and
    it is the size next to half of all), and which stays longest; as Markdown."""
    total, full = ranks["word"].nunique(), int(ranks["dimension"].max())
    staying = {near: size for near, size in stays_from(ranks, k=NEAREST).items() if size}
    reduced = ranks[ranks["kind"] != "raw"]
    if kept is None:
        if not staying:
            return f"No neighbour of {plain(word)} stays at any size."
        kept = min(reduced["dimension"].unique().tolist(), key=lambda size: abs(2 * size - full))
    still = int((reduced[reduced["dimension"] == kept]["rank"] <= NEAREST).sum())
    sentence = (
        f"**{still}** of the {total} words nearest to {bold(word)} are still among the ten nearest "
        f"at **{kept}** of {full} dimensions"
    )
    if not staying:
        return f"{sentence}."
    longest = min(staying, key=lambda near: staying[near])
    return f"{sentence}; {bold(longest)} stays longest, from **{staying[longest]}** on."
