"""Benchmark suites of a visitor's own: brought here, read once, and kept in this session alone."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import models
from components import session
from components.wording import count, listed, percent, plain
from models.quality.suite_files import read_suite
from models.quality.suites import AnalogySuite, Coverage, Suite, coverage_of

MOST = 8  # suites at a time: all of them are held in memory and measured together
_KEY = "own-suites"
_READ = "own-suites-read"
_FORMATS = (
    "Word similarity: two words and a score a line, `king queen 8.5`. Analogies: four words a "
    "line, `paris france rome italy`, in sections begun by `: capitals` if you like. Categories "
    "as in BATS: a .zip of text files with a word, a tab and its answers a line, `album albums`. "
    "UTF-8; a text may be packed as .gz. The files stay in your session."
)
_NAMED = 5  # missing words that are told


@dataclass(frozen=True, eq=False)
class _Brought:
    """A file that was read: its suite, or why there is none; and what was found to cover it."""

    suite: Suite | None
    problem: str = ""
    covered: tuple[tuple[str, int | None], Coverage] | None = None


def uploaded_suites(*, most_frequent: int | None = None) -> tuple[Suite, ...]:
    """Draw the upload and return the visitor's suites, each name once.

    Says of each how much of it the space in use can be asked, or its `most_frequent` words. They
    are the visitor's alone: never hand them to what is shared between sessions.
    """
    space = session.current().published
    with st.expander("Measure with your own suite", icon=":material/upload_file:"):
        st.caption(_FORMATS)
        files = st.file_uploader(
            "Text files, or a .zip of categories",
            type=["txt", "tsv", "csv", "gz", "zip"],
            accept_multiple_files=True,
            key=_KEY,
        )
        if len(files) > MOST:
            st.warning(f"The first {MOST} files are read: remove some to read the others.")
        suites: dict[str, Suite] = {}
        for brought in _read(files[:MOST], space, most_frequent):
            if brought.suite is None or brought.covered is None:
                st.warning(plain(brought.problem, limit=400), icon=":material/info:")
            elif brought.suite.name in suites:
                st.caption(f"{plain(brought.suite.title)} was given twice: it counts once.")
            else:
                suites[brought.suite.name] = brought.suite
                st.caption(described(brought.suite, brought.covered[1], space.title))
    return tuple(suites.values())


def described(suite: Suite, covered: Coverage, space: str) -> str:
    """Return what was read, and how much of it `space` can be asked, as Markdown."""
    if isinstance(suite, AnalogySuite):
        held = f"{_number(len(suite), 'analogy question')} in "
        held += _number(len(suite.sections), "section")
    else:
        held = f"{_number(len(suite), 'pair')} of words with a score"
    text = f"{plain(suite.title)}: {held}, {percent(covered.share)} of them can be asked of "
    text += f"{plain(space)}."
    if not covered.missing:
        return text
    told = [plain(word, limit=30) for word in covered.missing[:_NAMED]]
    if rest := len(covered.missing) - len(told):
        told.append(f"{count(rest)} more")
    return f"{text} Missing: {listed(told)}."


def _read(
    files: list[UploadedFile], space: models.EmbeddingSpace, most_frequent: int | None
) -> list[_Brought]:
    """Return what the files hold. Each is read once, and looked up once in each space; what was
    removed from the upload is forgotten."""
    before: dict[str, _Brought] = session.get(_READ, {})
    now: dict[str, _Brought] = {}
    for file in files:
        brought = before.get(file.file_id) or _parse(file)
        now[file.file_id] = _looked_up(brought, space, most_frequent)
    session.put(_READ, now)
    return list(now.values())


def _parse(file: UploadedFile) -> _Brought:
    try:
        return _Brought(read_suite(file.getvalue(), file=file.name))
    except models.EmbeddingError as error:
        return _Brought(None, str(error))


def _looked_up(
    brought: _Brought, space: models.EmbeddingSpace, most_frequent: int | None
) -> _Brought:
    asked = (space.content_id, most_frequent)
    if brought.suite is None or (brought.covered and brought.covered[0] == asked):
        return brought
    covered = coverage_of(space, brought.suite, most_frequent=most_frequent)
    return _Brought(brought.suite, covered=(asked, covered))


def _number(number: int, thing: str) -> str:
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"
