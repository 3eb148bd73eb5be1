"""3. What a smaller size loses: questions, similarity pairs and neighbours, by name."""

from functools import partial

import pandas as pd
import streamlit as st

import models
from components import session
from components.charts.sections import loss_bars, section_name
from components.dimension_slider import LOWEST, cut_to
from components.pages.dimensions.lost_neighbours import (
    legible,
    lost_neighbours,
    pair_losses,
    pair_losses_table,
)
from components.pages.dimensions.request import SweepRequest
from components.widgets.chart import show
from components.widgets.exports import Table, foot
from components.widgets.jobs import job_section
from components.wording import bold, count, plain
from models.quality.sweep.losses import with_answers
from models.quality.tasks import Losses, measure_losses, neighbours_among
from models.search.objectives import METHODS

ANALOGIES = "components/pages/analogies/page.py"
AS_RECOMMENDED = "the size recommended, all kept"
MOST_LOST = "the one that loses the largest share"
QUESTIONS = 8  # lost ones shown at a time, each a link
_AT, _SHOWN = "broken_at", "lost-questions-shown"
_LONG = 45  # letters of a link
_USUAL = {"among": "all words", "letters": "false", "method": "3CosAdd", "query": "excluded"}


def losses(request: SweepRequest, suggested: int | None, *, waiting: bool = False) -> None:
    """Draw what is lost at the size kept or, where all dimensions are kept, at the `suggested` one.
    While `waiting` for the suggestion, draw only a caption."""
    st.subheader("What breaks?", anchor=False)
    _choice(request)
    if waiting and not request.in_use.is_cut:
        st.caption("Comes as soon as the curves are complete.")
        return
    dimension, why = _size(request, suggested)
    arguments = (dimension, request.most_frequent, request.objective)
    job = request.job("broken", f"what breaks {arguments!r}", measure_losses, *arguments)

    def draw(found: Losses) -> None:
        if found.sections is None or found.questions is None:
            st.info(plain(found.reason, limit=300), icon=":material/info:")
        else:
            _questions(request, dimension, why, found.sections, found.questions)
        lost_neighbours(dimension, found.words, found.sampled)
        pair_losses(request, dimension)
        _foot(request, dimension, found)

    job_section("broken", job, draw, key="broken-job")


def _choice(request: SweepRequest) -> None:
    """Draw a second control of the size kept, equal to that in the sidebar."""
    sizes = sorted({*_smaller(request), *filter(None, [request.cut])})
    session.put(_AT, str(request.cut or AS_RECOMMENDED))
    narrow, _ = st.columns([1, 2])
    narrow.selectbox(
        "At this many dimensions",
        [AS_RECOMMENDED, *map(str, sizes)],
        key=_AT,
        on_change=_chosen,
        help="The same as “Dimensions kept” in the sidebar.",
    )


def _chosen() -> None:
    at = str(session.get(_AT))
    cut_to(int(at) if at.isdigit() else None)


def _smaller(request: SweepRequest) -> list[int]:
    return [size for size in request.sizes if LOWEST <= size < request.full]


def _size(request: SweepRequest, suggested: int | None) -> tuple[int, str]:
    """Return the size to show, and a sentence that gives the reason."""
    if request.cut:
        return request.kept, f"Shown at the **{request.kept}** kept in the sidebar."
    if suggested is not None and LOWEST <= suggested < request.full:
        return suggested, f"Shown at **{suggested}**, the size recommended above."
    below = max(_smaller(request), default=request.full)
    return below, f"Shown at **{below}**, the next smaller size measured."


def _questions(
    request: SweepRequest,
    dimension: int,
    why: str,
    sections: pd.DataFrame,
    questions: pd.DataFrame,
) -> None:
    right, lost, new = (int(sections[name].sum()) for name in ("right_full", "lost", "gained"))
    gained = f"; **{count(new)}** others are newly right" if new else ""
    st.markdown(
        f"**{count(lost)}** of the {count(right)} questions that all {request.full} dimensions "
        f"answer are lost at **{dimension}**{gained}."
    )
    st.caption(f"{why} In float32, cut by PCA as the sidebar cuts, whatever is chosen above.")
    left, right_side = st.columns([2, 3], gap="large")
    with left:
        share = sections["lost"] / sections["right_full"].clip(lower=1)
        row = sections.iloc[int(share.argmax())]
        worst = str(row["section"])
        alt = (
            f"Share of each section's questions that is lost; most in {section_name(worst)}: "
            f"{row['lost']} of {row['right_full']}"
        )
        show(partial(loss_bars, sections), key="broken-bars", alt=alt)
    with right_side:
        _lost_questions(request, dimension, questions, sections, worst)


