"""The upload of a visitor's own benchmark suites, which stay in their session."""

import streamlit as st

import models
from components import session
from components.streamlit_internals import UploadedFile
from components.wording import count, counted, listed, percent, plain
from models.quality.suites.builtin import AnalogySuite, Coverage, Suite, coverage_of
from models.quality.suites.suite_files import read_suite

MOST = 8  # suites at a time: all of them are held in memory and measured together
_KEY = "own-suites"
_READ = "own-suites-read"
_PROBLEMS = "own-suites-problems"  # of the last upload, as Markdown
_UPLOADS = "own-suites-uploads"  # so far: each empties the upload
_FORMATS = (
    "Word similarity: two words and a score a line, `king queen 8.5`. Analogies: four words a "
    "line, `paris france rome italy`, in sections begun by `: capitals` if you like. Categories "
    "as in BATS: a .zip of text files with a word, a tab and its answers a line, `album albums`. "
    "UTF-8; a text may be packed as .gz. The files stay in your session."
)
_NAMED = 5  # missing words that are named


def uploaded_suites(*, most_frequent: int | None = None) -> tuple[Suite, ...]:
    """Draw the upload, with the share of each suite that the space in use covers, or that its
    `most_frequent` words do; return the suites. Never pass them to a cache that sessions share."""
    space = session.current().published
    with st.expander("Measure with your own suite", icon=":material/upload_file:"):
        st.caption(_FORMATS)
        key = f"{_KEY}-{session.get(_UPLOADS, 0)}"
        st.file_uploader(
            "Text files, or a .zip of categories",
            type=["txt", "tsv", "csv", "gz", "zip"],
            accept_multiple_files=True,
            key=key,
            on_change=_take,
            args=(key,),
        )
        for problem in session.get(_PROBLEMS, []):
            st.warning(problem, icon=":material/info:")
        suites = _suites()
        for suite in suites.values():
            _row(suite, space, most_frequent)
    return tuple(suites.values())


def described(suite: Suite, covered: Coverage, space: str) -> str:
    """Return what is in a suite, and the share of it that `space` covers, as Markdown."""
    content = f"{counted(len(suite), 'pair')} of words with a score"
    if isinstance(suite, AnalogySuite):
        sections = counted(len(suite.sections), "section")
        content = f"{counted(len(suite), 'analogy question')} in {sections}"
    text = (
        f"{plain(suite.title)}: {content}, {percent(covered.share)} of them can be asked of "
        f"{plain(space)}."
    )
    missing = [plain(word, limit=30) for word in covered.missing[:_NAMED]]
    if rest := len(covered.missing) - len(missing):
        missing.append(f"{count(rest)} more")
    return f"{text} Missing: {listed(missing)}." if missing else text


def _suites() -> dict[str, Suite]:
    """Return the visitor's suites by name."""
    suites: dict[str, Suite] = session.get(_READ, {})
    return suites


def _take(key: str) -> None:
    """Read the files into the session, and empty the upload: Streamlit drops its files when the
    visitor goes to another page, where the suites must stay."""
    files: list[UploadedFile] = session.get(key) or []
    suites, problems = dict(_suites()), []
    for file in files:
        if len(suites) == MOST:
            problems.append(f"The first {MOST} suites are kept: remove some to read the others.")
            break
        try:
            suite = read_suite(file.getvalue(), file=file.name)
        except models.EmbeddingError as error:
            problems.append(plain(str(error), limit=400))
            continue
        if suite.name in suites:
            problems.append(f"{plain(suite.title)} was given twice: it counts once.")
        suites.setdefault(suite.name, suite)
    session.put(_READ, suites)
    session.put(_PROBLEMS, problems)
    session.put(_UPLOADS, session.get(_UPLOADS, 0) + 1)


def _row(suite: Suite, space: models.EmbeddingSpace, most_frequent: int | None) -> None:
    covered = session.remember(
        f"covered:{suite.name}",
        (space.content_id, most_frequent),
        lambda: coverage_of(space, suite, most_frequent=most_frequent),
    )
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(described(suite, covered, space.title))
    right.button("Remove", key=f"remove-{suite.name}", on_click=_remove, args=(suite.name,))


def _remove(name: str) -> None:
    session.put(_READ, {key: suite for key, suite in _suites().items() if key != name})
    session.put(_PROBLEMS, [])
    session.forget(f"covered:{name}")
