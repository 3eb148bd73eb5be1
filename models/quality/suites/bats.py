"""Analogy questions made of BATS files: a category a file, a word and its answers a line.

Gladkova, Drozd and Matsuoka 2016: every ordered pair of lines of a category is a question.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations, takewhile
from pathlib import PurePosixPath

from models.errors import EmbeddingError, shorten
from models.quality.suites.suite_text import MOST_QUESTIONS, Entry, Question

FORMAT = (
    "categories as in BATS (Gladkova, Drozd and Matsuoka 2016); every two lines of a category make "
    "questions; of several answers the first listed counts"
)
_ELSEWHERE = "other"  # the group of a file that stands beside the folders of the others
_LONGEST_NAME = 100


def category_questions(
    categories: Mapping[str, Sequence[Entry]], *, file: str
) -> tuple[list[Question], dict[str, str]]:
    """Return the questions of `categories` by path, and the group of each section.

    Sections are named after the files, groups after the first folder below the common one; there
    are none where all files stand in one folder.
    Raises EmbeddingError for a category of one line and for too many questions.
    """
    for path, entries in categories.items():
        if len(entries) < 2:
            raise EmbeddingError(
                f"{shorten(path, limit=_LONGEST_NAME)} in {file} has {len(entries)} line: a "
                "category needs two at least, as two lines make a question."
            )
    count = sum(len(entries) * (len(entries) - 1) for entries in categories.values())
    if count > MOST_QUESTIONS:
        raise EmbeddingError(
            f"{file} makes {count:,} questions of its {len(categories):,} categories; at most "
            f"{MOST_QUESTIONS:,} can be read: leave some files out."
        )
    sections, groups = _sections(list(categories)), _groups(list(categories))
    questions = [
        (sections[path], (a, b, c, d))
        for path, entries in categories.items()
        for (a, b), (c, d) in permutations(entries, 2)
    ]
    return questions, {sections[path]: group for path, group in groups.items()}


def _sections(paths: Sequence[str]) -> dict[str, str]:
    """Name each path by its file, and by its folder too where two files are called the same."""
    stems = [PurePosixPath(path).stem for path in paths]
    return {
        path: shorten(
            stem if stems.count(stem) == 1 else str(PurePosixPath(path).with_suffix("")),
            limit=_LONGEST_NAME,
        )
        for path, stem in zip(paths, stems, strict=True)
    }


def _groups(paths: Sequence[str]) -> dict[str, str]:
    folders = {path: PurePosixPath(path).parts[:-1] for path in paths}
    levels = zip(*folders.values(), strict=False)  # as deep as the shallowest
    shared = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
    if all(len(parts) == shared for parts in folders.values()):
        return {}
    return {
        path: shorten(parts[shared], limit=_LONGEST_NAME) if len(parts) > shared else _ELSEWHERE
        for path, parts in folders.items()
    }