def _lost_questions(
    request: SweepRequest,
    dimension: int,
    questions: pd.DataFrame,
    sections: pd.DataFrame,
    worst: str,
) -> None:
    named = {section_name(section): section for section in sections["section"]}
    chosen = st.selectbox(
        "Questions lost in the section",
        [MOST_LOST, *named],
        key="broken",
        bind="query-params",
        help="The questions whose rarest word is the most frequent come first.",
    )
    section, space = named.get(str(chosen), worst), request.in_use.published
    of_section = questions[questions["section"] == section]
    # The number shown grows on request, for this list alone.
    this_list = (space.content_id, dimension, request.most_frequent, request.objective, section)
    known, count_shown = session.get(_SHOWN, (None, 0))
    count_shown = count_shown if known == this_list else QUESTIONS
    lost = session.remember(
        "lost-questions",
        (*this_list, count_shown),
        lambda: _answered(request, dimension, of_section[:count_shown]),
    )
    if lost.empty:
        st.markdown(f"{plain(section_name(section))}: nothing is lost.")
        return
    st.markdown(
        f"Lost in {bold(section_name(section))}, and what comes instead; each opens on the page "
        "Analogies, at this size:"
    )
    with st.container(gap=None, key="lost-questions"):
        for a, b, c, expected, answer in lost[["a", "b", "c", "expected", "answer"]].itertuples(
            index=False, name=None
        ):
            label = question_label(a, b, c, expected, answer)
            st.page_link(
                ANALOGIES,
                label=label,
                icon=":material/arrow_outward:",
                icon_position="right",
                help=label if len(label) > _LONG else "",  # a telephone cuts it off
                query_params=link(request, dimension, (a, b, c, expected)),
            )
    if left := len(of_section) - len(lost):
        st.button(
            f"Show more of the {count(left)} others",
            key="lost-questions-more",
            on_click=session.put,
            args=(_SHOWN, (this_list, 4 * count_shown)),
        )


def _answered(request: SweepRequest, dimension: int, questions: pd.DataFrame) -> pd.DataFrame:
    """Return `questions` with the answers that the reduced space gives."""
    reduced = models.reduce(request.in_use.published, dimension=dimension).head(request.words)
    return with_answers(reduced, questions, method=request.objective)


def question_label(a: str, b: str, c: str, expected: str, answer: str) -> str:
    """A lost question and the wrong answer to it, as Markdown."""
    question = rf"{plain(a)} \: {plain(b)} \:\: {plain(c)} \: {bold(expected)}"
    return f"{question} → {legible(answer)}"


def link(request: SweepRequest, dimension: int, words: tuple[str, str, str, str]) -> dict[str, str]:
    """Return the link parameters that open Analogies with the same question, size, method and words
    that may answer.

    The space in use and the defaults of Analogies are left out unless the visitor last chose others
    there: Streamlit would add the one a second time and remove the others again, and each change
    would be an entry in the browser's history.
    """
    most_frequent = request.most_frequent
    wanted = _USUAL | {"method": METHODS[request.objective]}
    if most_frequent:
        wanted["among"] = count(most_frequent)
    options = {
        name: value
        for name, value in wanted.items()
        if value != _USUAL[name] or str(session.get(name) or value).lower() != value.lower()
    }
    if session.get("space", session.DEFAULT_SPACE) != request.name:
        options["space"] = request.name
    question = dict(zip(("a", "b", "c", "expected"), words, strict=True))
    return question | {"d": str(dimension)} | options


def _foot(request: SweepRequest, dimension: int, found: Losses) -> None:
    tables: dict[str, Table] = {"moved pairs": partial(pair_losses_table, request, dimension)}
    charts = {}
    if found.words is not None:
        # A cell of a CSV file holds words with blanks between them, not a tuple.
        both = {name: found.words[name].map(" ".join) for name in ("lost", "gained")}
        tables["neighbours lost"] = found.words.assign(**both)
    if found.sections is not None and found.questions is not None:
        tables |= {"sections": found.sections, "lost questions": found.questions}
        charts["what breaks"] = partial(loss_bars, found.sections)
    foot(
        f"Google analogies, {METHODS[request.objective]}, query words excluded; "
        f"{count(request.words)} most frequent words ask and answer; all {request.full} dimensions "
        f"as published against {dimension} kept by PCA, both in float32.",
        tables=tables,
        charts=charts,
        code=_code(request, dimension),
        key="broken",
    )


def _code(request: SweepRequest, dimension: int) -> str:
    frequent = neighbours_among(request.in_use.published, request.most_frequent)
    return (
        "import models\n"
        "from models.quality.sweep.losses import (\n"
        "    analogy_losses,\n    neighbour_losses,\n    similarity_losses,\n)\n"
        "from models.quality.suites.builtin import google_analogies, simlex999\n\n"
        f"space = {session.loading_code(request.name)}\n"
        f"reduced = models.reduce(space, dimension={dimension})\n"
        f"most_frequent = {request.most_frequent}\n"
        "found = analogy_losses(\n    space, reduced, google_analogies(), "
        f'method="{request.objective}", most_frequent=most_frequent\n)\n'
        f'print(found.counts(), found.answered(n={QUESTIONS}), sep="\\n")\n'
        f"print(neighbour_losses(space, reduced, most_frequent={frequent}))\n"
        "print(similarity_losses(space, reduced, simlex999(), most_frequent=most_frequent))"
    )
