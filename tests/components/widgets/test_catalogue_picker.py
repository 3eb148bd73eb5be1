"""Google News in the space picker: one click, from a server that is slow, broken or not there."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import models
from components import session
from components.widgets import catalogue_picker
from components.widgets.catalogue_picker import ENTRY, NAME, SET
from models import EmbeddingSpace, Vocabulary
from models.errors import OverBudget
from models.jobs.job import Job
from models.sources import catalogue, read
from models.sources.write import chunks
from tests.components.apps import linked_page, settled
from tests.serving import serving

WORDS, FIRST = 500, 50_000
ROWS = np.random.default_rng(0).standard_normal((WORDS, 300)).astype(np.float32)


def packed() -> bytes:
    """The beginning of the published file: a header of three million, and what is fetched of it."""
    space = EmbeddingSpace("s", Vocabulary([f"w{row}" for row in range(WORDS)]), ROWS)
    rows = b"".join(chunks(space, "word2vec-binary")).partition(b"\n")[2]
    names = [f"v{row} ".encode() for row in range(FIRST - WORDS + 10)]
    rest = b"".join(name + bytes(ROWS[0]) + b"\n" for name in names)
    return gzip.compress(b"3000000 300\n" + rows + rest, 1)


@dataclass
class Mirror:
    """Serves the set; `how` it does is whole, slow or broken."""

    how: str = "whole"
    asked: int = 0
    content: bytes = b""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        if self.how == "broken":
            handler.send_error(404)
            return
        handler.send_response(200)
        handler.end_headers()  # without the length, which is not that of the published file
        step = 200_000
        for start in range(0, len(self.content), step):
            try:
                handler.wfile.write(self.content[start : start + step])
            except OSError:  # who asked has gone
                return
            if self.how == "slow":
                threading.Event().wait(0.1)


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    found = Mirror(content=packed())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path))
    with serving(Handler) as address:
        monkeypatch.setenv("VECTORSCOPE_CATALOGUE_URL", address)
        yield found


def opened(**query: str) -> AppTest:
    return linked_page("neighbours", **query).run()


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.markdown, *app.caption, *app.warning, *app.info]
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def picked(app: AppTest) -> str:
    return str(app.selectbox(key="space").value)


def test_one_click_fetches_it_and_it_is_in_use_on_every_page(mirror: Mirror) -> None:
    app = opened()
    assert app.selectbox(key="space").options[-1] == ENTRY
    app.selectbox(key="space").set_value(ENTRY).run()
    assert picked(app) == "glove-50"
    app = settled(app)
    assert picked(app) == NAME
    app.switch_page("components/pages/analogies/page.py").run()
    assert "Word2Vec, Google News: 50,000 words" in said(app)
    assert ENTRY not in app.selectbox(key="space").options
    assert np.array_equal(models.load(NAME).vectors[:WORDS], ROWS)

    asked, other = mirror.asked, opened()  # another visitor: it is here by now
    assert other.selectbox(key="space").options[-1] == NAME
    other.selectbox(key="space").set_value(NAME).run()
    assert picked(other) == NAME
    assert mirror.asked == asked
    assert picked(opened(space=NAME)) == NAME


def test_a_link_that_names_it_fetches_it(mirror: Mirror) -> None:
    app = opened(space=NAME, word="queen")
    assert "lived in another session" not in said(app)
    assert picked(settled(app)) == NAME


def test_while_it_comes_the_space_before_is_in_use_and_it_can_be_stopped(mirror: Mirror) -> None:
    mirror.how = "slow"
    app = opened(space="glove-100")
    app.selectbox(key="space").set_value(ENTRY).run()
    assert "glove-100 is shown until then" in said(app)
    assert picked(app) == "glove-100"
    app.button(key="picker-cancel").click().run()
    assert "What has come stays" in said(app)
    assert picked(app) == "glove-100"
    mirror.how = "whole"
    app.selectbox(key="space").set_value(ENTRY).run()
    assert picked(settled(app)) == NAME


@pytest.mark.parametrize("how", ["broken", "offline"])
def test_without_the_network_a_sentence_says_what_is_here(
    mirror: Mirror, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.how = how
    if how == "offline":
        monkeypatch.setenv("VECTORSCOPE_CATALOGUE_URL", "http://127.0.0.1:1")
    app = opened(space="glove-100", q="king - man + woman")
    app.selectbox(key="space").set_value(ENTRY).run()
    app = settled(app)
    assert f"{SET}.gz could not be fetched" in said(app)
    assert "It needs the network" in said(app)
    assert "Already here: glove-50, glove-100 and minilm-384" in said(app)
    assert "glove-100 stays in use" in said(app)
    assert picked(app) == "glove-100"
    assert app.text_input(key="q").value == "king - man + woman"
    app.selectbox(key="space").set_value("glove-50").run()
    assert "could not be fetched" not in said(app)


@pytest.mark.parametrize(
    ("limit", "why"), [("0", "keeps no downloads"), ("many", "must be a whole number")]
)
def test_a_server_that_keeps_no_downloads_says_so(
    mirror: Mirror, limit: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_CATALOGUE_MB", limit)
    app = opened()
    app.selectbox(key="space").set_value(ENTRY).run()
    assert why in said(settled(app))
    assert picked(app) == "glove-50"


def test_a_link_to_another_set_opens_where_it_is_here(mirror: Mirror, tmp_path: Path) -> None:
    assert "Fetch it in the Library" in said(opened(space="glove-twitter-25-20k"))
    space = EmbeddingSpace("s", Vocabulary(["a", "king", "queen"]), ROWS[:3, :25].copy())
    file = tmp_path / "catalogue" / "glove-twitter-25.first-20000.w2v"
    file.write_bytes(b"".join(chunks(space, "word2vec")))
    assert catalogue.downloaded_parts("glove-twitter-25") == [20_000]
    assert picked(opened(space="glove-twitter-25-20k")) == "glove-twitter-25-20k"


TWITTER = "glove-twitter-25-20k"


@pytest.fixture
def twitter(mirror: Mirror, tmp_path: Path) -> EmbeddingSpace:
    """The beginning of a set that is here; of which nothing is kept as it was read."""
    words = [f"w{row}" for row in range(298)] + ["king", "queen"]
    space = EmbeddingSpace("s", Vocabulary(words), ROWS[:300, :25].copy())
    file = tmp_path / "catalogue" / "glove-twitter-25.first-20000.w2v"
    file.parent.mkdir()
    file.write_bytes(b"".join(chunks(space, "word2vec")))
    return space


def asked_for(app: AppTest) -> dict[str, Job[Any]]:
    return {place: job for place, (_, job) in app.session_state["made:jobs"][1].items()}


def test_two_visitors_hold_one_space_and_what_follows_from_it_once(
    twitter: EmbeddingSpace,
) -> None:
    one, other = (
        opened(space=TWITTER).switch_page("components/pages/dimensions/page.py").run()
        for _ in range(2)
    )
    for app in (one, other):
        assert "GloVe Twitter, 25 dimensions" in said(app)
        assert picked(app) == TWITTER
        assert "own-spaces" not in app.session_state or not app.session_state["own-spaces"]
    mine, theirs = asked_for(one), asked_for(other)
    assert "sweep" in mine  # the page asks for more as this goes on
    for place in mine.keys() & theirs.keys():
        assert mine[place].computation is theirs[place].computation
        assert mine[place].computation.name[0] == "shared"
    space = models.load(TWITTER)
    assert space is models.load(TWITTER)
    assert np.array_equal(space.vectors, twitter.vectors)
    assert models.reduce(space, dimension=5) is models.reduce(models.load(TWITTER), dimension=5)


def _coding() -> None:
    import streamlit as st

    from components import session
    from tests.components.widgets.test_catalogue_picker import TWITTER

    st.code(session.InUse(*2 * [session.open_space(TWITTER)]).code)


def test_what_is_copied_as_python_opens_it(twitter: EmbeddingSpace) -> None:
    app = AppTest.from_function(_coding).run()
    code = app.code[0].value
    assert code.endswith(f'models.load("{TWITTER}")')
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # what the visitor would run
    assert names["space"].words == twitter.words


@pytest.mark.parametrize("page", ["map", "neighbours", "analogies", "compare", "library"])
def test_every_page_shows_a_set(twitter: EmbeddingSpace, page: str) -> None:
    app = opened(space=TWITTER).switch_page(f"components/pages/{page}/page.py").run()
    text = said(settled(app))
    assert picked(app) == TWITTER
    assert "GloVe Twitter, 25 dimensions: " in text
    assert "It failed" not in text


def test_a_set_is_none_of_the_visitors_own(twitter: EmbeddingSpace) -> None:
    app = opened()
    own = {f"my-{number}": twitter for number in range(session.MOST_OWN)}
    app.session_state["own-spaces"] = own
    app.run()
    app.selectbox(key="space").set_value(TWITTER).run()
    assert picked(app) == TWITTER
    assert app.session_state["own-spaces"] == own


def test_what_is_here_unread_is_read_by_a_job(
    twitter: EmbeddingSpace, reading_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("this reads a file while a page waits")

    monkeypatch.setattr(read, "_read", never)
    app = opened()
    assert TWITTER in app.selectbox(key="space").options
    assert not any(card.ready for card in models.spaces() if card.name == TWITTER)
    app.selectbox(key="space").set_value(TWITTER).run()
    assert "is on its way; glove-50 is shown until then" in said(app)
    app = settled(app)
    assert picked(app) == TWITTER
    assert np.array_equal(models.load(TWITTER).vectors, twitter.vectors)
    assert picked(settled(opened(space=TWITTER))) == TWITTER


def test_a_link_to_what_is_here_unread_has_it_read(
    twitter: EmbeddingSpace, reading_kept: None
) -> None:
    app = opened(space=TWITTER, q="king")
    assert "Fetch it in the Library" not in said(app)
    app = settled(app)
    assert picked(app) == TWITTER
    assert app.text_input(key="q").value == "king"


def test_what_made_room_meanwhile_is_told(twitter: EmbeddingSpace, tmp_path: Path) -> None:
    app = opened(space=TWITTER)
    assert picked(app) == TWITTER
    (tmp_path / "catalogue" / "glove-twitter-25.first-20000.w2v").unlink()
    app.run()
    assert "is not on this machine" in said(app)
    assert picked(app) == "glove-50"
    app.run()
    assert "glove-50" in said(app)


def test_what_does_not_fit_any_more_is_told(
    twitter: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    monkeypatch.setattr(catalogue_picker, "open_set", refuse)
    app.selectbox(key="space").set_value(TWITTER).run()
    assert "300 words would fit" in said(app)
    assert picked(app) == "glove-50"


def refuse(name: str, first: int | None) -> EmbeddingSpace:
    raise OverBudget("GloVe Twitter does not fit: 300 words would fit.")
