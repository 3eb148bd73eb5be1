"""The foot of the Neighbours page: the sample, downloads and Copy as Python."""

from functools import partial

import pandas as pd

import models
from components import session
from components.pages.neighbours.answer import chart_of
from components.pages.neighbours.controls import Options
from components.widgets import exports
from components.widgets.words import filter_code, filter_import
from components.wording import count, plain
from models.search.questions import Question


def foot(
    in_use: session.InUse,
    question: Question,
    sides: dict[models.EmbeddingSpace, pd.DataFrame],
    options: Options,
) -> None:
    """Draw the foot; `sides` are the answers by space, that of the left first."""
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
    exports.foot(
        f"{'; beside them '.join(samples)}; {options.unit}; query words excluded.",
        tables={_file(space): frame for space, frame in sides.items()},
        charts={
            _file(space): partial(chart_of, frame, options, shared=shared)
            for space, frame in sides.items()
        },
        code=code,
        key="neighbours",
    )


def _file(space: models.EmbeddingSpace) -> str:
    return f"neighbours, {space.name} at {space.dimension}"
