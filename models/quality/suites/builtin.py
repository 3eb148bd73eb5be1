"""The built-in benchmark suites, whose questions and judgements were made by people.

They are read from the files of the installed gensim, which itself is not imported.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError, InvalidRequest, shorten
from models.quality.suites import suite_text
from models.space import EmbeddingSpace, Rows


@dataclass(frozen=True, eq=False)
class AnalogySuite:
    """Questions "a is to b as c is to d", in sections.

    `words` are the distinct words. `questions` (questions, 4) names a, b, c, d by their place
    among `words`; `section` (questions,) names the section by its place among `sections`;
    `group` (sections,) names the group of each section, such as "semantic". It may be empty.
    """

    name: str
    title: str
    source: str
    sections: tuple[str, ...]
    words: tuple[str, ...]
    questions: NDArray[np.int32] = field(repr=False)
    section: NDArray[np.int32] = field(repr=False)
    group: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.questions)

    def question(self, number: int) -> tuple[str, str, str, str]:
        """Return the words a, b, c, d of one question."""
        a, b, c, d = (self.words[place] for place in self.questions[number])
        return a, b, c, d

    @property
    def groups(self) -> dict[str, tuple[int, ...]]:
        """The places of the sections of each group."""
        grouped: dict[str, tuple[int, ...]] = {}
        for place, group in enumerate(self.group):
            grouped[group] = (*grouped.get(group, ()), place)
        return grouped

    @classmethod
    def of(
        cls,
        questions: Iterable[suite_text.Question],
        *,
        name: str,
        title: str,
        source: str,
        groups: Mapping[str, str] | None = None,
    ) -> "AnalogySuite":
        """Make a suite of questions with their sections.

        `groups` names the group of each section; without it those of Google's names.
        """
        places: dict[str, int] = {}
        sections: dict[str, int] = {}
        numbers, section = array("i"), array("i")
        for part, words in questions:
            section.append(sections.setdefault(part, len(sections)))
            numbers.extend(places.setdefault(word, len(places)) for word in words)
        grouped = _tasks(sections) if groups is None else groups
        return cls(
            name=name,
            title=title,
            source=source,
            sections=tuple(sections),
            words=tuple(places),
            questions=_frozen(np.array(numbers, dtype=np.int32).reshape(-1, 4)),
            section=_frozen(np.array(section, dtype=np.int32)),
            group=tuple(grouped[part] for part in sections) if grouped else (),
        )


@dataclass(frozen=True, eq=False)
class SimilaritySuite:
    """Pairs of words with the mean similarity that people gave them.

    A pair may stand twice: WordSim-353 holds (money, cash) with two scores. `scores` is float64
    (pairs,).
    """

    name: str
    title: str
    source: str
    pairs: tuple[tuple[str, str], ...]
    scores: NDArray[np.float64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.pairs)

    @classmethod
    def of(
        cls, judged: Sequence[suite_text.Pair], *, name: str, title: str, source: str
    ) -> "SimilaritySuite":
        """Make a suite of pairs with their scores."""
        scores = np.array([score for _, _, score in judged], dtype=np.float64)
        scores.setflags(write=False)
        pairs = tuple((first, second) for first, second, _ in judged)
        return cls(name, title, source, pairs, scores)


Suite = AnalogySuite | SimilaritySuite


def suite(name: str) -> Suite:
    """Return the suite `name`; raise InvalidRequest, listing the names, for another."""
    if name not in _MAKERS:
        known = ", ".join(_MAKERS)
        raise InvalidRequest(f"There is no suite called “{shorten(name)}”. Choose {known}.")
    return _MAKERS[name]()


@lru_cache(maxsize=1)
def google_analogies() -> AnalogySuite:
    """Return the 19,544 Google analogy questions, in lower case."""
    source = "Mikolov, Chen, Corrado and Dean 2013"
    text = _read("questions-words.txt")
    return read_questions(text, name="google-analogies", title="Google analogies", source=source)


@lru_cache(maxsize=1)
def wordsim353() -> SimilaritySuite:
    """Return the 353 pairs of WordSim-353, in lower case; 0 unrelated to 10 the same."""
    text, source = _read("wordsim353.tsv"), "Finkelstein et al. 2002"
    return read_pairs(text, name="wordsim-353", title="WordSim-353", source=source)


@lru_cache(maxsize=1)
def simlex999() -> SimilaritySuite:
    """Return the 999 pairs of SimLex-999, in lower case; 0 unlike to 10 alike."""
    text, source = _read("simlex999.txt"), "Hill, Reichart and Korhonen 2015"
    return read_pairs(text, name="simlex-999", title="SimLex-999", source=source)


_MAKERS: dict[str, Callable[[], Suite]] = {
    "google-analogies": google_analogies,
    "wordsim-353": wordsim353,
    "simlex-999": simlex999,
}
NAMES = tuple(_MAKERS)


def read_questions(text: str, *, name: str, title: str, source: str) -> AnalogySuite:
    """Read questions of four words a line, sections begun by a line ": name"; lower-cased."""
    questions = suite_text.questions(StringIO(text, newline=None), file=title)
    return AnalogySuite.of(questions, name=name, title=title, source=source)


def read_pairs(text: str, *, name: str, title: str, source: str) -> SimilaritySuite:
    """Read pairs, a line "word word score" each; lower-cased. Lines that begin with # are notes."""
    judged = suite_text.pairs(StringIO(text, newline=None), file=title)
    return SimilaritySuite.of(judged, name=name, title=title, source=source)


