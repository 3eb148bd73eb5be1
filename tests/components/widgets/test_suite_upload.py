"""The upload of suites: what is said of each file, and that one bad file loses no other."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.widgets import suite_upload
from components.widgets.suite_upload import described
from models import EmbeddingSpace
from models.quality.suites.builtin import coverage_of
from models.quality.suites.suite_files import read_suite
from tests.components.apps import linked

PAIRS = b"king queen 8.5\nking apple 1\nman woman 8.3\nking xyzzyx 1\n"
QUESTIONS = b": royal\nman king woman queen\n: others\nman king woman qwertz*\n"
Upload = Callable[..., AppTest]


@pytest.fixture
def upload() -> Upload:
    """Open a page that holds nothing but the upload, with files in it."""

    def page() -> None:
        import streamlit as st

        from components.widgets.suite_upload import uploaded_suites

        st.text(" ".join(suite.name for suite in uploaded_suites()))

    app = AppTest.from_function(page, default_timeout=60).run()

    def bring(*files: tuple[str, bytes]) -> AppTest:
        staged = [(name, content, "text/plain") for name, content in files]
        return app.file_uploader[0].set_value(staged or None).run()

    return bring


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(block.value for block in [*app.caption, *app.warning]).replace("\\", "")


def test_says_what_was_read_and_how_much_of_it_can_be_asked(upload: Upload) -> None:
    app = upload(("royal.txt", QUESTIONS), ("pairs.csv", PAIRS))
    glove = "of them can be asked of GloVe 6B, 50 dimensions."
    assert (
        f"royal.txt: 2 analogy questions in 2 sections, 50.0 % {glove} Missing: qwertz*."
    ) in said(app)
    assert f"pairs.csv: 4 pairs of words with a score, 75.0 % {glove} Missing: xyzzyx." in said(app)
    assert [name.rpartition("-")[0] for name in app.text[0].value.split()] == [
        "own-royal",
        "own-pairs",
    ]


def test_a_bad_file_is_one_sentence_and_loses_no_other(upload: Upload) -> None:
    app = upload(("<b>*.txt", b"a b\n*c* d e\n"), ("pairs.txt", PAIRS), ("x.zip", b"PK\x03\x04"))
    assert len(app.warning) == 2
    assert app.warning[0].value == (
        r"\<b\>\*\.txt, line 2\: “\*c\* d e” where a word and its answers are expected\."
    )
    assert "x.zip is damaged" in said(app)
    assert app.text[0].value.startswith("own-pairs-")


def test_a_file_is_read_once_and_kept_until_removed(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def spy(content: bytes, *, file: str) -> object:
        read.append(file)
        return read_suite(content, file=file)

    monkeypatch.setattr(suite_upload, "read_suite", spy)
    app = upload(("pairs.txt", PAIRS))
    app = upload(("royal.txt", QUESTIONS))
    assert read == ["pairs.txt", "royal.txt"]
    assert len(app.text[0].value.split()) == 2
    app.button[0].click().run()
    assert app.text[0].value.startswith("own-royal-")
    assert "own-pairs" not in app.text[0].value
    app.button[0].click().run()
    assert app.text[0].value == ""


def test_suites_survive_another_page() -> None:
    app = linked()
    for name, value in {"words": "10,000", "methods": "PCA"}.items():
        app.query_params[name] = value
    app.run().switch_page("components/pages/dimensions/page.py").run()
    app.file_uploader[0].set_value([("pairs.txt", PAIRS, "text/plain")]).run()
    assert "pairs.txt: 4 pairs" in said(app)
    app.switch_page("components/pages/neighbours/page.py").run()
    app.query_params["words"] = "10,000"
    app.switch_page("components/pages/dimensions/page.py").run()
    assert "pairs.txt: 4 pairs" in said(app)


def test_the_same_file_twice_counts_once(upload: Upload) -> None:
    app = upload(("pairs.txt", PAIRS), ("pairs.txt", PAIRS), ("pairs.txt", PAIRS + b"a b 1\n"))
    names = app.text[0].value.split()
    assert len(set(names)) == len(names) == 2
    assert "pairs.txt was given twice" in said(app)


def test_no_more_are_read_than_can_be_held(upload: Upload) -> None:
    app = upload(*((f"{number}.txt", PAIRS) for number in range(suite_upload.MOST + 1)))
    assert len(app.text[0].value.split()) == suite_upload.MOST
    assert "The first 8 suites are kept" in said(app)


def test_many_missing_words_are_counted(tiny: EmbeddingSpace) -> None:
    suite = read_suite("".join(f"w{i} king {i}\n" for i in range(1_200)).encode(), file="w.txt")
    text = described(suite, coverage_of(tiny, suite), "tiny").replace("\\", "")
    assert text == (
        "w.txt: 1,200 pairs of words with a score, 0.0 % of them can be asked of tiny. "
        "Missing: w0, w1, w2, w3, w4 and 1,195 more."
    )
