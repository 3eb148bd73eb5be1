"""The losses of a smaller space: analogies answered wrongly, pairs and neighbours that move."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidRequest, shorten
from models.quality.metrics.analogy_batches import Progress, answerable, solve
from models.quality.metrics.neighbourhood import (
    check_comparable,
    draw,
    same_heads,
    sampled_sentence,
)
from models.quality.metrics.score import NothingToMeasure
from models.quality.metrics.similarity import similarities
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite, suite_rows
from models.quality.sweep.nested_neighbours import nearest_nested
from models.search.analogies import analogy
from models.search.objectives import Convention
from models.space import EmbeddingSpace, Rows

if TYPE_CHECKING:
    import pandas as pd

MOST_FREQUENT = 40_000
WHICH = ("lost", "gained")
_QUESTION = ["a", "b", "c", "expected"]


@dataclass(frozen=True, eq=False)
class AnalogyLosses:
    """Which questions of `suite` a space answers before and after it was made smaller.

    `numbers` (known,) names the questions whose words are all known by their place in the suite,
    `rows` (known, 4) are their words in the spaces; `right_full` and `right_kept`, bool (known,),
    tell who answered. `full` and `kept` hold the words that could answer.
    """

    suite: AnalogySuite = field(repr=False)
    method: str
    full: EmbeddingSpace = field(repr=False)
    kept: EmbeddingSpace = field(repr=False)
    numbers: Rows = field(repr=False)
    rows: Rows = field(repr=False)
    right_full: NDArray[np.bool_] = field(repr=False)
    right_kept: NDArray[np.bool_] = field(repr=False)

    def counts(self) -> "pd.DataFrame":
        """Return a row a section, in the order of the suite: section, total (of known questions),
        right_full, right_kept, lost, gained."""
        import pandas as pd

        section, bins = self.suite.section[self.numbers], len(self.suite.sections)
        chosen = {
            "total": np.ones(len(section), dtype=np.bool_),
            "right_full": self.right_full,
            "right_kept": self.right_kept,
            "lost": self._which("lost"),
            "gained": self._which("gained"),
        }
        tallies = {
            name: np.bincount(section[mask], minlength=bins) for name, mask in chosen.items()
        }
        return pd.DataFrame({"section": list(self.suite.sections)} | tallies)

    def questions(
        self, section: str | None = None, *, n: int | None = None, which: str = "lost"
    ) -> "pd.DataFrame":
        """Return the `n` (None: all) lost or gained questions of `section` (None: of all): a, b,
        c, expected, section. Those whose rarest word is most frequent come first."""
        import pandas as pd

        chosen = self._ordered(section, which)[:n]
        words = [self.suite.question(number) for number in self.numbers[chosen]]
        frame = pd.DataFrame(words, columns=_QUESTION, dtype="str")
        places = self.suite.section[self.numbers[chosen]]
        frame["section"] = pd.Series([self.suite.sections[place] for place in places], dtype="str")
        return frame

    def answered(
        self, section: str | None = None, *, n: int = 10, which: str = "lost"
    ) -> "pd.DataFrame":
        """Return the first `n` of questions() with the column `answer`: the wrong one, which for
        lost questions the smaller space gives and for gained ones the space as it was. Searches
        once a question."""
        space = self.kept if which == "lost" else self.full
        return with_answers(space, self.questions(section, n=n, which=which), method=self.method)

    def _which(self, which: str) -> NDArray[np.bool_]:
        if which not in WHICH:
            raise InvalidRequest(f"“{shorten(which)}” is neither “lost” nor “gained”.")
        before, after = self.right_full, self.right_kept
        return before & ~after if which == "lost" else after & ~before

    def _ordered(self, section: str | None, which: str) -> Rows:
        chosen = self._which(which)
        if section is not None:
            if section not in self.suite.sections:
                known = ", ".join(self.suite.sections)
                raise InvalidRequest(f"No section is called “{shorten(section)}”. Choose {known}.")
            place = self.suite.sections.index(section)
            chosen = chosen & (self.suite.section[self.numbers] == place)
        found = np.flatnonzero(chosen)
        rarest = self.rows[found].max(axis=1, initial=0)
        return found[np.argsort(rarest, kind="stable")]


def analogy_losses(
    space: EmbeddingSpace,
    reduced: EmbeddingSpace,
    suite: AnalogySuite,
    *,
    method: str = "3cosadd",
    most_frequent: int | None = MOST_FREQUENT,
    progress: Progress | None = None,
) -> AnalogyLosses:
    """Return which questions of `suite` are right in `space` and wrong in `reduced`, and the
    reverse.

    Exact, with query words excluded; words of the questions and answers are the `most_frequent`
    (None: all). Raises InvalidRequest for spaces of different words, NothingToMeasure where no
    question has all its words.
    """
    full, kept = same_heads(space, reduced, len(space) if most_frequent is None else most_frequent)
    rows, numbers = answerable(full, suite)
    right = [
        solve(each, rows, Convention(method), progress=_half(progress, place))
        for place, each in enumerate((full, kept))
    ]
    return AnalogyLosses(suite, method, full, kept, numbers, rows, *right)


def with_answers(
    space: EmbeddingSpace, questions: "pd.DataFrame", *, method: str = "3cosadd"
) -> "pd.DataFrame":
    """Return `questions` (a, b, c, expected) with the column `answer`: the first wrong answer of
    `space`. Searches once a question."""
    answers = []
    for a, b, c, expected in questions[_QUESTION].itertuples(index=False, name=None):
        first, second = [*analogy(space, a, b, c, k=2, method=method)["word"], "", ""][:2]
        # Where the two are equal up to rounding a single search may still put the expected first.
        answers.append(second if first == expected else first)
    return questions.assign(answer=answers)


def similarity_losses(
    space: EmbeddingSpace,
    reduced: EmbeddingSpace,
    suite: SimilaritySuite,
    *,
    n: int | None = 10,
    most_frequent: int | None = MOST_FREQUENT,
) -> "pd.DataFrame":
    """Return the `n` (None: all such) pairs of `suite` that move furthest from people's judgement.

    A frame: word1, word2, people (their score), cosine_full, cosine_kept, rank_people, rank_full,
    rank_kept (1 is the most alike, ties share the mean of their ranks) and further: by how many
    ranks the pair lies further from people's in `reduced` than in `space`. Only pairs with
    further > 0, the largest first, then by the frequency of the rarer word.
    Raises InvalidRequest and NothingToMeasure like analogy_losses().
    """
    import pandas as pd

    full, kept = same_heads(space, reduced, len(space) if most_frequent is None else most_frequent)
    words = [word for pair in suite.pairs for word in pair]
    rows = suite_rows(full, words, most_frequent=len(full)).reshape(-1, 2)
    known = np.flatnonzero((rows >= 0).all(axis=1))
    if not len(known):
        raise NothingToMeasure(
            f"{suite.title}: the space has both words of none of {len(suite):,} pairs."
        )
    known = known[np.argsort(rows[known].max(axis=1), kind="stable")]
    frame = pd.DataFrame([suite.pairs[pair] for pair in known], columns=["word1", "word2"])
    frame["people"] = suite.scores[known]
    frame["cosine_full"] = similarities(full, rows[known])
    frame["cosine_kept"] = similarities(kept, rows[known])
    for rank, by in (("people", "people"), ("full", "cosine_full"), ("kept", "cosine_kept")):
        frame[f"rank_{rank}"] = frame[by].rank(ascending=False)
    away_full = (frame["rank_full"] - frame["rank_people"]).abs()
    frame["further"] = (frame["rank_kept"] - frame["rank_people"]).abs() - away_full
    frame = frame[frame["further"] > 0]
    return frame.sort_values("further", ascending=False, kind="stable", ignore_index=True)[:n]


def neighbour_losses(
    space: EmbeddingSpace,
    reduced: EmbeddingSpace,
    *,
    k: int = 10,
    n: int = 10,
    sample: int = 2_000,
    most_frequent: int | None = 20_000,
    seed: int = 0,
) -> "pd.DataFrame":
    """Return the `n` words of a random sample that lose most of their `k` neighbours: word,
    overlap (the share kept), lost and gained (tuples of words, the nearest first).

    Of words that lose as many the most frequent come first. The frame's `attrs["sampled"]` states
    the sample. Raises InvalidRequest unless 2 k < n, NothingToMeasure where no word is nearer than
    another.
    """
    import pandas as pd

    full, small = same_heads(space, reduced, most_frequent or len(space))
    for each in (full, small):
        check_comparable(each, k)
    rows = draw(len(full), sample, seed)
    before, after = (nearest_nested([each], rows, k=k)[0] for each in (full, small))  # (rows, k)
    stays = before[:, :, None] == after[:, None, :]
    overlap = stays.any(axis=2).mean(axis=1)
    most = np.argsort(overlap, kind="stable")[:n]

    def named(near: Rows) -> tuple[str, ...]:
        return tuple(full.vocabulary[int(row)] for row in near)

    frame = pd.DataFrame({"word": named(rows[most]), "overlap": overlap[most].astype(np.float32)})
    frame["lost"] = [named(before[i][~stays[i].any(axis=1)]) for i in most]
    frame["gained"] = [named(after[i][~stays[i].any(axis=0)]) for i in most]
    frame.attrs["sampled"] = sampled_sentence(len(rows), len(full), len(space))
    return frame


def _half(progress: Progress | None, place: int) -> Progress | None:
    """Return what turns the progress of one of the two halves into that of the whole."""
    return (lambda done: progress((place + done) / 2)) if progress else None
