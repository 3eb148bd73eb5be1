"""A visitor's own benchmark suites, read from a file, a folder or the bytes of an upload."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from pathlib import Path, PurePosixPath

from models.errors import EmbeddingError, shorten
from models.quality.suites import suite_text
from models.quality.suites.bats import FORMAT, category_questions
from models.quality.suites.builtin import AnalogySuite, SimilaritySuite, Suite
from models.runtime import unpacking

Texts = dict[str, bytes]  # text files by their path

MOST_FILES = 1_000  # in a folder or a .zip
WELCOME = "give a text file, one packed as .gz, or a .zip of text files"

_TEXTS = {".txt", ".tsv", ".csv"}
_NOTES = {"readme", "licence", "license"}
MOST_SECTIONS = 200  # each holds its own resamples when it is measured
FEWEST_PAIRS = 3  # two pairs always correlate perfectly


def read_suite(
    source: str | Path | bytes,
    *,
    file: str | None = None,
    name: str | None = None,
    title: str | None = None,
) -> Suite:
    """Read a suite from a path, from a folder of categories, or from bytes called `file`.

    The form follows from the content: "word1 word2 score" a line (similarity), four words a line
    with sections ": name" (analogies), or files of "word<TAB>answer/answer" (categories as in
    BATS) in a folder or a .zip. A text file may be packed as .gz. Words are put in lower case.
    `title` is the file's name by default; `name` is made of it and of the content, "own-...", so
    that it is never one of the built-in ones.
    Raises EmbeddingError, which says what to correct.
    """
    if isinstance(source, bytes):
        file = shorten(file or "suite.txt", limit=100)
        texts = _unpack(source, file)
    else:
        path = Path(source)
        file = shorten(file or path.name or path.resolve().name, limit=100)
        texts = (
            _read_folder(path, file)
            if path.is_dir()
            else _unpack(unpacking.read_file(path, file), file)
        )
    return _suite(texts, file, name=name or _name(file, texts), title=title or file)


def _suite(texts: Texts, file: str, *, name: str, title: str) -> Suite:
    called = {path: file if len(texts) == 1 else f"{path} in {file}" for path in texts}
    forms = {}
    for path, data in texts.items():
        with _text(data, called[path]) as stream:
            forms[path] = suite_text.form_of(stream, file=called[path])
    if set(forms.values()) == {"category"}:
        categories = {}
        for path, data in texts.items():
            with _text(data, called[path]) as stream:
                categories[path] = suite_text.entries(stream, file=called[path])
        questions, groups = category_questions(categories, file=file)
        about = {"name": name, "title": title, "source": f"your file {file}: {FORMAT}"}
        return _checked(AnalogySuite.of(questions, groups=groups, **about), file)
    if len(texts) > 1:
        odd = next(path for path, form in forms.items() if form != "category")
        raise EmbeddingError(
            f"{shorten(called[odd], limit=200)} is no category (lines of a word, a tab and its "
            "answers), and of several files each must be one: give that file alone."
        )
    [(path, data)] = texts.items()
    source = f"your file {file}"
    if forms[path] == "pairs":
        with _text(data, file) as stream:
            pairs = suite_text.pairs(stream, file=file)
        _refuse_hopeless(pairs, file)
        return SimilaritySuite.of(pairs, name=name, title=title, source=source)
    with _text(data, file) as stream:
        questions = suite_text.questions(stream, file=file, section=_stem(file))
    return _checked(AnalogySuite.of(questions, name=name, title=title, source=source), file)


def _refuse_hopeless(pairs: list[suite_text.Pair], file: str) -> None:
    if len(pairs) < FEWEST_PAIRS:
        raise EmbeddingError(
            f"{file} has too few pairs of words ({len(pairs)}): a correlation needs "
            f"{FEWEST_PAIRS} at least."
        )
    if len({score for _, _, score in pairs}) == 1:
        raise EmbeddingError(
            f"{file} gives all {len(pairs):,} pairs the score {pairs[0][2]:g}, so there is nothing "
            "to correlate: give scores that differ."
        )


def _checked(suite: AnalogySuite, file: str) -> AnalogySuite:
    if not len(suite):
        raise EmbeddingError(f"{file} names sections but has no question: four words a line.")
    if len(suite.sections) > MOST_SECTIONS:
        raise EmbeddingError(
            f"{file} has {len(suite.sections):,} sections; at most {MOST_SECTIONS} can be read: "
            "put some together."
        )
    return suite


@contextmanager
def _text(data: bytes, file: str) -> Iterator[TextIOWrapper]:
    """Give the text of `data` line by line; what is no text in UTF-8 is refused when met."""
    called = shorten(file, limit=200)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise EmbeddingError(f"{called} is text in UTF-16: save it as UTF-8.")
    if b"\0" in data:
        raise EmbeddingError(f"{called} is no text file (it holds NUL bytes): {WELCOME}.")
    try:
        yield TextIOWrapper(BytesIO(data), encoding="utf-8", newline=None)
    except UnicodeDecodeError:
        raise EmbeddingError(f"{called} is not text in UTF-8: save it as UTF-8.") from None


def _stem(file: str) -> str:
    """Return the name of a file without its endings: "capitals" for "capitals.txt.gz"."""
    return re.sub(r"(\.(txt|tsv|csv|zip|gz))+$", "", file, flags=re.IGNORECASE) or file


def _name(file: str, texts: Texts) -> str:
    """Return a name of letters, digits and hyphens, equal for equal content alone."""
    digest = sha256()
    for path, data in texts.items():
        digest.update(path.encode("utf-8", "surrogateescape") + len(data).to_bytes(8, "big"))
        digest.update(data)
    ascii_only = unicodedata.normalize("NFKD", _stem(file)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:40].rstrip("-")
    return "-".join(part for part in ("own", slug, digest.hexdigest()[:6]) if part)


def _unpack(data: bytes, file: str) -> Texts:
    """Return the text files in `data`, by their paths in order: of a .zip, of a .gz, or `data`
    itself called `file`.

    Raises EmbeddingError for what is too large, damaged, locked, or holds no text file.
    """
    texts = dict(sorted(unpacking.unpacked(data, file, wanted=_counts, most=MOST_FILES)))
    _refuse_none(texts, file)
    return texts


def _read_folder(folder: Path, file: str) -> Texts:
    """Return the text files in `folder` and below, by their paths from there, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    texts = {name: path for name, path in sorted(found.items()) if _counts(name) and path.is_file()}
    _refuse_none(texts, file)
    unpacking.refuse_many(len(texts), file, MOST_FILES)
    unpacking.refuse_large(sum(path.stat().st_size for path in texts.values()), file)
    return {name: unpacking.read_file(path, name) for name, path in texts.items()}


def _counts(path: str) -> bool:
    """Tell whether this is a text file that is neither hidden nor a note beside the others."""
    pure = PurePosixPath(path)
    text = pure.suffix.lower() in _TEXTS and pure.stem.lower() not in _NOTES
    return text and not unpacking.is_hidden(path)


def _refuse_none(files: Mapping[str, object], file: str) -> None:
    if not files:
        raise EmbeddingError(f"{file} holds no text file (.txt, .tsv or .csv): {WELCOME}.")
