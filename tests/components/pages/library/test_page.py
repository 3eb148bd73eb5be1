"""The Library page: files become spaces of one visitor's own, and every space goes out again."""

import gzip
import re
import shutil
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pandas as pd
import pytest
from starlette.exceptions import HTTPException
from streamlit.testing.v1 import AppTest

import models
from components import session
from components.pages.library import upload as library_upload
from components.pages.library.download import chosen_words
from components.widgets import space_files
from components.widgets.exports import csv
from components.widgets.large_download import Parts
from components.widgets.space_files import expected_bytes, made
from components.wording import plain
from models import EmbeddingSpace, Vocabulary
from models.runtime.budget import budget
from models.runtime.memory import PROGRAM_MB
from models.sources import read
from models.sources.download_file import DownloadFile
from models.sources.write import FORMATS
from tests.components.apps import linked
from tests.components.apps import settled as settled_jobs

PAGE = "components/pages/library/page.py"
WORDS = ("house", "home", "tree", "=1+2", "<b>x</b>", "東京")
ROWS = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 1]])
TEXT = "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, ROWS, strict=True))


@pytest.fixture(autouse=True)
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder for downloads, and a mirror that is not there."""
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_URL", "http://127.0.0.1:1")


def page() -> AppTest:
    return linked().run().switch_page(PAGE).run()


def bring(app: AppTest, data: bytes | str, name: str = "small.txt") -> AppTest:
    content = data.encode() if isinstance(data, str) else data
    return app.file_uploader[0].set_value((name, content, "text/plain")).run()


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info, *app.success]
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def never(*_: object) -> None:
    raise AssertionError("this reads a file while a page waits")


def own(app: AppTest) -> dict[str, EmbeddingSpace]:
    return dict(app.session_state["own-spaces"])


def test_the_page_loads_and_says_what_can_be_done() -> None:
    app = page()
    assert "Bring your own vectors" in said(app)
    assert "You have none yet." in said(app)
    assert not app.warning


def test_an_upload_becomes_a_space_that_every_page_can_use() -> None:
    app = bring(page(), TEXT)
    assert "small.txt (text, " in said(app)
    assert "is **my-small** now: **6** words of **3** dimensions" in said(app)
    assert app.file_uploader[0].value is None  # its bytes are not kept
    app.button(key="library-use-found").click().run()
    assert app.selectbox(key="space").value == "my-small"
    app.switch_page("components/pages/neighbours/page.py").run()
    app.text_input(key="q").set_value("house").run()
    assert "home" in said(app)


def test_what_was_done_to_the_rows_is_told() -> None:
    app = bring(page(), gzip.compress(("2 3\n" + TEXT + "house 9 9 9\n").encode()), "a.vec.gz")
    assert "text, packed as .gz" in said(app)
    assert "1 duplicate word" in said(app)
    assert own(app)["my-a"]["house"].tolist() == [1, 0, 0]


def test_only_so_many_words_are_read_where_wanted() -> None:
    app = page()
    app.number_input(key="library-first").set_value(2).run()
    app = bring(app, TEXT)
    assert own(app)["my-small"].words == ["house", "home"]
    assert "the first 2 rows of the file" in said(app)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\x80\x04\x95\x10cos\nsystem\n", "pickle, which is never opened"),
        (b"999999999999 300\nking 1 2 3\n", "999,999,999,999"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
        (gzip.compress(gzip.compress(TEXT.encode())), "packed twice"),
        (b"king 1 2 3\nqueen 1 2\n", "line 2"),
    ],
)
def test_a_hostile_file_is_one_sentence_and_nothing_is_lost(data: bytes, why: str) -> None:
    app = bring(page(), TEXT)
    app = bring(app, data, "<b>*x*</b>.txt")
    assert len(app.warning) == 1
    assert why in app.warning[0].value.replace("\\", "")
    assert "<b>" not in app.warning[0].value  # shown literally
    assert list(own(app)) == ["my-small"]


LANGUAGES = """6 3
שלום 1 0 0
שָׁלוֹם 0.9 0.1 0
مرحبا 0 1 0
東京 0 0.9 0.1
도쿄 0 0 1
хлеб 0.1 0 0.9
"""


@pytest.mark.parametrize(
    ("asked", "near"), [("שלום", "שָׁלוֹם"), ("مرحبا", "東京"), ("東京", "مرحبا"), ("도쿄", "хлеб")]
)
def test_words_of_any_script_are_asked_for_and_shown(asked: str, near: str) -> None:
    app = bring(page(), LANGUAGES, "cc.many.300.vec")
    app.button(key="library-use-found").click().run()
    app.switch_page("components/pages/neighbours/page.py").run()
    app.text_input(key="q").set_value(asked).run()
    assert app.dataframe[0].value["word"][0] == near
    assert plain(near) in "\n".join(block.value for block in app.markdown)


def test_formulas_and_html_among_the_words_are_inert_in_what_comes_out() -> None:
    words = ["=cmd|'/C'!A0", "+1+1", "@SUM(A1)", "<script>alert(1)</script>", "house"]
    rows = zip(words, np.eye(5) + 0.1, strict=True)
    app = bring(page(), "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in rows))
    app.button(key="library-use-my-small").click().run()
    app.switch_page("components/pages/neighbours/page.py").run()
    app.text_input(key="q").set_value("house").run()
    frame = app.dataframe[0].value
    assert set(frame["word"]) == set(words[:4])
    cells = pd.read_csv(BytesIO(csv(frame)))["word"]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert "<script>" not in "\n".join(block.value for block in [*app.markdown, *app.caption])


def test_a_large_file_is_read_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_upload, "_AT_ONCE", 10)
    monkeypatch.setattr(read._Reading, "contents", never)
    app = bring(page(), TEXT)
    reading = app.session_state["library-reading"]
    assert app.get("progress")
    folder = reading.incoming.folder
    assert folder.is_dir()
    job = app.session_state["made:jobs"][1]["library-reading"][1]
    assert job.computation.name[0] == "own"
    app = settled_jobs(app)
    assert "small.txt (text, " in said(app)
    assert own(app)["my-small"].words == list(WORDS)
    assert np.allclose(own(app)["my-small"].vectors, ROWS)
    assert app.file_uploader[0].value is None
    assert not folder.exists()
    assert "my-small" not in page().selectbox(key="space").options


def test_another_large_file_takes_the_place_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_upload, "_AT_ONCE", 10)
    app = bring(page(), TEXT, "first.txt")
    folder = app.session_state["library-reading"].incoming.folder
    app = bring(app, TEXT, "second.txt")
    assert not folder.exists()
    app = settled_jobs(app)
    assert list(own(app)) == ["my-second"]


def test_a_large_file_that_is_damaged_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_upload, "_AT_ONCE", 10)
    app = settled_jobs(bring(page(), b"king 1 2 3\nqueen 1 2\n", "<b>*x*</b>.txt"))
    assert len(app.warning) == 1
    assert "line 2" in app.warning[0].value
    assert own(app) == {}
    app = settled_jobs(bring(app, TEXT))
    assert "my-small" in own(app)


def test_what_visitors_hold_already_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = budget().limits
    monkeypatch.setattr(budget(), "_caches", WeakSet())  # what other tests hold does not count
    monkeypatch.setattr(session, "_owned", WeakSet())
    # Beside the program 73 MB of own memory and 200 in total: four files of 41 fit.
    monkeypatch.setenv("VECTORSCOPE_MEMORY_MB", str(1.5 * (PROGRAM_MB + 73)))
    np.savez_compressed(
        file := BytesIO(),
        words=np.array([f"w{row}" for row in range(100_000)]),
        vectors=np.zeros((100_000, 100), dtype=np.float32),
    )
    try:
        app = page()
        for number in range(4):
            app = bring(app, file.getvalue(), f"{number}.npz")
            assert f"my-{number}" in own(app)
        app = bring(app, file.getvalue(), "one-more.npz")
        found = re.search(r"100,000 words .* ([\d,]+) words would fit", said(app))
        assert found is not None
        assert 10_000 < int(found[1].replace(",", "")) < 100_000
        assert len(own(app)) == 4
    finally:
        budget().limit(before)


def test_a_disk_that_is_almost_full_is_told_before_a_file_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = shutil.disk_usage("/")._replace(free=12_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    app = bring(page(), TEXT)
    assert "The disk of this server has 12 MB left" in said(app)
    assert "my-small" in own(app)


def test_another_session_sees_nothing() -> None:
    mine, theirs = bring(page(), TEXT), page()
    assert "my-small" in mine.selectbox(key="space").options
    assert "my-small" not in theirs.selectbox(key="space").options
    other = bring(theirs, TEXT.replace("house", "castle"))
    assert "castle" in own(other)["my-small"]  # of the same name, and another
    assert "castle" not in own(mine)["my-small"]


def test_a_space_that_is_removed_is_gone_and_another_is_in_use() -> None:
    app = bring(page(), TEXT)
    app.button(key="library-use-my-small").click().run()
    app.button(key="library-remove-my-small").click().run()
    assert own(app) == {}
    assert app.selectbox(key="space").value == "glove-50"
    assert "You have none yet." in said(app)


def test_more_spaces_than_allowed_are_refused() -> None:
    app = page()
    for number in range(7):
        app = bring(app, TEXT, f"{number}.txt")
    assert len(own(app)) == 6
    assert "Remove one" in said(app)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_back_as_it_went(name: str) -> None:
    words = ("house", "home", "東京")
    rows = np.array(ROWS[[0, 1, 5]], dtype=np.float32)
    space = EmbeddingSpace("s", Vocabulary(words), rows)
    for wanted in (None, ("東京", "house")):
        file = BytesIO(made(space, name, wanted))
        back = models.read_vectors(file, name="s")
        assert tuple(back.words) == (wanted or words)
        assert np.array_equal(back.vectors, space.vectors[space.indices(wanted or words)])


def test_chosen_words_go_out_and_an_unknown_one_is_told() -> None:
    app = page()
    app.text_area(key="library-chosen").set_value("king, queen\nking").run()
    assert "2 chosen words, 50 dimensions" in said(app)
    app.text_area(key="library-chosen").set_value("king, queeen").run()
    assert "“queeen” is not one of the words" in said(app)
    assert chosen_words(" a , b\n\na,  c d ,") == ("a", "b", "c d")


def test_a_large_file_is_prepared_and_handed_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_files, "IN_MEMORY", 100)
    app = bring(page(), TEXT)
    app.selectbox(key="library-take").set_value("my-small").run()
    app.button(key="library-download-prepare").click().run()
    app = settled_jobs(app)
    file = app.session_state["large-file-held"].file
    assert models.read_vectors(BytesIO(file.read(0, len(file)))).words == list(WORDS)
    app.selectbox(key="library-format").set_value("glove").run()  # another: the button again
    app.button(key="library-download-prepare").click().run()
    app = settled_jobs(app)
    assert app.session_state["large-file-held"].file is not file


def test_a_large_file_for_which_there_is_no_room_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert expected_bytes(models.load("glove-50"), "word2vec") > space_files.IN_MEMORY
    monkeypatch.setenv("VECTORSCOPE_DOWNLOAD_MB", "1")
    app = page()
    app.selectbox(key="library-format").set_value("word2vec").run()
    app.button(key="library-download-prepare").click().run()
    assert "Choose fewer words or dimensions, a binary format" in said(app)
    app.text_area(key="library-chosen").set_value("king").run()
    assert not app.warning
    assert "library-download-prepare" not in [button.key for button in app.button]


def test_a_large_file_is_never_read_at_once() -> None:
    file = DownloadFile(100)
    file.path.write_bytes(b"0123456789" * 500_000)
    parts = Parts(file.opened())
    assert len(parts) == 5_000_000
    assert parts[10:13] == b"012"
    assert parts[-3:] == b"789"
    with pytest.raises(HTTPException, match="at most"):
        parts[0:5_000_000]
    with pytest.raises(HTTPException, match="at most"):
        parts.encode()


def test_the_catalogue_says_what_needs_the_network_and_refuses_what_does_not_fit() -> None:
    app = page()
    frame = app.dataframe[0].value
    assert len(frame) == 11
    assert set(frame["here"]) == {"needs the network"}
    assert app.button(key="library-fetch-button").label == "Fetch"
    app.selectbox(key="library-part-word2vec-google-news-300").set_value(0).run()
    assert app.button(key="library-fetch-button").disabled
    assert "does not fit: 3,000,000 words" in said(app)


def settled(app: AppTest) -> AppTest:
    """Wait until nothing is being fetched."""
    for _ in range(100):
        if app.button(key="library-fetch-button").label == "Use it":
            break
        if "Try again" in [button.label for button in app.button]:
            break
        time.sleep(0.2)
        app.run()
    return app


def test_offline_the_fetch_ends_in_a_sentence_and_can_be_tried_again() -> None:
    app = page()
    app.button(key="library-fetch-button").click().run()
    app = settled(app)
    assert "could not be fetched (Connection refused)" in said(app)
    assert "It needs the network" in said(app)


def test_first_words_are_fetched_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).standard_normal((20_100, 25)).astype(np.float32)
    space = EmbeddingSpace("s", Vocabulary([f"w{row}" for row in range(20_100)]), rows)
    packed = gzip.compress(made(space, "word2vec"), 1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # without the length: these are not the published vectors
            self.send_response(200)
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        mirror = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("VECTORSCOPE_CATALOGUE_URL", mirror)
        app = page()
        app.selectbox(key="library-set").set_value("glove-twitter-25").run()
        app.selectbox(key="library-part-glove-twitter-25").set_value(20_000).run()
        app.button(key="library-fetch-button").click().run()
        app = settled(app)
        server.shutdown()
        thread.join()
    assert "It is on this machine." in said(app)
    app.button(key="library-fetch-button").click().run()
    found = models.load(app.selectbox(key="space").value)
    assert found.words == space.words[:20_000]
    assert np.array_equal(found.vectors, rows[:20_000])


def test_what_is_here_is_used_with_one_click(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((30, 300)).astype(np.float32)
    space = EmbeddingSpace("s", Vocabulary([f"w{row}" for row in range(30)]), rows)
    file = tmp_path / "catalogue" / "word2vec-google-news-300.first-50000.w2v"
    file.parent.mkdir()
    file.write_bytes(made(space, "word2vec-binary"))
    app = page()
    assert "first 50,000" in set(app.dataframe[0].value["here"])
    for _ in range(2):  # the second time it is the same space
        app.button(key="library-fetch-button").click().run()
        assert app.selectbox(key="space").value == "word2vec-google-news-300-50k"
    found = models.load("word2vec-google-news-300-50k")
    assert own(app) == {}  # it is everybody's
    assert np.array_equal(found.vectors, rows)
    assert "the 50,000 most frequent of 3,000,000 words" in said(app)


def test_files_named_on_the_command_line_are_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text(TEXT, "utf-8")
    monkeypatch.setattr(sys, "argv", ["app.py", "--vectors", str(tmp_path / "mine.txt")])
    app = page()
    assert str(tmp_path) not in said(app)
    app.button(key="library-served-use").click().run()
    assert app.selectbox(key="space").value == "my-mine"
    monkeypatch.setattr(sys, "argv", ["app.py", "--vectors", str(tmp_path / "gone.txt")])
    assert "there is no such file" in said(page())


def test_a_file_of_the_server_is_read_once_by_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading_kept: None
) -> None:
    (tmp_path / "mine.txt").write_text(TEXT, "utf-8")
    monkeypatch.setattr(sys, "argv", ["app.py", "--vectors", str(tmp_path / "mine.txt")])
    monkeypatch.setattr(read, "_read", never)
    app = page()
    app.button(key="library-served-use").click().run()
    assert app.get("progress")
    assert "my-mine" not in app.selectbox(key="space").options
    app = settled_jobs(app)
    assert app.selectbox(key="space").value == "my-mine"
    assert own(app)["my-mine"].words == list(WORDS)
    other = page()
    other.button(key="library-served-use").click().run()  # read already: at once
    assert other.selectbox(key="space").value == "my-mine"
    assert own(other)["my-mine"].vectors is own(app)["my-mine"].vectors  # mapped once
    assert list(own(app)) == ["my-mine"]


def test_what_is_wrong_with_a_file_of_the_server_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading_kept: None
) -> None:
    (tmp_path / "bad.txt").write_text("king 1 2 3\nqueen 1 2\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["app.py", "--vectors", str(tmp_path / "bad.txt")])
    app = page()
    app.button(key="library-served-use").click().run()
    app = settled_jobs(app)
    assert "bad.txt, line 2" in said(app)
    assert str(tmp_path) not in said(app)
    assert own(app) == {}
