"""A run, in training or ended: a sentence, its map, neighbours, curves and scores."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import session
from components.pages.train.epoch_curves import AUC, LOSS, SCORES, SUITE_NAMES, epoch_curve
from components.pages.train.run_map import run_map
from components.wording import bold, cosine, count, listed, plain
from models.training.run import EpochRecord, Run
from models.training.train import history_row

USUAL_WORDS = "king, city, music"
_MOST_WORDS = 5
_NAMED = 3  # neighbours in a cell of the table
_MARKED = 4  # neighbours of each word that are marked on the map
_EPOCH, _WIDTH, _LEAST_WIDTH = 60, 480, 130  # pixels of the table: of epochs, of words, of one


def choose_words() -> tuple[str, ...]:
    """Draw the box for the words to follow and return them."""
    text = st.text_input(
        "Words to follow",
        USUAL_WORDS,
        key="watched",
        bind="query-params",
        max_chars=200,
        help=f"Up to {_MOST_WORDS} words, with commas between them: they and their nearest words "
        "are marked on the map.",
    )
    words = [word.strip() for word in str(text or "")[:200].split(",")]
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_WORDS]


def run_view(run: Run, words: Sequence[str]) -> None:
    """Draw a run with its epochs so far."""
    if run.precomputed:
        st.caption(
            "Precomputed with the settings that stand above by default, so that there is something "
            "to see at once. “Train” computes a run of your own."
        )
    st.markdown(answer(run, words))
    rows = {word: row for word in words if (row := _row(run, word)) is not None}
    left, right = st.columns([3, 2], gap="large")
    with left:
        near = [name for word in rows for name in nearest_last(run, word)]
        run_map(run, tuple(rows), tuple(dict.fromkeys(near)))
    with right:
        epoch_curve(AUC, [run])
        epoch_curve(SCORES, [run])
    left, right = st.columns([3, 2], gap="large")
    with left:
        _neighbours(run, words, rows)
    with right:
        epoch_curve(LOSS, [run])


def answer(run: Run, words: Sequence[str]) -> str:
    """Say where the run stands, as Markdown: a word's nearest word, and WordSim-353."""
    if not run.records:
        return "The run is about to begin."
    last = run.records[-1]
    if last.epoch == 0:
        return "At epoch **0** all vectors are random: nothing is known yet."
    parts = []
    word, row = next(((w, row) for w in words if (row := _row(run, w)) is not None), ("", 0))
    if word and (now := nearest_last(run, word)):
        seen, first = _with_neighbours(run)[-1].epoch, _nearest(run, run.records[0], row)
        now_at = "" if seen == last.epoch else f" (seen at epoch {seen})"
        began = f" (at the start it was {bold(first[0])}, by chance)" if first else ""
        parts.append(f"{bold(now[0])} is nearest to {bold(word)}{now_at}{began}")
    found = next((score for score in run.scores if score.suite == "wordsim-353"), None)
    if found is not None:
        parts.append(
            f"how alike it finds pairs of words agrees with what people say (WordSim-353) by "
            f"**{cosine(found.value)}** ({cosine(found.low)} to {cosine(found.high)}), where 1 is "
            "the same order and 0 chance"
        )
    return f"At epoch **{last.epoch}** of {last.epochs} {'; '.join(parts)}".rstrip() + "."


def score_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the last scores of each run: run, suite, value, low, high, of, asked, coverage."""
    rows = [
        {
            "run": run.name,
            "suite": SUITE_NAMES[score.suite],
            "value": score.value,
            "low": score.low,
            "high": score.high,
            "of": score.total,
            "asked": score.asked,
            "coverage": score.total / score.asked,
        }
        for run in runs
        for score in run.scores
    ]
    return pd.DataFrame(rows)


def history(run: Run) -> pd.DataFrame:
    """Return the figures of a run by epoch."""
    return pd.DataFrame(
        history_row(record) | {score.suite: score.value for score in record.scores}
        for record in run.records
    )


def neighbours_by_epoch(run: Run, words: Sequence[str], *, named: int = _NAMED) -> pd.DataFrame:
    """Return a row an epoch with recorded neighbours, the last first, and a column a word."""
    rows = {word: row for word in words if (row := _row(run, word)) is not None}
    return pd.DataFrame(
        [
            {"epoch": record.epoch}
            | {word: ", ".join(_nearest(run, record, row)[:named]) for word, row in rows.items()}
            for record in reversed(_with_neighbours(run))
        ]
    )


def nearest_last(run: Run, word: str) -> list[str]:
    """Return the words nearest to `word` after the last epoch; empty for one that is not shown."""
    row, mapped = _row(run, word), _with_neighbours(run)
    return _nearest(run, mapped[-1], row) if row is not None and mapped else []


def _neighbours(run: Run, words: Sequence[str], rows: dict[str, int]) -> None:
    st.markdown("**The nearest words, epoch by epoch**")
    unknown = [word for word in words if word not in rows]
    if unknown:
        verb = "is" if len(unknown) == 1 else "are"
        st.caption(
            f"{listed([plain(word) for word in unknown])} {verb} not among the "
            f"{count(run.shown)} most frequent words of this text."
        )
    if not rows:
        return
    identity = (run.name, len(run.records), tuple(rows))
    table = session.remember("train-near", identity, lambda: neighbours_by_epoch(run, list(rows)))
    wide = max(_LEAST_WIDTH, _WIDTH // len(rows))
    st.dataframe(
        table,
        hide_index=True,
        height=min(360, 38 + 35 * len(table)),
        column_config={"epoch": st.column_config.Column(width=_EPOCH)}
        | {word: st.column_config.Column(width=wide) for word in rows},
    )
    st.caption(
        f"By cosine, among the {count(run.shown)} words of the map; a space that is used on the "
        "other pages is searched whole."
    )


def _row(run: Run, word: str) -> int | None:
    """Return the row of a word that is shown, in lower case where only that is known."""
    for written in (word, word.lower()):
        row = run.vocabulary.find(written)
        if row is not None and row < run.shown:
            return row
    return None


def _nearest(run: Run, record: EpochRecord, row: int) -> list[str]:
    return [run.vocabulary[near] for near, _ in record.neighbours(row)[:_MARKED]]


def _with_neighbours(run: Run) -> list[EpochRecord]:
    return [record for record in run.records if record.nearest is not None]
