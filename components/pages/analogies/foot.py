"""The foot of the Analogies page: the sample, downloads and Copy as Python."""

from functools import partial

from components import session
from components.charts.bars import answer_bars
from components.charts.parallelogram import parallelogram
from components.pages.analogies.answer import Answered
from components.pages.analogies.controls import AnalogyQuestion
from components.widgets import exports
from components.widgets.words import filter_code, filter_import
from components.wording import count, plain
from models.maps.plane import OffsetPlane


def foot(
    in_use: session.InUse,
    question: AnalogyQuestion,
    answered: Answered,
    plane: OffsetPlane | None,
) -> None:
    """Draw the foot."""
    answers, honesty, convention = answered.answers, answered.honesty, question.convention
    words = ", ".join(map(repr, question.words))
    among = filter_code(convention.among)
    code = (
        f"{filter_import(convention.among)}from models.search.analogies import examine\n"
        f"{in_use.code}\n"
        f'print(models.analogy(space, {words}, method="{convention.method}", '
        f"exclude_query_words={convention.exclude_query_words}{among}))\n"
        f"honesty = examine(space, {words}, expected={question.expected!r}{among})\n"
        "print(honesty.offset_cosine, honesty.ranks, honesty.baselines, sep='\\n')"
    )
    bars = partial(answer_bars, answers, expected=question.expected, unit=question.unit)
    charts = {"answers": bars}
    if plane is not None:
        charts["offset"] = partial(parallelogram, plane, expected=question.expected)
    exports.foot(
        f"{plain(str(answers.attrs['convention']), limit=300)}; "
        f"{plain(in_use.kept.treatment, limit=300)}; {count(len(answers))} answers shown.",
        tables={"answers": answers, "methods": honesty.ranks, "baselines": honesty.baselines},
        charts=charts,
        code=code,
        key="analogies",
    )
