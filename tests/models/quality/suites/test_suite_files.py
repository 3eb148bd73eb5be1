"""Suites of one's own as they come: BATS folders, archives, what is too large or no text at all."""

import contextlib
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models import EmbeddingError, EmbeddingSpace
from models.quality.suites import suite_files
from models.quality.suites.builtin import NAMES, AnalogySuite, SimilaritySuite, coverage_of
from models.quality.suites.suite_files import read_suite
from models.runtime import unpacking
from tests.zips import zipped

PAIRS = "king queen 8.5\nking apple 1\nman woman 8.3\n"
QUESTIONS = "man king woman queen\nman woman king queen\n"
NOUNS = "album\talbums/records\ncar\tcars\nyear\tyears\n"
CAPITALS = "Paris\tFrance\nRome\tItaly\n"


def pairs_of(text: str | bytes, *, file: str = "mine.txt") -> SimilaritySuite:
    suite = read_suite(text.encode() if isinstance(text, str) else text, file=file)
    assert isinstance(suite, SimilaritySuite)
    return suite


def questions_of(content: str | bytes | Path, *, file: str | None = None) -> AnalogySuite:
    content = content.encode() if isinstance(content, str) else content
    suite = read_suite(content, file=file)
    assert isinstance(suite, AnalogySuite)
    return suite


def told(content: str | bytes, *, file: str = "mine.txt") -> str:
    """What is said about a file that cannot be read: one sentence that names it."""
    with pytest.raises(EmbeddingError) as error:
        read_suite(content.encode() if isinstance(content, str) else content, file=file)
    said = str(error.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


# Categories in files, as in BATS.

BATS = {
    "BATS_3.0/1_Inflectional_morphology/I01 [noun - plural_reg].txt": NOUNS,
    "BATS_3.0/3_Encyclopedic_semantics/E01 [country - capital].txt": CAPITALS,
    "BATS_3.0/README.txt": "This is no category, and nobody reads it as one.",
    "__MACOSX/BATS_3.0/._E01 [country - capital].txt": "\0\1",
    "BATS_3.0/metadata.json": "{}",
}


def test_reads_bats_from_a_zip_and_from_a_folder(tmp_path: Path) -> None:
    for name, text in BATS.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    suites = [questions_of(zipped(BATS), file="bats.zip"), questions_of(tmp_path / "BATS_3.0")]
    for suite in suites:
        assert suite.sections == ("I01 [noun - plural_reg]", "E01 [country - capital]")
        assert suite.groups == {
            "1_Inflectional_morphology": (0,),
            "3_Encyclopedic_semantics": (1,),
        }
        assert len(suite) == 3 * 2 + 2 * 1
        assert suite.question(0) == ("album", "albums", "car", "cars")
        assert suite.question(7) == ("rome", "italy", "paris", "france")
        assert "of several answers the first listed counts" in suite.source


def test_one_category_is_a_suite_too() -> None:
    suite = questions_of(NOUNS, file="nouns.txt")
    assert (suite.sections, suite.groups, len(suite)) == (("nouns",), {}, 6)


def test_files_of_one_folder_make_no_groups() -> None:
    assert questions_of(zipped({"mine/a.txt": NOUNS, "mine/b.txt": CAPITALS})).groups == {}
    beside = questions_of(zipped({"a.txt": NOUNS, "far/b.txt": CAPITALS, "far/a.txt": NOUNS}))
    assert beside.sections == ("a", "far/a", "b")
    assert beside.groups == {"other": (0,), "far": (1, 2)}


def test_names_in_a_zip_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    suite = questions_of(zipped({"../../up.txt": NOUNS, "/etc/..\\x/passwd.txt": CAPITALS}))
    assert suite.sections == ("passwd", "up")
    assert list(suite.groups) == ["etc", "other"]
    assert not list(tmp_path.iterdir())


def test_a_zip_may_hold_any_one_suite_but_not_two() -> None:
    assert pairs_of(zipped({"mine/pairs.txt": PAIRS}), file="pairs.zip").title == "pairs.zip"
    said = told(zipped({"a.txt": NOUNS, "b.txt": PAIRS}), file="two.zip")
    assert "b.txt in two.zip is no category" in said


def test_a_category_of_one_line_is_told() -> None:
    said = told(zipped({"a.txt": NOUNS, "b.txt": "x\ty\n"}), file="b.zip")
    assert "b.txt in b.zip has 1 line: a category needs two" in said


# Packed, large, damaged, binary.


def test_reads_gz() -> None:
    assert (
        pairs_of(gzip.compress(PAIRS.encode()), file="mine.txt.gz").pairs == pairs_of(PAIRS).pairs
    )
    assert questions_of(gzip.compress(QUESTIONS.encode()), file="a.txt.gz").sections == ("a",)


def test_too_many_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite_files, "MOST_FILES", 1)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(NOUNS, "utf-8")
    said = "holds 2 files; at most 1 can be read"
    assert said in told(zipped({"a.txt": NOUNS, "b.txt": NOUNS}), file="many.zip")
    with pytest.raises(EmbeddingError, match=said):
        read_suite(tmp_path)
    assert "holds no text file" in told(zipped({"a.png": "x"}), file="a.zip")
    assert "holds no text file" in told(zipped({}), file="none.zip")


