"""Two runs side by side: their settings, curves, scores and maps."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.pages.train.aligned_maps import aligned, epoch_maps
from components.pages.train.epoch_curves import (
    AUC,
    LOSS,
    SUITE_NAMES,
    chart_by_epoch,
    epoch_curve,
    score_figures,
)
from components.pages.train.run_view import nearest_last, neighbours_by_epoch, score_table
from components.pages.train.take_away import code
from components.widgets.exports import foot
from components.widgets.training_runs import MOST_RUNS, all_runs, title_of
from components.word_map.component import word_map
from components.word_map.scene import MapScene
from components.wording import bold, count, listed, plain
from models.maps.align import common_rows
from models.space import Floats
from models.training.run import Run

_NONE = "nothing"
_FIGURES = {
    "auc": "AUC",
    "loss": "loss",
    "seconds": "seconds of training",
    "words_per_second": "words a second",
}
_HEIGHT = 420


def two_runs(run: Run, words: Sequence[str]) -> None:
    """Draw the choice of another run, and the two together."""
    known = all_runs()
    others = [name for name in known if name != run.name]
    st.subheader("Two runs side by side", anchor=False)
    if not others:
        st.caption(
            "Train with one setting changed, and compare: the last "
            f"{MOST_RUNS} runs of your session are kept."
        )
        return
    if session.get("beside") not in (*others, _NONE, None):
        session.put("beside", _NONE)
    chosen = st.selectbox(
        "Beside it",
        [_NONE, *others],
        key="beside",
        format_func=lambda name: name if name == _NONE else title_of(known[name]),
    )
    if chosen not in others:
        return
    both = (run, known[chosen])
    st.markdown(sentence(*both))
    left, right = st.columns(2, gap="large")
    with left:
        epoch_curve(AUC, both, key="pair")
    with right:
        epoch_curve(LOSS, both, key="pair")
    st.dataframe(figures_of(*both), hide_index=True)
    _maps(both, words)
    foot(
        f"{' and '.join(plain(title_of(each), limit=200) for each in both)}. Intervals are "
        "95 %, of the questions that each knows.",
        tables={
            "scores of both": lambda: score_table(both),
            "nearest words of both": lambda: pd.concat(
                [neighbours_by_epoch(each, words).assign(run=each.name) for each in both],
                ignore_index=True,
            ),
        },
        charts={
            "AUC of both": chart_by_epoch(AUC, both),
            "loss of both": chart_by_epoch(LOSS, both),
        },
        code="\n\n".join(f"# {each.name}\n{code(each)}" for each in both),
        key="pair",
    )


def differences(one: Run, other: Run) -> list[str]:
    """Return the settings in which two runs differ, in words: "dimension 100 and 25"."""
    theirs = vars(other.settings)
    found = [
        f"{name.replace('_', ' ')} {value} and {theirs[name]}"
        for name, value in vars(one.settings).items()
        if value != theirs[name]
    ]
    texts = [plain(run.facts.title) for run in (one, other)]
    if texts[0] != texts[1]:
        found.insert(0, f"text {texts[0]} and {texts[1]}")
    elif one.facts.content != other.facts.content:
        found.insert(0, "what is left of the text after cutting")
    return found


def sentence(one: Run, other: Run) -> str:
    """Say what differs, and which came out higher where the intervals tell them apart."""
    differ = differences(one, other)
    start = f"They differ in {listed(differ)}" if differ else "Their settings are the same"
    parts = []
    pairs = [(a, b) for a in one.scores for b in other.scores if a.suite == b.suite]
    for mine, theirs in pairs:
        overlap = theirs.low <= mine.high and mine.low <= theirs.high
        parts.append(
            f"{SUITE_NAMES[mine.suite]} is **{score_figures(mine)[0]}** in {one.name} and "
            f"**{score_figures(theirs)[0]}** in {other.name}"
            f"{' (their intervals overlap)' * overlap}"
        )
    several = " More than one thing differs, so none of it alone explains the rest."
    return f"{start}. {'; '.join(parts)}.{several if len(differ) > 1 else ''}"


def figures_of(one: Run, other: Run) -> pd.DataFrame:
    """Return the figures of both: what, and a column a run."""
    left, right = _figures(one), _figures(other)
    return pd.DataFrame(
        [(title, text, right[title]) for title, text in left.items()],
        columns=["figure", one.name, other.name],
    )


def aligned_maps(one: Run, other: Run) -> tuple[Floats, Floats]:
    """Return the last maps of both, the second aligned with the first by their common words."""
    first, second = epoch_maps(one)[1][-1], epoch_maps(other)[1][-1]
    theirs, mine = common_rows(other.vocabulary[: other.shown], one.vocabulary[: one.shown])
    if len(mine) < 3:
        return first, second
    return first, aligned(second, second[theirs], first[mine])


def _maps(both: tuple[Run, Run], words: Sequence[str]) -> None:
    if not all(epoch_maps(run)[1] for run in both):
        return
    names = tuple(run.name for run in both)
    places = session.remember("train-pair-maps", names, lambda: aligned_maps(*both))
    for column, run, positions, side in zip(
        st.columns(2), both, places, ("left", "right"), strict=True
    ):
        with column:
            st.markdown(f"**{plain(run.name)}**")
            near = {word: nearest_last(run, word) for word in words}
            shown = {word: found for word, found in near.items() if found}
            key = f"train-pair-{side}"
            scene = session.remember(key, names, partial(_scene, run, positions, names))
            marked = replace(
                scene,
                query=tuple(shown),
                neighbours=tuple(dict.fromkeys(w for found in shown.values() for w in found)),
            )
            word_map(
                marked,
                height=_HEIGHT,
                label_count=40,
                alt=f"Map of the {count(run.shown)} most frequent words of {run.name}",
                file_name=f"vectorscope-training-{side}",
                key=key,
            )
            for word, found in shown.items():
                st.caption(f"{bold(word)}: {listed([plain(near) for near in found])}")


def _scene(run: Run, positions: Floats, names: tuple[str, ...]) -> MapScene:
    return MapScene(f"{run.name} of {names}", run.vocabulary[: run.shown], positions)


def _figures(run: Run) -> dict[str, str]:
    found = dict.fromkeys(_FIGURES.values(), "none")
    found |= dict.fromkeys(SUITE_NAMES.values(), "not measured")
    for name, title in _FIGURES.items():
        if (value := getattr(run.records[-1], name)) is not None:
            found[title] = f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3f}"
    for score in run.scores:
        value, low, high = score_figures(score)
        known = f"{count(score.total)} of {count(score.asked)}"
        found[SUITE_NAMES[score.suite]] = f"{value} ({low} to {high}); {known}"
    return found
