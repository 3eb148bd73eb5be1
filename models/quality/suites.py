"""Benchmark suites: questions and judgements made by people, read from the installed gensim wheel.

Nothing of them is shipped here, and gensim itself is not imported: only its files are read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError, InvalidRequest, shorten
from models.space import EmbeddingSpace, Rows


@dataclass(frozen=True, eq=False)
class AnalogySuite:
    """Questions "a is to b as c is to d", in sections.

    `words` are the distinct words. `questions` (questions, 4) names a, b, c, d by their place
    among `words`; `section` (questions,) names the section by its place among `sections`.
    """

    name: str
    title: str
    source: str
    sections: tuple[str, ...]
    words: tuple[str, ...]
    questions: NDArray[np.int32] = field(repr=False)
    section: NDArray[np.int32] = field(repr=False)

    def __len__(self) -> int:
        return len(self.questions)

    def question(self, number: int) -> tuple[str, str, str, str]:
        """Return the words a, b, c, d of one question."""
        a, b, c, d = (self.words[place] for place in self.questions[number])
        return a, b, c, d

    @property
    def groups(self) -> dict[str, tuple[int, ...]]:
        """The sections of each group: syntactic where the name begins with "gram"."""
        grouped: dict[str, tuple[int, ...]] = {}
        for place, name in enumerate(self.sections):
            group = "syntactic" if name.startswith("gram") else "semantic"
            grouped[group] = (*grouped.get(group, ()), place)
        return grouped


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
    return read_questions(
        _read("questions-words.txt"),
        name="google-analogies",
        title="Google analogies",
        source="Mikolov, Chen, Corrado and Dean 2013",
    )


@lru_cache(maxsize=1)
def wordsim353() -> SimilaritySuite:
    """Return the 353 pairs of WordSim-353, in lower case; 0 unrelated to 10 the same."""
    return read_pairs(
        _read("wordsim353.tsv"),
        name="wordsim-353",
        title="WordSim-353",
        source="Finkelstein et al. 2002",
    )


@lru_cache(maxsize=1)
def simlex999() -> SimilaritySuite:
    """Return the 999 pairs of SimLex-999, in lower case; 0 unlike to 10 alike."""
    return read_pairs(
        _read("simlex999.txt"),
        name="simlex-999",
        title="SimLex-999",
        source="Hill, Reichart and Korhonen 2015",
    )


_MAKERS: dict[str, Callable[[], Suite]] = {
    "google-analogies": google_analogies,
    "wordsim-353": wordsim353,
    "simlex-999": simlex999,
}
NAMES = tuple(_MAKERS)


def read_questions(text: str, *, name: str, title: str, source: str) -> AnalogySuite:
    """Read questions of four words a line, sections begun by a line ": name"; lower-cased."""
    sections: dict[str, int] = {}
    section: list[int] = []
    current = -1
    places: dict[str, int] = {}
    questions: list[list[int]] = []
    for number, line in _lines(text):
        if line.startswith(":"):
            current = sections.setdefault(line[1:].strip(), len(sections))
            continue
        words = line.split()
        if len(words) != 4:
            raise _misread(title, number, f"{len(words)} words where a question has 4")
        if current < 0:
            raise _misread(title, number, 'a question before the first section (": name")')
        questions.append([places.setdefault(word, len(places)) for word in words])
        section.append(current)
    return AnalogySuite(
        name=name,
        title=title,
        source=source,
        sections=tuple(sections),
        words=tuple(places),
        questions=_frozen(np.array(questions, dtype=np.int32).reshape(-1, 4)),
        section=_frozen(np.array(section, dtype=np.int32)),
    )


def read_pairs(text: str, *, name: str, title: str, source: str) -> SimilaritySuite:
    """Read pairs, a line "word word score" each; lower-cased. Lines that begin with # are notes."""
    pairs: list[tuple[str, str]] = []
    scores: list[float] = []
    for number, line in _lines(text):
        if line.startswith("#"):
            continue
        try:
            first, second, score = line.split()
            scores.append(float(score))
        except ValueError:
            raise _misread(title, number, "not two words and a number") from None
        pairs.append((first, second))
    judged = np.array(scores, dtype=np.float64)
    if not np.isfinite(judged).all():
        raise EmbeddingError(f"{title} has a score that is no number.")
    judged.setflags(write=False)
    return SimilaritySuite(name, title, source, tuple(pairs), judged)


def rows_of(space: EmbeddingSpace, words: Sequence[str], *, most_frequent: int) -> Rows:
    """Return the row of each word in `space`, -1 for one not among the `most_frequent`."""
    found = (space.find(word) for word in words)
    kept = (row if row is not None and row < most_frequent else -1 for row in found)
    return np.fromiter(kept, dtype=np.intp, count=len(words))


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


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, in lower case, with their numbers from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if stripped := line.strip().lower():
            yield number, stripped


def _misread(title: str, number: int, found: str) -> EmbeddingError:
    return EmbeddingError(f"{shorten(title)}, line {number:,}: {found}.")


def _frozen(array: NDArray[np.int32]) -> NDArray[np.int32]:
    array.setflags(write=False)
    return array
