"""The Google analogies over the 300,000 most frequent words of glove-50, beside gensim.

Ours is models.evaluate(), intervals included; the peer is gensim's evaluate_word_analogies() on
the same vectors. The counts of every section must be the same. Memory is the growth of RssAnon
while ours runs, with the space loaded.

    python -m benchmarks.google_analogies
    python -m benchmarks.google_analogies --sections family currency
    python -m benchmarks.google_analogies --fraction 0.05
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import models
from benchmarks._memory import watched
from benchmarks._run import run
from models.quality.metrics.score import Score
from models.quality.suites.builtin import AnalogySuite, google_analogies

MOST_FREQUENT = 300_000

Counts = dict[str, tuple[int, int]]  # section: right answers, questions


def main(options: argparse.Namespace) -> bool:
    suite = _subset(google_analogies(), options.sections, options.fraction)
    space = models.load("glove-50")
    space.find("king")  # the vocabulary is sorted when first asked, as gensim's is when loaded

    with watched() as peak:
        began = time.perf_counter()
        score = models.evaluate(space, suite, most_frequent=MOST_FREQUENT)
        ours = time.perf_counter() - began
    print(f"ours    {ours:6.2f} s  {score}, {peak.extra:.0f} MB of extra memory", flush=True)

    theirs, counts = gensim_pass(space, suite)
    right, asked = (sum(count) for count in zip(*counts.values(), strict=True))
    print(f"gensim  {theirs:6.2f} s  {right:,} of {asked:,} questions")
    same = counts == _counts(score)
    print(f"counts of all {len(counts)} sections: {'the same' if same else 'DIFFERENT'}")
    print(f"ratio {theirs / ours:.1f} (at least {options.ratio:g})")
    print(f"extra memory {peak.extra:.0f} MB (at most {options.memory:g})")
    return same and theirs / ours >= options.ratio and peak.extra <= options.memory


def gensim_pass(space: models.EmbeddingSpace, suite: AnalogySuite) -> tuple[float, Counts]:
    """Return the seconds of gensim's pass over `suite` and its counts."""
    from gensim.models import KeyedVectors

    peer = KeyedVectors(space.dimension)
    peer.add_vectors(space.words, np.ascontiguousarray(space.vectors))
    peer.fill_norms()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "questions.txt"
        path.write_text(_as_text(suite), "utf-8")
        began = time.perf_counter()
        _, sections = peer.evaluate_word_analogies(str(path), restrict_vocab=MOST_FREQUENT)
        seconds = time.perf_counter() - began
    counts = {
        section["section"]: (
            len(section["correct"]),
            len(section["correct"]) + len(section["incorrect"]),
        )
        for section in sections[:-1]  # the last one is the total
    }
    return seconds, counts


def _counts(score: Score) -> Counts:
    return {
        name: (part.correct or 0, part.total)
        for name, part in score.by_section.items()
        if part.asked
    }


def _subset(suite: AnalogySuite, sections: list[str], fraction: float) -> AnalogySuite:
    """Return the questions of `sections` (all where none is named), every 1 / fraction-th."""
    wanted = [place for place, name in enumerate(suite.sections) if name in sections]
    chosen = np.isin(suite.section, wanted) if sections else np.ones(len(suite), dtype=bool)
    rows = np.flatnonzero(chosen)[:: max(1, round(1 / fraction))]
    return replace(suite, questions=suite.questions[rows], section=suite.section[rows])


def _as_text(suite: AnalogySuite) -> str:
    lines: list[str] = []
    for number, section in enumerate(suite.section):
        if number == 0 or section != suite.section[number - 1]:
            lines.append(f": {suite.sections[section]}")
        lines.append(" ".join(suite.question(number)))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    names = google_analogies().sections
    run(
        main,
        __doc__,
        sections={"nargs": "+", "default": [], "choices": names, "metavar": "SECTION"},
        fraction=(1.0, "of the questions, 0 to 1"),
        ratio=(15.0, "times as fast, at least"),
        memory=(300.0, "MB of extra memory, at most"),
    )