def test_what_swells_or_is_damaged_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 2_000_000)
    swollen = NOUNS * 100_000
    assert "more than 2 MB once unpacked" in told(zipped({"a.txt": swollen}), file="bomb.zip")
    assert "has 4.1 MB; at most 2 MB" in told(swollen)
    whole = zipped(BATS)
    assert "is damaged" in told(whole[: len(whole) // 2], file="half.zip")


def test_what_is_no_text() -> None:
    assert "holds NUL bytes" in told(b"king queen \x00\x01\n")
    assert "holds NUL bytes" in told(gzip.compress(zipped(BATS)), file="bats.zip.gz")
    assert told("köter hund 8\n".encode("latin-1")) == (
        "mine.txt is not text in UTF-8: save it as UTF-8."
    )
    assert "is text in UTF-16: save it as UTF-8" in told(PAIRS.encode("utf-16"))


def test_many_categories_and_many_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"w{i}\tanswer\n" for i in range(300))
    said = told(zipped({"a.txt": lines, "b.txt": lines}), file="big.zip")
    assert "big.zip makes 179,400 questions of its 2 categories; at most 100,000" in said
    monkeypatch.setattr(suite_files, "MOST_SECTIONS", 2)
    assert "has 3 sections; at most 2" in told("".join(f": {i}\na b c d\n" for i in range(3)))


MARKS = st.text('ab1.,;:#/"\t \n\r\u2028\x85\ufeff', max_size=60)
SOUND = [PAIRS.encode(), QUESTIONS.encode(), zipped(BATS), gzip.compress(NOUNS.encode())]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=200) | MARKS.map(str.encode))
def test_arbitrary_bytes_raise_nothing_but_ours(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\x1f\x8b\x08", PAIRS.encode(), b": one\n"):
        _try(start + content)


@settings(max_examples=150, deadline=None)
@given(sound=st.sampled_from(SOUND), place=st.floats(0, 0.999), byte=st.integers(0, 255))
def test_one_wrong_byte_raises_nothing_but_ours(sound: bytes, place: float, byte: int) -> None:
    spoilt = bytearray(sound)
    spoilt[int(place * len(sound))] = byte
    _try(bytes(spoilt))


def _try(content: bytes) -> None:
    with contextlib.suppress(EmbeddingError):
        read_suite(content, file="mine.txt")


# From disk, and what a suite is called.


def test_reads_a_path(tmp_path: Path) -> None:
    (tmp_path / "Royal Pairs.tsv").write_text(PAIRS, "utf-8")
    suite = read_suite(str(tmp_path / "Royal Pairs.tsv"))
    assert suite.title == "Royal Pairs.tsv"
    assert re.fullmatch(r"own-royal-pairs-[0-9a-f]{6}", suite.name)
    with pytest.raises(EmbeddingError, match=r"There is no file “.*none\.txt”: check the path"):
        read_suite(tmp_path / "none.txt")
    with pytest.raises(EmbeddingError, match="There is no file"):
        read_suite("\0")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmbeddingError, match="holds no text file"):
        read_suite(tmp_path / "empty")


def test_names_tell_contents_apart_and_shadow_nothing() -> None:
    for name in NAMES:
        assert pairs_of(PAIRS, file=f"{name}.txt").name.startswith(f"own-{name}-")
    assert pairs_of(PAIRS).name == pairs_of(PAIRS).name != pairs_of(PAIRS + "a b 3\n").name
    assert re.fullmatch(r"own-[0-9a-f]{6}", pairs_of(PAIRS, file="词汇.txt").name)
    named = read_suite(PAIRS.encode(), name="mine", title="Mine")
    assert (named.name, named.title) == ("mine", "Mine")


# How much of it can be asked, and the score.


def test_coverage(tiny: EmbeddingSpace) -> None:
    suite = questions_of(QUESTIONS + "man boy king prince\n")
    covered = coverage_of(tiny, suite)
    assert (covered.total, covered.asked, covered.missing) == (2, 3, ("boy", "prince"))
    assert coverage_of(tiny, suite, most_frequent=3).total == 0
    pairs = coverage_of(tiny, pairs_of(PAIRS + "king prince 7\n"))
    assert (pairs.total, pairs.missing, pairs.share) == (3, ("prince",), 0.75)


def test_an_own_suite_is_measured_like_a_built_in_one(tiny: EmbeddingSpace) -> None:
    bats = {"a/x.txt": "man\twoman\nking\tqueen/lady\n", "b/y.txt": "man\tking\nwoman\tqueen\n"}
    score = models.evaluate(tiny, questions_of(zipped(bats), file="kin.zip"))
    assert (score.value, score.total) == (1.0, 4)
    assert {name: part.total for name, part in score.by_group.items()} == {"a": 2, "b": 2}
    assert models.evaluate(tiny, pairs_of(PAIRS)).total == 3