@dataclass(frozen=True)
class Coverage:
    """How much of a suite a space can be asked: `total` of `asked` questions or pairs; `missing`
    are the words that it lacks."""

    total: int
    asked: int
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """Their share of all questions or pairs, 0 to 1."""
        return self.total / self.asked if self.asked else 0.0


def coverage_of(
    space: EmbeddingSpace, suite: Suite, *, most_frequent: int | None = None
) -> Coverage:
    """Return how much of `suite` can be asked of `space`, or of its `most_frequent` words."""
    if isinstance(suite, AnalogySuite):
        words, places = suite.words, suite.questions
    else:
        words = tuple(word for pair in suite.pairs for word in pair)
        places = np.arange(len(words), dtype=np.int32).reshape(-1, 2)
    known = suite_rows(space, words, most_frequent=most_frequent or len(space)) >= 0
    missing = (word for word, is_known in zip(words, known, strict=True) if not is_known)
    return Coverage(
        total=int(known[places].all(axis=1).sum()),
        asked=len(suite),
        missing=tuple(dict.fromkeys(missing)),
    )


def suite_rows(space: EmbeddingSpace, words: Sequence[str], *, most_frequent: int) -> Rows:
    """Return the row of each word in `space`, -1 for one not among the `most_frequent`."""
    found = (space.find(word) for word in words)
    rows = (row if row is not None and row < most_frequent else -1 for row in found)
    return np.fromiter(rows, dtype=np.intp, count=len(words))


def _read(file: str) -> str:
    spec = find_spec("gensim")  # of a top-level package this executes nothing
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError(
            "The benchmark suites come with the package gensim, which is not installed: "
            "pip install -r requirements.txt (with Python below 3.14, for which gensim is made)."
        )
    path = Path(spec.submodule_search_locations[0]) / "test" / "test_data" / file
    if not path.is_file():
        raise EmbeddingError(
            f"The installed gensim lacks its file {file}: reinstall it with "
            "pip install --force-reinstall --no-deps gensim==4.4.0"
        )
    return path.read_text("utf-8")


def _tasks(sections: Iterable[str]) -> dict[str, str]:
    """Return Google's groups by section where its names are used ("gram1-..."), else none."""
    named = {name: "syntactic" if name.startswith("gram") else "semantic" for name in sections}
    return named if "syntactic" in named.values() else {}


def _frozen(array: NDArray[np.int32]) -> NDArray[np.int32]:
    array.setflags(write=False)
    return array
